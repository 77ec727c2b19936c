/** Bringing a person back over the network with their words alone, as a job that pages follow. Rules RC5 to RC12. */
import { dialableOrigin } from '../hosts/host-address.ts'
import type { InternalServices } from '../internal-services.ts'
import type { Connection } from '../services.ts'
import { signInRecovered } from '../transfer/restore-person.ts'
import { findPerson } from './find-person.ts'
import { followReturn } from './follow-return.ts'

/** Hosts that are asked at most: as many as a node dials of its own. */
export const MAX_ASKED_HOSTS = 8

/** What the person chose comes first, then the hosts that this node would dial anyway. */
const hostsToAsk = ({ platform, settings }: InternalServices, chosen: readonly string[]): string[] => {
  const all = [...chosen, ...(platform.namedHosts ?? []), ...settings.get().hosts]
  return [...new Set(all.flatMap((host) => dialableOrigin(host) ?? []))].slice(0, MAX_ASKED_HOSTS)
}

/** Starts the job. @returns its id */
export const startRecovery = (
  services: InternalServices,
  connection: Connection,
  entropy: Uint8Array,
  chosen: readonly string[],
): string => {
  const { jobs, platform, records, refusals } = services
  return jobs.start('restore', async (report, signal) => {
    report({ step: 'asking' })
    const ports = { platform, refuse: refusals.count }
    const found = await findPerson(entropy, hostsToAsk(services, chosen), ports)
    if (!found.ok) return found.error
    report({ step: 'found', name: found.value.name })
    const self = await signInRecovered(services, found.value)
    if (!self.ok) return self.error
    for (const { record, bytes } of found.value.records) await records.put(record.key, bytes)
    report({ step: 'fetching' })
    await followReturn(services, connection, self.value.person, report, signal)
    return undefined
  })
}
