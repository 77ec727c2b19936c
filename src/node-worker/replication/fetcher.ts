/**
 * Fetches what is missing of the logs that one peer holds, one range after the other over a bulk stream: the newest
 * entries of every log first, then the rest from the oldest. Another session may be fetching a log already (claims).
 */
import { equalBytes } from '../../core/bytes.ts'
import { findDevice } from '../../core/identity/key-state.ts'
import { decodeBackfill, encodeSync } from '../../core/sync/codec.ts'
import { type BackfillMessage, type LogRanges, StreamKind } from '../../core/sync/messages.ts'
import {
  commonRanges,
  missingRanges,
  newestTail,
  nextFetch,
  rangeSize,
  type SeqRange,
  TAIL_ENTRIES,
} from '../../core/sync/ranges.ts'
import type { EntryRun, Ingested, Refusal } from '../log/log-service.ts'
import { uniteRange } from '../log/ranges.ts'
import type { Session, Stream } from '../sessions/types.ts'
import type { Claims } from './claims.ts'
import { reportTo } from './holder.ts'
import type { LogHeads } from './log-heads.ts'
import { logKey } from './log-key.ts'
import type { ReplicationServices } from './ports.ts'
import { refuseMessage } from './refused-message.ts'

/** How long a full disk is left alone before fetching is tried again. */
export const FULL_PAUSE_MS = 30_000
/** A peer that brings nothing new for so long is not waited for any longer. */
const STALL_MS = 30_000
/** So long may one answer take, so that a slow peer does not keep faster ones from a log. */
const TURN_MS = 120_000
/** How long after that it is asked again. */
const STALLED_PAUSE_MS = 300_000

/** A log as the peer holds it. */
export type RemoteLog = LogRanges & { readonly person: string }

/** See the module's doc. */
export interface Fetcher {
  /** Looks again whether something is missing. */
  wake(): void
  /** The disk is full: fetching is tried again after a while. */
  pause(): void
  /** Entries that the peer holds and this node does not. */
  missing(): Promise<number>
  close(): void
}

/** What a fetcher is given. */
export interface FetcherPorts {
  readonly services: ReplicationServices
  readonly session: Session
  readonly remote: ReadonlyMap<string, RemoteLog>
  readonly heads: LogHeads
  readonly claims: Claims
  takeIn(person: string, segment: Uint8Array, isAsked: (run: EntryRun) => boolean): Promise<Ingested | Refusal>
}

interface Task {
  readonly log: RemoteLog
  readonly range: SeqRange
  /** The entries are here, their payloads are not. */
  readonly isHollow?: true
  /** Of a removed device only what is linked from its end counts, so that the newest has to be taken in first. */
  readonly isBackwards?: boolean
}

/** How an answer ended: by the peer's word or not, and with what it brought. */
type Outcome = 'ended' | 'stalled' | 'slow' | 'lost' | Refusal

