/** [RC4] Which locators this device tells hosts of: those of its own person, of everybody followed, of whomever it leases, and of those whose leases are over. */
import { decodeRecord } from '../../core/records/record.ts'
import { PATHS, publicStorageKey } from '../../core/records/storage-key.ts'
import type { Changes } from '../changes.ts'
import type { Leases } from '../leasing/standing.ts'
import { isFollowed, type Persons } from '../person/persons.ts'
import { locatorIn } from '../person/record-rows.ts'
import type { RecordBook } from '../person/records.ts'

/** What is followed, and who is told. */
export interface HeldLocatorsPorts {
  readonly changes: Changes
  readonly persons: Persons
  readonly leases: Pick<Leases, 'owners' | 'remembered' | 'onChange'>
  readonly records: Pick<RecordBook, 'get'>
  /** The keys of all of them, each time. */
  onKeys(keys: readonly Uint8Array[]): void
  report(error: unknown): void
}

/** Tells the keys now and after changes. @returns stops it */
export const followHeldLocators = (ports: HeldLocatorsPorts): (() => void) => {
  const { changes, persons, leases, records, onKeys, report } = ports
  const keys = new Map<string, Uint8Array>()
  let isStopped = false

  const leased = (): readonly string[] => [...leases.owners(), ...leases.remembered()]
  const isKept = (person: string): boolean =>
    persons.relation(person) !== 'blocked' && (isFollowed(persons.get(person)) || leased().includes(person))
  const look = async (person: string): Promise<void> => {
    const bytes = isKept(person) ? await records.get(publicStorageKey(person, PATHS.locator)) : undefined
    const record = bytes && decodeRecord(bytes)
    const locator = record?.ok ? locatorIn(record.value) : undefined
    if (locator) keys.set(person, locator.record.key)
    else keys.delete(person)
  }
  const lookAt = async (ids: readonly string[]): Promise<void> => {
    for (const person of ids) await look(person)
    if (!isStopped) onKeys([...keys.values()])
  }
  const run = (ids: readonly string[]): void => void lookAt(ids).catch((error) => !isStopped && report(error))

  const stops = [
    changes.listen((topics) => {
      const changed = topics.flatMap((topic) => (topic.startsWith('records/') ? [topic.slice('records/'.length)] : []))
      if (changed.length > 0) run(changed)
    }),
    persons.onChange((person) => {
      if (keys.has(person) !== isKept(person)) run([person])
    }),
    leases.onChange(() => run([...new Set([...keys.keys(), ...leased()])])),
  ]
  run(persons.all().map(({ id }) => id))
  return () => {
    isStopped = true
    for (const stop of stops) stop()
  }
}
