/** Saving settings. */
import { normaliseHost } from '../../core/identity/person-link.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { KithError } from '../../rpc/errors.ts'
import type { SettingsView } from '../../rpc/views.ts'
import type { RequestHandlers } from '../api/requests.ts'
import type { InternalServices } from '../internal-services.ts'
import { type Changed, changeState } from './change-state.ts'
import { checkHost, MAX_HOSTS } from './settings.ts'

const checkHosts = (hosts: readonly string[]): Result<readonly string[], KithError> => {
  const checked: string[] = []
  for (const text of hosts) {
    const host = checkHost(text)
    if (!host.ok) return host
    if (!checked.includes(host.value)) checked.push(host.value)
  }
  return checked.length > MAX_HOSTS ? err({ type: 'bad-host', reason: `more than ${MAX_HOSTS} hosts` }) : ok(checked)
}

const toChanges = ({ theme, hosts, publicUrl }: Partial<SettingsView>): Result<Changed, KithError> => {
  const checkedHosts = hosts ? checkHosts(hosts) : undefined
  if (checkedHosts && !checkedHosts.ok) return checkedHosts
  const address = publicUrl ? normaliseHost(publicUrl.trim()) : undefined
  if (publicUrl && !address) return err({ type: 'bad-host', reason: 'not an address' })
  return ok({
    ...(theme && { 'setting/theme': theme }),
    ...(checkedHosts && { 'setting/hosts': checkedHosts.value }),
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
