/**
 * Who else holds how much of this device's logs: what peers' devices have acknowledged. Feeds the rows of dots, what
 * they say when they are tapped, and the count of own changes that nobody else has yet. Rules N40 and N41.
 */
import { base32Encode, equalBytes } from '../../core/bytes.ts'
import type { Clock } from '../../core/ports.ts'
import type { Copies } from '../../rpc/views.ts'
import type { Changes } from '../changes.ts'
import type { Account } from '../person/account.ts'
import type { Store } from '../stores/store.ts'
import { unlessFull } from '../stores/unless-full.ts'
import type { EntryPosition } from './log-service.ts'

/** One peer device's word on one log. */
export interface CopySeen {
  readonly device: Uint8Array
  readonly log: number
  /** Who holds the copy; `alwaysOn` is undefined where it did not say. */
  readonly peer: { readonly device: Uint8Array; readonly person: string; readonly alwaysOn: boolean | undefined }
  /** Newest entry the peer said it holds. */
  readonly upTo: number
}

/** See the module's doc. */
export interface CopyBook {
  /** Records what a peer acknowledged, in memory only while the disk is full; older word changes only the time. */
  saw(copy: CopySeen): Promise<void>
  /** Live copies of one entry elsewhere, of so many that are wanted there. From memory. */
  copies(entry: EntryPosition, wanted: number): Copies
  /** Every device that said it holds one entry, however long ago. From memory. */
  holders(entry: EntryPosition): readonly HeldCopy[]
  /** Entries of `device`'s logs, up to the given heads, that nobody else has. */
  waiting(heads: readonly EntryPosition[]): number
}

/** Milliseconds for which an acknowledgement counts as a live copy. */
export const COPY_LIFETIME = 86_400_000

/** Acknowledgements remembered of one device and log, to tell since when it holds an entry. */
export const MAX_STEPS = 32

/** One copy of an entry, as its holder's device told of it. */
export interface HeldCopy {
  /** Base32 of its signing key. */
  readonly device: string
  readonly person: string
  readonly alwaysOn: boolean
  /** The earliest time at which it is known to have held the entry. */
  readonly since: number
  /** When it last said so. */
  readonly confirmed: number
  /** False once that is longer ago than {@link COPY_LIFETIME}. */
  readonly live: boolean
}

/** At `time` the peer held everything up to `upTo`. */
interface Step {
  readonly upTo: number
  readonly time: number
}

/** Row of table `copies` under [device, log, peer device]. */
interface CopyRow {
  readonly person: string
  readonly upTo: number
  readonly time: number
  readonly alwaysOn: boolean
  /** How it came to hold that much, oldest first. */
  readonly steps: readonly Step[]
}

/** Of too many steps the two that are nearest in time become the later one: it is true, and the least is lost. */
const thinOut = (steps: readonly Step[]): readonly Step[] => {
  if (steps.length <= MAX_STEPS) return steps
  const gaps = steps.slice(1).map(({ time }, i) => time - steps[i]!.time)
  const nearest = gaps.indexOf(Math.min(...gaps))
  return steps.filter((_, i) => i !== nearest)
}

const addStep = (held: CopyRow | undefined, step: Step): readonly Step[] =>
  held && step.upTo <= held.upTo ? held.steps : thinOut([...(held?.steps ?? []), step])

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
    // A row from before it was kept who holds the copy: its device says so again when it is next connected.
    if (value.person === undefined) continue
    note(key[0] as Uint8Array, key[1] as number, key[2] as Uint8Array, value)
  }

  const rowsOf = ({ device, log }: Pick<EntryPosition, 'device' | 'log'>): CopyRow[] => [
    ...(byLog.get(logName(device, log))?.values() ?? []),
  ]

  const isLive = ({ time }: CopyRow): boolean => time >= clock.now() - COPY_LIFETIME

  return {
    async saw({ device, log, peer, upTo }) {
      const self = account.self()
      if (!self || !equalBytes(self.device.signer.publicKey, device)) return
      const held = byLog.get(logName(device, log))?.get(base32Encode(peer.device))
      const time = clock.now()
      const row: CopyRow = {
        person: peer.person,
        upTo: Math.max(upTo, held?.upTo ?? 0),
        time,
        alwaysOn: peer.alwaysOn ?? held?.alwaysOn ?? false,
        steps: addStep(held, { upTo, time }),
      }
      note(device, log, peer.device, row)
      // Without room the word still counts, for it is true; it is written with the peer's next one.
      await unlessFull(() =>
        store.write(['copies'], 'relaxed', (tx) => tx.put('copies', [device, log, peer.device], row)),
      )
      if (row.upTo !== held?.upTo || !isLive(held)) changes.emit('copies')
    },

    copies(entry, wanted) {
      const live = rowsOf(entry).filter((row) => row.upTo >= entry.seq && isLive(row))
      return { live: live.length, wanted, always: live.filter((row) => row.alwaysOn).length }
    },

    holders(entry) {
      const rows = [...(byLog.get(logName(entry.device, entry.log)) ?? [])]
      return rows
        .filter(([, row]) => row.upTo >= entry.seq)
        .map(([device, row]) => ({
          device,
          person: row.person,
          alwaysOn: row.alwaysOn,
          since: row.steps.find(({ upTo }) => upTo >= entry.seq)?.time ?? row.time,
          confirmed: row.time,
          live: isLive(row),
        }))
    },

    waiting: (heads) =>
      heads.reduce(
        (sum, head) => sum + Math.max(0, head.seq - Math.max(0, ...rowsOf(head).map(({ upTo }) => upTo))),
        0,
      ),
  }
}
