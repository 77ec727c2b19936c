/**
 * The holder's side of a log stream: answers wants with key events, records and heads, pushes new entries as they are
 * stored here, and notes what the reader acknowledges. Rules [SY1]–[SY5] in docs/protocol.
 */

import { bytesToHex, equalBytes } from '../../core/bytes.ts'
import type { KeyState } from '../../core/identity/key-state.ts'
import { MAX_SEGMENT_BYTES } from '../../core/limits.ts'
import { decodeReaderMessage, encodeSync, MAX_LOGS, MAX_RANGES } from '../../core/sync/codec.ts'
import type { Have, HolderMessage, LogRanges, Want } from '../../core/sync/messages.ts'
import type { AppendEvent, Fork, LogHead } from '../log/log-service.ts'
import type { Session, Stream } from '../sessions/types.ts'
import { accessToken, heldFromStart, isKept, mayRead, servedHeads } from './access.ts'
import { newestIn, toEventMessages } from './key-news.ts'
import { logKey } from './log-key.ts'
import type { ReplicationServices } from './ports.ts'
import { createRecordNews } from './record-news.ts'
import { refuseMessage } from './refused-message.ts'

/** Persons that one reader may follow through one session. */
export const MAX_WANTED_PERSONS = 4096
/** New entries up to this many bytes are pushed; for more the reader is told the head and fetches. */
const MAX_PUSH_BYTES = 65_536
/** Heads of a person go out at most this often while many entries arrive here. */
const HEADS_INTERVAL_MS = 200
/** New entries on their way to one reader; one that takes them no faster is told heads, and fetches. */
const MAX_PUSHING = 8

/** What a reader on the other side is known to hold: log key → newest entry. */
type Known = Map<string, number>

interface PendingHeads {
  /** Something was stored after these heads were read. */
  isAgain: boolean
  timer: unknown
}

/** The holder's side of one session. */
export interface Holder {
  /** Serves a log stream that the peer opened. */
  serve(stream: Stream): void
  /** The peer just sent us these entries, so there is no need to push them back. */
  peerHas(device: Uint8Array, log: number, seq: number): void
  close(): void
}

