/**
 * One websocket from challenge to end. Reading stops while a log-in is checked, so that nothing can come in between; a
 * frame that does not decode ends the connection.
 */

import type { WebSocket } from 'ws'
import { err, malformed, type Result } from '../../core/result.ts'
import { decodeClientMessage } from '../../core/swarm/host-codec.ts'
import { decodeHostFrame, encodeControl, type FrameFailure } from '../../core/swarm/host-frames.ts'
import { HOST_PROTOCOL_VERSION, LOGIN_TIMEOUT } from '../../core/swarm/host-limits.ts'
import type { ClientMessage, HostErrorCode, HostMessage, LogIn, Welcome } from '../../core/swarm/host-protocol.ts'
import type { Hub } from '../index/hub.ts'
import type { Refusal } from '../index/log-in.ts'
import type { Identified, Peer } from '../index/peer.ts'
import { CONTROL_BURST, CONTROL_PER_SECOND, KEYS_PER_TOKEN, REFUSAL_GRACE } from '../limits.ts'
import { createInlet, type Inlet } from './inlet.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import { createTokenBucket, type Stopwatch, type TokenBucket } from './token-bucket.ts'

/** What every connection of a host is given. */
export interface ConnectionContext {
  readonly hub: Hub
  readonly welcome: Welcome
  readonly stopwatch: Stopwatch
  newChallenge(): Uint8Array
  checkLogIn(logIn: LogIn, challenge: Uint8Array): Promise<Result<Identified, Refusal>>
}

/** Websocket close codes, RFC 6455 section 7.4.1. */
const CLOSE_POLICY = 1008
const CLOSE_GOING_AWAY = 1001

/** One connection, for whoever keeps count of them. */
export interface Connection {
  readonly socket: WebSocket
  /** True while the host does not read from it: no answer to a ping can be expected. */
  isHeld(): boolean
  end(code: HostErrorCode, detail: string): void
}

/** What is known of a connection before it says anything, and who is told when its log-in has held. */
export interface Arrival {
  readonly address: string | undefined
  readonly onIn: () => void
}

/** What changes as a connection goes on; `challenge` is there until it has been answered. */
interface Live extends Connection {
  readonly context: ConnectionContext
  readonly arrival: Arrival
  readonly outbox: Outbox
  readonly inlet: Inlet
  readonly control: TokenBucket
  challenge: Uint8Array | undefined
  peer: Peer | undefined
}

/** Takes a fresh websocket: sends the challenge and serves it until it ends. */
export const serveConnection = (socket: WebSocket, context: ConnectionContext, arrival: Arrival): Connection => {
  const live = createLive(socket, context, arrival)
  const tooLate = setTimeout(() => live.peer ?? live.end('too-late', 'log in first'), LOGIN_TIMEOUT)
  socket.binaryType = 'nodebuffer'
  socket.on('message', (data, isBinary) => receive(live, data as Buffer, isBinary))
  // What ws reports here (oversized and broken frames) it answers itself; the close that follows is what counts.
  socket.on('error', () => undefined)
  socket.on('close', () => {
    clearTimeout(tooLate)
    live.outbox.close()
    if (live.peer) context.hub.leave(live.peer)
    live.peer = undefined
  })
  send(live, { type: 'challenge', version: HOST_PROTOCOL_VERSION, challenge: live.challenge! })
  return live
}

const createLive = (socket: WebSocket, context: ConnectionContext, arrival: Arrival): Live => {
  const inlet = createInlet(socket, context.stopwatch)
  const live: Live = {
    socket,
    context,
    arrival,
    inlet,
    outbox: createOutbox(socket, () => socket.terminate()),
    control: createTokenBucket(CONTROL_PER_SECOND, CONTROL_BURST, context.stopwatch),
    challenge: context.newChallenge(),
    peer: undefined,
    isHeld: () => inlet.held(),
    end(code, detail) {
      send(live, { type: 'error', code, detail })
      socket.close(code === 'busy' ? CLOSE_GOING_AWAY : CLOSE_POLICY, code)
      // Whoever has proven nothing is not waited for as long as ws would.
      if (!live.peer) setTimeout(() => socket.terminate(), REFUSAL_GRACE)
    },
  }
  return live
}

const send = (live: Live, message: HostMessage): void => live.outbox.forward(encodeControl(message))

const receive = (live: Live, data: Buffer, isBinary: boolean): void => {
  // A frame that was already read when the connection ended.
  if (live.socket.readyState !== live.socket.OPEN) return
  live.inlet.count(data.length)
  const frame = isBinary ? decodeHostFrame(data) : malformed('host-frame', 'text')
  if (!frame.ok) refuseFrame(live, frame.error)
  else if (frame.value.kind === 'control') receiveControl(live, frame.value.body)
  else if (!live.peer) live.end('malformed', 'log in first')
  else if (frame.value.kind === 'piece') live.context.hub.piece(live.peer, frame.value)
  else live.context.hub.circuit(live.peer, frame.value, data)
}

const refuseFrame = (live: Live, failure: FrameFailure): void => {
  if (failure.type === 'malformed') live.end('malformed', failure.reason)
  else live.end('unsupported-version', `this is version ${failure.supported}`)
}

const receiveControl = (live: Live, body: Uint8Array): void => {
  const message = decodeClientMessage(body)
  if (message.ok) receiveMessage(live, message.value)
  else live.end('malformed', message.error.reason)
}

const receiveMessage = (live: Live, message: ClientMessage): void => {
  const isAnswer = live.peer !== undefined && live.context.hub.takeAnswer(live.peer, message)
  if (!isAnswer && live.control.take(costOf(message)) > 0) live.end('flood', 'more slowly, please')
  else if (live.peer) live.context.hub.control(live.peer, message, isAnswer)
  else void logIn(live, message)
}

/** An outcome costs nothing: the host asked for it, and one that it did not ask for ends the connection. */
const costOf = (message: ClientMessage): number => {
  if (message.type === 'outcome') return 0
  return 'keys' in message ? 1 + message.keys.length / KEYS_PER_TOKEN : 1
}

const logIn = async (live: Live, message: ClientMessage): Promise<void> => {
  const checked = await checkFirst(live, message)
  if (live.socket.readyState !== live.socket.OPEN) return
  if (checked.ok) letIn(live, checked.value)
  else live.end(checked.error.code, checked.error.detail)
}

/** The first message must answer the challenge, and only the first may. */
const checkFirst = async (live: Live, message: ClientMessage): Promise<Result<Identified, Refusal>> => {
  const { challenge } = live
  if (message.type !== 'log-in' || !challenge) return err({ code: 'malformed', detail: 'log in first' })
  live.challenge = undefined
  const readOn = live.inlet.hold()
  const checked = await live.context.checkLogIn(message, challenge)
  readOn()
  return checked
}

const letIn = (live: Live, who: Identified): void => {
  live.peer = createPeer(live, who)
  live.arrival.onIn()
  send(live, live.context.welcome)
  live.context.hub.enter(live.peer)
}

const createPeer = (live: Live, who: Identified): Peer => ({
  ...who,
  address: live.arrival.address,
  send: (message) => send(live, message),
  forward: live.outbox.forward,
  congested: live.outbox.congested,
  end: live.end,
})
