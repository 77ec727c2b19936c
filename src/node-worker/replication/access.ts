/** Who may read what: a public log by whoever asks, private ones by the person's own devices and their keepers. */
import { equalBytes } from '../../core/bytes.ts'
import { LOG_LEDGER, logKind } from '../../core/logs/log-id.ts'
import { PATHS, publicStorageKey } from '../../core/records/storage-key.ts'
import type { SeqRange } from '../../core/sync/ranges.ts'
import { keepsPrivate, namesKeeper } from '../keeping/keepers.ts'
import { refusalOf } from '../log/admission.ts'
import { LOG_FEED, type LogHead } from '../log/log-service.ts'
import type { Session } from '../sessions/types.ts'
import { unlessFull } from '../stores/unless-full.ts'
import type { ReplicationServices } from './ports.ts'

/** [SY1] Whether a person's things are kept here on purpose, and so served. */
export function isKept(services: ReplicationServices, person: string): boolean {
  const relation = services.persons.relation(person)
  return relation === 'me' || relation === 'following' || services.leases.keepsLedger(person)
}

/** The logs of `person` that are served to the peer of `session`. Empty for persons not kept here on purpose. */
export async function servedHeads(
  services: ReplicationServices,
  session: Session,
  person: string,
): Promise<readonly LogHead[]> {
  if (!isKept(services, person)) return []
  const heads = await services.logs.heads(person)
  return heads.filter((head) => mayRead(services, session, person, head))
}

/** A log of a device, as heads and runs name it. */
export interface NamedLog {
  readonly device: Uint8Array
  readonly log: number
}

/** [SY2] Whether that log of `person` may pass between this node and the peer of `session`, in either direction. */
export function mayRead(
  services: ReplicationServices,
  session: Session,
  person: string,
  { device, log }: NamedLog,
): boolean {
  const kind = logKind(log)
  if (kind === undefined) return false
  if (kind === LOG_FEED || sharesPrivate(services, person, session.person)) return true
  // [EC3] [EC4]
  if (kind === LOG_LEDGER) return services.leases.sharesLedger(person, session)
  return services.leases.sharesLog(person, device, log, session)
}

/** [SY6] Whether that log of `person` is kept here and may come from the peer of `session`. */
export function mayTake(services: ReplicationServices, session: Session, person: string, named: NamedLog): boolean {
  const ports = { ...services, clock: services.platform.clock }
  if (refusalOf(ports, person, named.device, named.log)) return false
  // [EC3] [EC16] Who holds what is one's own a device that was just added has yet to learn, and substitutes stand in no
  // ledger. Whoever offers entries of one's own can only offer true ones.
  return person === services.account.self()?.person || mayRead(services, session, person, named)
}

/**
 * What may pass between this node and a peer of a person's logs: compared, to see whether that changed. Somebody of whom
 * only a ledger was wanted may be followed from now on.
 */
export const accessToken = (services: ReplicationServices, session: Session, person: string): string =>
  [
    services.persons.relation(person),
    sharesPrivate(services, person, session.person),
    services.leases.token(person, session),
  ].join(' ')

/** [KP3] Whether what is private of `person` is kept here, and by the peer as well: it passes between these, no others. */
export function sharesPrivate(services: ReplicationServices, person: string, peer: string): boolean {
  if (!keepsPrivate({ ...services, clock: services.platform.clock }, person)) return false
  return peer === person || namesKeeper(services.persons.get(person), peer, services.platform.clock.now())
}

/**
 * Keeps the profile's record of somebody who offers something, so that a name can be shown.
 * @returns false when there is no room for it
 */
export async function keepProfile(
  services: ReplicationServices,
  person: string,
  records: readonly { readonly key: Uint8Array; readonly record: Uint8Array }[],
): Promise<boolean> {
  const profile = publicStorageKey(person, PATHS.profile)
  const found = records.find(({ key }) => equalBytes(key, profile))
  return found === undefined || (await unlessFull(() => services.records.put(found.key, found.record))).ok
}

/** Up to where a log is held without a gap: 0 when its beginning is missing. That much counts as a copy. */
export const heldFromStart = (ranges: readonly SeqRange[]): number => (ranges[0]?.from === 1 ? ranges[0].to : 0)
