/**
 * What others say this device wrote beyond what is here: its data was put back from a copy. Appending at once would fork
 * the log, so appends wait until that much was taken in [N25]. It is a mere claim, so they wait a bounded time, and not
 * again for whoever did not bring what it claimed.
 */
import { base32Encode, equalBytes } from '../../core/bytes.ts'
import { logKind } from '../../core/logs/log-id.ts'
import type { LogCore } from './log-core.ts'
import { getLogRow } from './log-row.ts'
import type { EntryPosition, LogService } from './log-service.ts'

/** Milliseconds that an append waits for what a peer claims to hold. */
export const CATCH_UP_MS = 10_000
/** Devices that brought nothing of what they claimed; with so many, no claim is waited for any more. */
export const MAX_DOUBTED = 16

/** See the module's doc. */
export interface CatchUp {
  readonly heardOf: LogService['heardOf']
  /** Resolves when no claim about a log of that kind is waited for. */
  settled(kind: number): Promise<void>
}

/** What one peer says of one log. */
interface Claim {
  readonly log: number
  /** Grows with what the peer says; the time does not. */
  seq: number
  readonly ended: Promise<void>
}

/** Creates it over the core; only what concerns this device's own logs is listened to. */
export const createCatchUp = (core: LogCore): CatchUp => {
  const claims = new Map<string, Claim>()
  const doubted = new Set<string>()

  const isReached = async (device: Uint8Array, { log, seq }: Pick<Claim, 'log' | 'seq'>): Promise<boolean> => {
    const row = await core.store.read(['logs'], (tx) => getLogRow(tx, device, log))
    return row !== undefined && (row.fork !== undefined || row.seq >= seq)
  }

  /** @returns whether the claim came true in time */
  const wait = (device: Uint8Array, claim: Pick<Claim, 'log' | 'seq'>): Promise<boolean> =>
    new Promise((resolve) => {
      const end = (isTrue: boolean): void => {
        for (const stop of stops) stop()
        core.timers.clearTimeout(timer)
        resolve(isTrue)
      }
      const look = (): void => {
        isReached(device, claim).then(
          (isTrue) => isTrue && end(true),
          // A store that cannot be read ends the append as well, which says so.
          () => end(true),
        )
      }
      const timer = core.timers.setTimeout(() => end(false), CATCH_UP_MS)
      const stops = [core.onAppend((event) => event.log === claim.log && look()), core.onFork(look)]
      look()
    })

  const claimOf = (peer: string, { device, log, seq }: EntryPosition): void => {
    const name = `${peer}/${log}`
    const known = claims.get(name)
    if (known) {
      known.seq = Math.max(known.seq, seq)
      return
    }
    const claimed = { log, seq }
    const ended = wait(device, claimed).then((isTrue) => {
      claims.delete(name)
      if (!isTrue) doubted.add(peer)
    })
    claims.set(name, Object.assign(claimed, { ended }))
  }

  return {
    heardOf(entry, peer) {
      const own = core.account.self()?.device.signer.publicKey
      const name = base32Encode(peer)
      if (!own || !equalBytes(own, entry.device) || logKind(entry.log) === undefined) return
      if (!doubted.has(name) && doubted.size < MAX_DOUBTED) claimOf(name, entry)
    },
    async settled(kind) {
      await Promise.all([...claims.values()].filter(({ log }) => logKind(log) === kind).map(({ ended }) => ended))
    },
  }
}
