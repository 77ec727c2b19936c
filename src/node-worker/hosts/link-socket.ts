/**
 * One connection to a host, from dialling to its end: answers the challenge, then hands frames on. Whatever the host
 * sends is checked; what is not in order is counted, and a host that sends much of it is left.
 */

import { malformed } from '../../core/result.ts'
import { decodeHostMessage } from '../../core/swarm/host-codec.ts'
import { type CircuitFrame, decodeHostFrame, encodeControl } from '../../core/swarm/host-frames.ts'
import { HOST_PROTOCOL_VERSION } from '../../core/swarm/host-limits.ts'
import { signLogin } from '../../core/swarm/host-login.ts'
import type { Challenge, ClientMessage, HostMessage, Welcome } from '../../core/swarm/host-protocol.ts'
import { hostSocketUrl } from '../../core/swarm/host-urls.ts'
import type { WebSocketLike } from '../platform.ts'
import type { LinkPorts } from './link-ports.ts'

/** From dialling to the welcome, milliseconds. */
export const CONNECT_TIMEOUT = 20_000

/** A ping this often; whoever is silent from one to the next is gone. Milliseconds. */
export const LINK_PING_INTERVAL = 15_000

/** Frames out of order that one connection may bring. */
export const MAX_REFUSED_FRAMES = 64

/** Circuits wait while this much is in the websocket, bytes: what matters now must not queue behind bulk. */
const SOCKET_BYTES = 524_288

/** Answers to requests over HTTP wait while more than this is in the websocket, bytes: sessions go first. */
const IDLE_BYTES = 65_536

/** The connection's owner. */
export interface SocketHandlers {
  onWelcome(welcome: Welcome): void
  /** Only after the welcome. */
  onMessage(message: HostMessage): void
  onCircuitFrame(frame: CircuitFrame): void
  onRefused(reason: string): void
  /** Called once. `error` is what the host gave as its reason, if it gave one. */
  onEnd(reason: string, error: boolean): void
}

/** One connection. */
export interface LinkSocket {
  tell(message: ClientMessage): void
  send(frame: Uint8Array): void
  takesMore(): boolean
  /** True while hardly anything waits in the websocket. */
  isIdle(): boolean
  /** Counts something the host sent that is not in order. */
  refuse(reason: string): void
  /** Ends it without a word to the owner. */
  close(): void
}

interface Live {
  readonly origin: string
  readonly ports: LinkPorts
  readonly handlers: SocketHandlers
  readonly socket: WebSocketLike
  phase: 'challenge' | 'signing' | 'welcome' | 'in' | 'ended'
  refused: number
  heard: boolean
  timer: unknown
}

/** Dials. A platform that refuses the address at once ends the connection like one that fails later. */
export const openLinkSocket = (origin: string, ports: LinkPorts, handlers: SocketHandlers): LinkSocket | undefined => {
  let socket: WebSocketLike
  try {
    socket = ports.webSocket(hostSocketUrl(origin))
  } catch (error) {
    handlers.onEnd(error instanceof Error ? error.message : String(error), false)
    return undefined
  }
  const live: Live = { origin, ports, handlers, socket, phase: 'challenge', refused: 0, heard: false, timer: undefined }
  live.timer = ports.timers.setTimeout(() => end(live, 'timeout', false), CONNECT_TIMEOUT)
  socket.binaryType = 'arraybuffer'
  socket.onmessage = ({ data }) => receive(live, data)
  socket.onclose = ({ reason }) => end(live, reason || 'unreachable', false)
  // A close follows every error and says as much as a browser tells.
  socket.onerror = () => undefined
  return {
    tell: (message) => transmit(live, encodeControl(message)),
    send: (frame) => transmit(live, frame),
    takesMore: () => socket.bufferedAmount < SOCKET_BYTES,
    isIdle: () => socket.bufferedAmount < IDLE_BYTES,
    refuse: (reason) => refuse(live, reason),
    close: () => shut(live),
  }
}

const transmit = (live: Live, frame: Uint8Array): void => {
  if (live.phase !== 'ended') live.socket.send(frame)
}

const shut = (live: Live): void => {
  live.phase = 'ended'
  live.ports.timers.clearTimeout(live.timer)
  const { socket } = live
  socket.onmessage = null
  socket.onclose = null
  socket.close()
}

const end = (live: Live, reason: string, error: boolean): void => {
  if (live.phase === 'ended') return
  shut(live)
  live.handlers.onEnd(reason, error)
}

const refuse = (live: Live, reason: string): void => {
  live.handlers.onRefused(reason)
  live.refused += 1
  if (live.refused > MAX_REFUSED_FRAMES) end(live, 'malformed', true)
}

const receive = (live: Live, data: unknown): void => {
  if (live.phase === 'ended') return
  live.heard = true
  const frame = data instanceof ArrayBuffer ? decodeHostFrame(new Uint8Array(data)) : malformed('host-frame', 'text')
  if (!frame.ok) refuse(live, frame.error.type === 'malformed' ? 'malformed-frame' : frame.error.type)
  else if (frame.value.kind === 'control') receiveControl(live, frame.value.body)
  else if (live.phase !== 'in') refuse(live, 'too-early')
  else if (frame.value.kind === 'piece') refuse(live, 'unasked')
  else live.handlers.onCircuitFrame(frame.value)
}

const receiveControl = (live: Live, body: Uint8Array): void => {
  const decoded = decodeHostMessage(body)
  if (decoded.ok) receiveMessage(live, decoded.value)
  else refuse(live, 'malformed-message')
}

const receiveMessage = (live: Live, message: HostMessage): void => {
  if (message.type === 'error' && message.code !== 'limit') end(live, message.code, true)
  else if (live.phase === 'in') live.handlers.onMessage(message)
  else if (message.type === 'challenge' && live.phase === 'challenge') void answerChallenge(live, message)
  else if (message.type === 'welcome' && live.phase === 'welcome') startLink(live, message)
  else refuse(live, 'too-early')
}

/** The signature names the address that was dialled: a host cannot use it at another host. */
const answerChallenge = async (live: Live, { version, challenge }: Challenge): Promise<void> => {
  if (version !== HOST_PROTOCOL_VERSION) return end(live, 'unsupported-version', true)
  live.phase = 'signing'
  const { origin, ports } = live
  try {
    const claim = { origin, challenge, network: ports.network, person: ports.person }
    const logIn = await signLogin(claim, await ports.keyEvents(), ports.signer)
    if (live.phase !== 'signing') return
    live.phase = 'welcome'
    transmit(live, encodeControl(logIn))
  } catch (error) {
    // Keys or store are gone: said as the reason, tried again like any other failure.
    end(live, error instanceof Error ? error.message : String(error), false)
  }
}

const startLink = (live: Live, welcome: Welcome): void => {
  live.phase = 'in'
  live.ports.timers.clearTimeout(live.timer)
  ping(live, 0)
  live.handlers.onWelcome(welcome)
}

const ping = (live: Live, n: number): void => {
  live.heard = false
  transmit(live, encodeControl({ type: 'ping', n }))
  live.timer = live.ports.timers.setTimeout(() => {
    if (live.heard) ping(live, (n + 1) % 0xffff)
    else end(live, 'silent', false)
  }, LINK_PING_INTERVAL)
}
