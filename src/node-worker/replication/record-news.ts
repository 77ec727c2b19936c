/**
 * The records of persons that go along with their logs: the profile, because its entry may be the oldest of thousands,
 * and what brings a person back with their words alone, so that whoever follows them can hand it out. Rule [RC3].
 */
import { bytesToHex } from '../../core/bytes.ts'
import { PATHS, publicStorageKey } from '../../core/records/storage-key.ts'
import type { Records } from '../../core/sync/messages.ts'
import { unlessFull } from '../stores/unless-full.ts'
import { isKept } from './access.ts'
import type { ReplicationServices } from './ports.ts'

/** In this order: what is shown first comes first. */
const TOLD_PATHS = [PATHS.profile, PATHS.keys, PATHS.secret, PATHS.locator, PATHS.keepers] as const

/** Records change several at a time, milliseconds. */
export const RECORD_NEWS_DELAY = 200

const toldKeys = (person: string): Uint8Array[] => TOLD_PATHS.map((path) => publicStorageKey(person, path))

/**
 * Keeps the records that were asked for with a person's logs; [SY6] any other was not.
 * @returns false when there is no room for one of them
 */
export async function keepRecords(services: ReplicationServices, { person, records }: Records): Promise<boolean> {
  // [EC6] Of somebody of whom nothing is kept yet they come again when something is.
  if (!services.persons.get(person)) return true
  const asked = new Set(toldKeys(person).map(bytesToHex))
  let isRoom = true
  for (const { key, record } of records) {
    // Each once, whatever a message repeats.
    if (!asked.delete(bytesToHex(key))) continue
    const kept = await unlessFull(() => services.records.put(key, record))
    isRoom &&= kept.ok
  }
  return isRoom
}

/** Tells one reader of records. */
export interface RecordNews {
  /** Sends what is held now, and from then on what is exchanged for it. */
  tell(person: string): Promise<void>
  forget(person: string): void
  /** The reader begins anew. */
  forgetAll(): void
  close(): void
}

/** Tells nothing yet. `send` resolves when the reader has room for more. */
export function createRecordNews(
  services: ReplicationServices,
  send: (message: Records) => Promise<void>,
  report: (error: unknown) => void,
): RecordNews {
  const { changes, platform, records } = services
  const told = new Set<string>()
  const waiting = new Map<string, unknown>()

  const tell = async (person: string): Promise<void> => {
    told.add(person)
    const held = await Promise.all(toldKeys(person).map(async (key) => ({ key, record: await records.get(key) })))
    const list = held.flatMap(({ key, record }) => (record ? [{ key, record }] : []))
    if (list.length > 0) await send({ type: 'records', person, records: list })
  }

  // However slowly the reader takes them, of each person one message waits or is on its way.
  const tellSoon = (person: string): void => {
    if (!told.has(person) || waiting.has(person) || !isKept(services, person)) return
    const now = (): void => {
      waiting.delete(person)
      tell(person).catch(report)
    }
    waiting.set(person, platform.timers.setTimeout(now, RECORD_NEWS_DELAY))
  }

  const stop = changes.listen((topics) => {
    for (const topic of topics) if (topic.startsWith('records/')) tellSoon(topic.slice('records/'.length))
  })

  return {
    tell,
    forget: (person) => void told.delete(person),
    forgetAll: () => told.clear(),
    close() {
      stop()
      for (const timer of waiting.values()) platform.timers.clearTimeout(timer)
    },
  }
}
