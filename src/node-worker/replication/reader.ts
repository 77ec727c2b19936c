/**
 * The reader's side of a session: asks the peer for the persons that it may hold, takes in what comes, acknowledges
 * what is stored, and hands what is missing to the fetcher. Rules [SY6]–[SY9] in docs/protocol.
 */
import { dagCborCid } from '../../core/blocks/cid.ts'
import { equalBytes } from '../../core/bytes.ts'
import { type KeyState, logBound } from '../../core/identity/key-state.ts'
import { decodeHolderMessage, encodeSync, MAX_LOGS } from '../../core/sync/codec.ts'
import {
  type Have,
  type HolderMessage,
  type LogRanges,
  type ReaderMessage,
  StreamKind,
} from '../../core/sync/messages.ts'
import { commonRanges, type SeqRange } from '../../core/sync/ranges.ts'
import type { AppendEvent, EntryRun, Ingested, Refusal } from '../log/log-service.ts'
import { uniteRange } from '../log/ranges.ts'
import type { Session, Stream } from '../sessions/types.ts'
import { unlessFull } from '../stores/unless-full.ts'
import { accessToken, heldFromStart, mayRead, mayTake } from './access.ts'
import type { Claims } from './claims.ts'
import type { Confirmations } from './confirmations.ts'
import { createFetcher, type Fetcher, FULL_PAUSE_MS, type RemoteLog } from './fetcher.ts'
import { reportTo, toRanges } from './holder.ts'
import { countRefusedEvents, isKnownEvent, newestIn } from './key-news.ts'
import type { LogHeads } from './log-heads.ts'
import { logKey } from './log-key.ts'
import type { ReplicationPorts } from './ports.ts'
import { keepRecords } from './record-news.ts'
import { refuseMessage } from './refused-message.ts'

/** The reader's side of one session. */
export interface Reader {
  /** Asks for persons that became of interest, and no longer for those that are not. */
  refresh(): Promise<void>
  /** Goes on with what is missing: the session has a carrier again. */
  wake(): void
  /** Entries that the peer holds and this node does not. */
  arriving(): Promise<number>
  close(): void
}

/** Unknown key events in a session after which a peer of whom nothing else is wanted is asked: nobody changes keys that often. */
export const MAX_NAMED = 64

/** What a reader is given beside its session. */
export interface ReaderPorts extends ReplicationPorts {
  readonly claims: Claims
  readonly heads: LogHeads
  readonly confirmations: Confirmations
  /**
   * The stream ended. After `restarted` the peer has lost its state of the session and begun anew: so must everything
   * over it here, at once.
   */
  onLost(isRestart: boolean): void
  /** Called before entries from the peer are stored, so that they are not pushed back to it. */
  onArriving(device: Uint8Array, log: number, seq: number): void
}

