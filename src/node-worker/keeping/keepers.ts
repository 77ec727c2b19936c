/**
 * Who keeps what is private of whom. A person names keepers in a record that everybody can check, each of them agrees
 * or does not; what they keep they cannot read. Rules KP1 to KP6 of docs/protocol.
 */

import type { Clock } from '../../core/ports.ts'
import { decodeKeepers } from '../../core/records/keepers.ts'
import type { SignedRecord } from '../../core/records/record-types.ts'
import { PATHS } from '../../core/records/storage-key.ts'
import { type Account, signedInPerson } from '../person/account.ts'
import { getPerson, type Person, type Persons, updatePerson } from '../person/persons.ts'
import type { WriteTransaction } from '../stores/store.ts'

/** What is asked to tell who keeps what. */
export interface KeepingPorts {
  readonly account: Pick<Account, 'self'>
  readonly persons: Pick<Persons, 'get'>
  readonly clock: Clock
}

/** Whether a person asks `keeper` to keep their private things at this moment, milliseconds since 1970. */
export const namesKeeper = (person: Person | undefined, keeper: string, now: number): boolean =>
  person?.keepers !== undefined && person.keepers.until > now && person.keepers.persons.includes(keeper)

/** [KP2] Asked and agreed; whoever is no longer followed is no longer kept for either. */
const isAgreed = (person: Person | undefined): boolean => person?.keepsFor === true && person.relation === 'following'

/** [KP2] Whether the private things of `person` are to be kept here: one's own, and those of whom it was agreed with. */
export const keepsPrivate = ({ account, persons, clock }: KeepingPorts, person: string): boolean => {
  const me = account.self()?.person
  if (me === undefined || person === me) return person === me
  const row = persons.get(person)
  return isAgreed(row) && namesKeeper(row, me, clock.now())
}

/** Whether it was to be kept for them when their row was last written, however long ago that is. */
export const wasKeptFor = (person: Person | undefined, me: string | undefined): boolean =>
  me !== undefined && isAgreed(person) && (person?.keepers?.persons.includes(me) ?? false)

/** Row of table `queue` while private logs of a person wait to be deleted here. */
export const releaseKey = (person: string): readonly [string, string] => ['release', person]

/**
 * Changes the row of a person as far as keeping goes. [KP5] What is no longer to be kept is to be deleted: whoever calls
 * this lets the purge see to it after the commit. Needs a transaction over meta, persons and queue.
 */
export const changeKeeping = async (
  tx: WriteTransaction,
  id: string,
  change: (person: Person) => Person,
): Promise<void> => {
  const [before, me] = [await getPerson(tx, id), await signedInPerson(tx)]
  await updatePerson(tx, id, change)
  const after = await getPerson(tx, id)
  if (wasKeptFor(after, me)) await tx.delete('queue', releaseKey(id))
  else if (wasKeptFor(before, me)) await tx.put('queue', releaseKey(id), 0)
}

/** [KP1] Takes over whom a record that was just stored names. Needs a transaction over meta, persons and queue. */
export const applyKeepers = async (tx: WriteTransaction, { record }: SignedRecord): Promise<void> => {
  if (record.kind !== 'public' || record.path !== PATHS.keepers) return
  const decoded = decodeKeepers(record.value)
  if (!decoded.ok) return
  const keepers = { persons: decoded.value.persons, until: record.expires }
  await changeKeeping(tx, record.person, (person) => ({ ...person, keepers }))
}
