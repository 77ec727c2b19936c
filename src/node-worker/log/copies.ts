/**
 * Who else holds how much of this device's logs: what peers' devices have acknowledged. Feeds the rows of dots, and the
 * count of own changes that nobody else has yet.
 */
import { base32Encode, equalBytes } from '../../core/bytes.ts'
import type { Clock } from '../../core/ports.ts'
import type { Copies } from '../../rpc/views.ts'
import type { Changes } from '../changes.ts'
import type { Account } from '../person/account.ts'
import type { Store } from '../stores/store.ts'
import type { EntryPosition } from './log-service.ts'

/** One peer device's word on one log. */
export interface CopySeen {
  readonly device: Uint8Array
  readonly log: number
  /** Who holds the copy. */
  readonly peer: { readonly device: Uint8Array; readonly person: string; readonly alwaysOn: boolean }
  /** Newest entry the peer said it holds. */
  readonly upTo: number
}

/** See the module's doc. */
export interface CopyBook {
  /** Records what a peer acknowledged; older word than what is known changes only the time. */
  saw(copy: CopySeen): Promise<void>
  /** Live copies of one entry elsewhere. From memory. */
  copies(entry: EntryPosition): Copies
  /** Entries of `device`'s logs, up to the given heads, that nobody else has. */
  waiting(heads: readonly EntryPosition[]): number
}

/** Copies wanted beside one's own. */
export const WANTED_COPIES = 2
/** Milliseconds for which an acknowledgement counts as a live copy. */
export const COPY_LIFETIME = 86_400_000

/** Row of table `copies` under [device, log, peer device]. */
interface CopyRow {
  readonly upTo: number
  readonly time: number
  readonly alwaysOn: boolean
}

/** What the book is built from. */
export interface CopyPorts {
  readonly store: Store
  readonly clock: Clock
  readonly changes: Changes
  readonly account: Account
}

/** Opens the book; only copies of this device's own logs are kept. */
export const openCopies = async ({ store, clock, changes, account }: CopyPorts): Promise<CopyBook> => {
  /** By log of this device, then by peer device. */
  const byLog = new Map<string, Map<string, CopyRow>>()
  const logName = (device: Uint8Array, log: number): string => `${base32Encode(device)}/${log}`

  const note = (device: Uint8Array, log: number, peer: Uint8Array, row: CopyRow): void => {
    const name = logName(device, log)
    byLog.set(name, (byLog.get(name) ?? new Map()).set(base32Encode(peer), row))
  }

  for (const { key, value } of await store.read(['copies'], (tx) => tx.list<CopyRow>('copies'))) {
    note(key[0] as Uint8Array, key[1] as number, key[2] as Uint8Array, value)
  }

  const rowsOf = ({ device, log }: Pick<EntryPosition, 'device' | 'log'>): CopyRow[] => [
    ...(byLog.get(logName(device, log))?.values() ?? []),
  ]

  return {
    async saw({ device, log, peer, upTo }) {
      const self = account.self()
      if (!self || !equalBytes(self.device.signer.publicKey, device)) return
      const held = byLog.get(logName(device, log))?.get(base32Encode(peer.device))
      const row: CopyRow = { upTo: Math.max(upTo, held?.upTo ?? 0), time: clock.now(), alwaysOn: peer.alwaysOn }
      note(device, log, peer.device, row)
      await store.write(['copies'], 'relaxed', (tx) => tx.put('copies', [device, log, peer.device], row))
      if (row.upTo !== held?.upTo) changes.emit('copies')
    },

    copies(entry) {
      const since = clock.now() - COPY_LIFETIME
      const live = rowsOf(entry).filter((row) => row.upTo >= entry.seq && row.time >= since)
      return { live: live.length, wanted: WANTED_COPIES, always: live.filter((row) => row.alwaysOn).length }
    },

    waiting: (heads) =>
      heads.reduce(
        (sum, head) => sum + Math.max(0, head.seq - Math.max(0, ...rowsOf(head).map(({ upTo }) => upTo))),
        0,
      ),
  }
}