/** Starts fetching whenever woken. */
export function createFetcher(ports: FetcherPorts): Fetcher {
  const { services, session, remote, heads, claims } = ports
  const { timers } = services.platform
  const owner = {}
  /** Logs of which the peer sent what was refused, or nothing though it said that it holds more. */
  const given = new Set<string>()
  /** By log, of what the peer was asked for the payloads since it last said something. */
  const sounded = new Map<string, readonly SeqRange[]>()
  let stream: Stream | undefined
  let isRunning = false
  let isClosed = false
  let isWoken = false
  let paused: unknown
  let retry: unknown
  /** The answer that is waited for. */
  let hear: ((message: BackfillMessage | 'lost') => Promise<void>) | undefined

  const missingOf = async (log: RemoteLog): Promise<{ ranges: SeqRange[]; newest: number }> => {
    const head = await heads.get(log.device, log.log)
    if (head?.forked) return { ranges: [], newest: head.seq }
    return { ranges: missingRanges(log.ranges, head?.ranges ?? []), newest: head?.seq ?? 0 }
  }

  const isOfRemoved = async ({ person, device }: RemoteLog): Promise<boolean> => {
    const state = await services.persons.keyState(person)
    return state !== undefined && findDevice(state, device)?.removed !== undefined
  }

  // Tails of every log before the rest of any: the newest of everybody shows first.
  const nextTask = async (): Promise<Task | undefined> => {
    let later: Task | undefined
    for (const [key, log] of remote) {
      if (given.has(key)) continue
      const { ranges, newest } = await missingOf(log)
      const isBackwards = ranges.length > 0 && (await isOfRemoved(log))
      const range = isBackwards ? newestTail(ranges) : nextFetch(ranges, newest)
      if (!range || (later && range.to <= newest) || !claims.take(key, owner)) continue
      if (range.to <= newest) {
        later = { log, range, isBackwards }
        continue
      }
      if (later) claims.release(logKey(later.log.device, later.log.log), owner)
      return { log, range, isBackwards }
    }
    return later ?? nextHollow()
  }

  // When nothing else is missing: what another peer sent without its payload this one may have.
  const nextHollow = async (): Promise<Task | undefined> => {
    for (const [key, log] of remote) {
      const head = given.has(key) ? undefined : await heads.get(log.device, log.log)
      const hollow = head && !head.forked ? commonRanges(head.hollow, log.ranges) : []
      const range = missingRanges(hollow, sounded.get(key) ?? []).at(-1)
      if (!range || !claims.take(key, owner)) continue
      return { log, range, isHollow: true }
    }
    return undefined
  }

  const run = async (): Promise<void> => {
    isRunning = true
    try {
      while (!isClosed && paused === undefined && session.carrier() !== 'none') {
        isWoken = false
        const task = await nextTask()
        if (task) await fetch(task)
        else if (!isWoken) break
      }
    } finally {
      isRunning = false
      claims.releaseAll(owner)
    }
  }

  const fetch = async (task: Task): Promise<void> => {
    const key = logKey(task.log.device, task.log.log)
    const outcome = await ask(task)
    // What comes for this question from now on is for nobody.
    if (outcome !== 'ended') dropStream()
    if (task.isHollow && session.carrier() !== 'none') sounded.set(key, uniteRange(sounded.get(key) ?? [], task.range))
    if (typeof outcome === 'object' && outcome.type === 'full') pause()
    else if (session.carrier() !== 'none' && (await isInVain(task, outcome))) given.add(key)
    if (outcome === 'stalled' || outcome === 'slow') retryLater()
    claims.release(key, owner)
    services.changes.emit('connection')
  }

  /** Refused, or the first of what was asked for is still missing: the peer is not asked for that again. */
  const isInVain = async ({ log, range, isHollow }: Task, outcome: Outcome): Promise<boolean> => {
    if (typeof outcome === 'object') return true
    heads.forget(log.device, log.log)
    if (isHollow) return false
    const left = missingRanges([range], (await missingOf(log)).ranges)
    return outcome === 'stalled' || left.length === 0
  }

  /** Asks for one range and takes in what comes until it ends, stalls or is refused. */
  const ask = ({ log, range, isBackwards }: Task): Promise<Outcome> =>
    new Promise((resolve) => {
      /** Segments that wait for those after them. */
      const kept: Uint8Array[] = []
      const { person, device } = log
      // A segment may still be being stored then; what follows from it is no longer about this question.
      let isSettled = false
      const settle = (outcome: Outcome): void => {
        if (isSettled) return
        isSettled = true
        timers.clearTimeout(stall)
        timers.clearTimeout(turn)
        hear = undefined
        resolve(outcome)
      }
      const wait = (): unknown => timers.setTimeout(() => settle('stalled'), STALL_MS)
      const turn = timers.setTimeout(() => settle('slow'), TURN_MS)
      let stall = wait()
      const isAsked = (run: EntryRun): boolean =>
        equalBytes(run.device, device) && run.log === log.log && run.from >= range.from && run.to <= range.to
      hear = async (message) => {
        if (message === 'lost') return settle('lost')
        if (message.type === 'segment' && isBackwards && kept.length < TAIL_ENTRIES) {
          kept.push(message.segment)
          return
        }
        const ready = message.type === 'segment' ? [message.segment] : kept.reverse()
        for (const segment of ready) {
          const result = await ports.takeIn(person, segment, isAsked)
          if (isSettled) return
          if (!('added' in result)) return settle(result)
          if (result.added + result.filled === 0) continue
          timers.clearTimeout(stall)
          stall = wait()
        }
        if (message.type === 'end') settle('ended')
      }
      void openStream()
        .send(encodeSync({ type: 'get', person, device, log: log.log, ...range }))
        .then((isOut) => (isOut ? undefined : settle('lost')))
    })

  const pause = (): void => {
    paused ??= timers.setTimeout(() => {
      paused = undefined
      askAnew()
    }, FULL_PAUSE_MS)
  }

  const retryLater = (): void => {
    retry ??= timers.setTimeout(() => {
      retry = undefined
      askAnew()
    }, STALLED_PAUSE_MS)
  }

  const openStream = (): Stream => {
    if (stream) return stream
    const opened = session.open(StreamKind.backfill, 'bulk')
    stream = opened
    opened.onmessage = async (bytes) => {
      const message = decodeBackfill(bytes)
      if (!message.ok) session.close(refuseMessage(message.error, services.refusals.count))
      else if (stream === opened) await hear?.(message.value)
    }
    opened.onclose = () => {
      if (stream !== opened) return
      stream = undefined
      void hear?.('lost')
    }
    return opened
  }

  /** The next question opens another: this one says nothing about its end before its handler is done. */
  const dropStream = (): void => {
    const dropped = stream
    stream = undefined
    dropped?.close('cancelled')
  }

  const askAnew = (): void => {
    given.clear()
    sounded.clear()
    wake()
  }

  const wake = (): void => {
    isWoken = true
    if (!isRunning && !isClosed) void run().catch(reportTo(services))
  }
  const stopListening = claims.onFree(() => {
    if (!isRunning) wake()
  })

  return {
    wake: askAnew,
    pause,
    async missing() {
      let count = 0
      for (const [key, log] of remote) if (!given.has(key)) count += rangeSize((await missingOf(log)).ranges)
      return count
    },
    close() {
      isClosed = true
      stopListening()
      timers.clearTimeout(paused)
      timers.clearTimeout(retry)
      claims.releaseAll(owner)
      stream?.close('cancelled')
      void hear?.('lost')
    },
  }
}
