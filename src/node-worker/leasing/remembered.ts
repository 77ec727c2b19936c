/**
 * People for whom something was kept here under leases that are over. What leads from their words to them, a few
 * kilobytes each, stays until it runs out by itself, so that whoever comes back later than all leases is at least that
 * person again. Rule RC20 of docs/protocol.
 */
import type { PersonId } from '../../core/identity/key-event-types.ts'
import { decodeRecord } from '../../core/records/record.ts'
import { PATHS, publicStorageKey } from '../../core/records/storage-key.ts'
import { dropRecords, RECORD_TABLES } from '../person/record-rows.ts'
import { unlessFull } from '../stores/unless-full.ts'
import type { LeasingPorts } from './ports.ts'

/** People that are remembered; those for whom nothing has been kept for longest are forgotten. */
export const MAX_REMEMBERED = 1024
/** When something was last kept for somebody is written down this often, milliseconds. */
const NOTED_EVERY = 86_400_000

/** See the module's doc. */
export interface Remembered {
  /**
   * Looks whom to remember and whom to forget.
   * @param owners those for whom something is kept now
   */
  look(owners: ReadonlySet<PersonId>): Promise<void>
}

/** Row of table `queue`: when something was last kept for a person, milliseconds since 1970. */
const keyOf = (person: PersonId): readonly [string, string] => ['remembered', person]

/** Reads who was remembered before. */
export const openRemembered = async ({
  services,
  standing,
  book,
  me,
}: Pick<LeasingPorts, 'services' | 'standing' | 'book' | 'me'>): Promise<Remembered> => {
  const { persons, platform, records } = services
  const { clock, store } = platform
  const rows = await store.read(['queue'], (tx) => tx.list<number>('queue', { prefix: ['remembered'] }))
  const times = new Map(rows.map(({ key, value }) => [String(key[1]), value]))

  const note = async (person: PersonId): Promise<void> => {
    const time = clock.now()
    if (Math.abs(time - (times.get(person) ?? 0)) < NOTED_EVERY) return
    const noted = await unlessFull(() =>
      store.write(['queue'], 'relaxed', (tx) => tx.put('queue', keyOf(person), time)),
    )
    if (noted.ok) times.set(person, time)
  }

  /** Whose things are here for another reason stays whatever leases there were. */
  const isStranger = (person: PersonId): boolean => persons.relation(person) === 'none'

  /** What somebody signed for things of this node's person counts by their key events. */
  const isHolder = (person: PersonId): boolean =>
    book
      .view()
      .copiesOf(me)
      .some(({ holderPerson }) => holderPerson === person)

  const forget = async (person: PersonId): Promise<void> => {
    const isDropped = isStranger(person)
    await store.write(RECORD_TABLES, 'relaxed', async (tx) => {
      if (isDropped) await dropRecords(tx, person)
      await tx.delete('queue', keyOf(person))
    })
    times.delete(person)
    if (isDropped && !isHolder(person)) await persons.forget(person)
  }

  const isOver = async (person: PersonId): Promise<boolean> => {
    const bytes = await records.get(publicStorageKey(person, PATHS.keys))
    const decoded = bytes && decodeRecord(bytes)
    const expires = decoded?.ok ? decoded.value.record.expires : 0
    return expires !== null && expires <= clock.now()
  }

  const forgetMany = async (owners: ReadonlySet<PersonId>): Promise<void> => {
    const idle = [...times].filter(([person]) => !owners.has(person)).sort(([, a], [, b]) => a - b)
    const tooMany = Math.max(0, times.size - MAX_REMEMBERED)
    for (const [i, [person]] of idle.entries())
      if (i < tooMany || !isStranger(person) || (await isOver(person))) await forget(person)
  }

  const tell = (): void => standing.remember([...times.keys()])
  tell()
  return {
    async look(owners) {
      for (const person of owners) await note(person)
      await forgetMany(owners)
      tell()
    },
  }
}