/** Opens the reader's streams on a session. */
export function createReader(ports: ReaderPorts, session: Session): Reader {
  const { services, heads, confirmations } = ports
  const { logs, persons, platform } = services
  const wanted = new Set<string>()
  /** What of a person's private logs may pass, as it was at the last `want`. */
  const access = new Map<string, string>()
  /** What is being taken in from this peer. */
  const takenHere = new Set<string>()
  /** What the peer said it holds, by log. */
  const remote = new Map<string, RemoteLog>()
  const stream: Stream = session.open(StreamKind.log, 'interactive')
  /** The newest key event that the peer's last hello named. */
  let hello: Uint8Array | undefined
  /** The one for which it was asked although nothing else of its person is wanted. */
  let caughtUp: Uint8Array | undefined
  /** Unknown key events that it named since. */
  let named = 0
  let isCatchingUp = false
  let isClosed = false
  /** Persons of whom something was told once and found no room. */
  const untaken = new Set<string>()
  let untakenTimer: unknown

  const send = async (message: ReaderMessage): Promise<void> => {
    await stream.send(encodeSync(message))
  }

  const want = async (person: string): Promise<void> => {
    // [RC16] What a drill has is deleted in a moment: it must not count as a copy.
    const heads = platform.drill ? [] : await logs.heads(person)
    const held = heads.filter((head) => mayRead(services, session, person, head))
    const newest = newestIn(await persons.keyState(person))
    access.set(person, accessToken(services, session, person))
    await send({ type: 'want', person, newest, logs: held.slice(0, MAX_LOGS).map(toRanges) })
  }

  const forgetRemote = (person: string): void => {
    for (const [key, log] of remote) if (log.person === person) remote.delete(key)
  }

  const unwant = async (person: string): Promise<void> => {
    wanted.delete(person)
    access.delete(person)
    forgetRemote(person)
    confirmations.forget(person)
    await send({ type: 'unwant', person })
  }

  const isKnown = async (newest: Uint8Array): Promise<boolean> =>
    isKnownEvent(await persons.keyState(session.person), newest)

  // [SY20] Of whom everything is wanted, the key events come first anyway.
  const catchUpTo = async (newest: Uint8Array): Promise<void> => {
    if (wanted.has(session.person) || (await isKnown(newest))) return
    if (caughtUp && equalBytes(caughtUp, newest)) return
    caughtUp = newest
    isCatchingUp = true
    await want(session.person)
  }
  const catchUp = async (): Promise<void> => {
    const { person, newestKeyEvent } = session
    // Once a handshake: what the peer named since then may be newer.
    if (newestKeyEvent !== hello) confirmations.named(person, newestKeyEvent)
    hello = newestKeyEvent
    await catchUpTo(newestKeyEvent)
  }

  // [SY9] A holder tells key events and the profile once: what found no room is asked for, with all of the person.
  const askLater = (person: string): void => {
    untaken.add(person)
    untakenTimer ??= platform.timers.setTimeout(() => void askUntaken().catch(reportTo(services)), FULL_PAUSE_MS)
  }
  const askUntaken = async (): Promise<void> => {
    untakenTimer = undefined
    const again = [...untaken]
    untaken.clear()
    if (again.includes(session.person)) caughtUp = undefined
    for (const person of again) if (wanted.has(person)) await want(person)
    await catchUp()
  }

  const takeEvents = async (person: string, events: readonly Uint8Array[]): Promise<void> => {
    const taken = await unlessFull(() => persons.applyKeyEvents(person, events))
    if (!taken.ok) return askLater(person)
    const applied = taken.value
    countRefusedEvents(applied, services.refusals.count)
    const last = applied.ok ? newestIn(applied.value.state) : null
    if (last && events.some((event) => equalBytes(dagCborCid(event).bytes, last))) confirmations.named(person, last)
  }

  const takeUnasked = async (message: HolderMessage): Promise<void> => {
    if (message.person !== session.person) return
    if (message.type === 'events' && isCatchingUp) await takeEvents(message.person, message.events)
    if (message.type !== 'heads' || message.newest === null) return
    if (!(await isKnown(message.newest))) {
      if (named++ < MAX_NAMED) await catchUpTo(message.newest)
      return
    }
    if (!isCatchingUp) return
    isCatchingUp = false
    await send({ type: 'unwant', person: message.person })
  }

  const acknowledge = createAcknowledger(send, reportTo(services))

  /** [SY5] Says how far a log is held here. */
  const tellHeld = async (person: string, { device, log }: Pick<EntryRun, 'device' | 'log'>): Promise<void> => {
    heads.forget(device, log)
    const head = await heads.get(device, log)
    const seq = Math.min(heldFromStart(head?.ranges ?? []), (head?.hollow[0]?.from ?? Infinity) - 1)
    // Of what is one's own and private nobody learns how far it goes, whoever offers it.
    const isTold = !platform.drill && mayRead(services, session, person, { device, log })
    if (seq > 0 && isTold) acknowledge({ type: 'have', person, device, log, seq, alwaysOn: platform.alwaysOn })
  }
  // Whose entries they are hears of it, too, when they came from somebody else.
  const tellOwner = ({ person, own, ...run }: AppendEvent): void => {
    const isTheirs = !own && person === session.person && wanted.has(person)
    if (isTheirs && !takenHere.has(nameOf(run))) tellHeld(person, run).catch(reportTo(services))
  }
  const stopAppends = logs.onAppend(tellOwner)

  const takeIn = async (
    person: string,
    segment: Uint8Array,
    isAsked: (run: EntryRun) => boolean,
  ): Promise<Ingested | Refusal> => {
    let taken = ''
    const result = await logs
      .ingest(person, segment, (run) => {
        if (!mayTake(services, session, person, run) || !isAsked(run)) return false
        taken = nameOf(run)
        takenHere.add(taken)
        // A refusal changes a log too: it may be known as forked from now on.
        heads.forget(run.device, run.log)
        ports.onArriving(run.device, run.log, run.to)
        return true
      })
      .finally(() => takenHere.delete(taken))
    if (!result.ok) return result.error
    await tellHeld(person, result.value)
    return result.value
  }

  const fetcher: Fetcher = createFetcher({ services, session, remote, heads, claims: ports.claims, takeIn })

  // The whole of what the peer holds, each time; only of devices that are the person's, so that it cannot grow.
  const noteHeads = async (person: string, said: readonly LogRanges[]): Promise<void> => {
    const state = await persons.keyState(person)
    forgetRemote(person)
    for (const log of said) {
      const ranges = state && mayTake(services, session, person, log) ? countingRanges(state, log) : []
      if (ranges.length === 0) continue
      remote.set(logKey(log.device, log.log), { device: log.device.slice(), log: log.log, ranges, person })
      logs.heardOf({ device: log.device, log: log.log, seq: ranges.at(-1)!.to }, session.device)
    }
    services.changes.emit('connection')
    fetcher.wake()
  }

  const takePushed = async (person: string, segment: Uint8Array): Promise<void> => {
    let run: EntryRun | undefined
    const result = await takeIn(person, segment, (pushed) => {
      run = pushed
      return true
    })
    if (!run || !('type' in result) || result.type !== 'full') return
    // It will not be pushed again: it is among what is fetched when there is room.
    const { device, log, from, to } = run
    const key = logKey(device, log)
    remote.set(key, { person, device, log, ranges: uniteRange(remote.get(key)?.ranges ?? [], { from, to }) })
    fetcher.pause()
  }

  const handle = async (message: HolderMessage): Promise<void> => {
    // [SY6] What was not asked for is not looked at, let alone stored.
    if (!wanted.has(message.person)) return takeUnasked(message)
    if (message.type === 'heads') {
      confirmations.named(message.person, message.newest)
      await noteHeads(message.person, message.logs)
    } else if (message.type === 'events') await takeEvents(message.person, message.events)
    else if (message.type === 'records') {
      if (!(await keepRecords(services, message))) askLater(message.person)
    } else await takePushed(message.person, message.segment)
  }

  stream.onmessage = async (bytes) => {
    const message = decodeHolderMessage(bytes)
    if (message.ok) await handle(message.value)
    else session.close(refuseMessage(message.error, services.refusals.count))
  }
  stream.onclose = (end) => {
    if (!isClosed && end !== 'session-ended') ports.onLost(end === 'restarted')
  }

  return {
    async refresh() {
      const next = new Set(ports.wantsOf(session))
      const gone = [...wanted].filter((person) => !next.has(person))
      // The peer's own person first: it may name keys that are not known here.
      const added = [...next]
        .filter((person) => !wanted.has(person))
        .sort((a, b) => Number(b === session.person) - Number(a === session.person))
      // At once: asking takes a while each, and what a peer says of someone in the meantime is welcome.
      for (const person of added) wanted.add(person)
      if (wanted.has(session.person)) isCatchingUp = false
      for (const person of gone) await unwant(person)
      // [KP3] [EC4] Private logs may pass from now on, or no longer.
      const isOther = (person: string): boolean => access.get(person) !== accessToken(services, session, person)
      const again = [...wanted].filter((person) => !added.includes(person) && isOther(person))
      // Of whom nothing can be asked here, nobody else has to wait for it.
      for (const person of [...added, ...again]) if (wanted.has(person)) await want(person).catch(reportTo(services))
      await catchUp()
    },
    wake() {
      fetcher.wake()
      catchUp().catch(reportTo(services))
    },
    arriving: () => fetcher.missing(),
    close() {
      isClosed = true
      stopAppends()
      platform.timers.clearTimeout(untakenTimer)
      fetcher.close()
      stream.close('cancelled')
    },
  }
}

