/** What the ledger says of who keeps what, as the sets that replication asks ({@link Agreements}). */
import type { EntryId } from '../../core/economy/ledger-facts.ts'
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

const holdersOf = (view: LedgerView, owner: PersonId): Map<string, Set<string>> => {
  const holders = new Map<string, Set<string>>()
  for (const { holderDevice, subject } of view.copiesOf(owner))
    holders.set(holderDevice, (holders.get(holderDevice) ?? new Set()).add(subject))
  return holders
}

/** Reads them out of the ledger as it is now. */
export const readAgreements = (view: LedgerView, here: Here, isAccepted: (lease: EntryId) => boolean): Agreements => {
  const kept = new Map<PersonId, Map<string, number>>()
  for (const { owner, subject, used } of keptCopies(view, here, isAccepted))
    kept.set(owner, (kept.get(owner) ?? new Map()).set(subject, used * STEP_BYTES))
  return { kept, holders: new Map([here.me, ...kept.keys()].map((owner) => [owner, holdersOf(view, owner)])) }
}

/** The same for the same agreements, in whatever order they were read. */
export const agreementsToken = ({ kept, holders }: Agreements): string => {
  const listed = (map: ReadonlyMap<string, ReadonlyMap<string, unknown> | ReadonlySet<string>>): string[] =>
    [...map].map(([key, inner]) => `${key} ${[...inner.keys()].sort().join()}`)
  const rooms = [...kept].map(([owner, things]) => `${owner} ${[...things].map(String).sort().join()}`)
  const others = [...holders].map(([owner, devices]) => `${owner} ${listed(devices).sort().join(' ')}`)
  return [...rooms, ...others].sort().join('\n')
}
