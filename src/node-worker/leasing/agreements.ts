/** What the ledger says of who keeps what, as the sets that replication asks ({@link Agreements}). */
import type { DeviceId, EntryId, SubjectKey } from '../../core/economy/ledger-facts.ts'
import type { Copy, LedgerView } from '../../core/economy/ledger-view.ts'
import { STEP_BYTES } from '../../core/economy/units.ts'
import type { PersonId } from '../../core/identity/key-event-types.ts'
import type { Agreements } from './standing.ts'

/** Whose device is asked for. */
export interface Here {
  readonly me: PersonId
  /** Hex. */
  readonly deviceId: string
}

/** Copies that this device keeps for others, as long as it signed for them or is about to. */
const keptCopies = (view: LedgerView, { me, deviceId }: Here, isAccepted: (lease: EntryId) => boolean): Copy[] =>
  view
    .copiesAt(me)
    .filter(
      ({ owner, holderDevice, held, leases }) =>
        owner !== me && holderDevice === deviceId && (held > 0 || leases.some(({ id }) => isAccepted(id))),
    )

/** What stands outside the ledger: copies in place of lost ones. */
export interface OutsideLedger {
  /** [EC15] Kept here in place of a holder that was lost. */
  readonly substituted: readonly Pick<Copy, 'owner' | 'subject' | 'used'>[]
  /** [EC15] What peers were asked to keep, or keep already, in place of others: owner → device → things. */
  asked(owner: PersonId): ReadonlyMap<DeviceId, ReadonlySet<SubjectKey>>
}

/** Of a node that keeps and asks nothing. */
export const NOTHING_OUTSIDE: OutsideLedger = { substituted: [], asked: () => new Map() }

const holdersOf = (view: LedgerView, owner: PersonId, { asked }: OutsideLedger): Map<DeviceId, Set<SubjectKey>> => {
  const holders = new Map([...asked(owner)].map(([device, subjects]) => [device, new Set(subjects)]))
  for (const { holderDevice, subject } of view.copiesOf(owner))
    holders.set(holderDevice, (holders.get(holderDevice) ?? new Set()).add(subject))
  return holders
}

/** Reads them out of the ledger as it is now, and what stands outside it. */
export const readAgreements = (
  view: LedgerView,
  here: Here,
  isAccepted: (lease: EntryId) => boolean,
  outside: OutsideLedger,
): Agreements => {
  const kept = new Map<PersonId, Map<SubjectKey, number>>()
  for (const { owner, subject, used } of [...outside.substituted, ...keptCopies(view, here, isAccepted)])
    kept.set(owner, (kept.get(owner) ?? new Map()).set(subject, used * STEP_BYTES))
  const owners = [here.me, ...kept.keys()]
  return { kept, holders: new Map(owners.map((owner) => [owner, holdersOf(view, owner, outside)])) }
}

/** The same for the same agreements, in whatever order they were read. */
export const agreementsToken = ({ kept, holders }: Agreements): string => {
  const listed = (map: ReadonlyMap<string, ReadonlyMap<string, unknown> | ReadonlySet<string>>): string[] =>
    [...map].map(([key, inner]) => `${key} ${[...inner.keys()].sort().join()}`)
  const rooms = [...kept].map(([owner, things]) => `${owner} ${[...things].map(String).sort().join()}`)
  const others = [...holders].map(([owner, devices]) => `${owner} ${listed(devices).sort().join(' ')}`)
  return [...rooms, ...others].sort().join('\n')
}