/** Makes the holder's side of a session. */
export function createHolder(services: ReplicationServices, session: Session): Holder {
  const { account, copies, logs, persons, platform } = services
  const wanted = new Map<string, Known>()
  /** What of a person's private logs may pass, as it was when the peer was last told. */
  const access = new Map<string, string>()
  const pendingHeads = new Map<string, PendingHeads>()
  const sent: Known = new Map()
  /** The key events of a person that the peer was told, by {@link tokenOf}. */
  const told = new Map<string, string>()
  /** The newest key event of one's own person that the peer was told of beside that, after the handshake. */
  let named: Uint8Array | undefined
  let stream: Stream | undefined
  let pushing = 0

  const send = async (message: HolderMessage): Promise<void> => {
    await stream?.send(encodeSync(message))
  }

  const news = createRecordNews(services, send, reportTo(services))

  const noteAccess = (person: string): boolean => {
    const token = accessToken(services, session, person)
    const isChanged = access.get(person) !== token
    access.set(person, token)
    return isChanged
  }
  // [KP3] [EC4] Somebody became a keeper or holds something under a lease, or does so no longer.
  const tellAccess = (person: string): void => {
    if (wanted.has(person) && noteAccess(person)) sendHeadsSoon(person)
  }

  const answerWant = async (want: Want): Promise<void> => {
    if (!wanted.has(want.person) && wanted.size >= MAX_WANTED_PERSONS) return
    noteAccess(want.person)
    const heads = await servedHeads(services, session, want.person)
    // What the reader says of logs that are not here is of no use, and would be remembered at its pleasure.
    const known: Known = new Map()
    wanted.set(want.person, known)
    for (const head of heads) {
      const log = want.logs.find(({ device, log }) => log === head.log && equalBytes(device, head.device))
      if (log) known.set(logKey(head.device, head.log), newestOf(log))
      // A want does not say whether the device is always on; what it said of that before goes on counting.
      if (log) await noteCopy(head, heldFromStart(log.ranges), undefined)
    }
    // Also of somebody of whom nothing else is here yet: what will be pushed needs them.
    if (isKept(services, want.person)) {
      told.set(want.person, tokenOf(want.newest, false))
      await sendEvents(want.person)
      await news.tell(want.person)
    }
    await sayHeads(want.person, heads)
    for (const fork of await logs.forks(session.device)) await tellFork(fork)
  }

  // [N27] Nobody else tells a device that was put back from a copy what it wrote before.
  const tellFork = async ({ person, device, log, proof }: Fork): Promise<void> => {
    if (!equalBytes(device, session.device) || !wanted.has(person)) return
    if (!isKept(services, person) || !mayRead(services, session, person, { device, log })) return
    for (const segment of proof)
      if (segment.length <= MAX_SEGMENT_BYTES) await send({ type: 'segment', person, segment })
  }

  const sayHeads = async (person: string, heads: readonly LogHead[]): Promise<void> => {
    const newest = isKept(services, person) ? newestIn(await persons.keyState(person)) : null
    await send({ type: 'heads', person, newest, logs: heads.slice(0, MAX_LOGS).map(toRanges) })
  }

  // [SY5] A reader cannot hold what was never written: such a claim would show copies that do not exist.
  const noteCopy = async (head: LogHead, upTo: number, alwaysOn: boolean | undefined): Promise<void> => {
    if (upTo < 1 || upTo > head.seq || head.person !== account.self()?.person) return
    const peer = { device: session.device, person: session.person, alwaysOn }
    await copies.saw({ device: head.device, log: head.log, upTo, peer })
  }

  // [SY20] Whoever wants nothing of one's own person may count copies on its devices.
  const nameNewest = async (person: string): Promise<void> => {
    if (wanted.has(person) || person !== account.self()?.person) return
    const newest = newestIn(await persons.keyState(person))
    if (!newest || equalBytes(newest, named ?? session.toldKeyEvent)) return
    named = newest
    await sayHeads(person, [])
  }

  const sendEvents = async (person: string): Promise<void> => {
    const state = await persons.keyState(person)
    if (!state || told.get(person) === tokenOfState(state)) return
    told.set(person, tokenOfState(state))
    // All at once, so that nothing else gets in between.
    await Promise.all(toEventMessages(person, state).map(send))
  }

  const noteHave = async (have: Have): Promise<void> => {
    const known = wanted.get(have.person)
    const key = logKey(have.device, have.log)
    if (!known || !mayRead(services, session, have.person, have)) return
    const head = await logs.head(have.device, have.log)
    if (head?.person !== have.person || have.seq > head.seq) return
    known.set(key, Math.max(known.get(key) ?? 0, have.seq))
    await noteCopy(head, have.seq, have.alwaysOn)
  }

  const onAppend = async (event: AppendEvent): Promise<void> => {
    const known = wanted.get(event.person)
    if (!known || !isKept(services, event.person) || !mayRead(services, session, event.person, event)) return
    const key = logKey(event.device, event.log)
    const has = Math.max(known.get(key) ?? 0, sent.get(key) ?? 0)
    if (event.to <= has) return
    if (pushing >= MAX_PUSHING) return sendHeadsSoon(event.person)
    pushing++
    try {
      const segment = await pushable(event, has)
      if (!segment) return sendHeadsSoon(event.person)
      sent.set(key, event.to)
      await send({ type: 'segment', person: event.person, segment })
    } finally {
      pushing--
    }
  }

  const pushable = async (event: AppendEvent, has: number): Promise<Uint8Array | undefined> => {
    if (event.to - event.from > 64) return undefined
    const from = Math.max(event.from, has + 1)
    const segment = await logs.readSegment(event.device, event.log, from, MAX_PUSH_BYTES, event.to)
    return segment && segment.to === event.to ? segment.bytes : undefined
  }

  const sendHeads = async (person: string): Promise<void> => {
    await sayHeads(person, await servedHeads(services, session, person))
  }

  // One message of heads a person waits or is on its way, however slowly the reader takes them.
  const sendHeadsSoon = (person: string): void => {
    const waiting = pendingHeads.get(person)
    if (waiting) {
      waiting.isAgain = true
      return
    }
    const pending: PendingHeads = { isAgain: false, timer: undefined }
    const sendNow = async (): Promise<void> => {
      pending.isAgain = false
      await sendHeads(person).finally(() => pendingHeads.delete(person))
      if (pending.isAgain) sendHeadsSoon(person)
    }
    pendingHeads.set(person, pending)
    pending.timer = platform.timers.setTimeout(() => void sendNow().catch(reportTo(services)), HEADS_INTERVAL_MS)
  }

  const stops = [
    logs.onAppend((event) => void onAppend(event).catch(reportTo(services))),
    logs.onFork((fork) => void tellFork(fork).catch(reportTo(services))),
    persons.onChange(tellAccess),
    services.leases.onChange(() => [...wanted.keys()].forEach(tellAccess)),
    // A device that was added or removed, before anything of it is sent.
    persons.onChange((person) => {
      if (told.has(person) && isKept(services, person)) sendEvents(person).catch(reportTo(services))
      nameNewest(person).catch(reportTo(services))
    }),
  ]

  return {
    serve(opened) {
      stream?.close('cancelled')
      stream = opened
      wanted.clear()
      told.clear()
      news.forgetAll()
      named = undefined
      // The handshake was a while ago.
      const self = account.self()?.person
      if (self) nameNewest(self).catch(reportTo(services))
      opened.onmessage = async (bytes) => {
        const message = decodeReaderMessage(bytes)
        if (!message.ok) {
          refuseMessage(message.error, services.refusals.count)
          return opened.close('failed')
        }
        // What fails of one person must not end what is read of all others.
        if (message.value.type === 'want') return answerWant(message.value).catch(reportTo(services))
        if (message.value.type === 'have') return noteHave(message.value).catch(reportTo(services))
        wanted.delete(message.value.person)
        told.delete(message.value.person)
        news.forget(message.value.person)
      }
    },
    peerHas(device, log, seq) {
      const key = logKey(device, log)
      sent.set(key, Math.max(sent.get(key) ?? 0, seq))
    },
    close() {
      for (const stop of stops) stop()
      news.close()
      for (const { timer } of pendingHeads.values()) platform.timers.clearTimeout(timer)
      stream?.close('cancelled')
    },
  }
}

/** What of a person's keys is known: the newest event, and whether they are contested. */
const tokenOf = (newest: Uint8Array | null, isContested: boolean): string =>
  `${newest ? bytesToHex(newest) : ''}${isContested ? ' contested' : ''}`

const tokenOfState = (state: KeyState): string => tokenOf(newestIn(state), state.contested)

const newestOf = (log: LogRanges): number => log.ranges.at(-1)?.to ?? 0

/** What is held of a log, as it is told to others; of a log in many pieces only the newest are named. */
export const toRanges = (head: LogHead): LogRanges => ({
  device: head.device,
  log: head.log,
  ranges: head.ranges.slice(-MAX_RANGES).map(({ from, to }) => ({ from, to })),
})

/** Reports what must not happen to the platform's log; replication goes on. */
export const reportTo =
  (services: ReplicationServices) =>
  (error: unknown): void =>
    services.platform.log({ level: 'error', what: 'replication', detail: String(error) })
