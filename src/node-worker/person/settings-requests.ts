/** Saving settings. */
import { normaliseHost } from '../../core/identity/person-link.ts'
import { MAX_PIECES } from '../../core/placement/redundancy.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { KithError } from '../../rpc/errors.ts'
import type { SettingsView } from '../../rpc/views.ts'
import type { RequestHandlers } from '../api/requests.ts'
import type { InternalServices } from '../internal-services.ts'
import { type Changed, changeState } from './change-state.ts'
import { checkHost, isCopies, MAX_HOSTS } from './settings.ts'

const checkHosts = (hosts: readonly string[]): Result<readonly string[], KithError> => {
  const checked: string[] = []
  for (const text of hosts) {
    const host = checkHost(text)
    if (!host.ok) return host
    if (!checked.includes(host.value)) checked.push(host.value)
  }
  return checked.length > MAX_HOSTS ? err({ type: 'bad-host', reason: `more than ${MAX_HOSTS} hosts` }) : ok(checked)
}

const toChanges = ({ theme, hosts, publicUrl, copies }: Partial<SettingsView>): Result<Changed, KithError> => {
  const checkedHosts = hosts ? checkHosts(hosts) : undefined
  if (checkedHosts && !checkedHosts.ok) return checkedHosts
  const address = publicUrl ? normaliseHost(publicUrl.trim()) : undefined
  if (publicUrl && !address) return err({ type: 'bad-host', reason: 'not an address' })
  if (copies !== undefined && !isCopies(copies)) {
    return err({ type: 'out-of-range', what: 'copies', least: 1, most: MAX_PIECES })
  }
  return ok({
    ...(theme && { 'setting/theme': theme }),
    ...(checkedHosts && { 'setting/hosts': checkedHosts.value }),
    ...(copies !== undefined && { 'setting/copies': copies }),
    ...(publicUrl !== undefined && { 'setting/publicUrl': address ?? null }),
  })
}

/** Answers `save-settings`. */
export const settingsRequests = (services: InternalServices): Pick<RequestHandlers, 'save-settings'> => ({
  async 'save-settings'(input, context) {
    const changes = toChanges(input)
    return changes.ok ? changeState(services, changes.value, {}, context) : changes
  },
})
