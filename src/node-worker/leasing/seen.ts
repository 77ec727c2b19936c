/**
 * When devices that keep something of ours were last here, and what they are: whether a silent one still counts is judged
 * by that, so it outlives a restart. Written at most once an hour and device.
 */
import { bytesToHex, hexToBytes } from '../../core/bytes.ts'
import type { DeviceId } from '../../core/economy/ledger-facts.ts'
import type { Clock } from '../../core/ports.ts'
import type { Store } from '../stores/store.ts'
import { unlessFull } from '../stores/unless-full.ts'
import type { HolderFacts } from './plan.ts'

const HOUR = 3_600_000
/** Devices that are remembered; those that were not here for longest are forgotten. */
export const MAX_SEEN = 4096
/** What is known of a device of which nothing is known: it counts from the start of this node. */
const UNKNOWN = { availability: 'tab', family: undefined } as const

/** Row of table `queue` under ['seen', device]. */
interface SeenRow {
  readonly availability: HolderFacts['availability']
  readonly family?: string
  readonly time: number
}

/** See the module's doc. */
export interface Seen {
  facts(device: DeviceId): HolderFacts
  /** When the device was last here, 0 for never. */
  lastSeen(device: DeviceId): number
  /** The device is here and says what it is. */
  saw(device: DeviceId, facts: Pick<HolderFacts, 'availability' | 'family'>): Promise<void>
}

const keyOf = (device: DeviceId) => ['seen', hexToBytes(device)] as const

/** Reads what is known. */
export const openSeen = async (store: Store, clock: Clock): Promise<Seen> => {
  const began = clock.now()
  const rows = new Map<DeviceId, SeenRow>()
  const stored = await store.read(['queue'], (tx) => tx.list<SeenRow>('queue', { prefix: ['seen'] }))
  for (const { key, value } of stored.sort((a, b) => a.value.time - b.value.time)) {
    rows.set(bytesToHex(key[1] as Uint8Array), value)
  }

  const forgetOldest = async (): Promise<void> => {
    const [oldest] = rows.keys()
    if (rows.size <= MAX_SEEN || oldest === undefined) return
    rows.delete(oldest)
    await store.write(['queue'], 'relaxed', (tx) => tx.delete('queue', keyOf(oldest)))
  }

  return {
    facts(device) {
      const row = rows.get(device)
      return row ? { ...UNKNOWN, ...row, lastSeen: row.time } : { ...UNKNOWN, lastSeen: began }
    },
    lastSeen: (device) => rows.get(device)?.time ?? 0,
    async saw(device, { availability, family }) {
      const held = rows.get(device)
      const time = clock.now()
      const row: SeenRow = { availability, time, ...(family !== undefined && { family }) }
      rows.delete(device)
      rows.set(device, row)
      if (held && time - held.time < HOUR && held.availability === availability) return
      await unlessFull(() => store.write(['queue'], 'relaxed', (tx) => tx.put('queue', keyOf(device), row)))
      await forgetOldest()
    },
  }
}
