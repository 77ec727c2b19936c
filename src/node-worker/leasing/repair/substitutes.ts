/**
 * Which peers keep things in place of holders that were lost, as they said themselves, or were asked to by this device.
 * They stand in no ledger: only an owner writes leases. Rules EC15 and EC16 of docs/protocol/98-leases.md.
 */
import { bytesToHex, hexToBytes } from '../../../core/bytes.ts'
import type { DeviceId, EntryId, SubjectKey } from '../../../core/economy/ledger-facts.ts'
import type { PersonId } from '../../../core/identity/key-event-types.ts'
import type { LedgerBook } from '../../economy/ledger-book.ts'
import type { Session } from '../../sessions/types.ts'
import type { Store } from '../../stores/store.ts'
import { unlessFull } from '../../stores/unless-full.ts'

/** Devices that are remembered; those that spoke longest ago are forgotten. */
export const MAX_SUBSTITUTES = 64
/** Leases that one device may name. */
export const MAX_NAMED = 2048
/** Of these, such as are not known here: a device that comes back from words has the ledger later. */
export const MAX_UNKNOWN = 256

/** A device that keeps something in place of another. */
export interface Substitute {
  readonly person: PersonId
  readonly device: DeviceId
}

/** Who keeps which things of one owner. */
export type SubstitutesOf = ReadonlyMap<SubjectKey, readonly Substitute[]>

/** Row of table `queue` under ['substitute-at', device]. */
interface SubstituteRow {
  readonly person: PersonId
  readonly leases: readonly EntryId[]
}

/** See the module's doc. */
export interface Substitutes {
  /** A peer says that it has what these leases name. */
  said(session: Session, leases: readonly EntryId[]): Promise<void>
  /** A peer has no longer what these leases name. */
  unsaid(device: DeviceId, leases: readonly EntryId[]): Promise<void>
  /** A new session with a peer begins: it says again what it still has. */
  forget(device: DeviceId): Promise<void>
  /** This device asks a peer to keep what these leases name. */
  ask(device: DeviceId, leases: readonly EntryId[]): void
  /** Devices that said that they keep things of an owner: thing → devices. */
  of(owner: PersonId): SubstitutesOf
  /** Devices with which logs are shared, because this device asked them: device → things. */
  asked(owner: PersonId): ReadonlyMap<DeviceId, ReadonlySet<SubjectKey>>
}

const keyOf = (device: DeviceId) => ['substitute-at', hexToBytes(device)] as const

/** Reads what is known. */
export const openSubstitutes = async (store: Store, book: LedgerBook): Promise<Substitutes> => {
  const stored = await store.read(['queue'], (tx) => tx.list<SubstituteRow>('queue', { prefix: ['substitute-at'] }))
  const rows = new Map(stored.map(({ key, value }) => [bytesToHex(key[1] as Uint8Array), value]))
  const asked = new Map<DeviceId, Set<EntryId>>()

  const thingsOf = (owner: PersonId, leases: Iterable<EntryId>): Set<SubjectKey> => {
    const facts = [...leases].flatMap((id) => book.lease(id)?.fact ?? [])
    return new Set(facts.filter(({ person }) => person === owner).map(({ subject }) => subject))
  }
  const forgetOldest = async (): Promise<void> => {
    const [oldest] = rows.keys()
    if (rows.size <= MAX_SUBSTITUTES || oldest === undefined) return
    rows.delete(oldest)
    await store.write(['queue'], 'relaxed', (tx) => tx.delete('queue', keyOf(oldest)))
  }

  /** What nobody ever heard of is not worth a row. */
  const keep = async (device: DeviceId, row: SubstituteRow): Promise<void> => {
    rows.delete(device)
    if (row.leases.length > 0) rows.set(device, row)
    const known = { ...row, leases: row.leases.filter((id) => book.lease(id)) }
    await unlessFull(() =>
      store.write(['queue'], 'relaxed', (tx) =>
        known.leases.length > 0 ? tx.put('queue', keyOf(device), known) : tx.delete('queue', keyOf(device)),
      ),
    )
  }

  return {
    async said({ person, device: key }, leases) {
      const device = bytesToHex(key)
      const all = [...new Set([...(rows.get(device)?.leases ?? []), ...leases])]
      const unknown = all.filter((id) => !book.lease(id)).slice(-MAX_UNKNOWN)
      const known = all.filter((id) => book.lease(id)).slice(-MAX_NAMED)
      await keep(device, { person, leases: [...known, ...unknown] })
      await forgetOldest()
    },
    async unsaid(device, leases) {
      const row = rows.get(device)
      if (row) await keep(device, { ...row, leases: row.leases.filter((id) => !leases.includes(id)) })
    },
    async forget(device) {
      const row = rows.get(device)
      if (row) await keep(device, { ...row, leases: [] })
    },
    ask: (device, leases) => void asked.set(device, new Set([...(asked.get(device) ?? []), ...leases])),
    of(owner) {
      const found = new Map<SubjectKey, Substitute[]>()
      for (const [device, { person, leases }] of rows)
        for (const subject of thingsOf(owner, leases)) {
          const substitutes = found.get(subject)
          if (substitutes) substitutes.push({ person, device })
          else found.set(subject, [{ person, device }])
        }
      return found
    },
    asked: (owner) =>
      new Map(
        [...asked]
          .map(([device, leases]) => [device, thingsOf(owner, leases)] as const)
          .filter(([, things]) => things.size > 0),
      ),
  }
}
