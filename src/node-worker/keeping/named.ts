/** Whom this node's person asks to keep what is theirs: what the private account state says of it. */
import type { PersonId } from '../../core/identity/key-event-types.ts'
import { decodeKeepers, MAX_KEEPERS } from '../../core/records/keepers.ts'
import { PATHS, publicStorageKey } from '../../core/records/storage-key.ts'
import type { StateRow } from '../person/account-state.ts'
import { heldRecord } from '../person/record-rows.ts'
import type { ReadTransaction } from '../stores/store.ts'

/** Rows under ['state', 'keeper/…']: the character behind the slash ends the range. */
const NAMED = { after: ['state', 'keeper/'], before: ['state', 'keeper0'] } as const

/** Everybody of whom it was ever said whether they are a keeper. Inside a transaction over `meta`. */
export const listNamed = async (tx: ReadTransaction): Promise<ReadonlyMap<PersonId, boolean>> => {
  const rows = await tx.list<StateRow>('meta', NAMED)
  return new Map(rows.map(({ key, value }) => [String(key[1]).slice('keeper/'.length), value.value === true]))
}

/**
 * [KP6] Whom the record is to name. Of somebody whom it named `before` and of whom the account state says nothing it goes
 * on doing so: the state of a device that was just added may not be here yet, and they would delete what they keep.
 */
const mergeNamed = (named: ReadonlyMap<PersonId, boolean>, before: readonly PersonId[]): PersonId[] => {
  const chosen = [...named].flatMap(([person, isNamed]) => (isNamed ? [person] : []))
  const unsaid = before.filter((person) => !named.has(person))
  return [...new Set([...chosen, ...unsaid])].slice(0, MAX_KEEPERS)
}

/** Whom the record of `me` names, or is about to name. Inside a transaction over meta and records. */
export const listKeepers = async (tx: ReadTransaction, me: string): Promise<string[]> => {
  const held = await heldRecord(tx, publicStorageKey(me, PATHS.keepers))
  const before = held ? decodeKeepers(held.record.value) : undefined
  return mergeNamed(await listNamed(tx), before?.ok ? before.value.persons : [])
}
