/**
 * The state of a session that outlives its carriers, sans I/O: packets go out by `nextPacket`, come in by `receive`,
 * and `attach`/`attached` positions join the two sides' states on a new carrier. A state has a random incarnation id;
 * a side that does not find the state it remembers on the other side starts anew, unless nothing had been exchanged
 * yet. docs/protocol/50-wire.md, rules W20 to W29.
 */
import { equalBytes } from '../bytes.ts'
import { err, ok, type Result } from '../result.ts'
import { createFrameWriter, decodeFrames, type Priority } from './frames.ts'
import { DATA_HEADER_BYTES, INCARNATION_BYTES, type Position, writeDataHeader } from './packets.ts'
import { createResendBuffer, type ResendBuffer } from './resend-buffer.ts'
import { createStreamTable, type StreamEvent, type StreamTable, type Violation } from './streams.ts'
import { ACK_EVERY_BYTES, NOISE_TAG_BYTES, TARGET_CARRIER_MESSAGE_BYTES } from './wire-limits.ts'

/** A full packet fills a carrier message exactly: two bytes of length and the tag come on top. */
const MAX_PACKET_BYTES = TARGET_CARRIER_MESSAGE_BYTES - NOISE_TAG_BYTES - 2

const NONE = new Uint8Array(INCARNATION_BYTES)

/** `resumed`: as if the carrier had never changed. `fresh`: nothing had been exchanged. `restarted`: streams are gone. */
export type JoinOutcome = 'resumed' | 'fresh' | 'restarted'

export interface OutPacket {
  readonly bytes: Uint8Array
  /** Whether an earlier carrier was given it. */
  readonly again: boolean
}

export interface SessionCore {
  /** The streams of the present incarnation. */
  streams(): StreamTable
  /** Where this side stands, for the attachment `epoch`. */
  position(epoch: number): Position
  /** Takes the leader's `attach`, before `attached` is answered. */
  follow(position: Position): Result<JoinOutcome, Violation>
  /** Takes the follower's `attached`; after `restarted` the leader attaches again. */
  lead(position: Position): Result<JoinOutcome, Violation>
  /** The next data packet for the carrier, of streams of the given classes; undefined when there is none to send. */
  nextPacket(classes: readonly Priority[]): OutPacket | undefined
  receive(seq: number, ack: number, frames: Uint8Array): Result<readonly StreamEvent[], Violation>
  acknowledge(ack: number): Result<void, Violation>
  /** What is owed to the peer: nothing, an acknowledgement soon, or one now. */
  ackDue(): 'no' | 'soon' | 'now'
  /** The position to acknowledge; counts as told. */
  takeAck(): number
}

interface State {
  mine: Uint8Array
  yours: Uint8Array | undefined
  sent: ResendBuffer
  streams: StreamTable
  received: number
  /** Bytes of data packets since the last acknowledgement. */
  unacknowledged: number
}

/** @param newIncarnation 16 fresh random bytes; @param parity of this side's stream ids */
export const createSessionCore = (newIncarnation: () => Uint8Array, parity: 0 | 1): SessionCore => {
  const begin = (yours: Uint8Array | undefined): State => ({
    mine: newIncarnation(),
    yours,
    sent: createResendBuffer(),
    streams: createStreamTable(parity),
    received: 0,
    unacknowledged: 0,
  })
  let state = begin(undefined)
  const scratch = new Uint8Array(MAX_PACKET_BYTES)

  const knowsPeer = (position: Position): boolean => state.yours !== undefined && equalBytes(position.mine, state.yours)

  const resume = (received: number): Result<JoinOutcome, Violation> =>
    state.sent.rewind(received) ? ok('resumed') : err(`resumes at ${received}`)

  /** Joins a peer state that is new here. Nothing was exchanged: what is queued simply goes to the new state. */
  const adopt = (yours: Uint8Array): JoinOutcome => {
    const untouched = state.received === 0 && state.sent.acked() === 0
    if (untouched) {
      state.yours = yours
      state.sent.rewind(0)
      return 'fresh'
    }
    state.streams.drop()
    state = begin(yours)
    return 'restarted'
  }

  const makePacket = (classes: readonly Priority[]): void => {
    const writer = createFrameWriter(scratch, DATA_HEADER_BYTES)
    state.streams.fill(writer, classes)
    if (writer.length() > DATA_HEADER_BYTES) state.sent.add(scratch.slice(0, writer.length()))
  }

  const takeAck = (): number => {
    state.unacknowledged = 0
    return state.received
  }

  const acknowledge = (ack: number): Result<void, Violation> =>
    state.sent.acknowledge(ack) ? ok(undefined) : err(`acknowledges ${ack}, which was not sent`)

  const receiveFrames = (bytes: Uint8Array): Result<readonly StreamEvent[], Violation> => {
    const frames = decodeFrames(bytes)
    if (!frames.ok) return err(frames.error.reason)
    const events: StreamEvent[] = []
    for (const frame of frames.value) {
      const event = state.streams.receive(frame)
      if (!event.ok) return event
      if (event.value) events.push(event.value)
    }
    return ok(events)
  }

  return {
    streams: () => state.streams,
    position: (epoch) => ({ epoch, mine: state.mine, yours: state.yours ?? NONE, received: takeAck() }),
    follow: (position) =>
      knowsPeer(position) && equalBytes(position.yours, state.mine)
        ? resume(position.received)
        : ok(adopt(position.mine)),
    lead(position) {
      if (!equalBytes(position.yours, state.mine)) return err('attached to another state than the one offered')
      return knowsPeer(position) ? resume(position.received) : ok(adopt(position.mine))
    },
    nextPacket(classes) {
      let next = state.sent.next()
      if (!next && state.sent.hasRoom()) {
        makePacket(classes)
        next = state.sent.next()
      }
      if (!next) return undefined
      writeDataHeader(next.packet, next.seq, takeAck())
      return { bytes: next.packet, again: next.again }
    },
    receive(seq, ack, frames) {
      if (seq !== state.received) return err(`packet ${seq} where ${state.received} is next`)
      const acknowledged = acknowledge(ack)
      if (!acknowledged.ok) return acknowledged
      state.received += 1
      state.unacknowledged += DATA_HEADER_BYTES + frames.length
      return receiveFrames(frames)
    },
    acknowledge,
    ackDue: () => (state.unacknowledged === 0 ? 'no' : state.unacknowledged < ACK_EVERY_BYTES ? 'soon' : 'now'),
    takeAck,
  }
}