const nameOf = ({ device, log, to }: Omit<EntryRun, 'from'>): string => `${logKey(device, log)} ${to}`

/** What of a log counts: nothing of a device that is not the person's, of a removed one what lies before its end. */
function countingRanges(state: KeyState, { device, log, ranges }: LogRanges): readonly SeqRange[] {
  const bound = logBound(state, device, log)
  if (bound.type === 'void') return []
  return bound.type === 'open' ? ranges : commonRanges(ranges, [{ from: 1, to: bound.seq }])
}

/**
 * Sends acknowledgements one at a time, of each log the latest only and each once: a peer that does not read them costs no more
 * memory than there are logs. Not awaited by whoever takes in entries: a handler that waits for the other side's
 * handler could wait for itself.
 */
function createAcknowledger(
  send: (have: Have) => Promise<void>,
  report: (error: unknown) => void,
): (have: Have) => void {
  const waiting = new Map<string, Have>()
  const said = new Map<string, number>()
  let isSending = false
  const sendAll = async (): Promise<void> => {
    isSending = true
    try {
      for (const [key, have] of waiting) {
        waiting.delete(key)
        await send(have)
      }
    } finally {
      isSending = false
    }
  }
  return (have) => {
    const key = logKey(have.device, have.log)
    if (said.get(key) === have.seq) return
    said.set(key, have.seq)
    waiting.set(key, have)
    if (!isSending) sendAll().catch(report)
  }
}
