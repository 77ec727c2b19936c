/** Keeps one connection to a host up: dials, waits, dials again; owns the connection's circuits and its tunnel. */

import type { Carrier } from '../../core/ports.ts'
import { err, type Result } from '../../core/result.ts'
import type { CircuitFrame } from '../../core/swarm/host-frames.ts'
import type { ClientMessage, CloseReason, HostMessage, Welcome } from '../../core/swarm/host-protocol.ts'
import { createBackOff, REFUSED_WAIT, withJitter } from './back-off.ts'
import { type CircuitBoard, createCircuitBoard } from './circuit-board.ts'
import type { LinkPorts, LinkState } from './link-ports.ts'
import { type LinkSocket, openLinkSocket } from './link-socket.ts'
import { createTunnelGate, type TunnelGate } from './tunnel-gate.ts'

/** What the connector tells the link. */
export interface ConnectorHandlers {
  onState(state: LinkState): void
  /** A log-in has held; the host knows nothing else of this device yet. */
  onConnected(tell: Connector['tell']): void
  /** What concerns no circuit. */
  onMessage(message: HostMessage): void
  onCircuit(carrier: Carrier, from: Uint8Array, person: string): void
  onRefused(reason: string): void
  /** A connection that had held is gone. */
  onLost(): void
}

/** One host, whatever becomes of the single connection. */
export interface Connector {
  state(): LinkState
  /** @returns false when there is no connection */
  tell(message: ClientMessage): boolean
  openCircuit(device: Uint8Array): Promise<Result<Carrier, CloseReason>>
  connectNow(): void
  close(): void
}

/** Refusals that may pass soon; after the others another attempt would get the same answer. */
const PASSING = new Set(['busy', 'flood', 'too-late'])

/** One connection that has held. */
interface Connection {
  readonly socket: LinkSocket
  readonly board: CircuitBoard
  readonly gate: TunnelGate
}

/** Dials at once; closed only by `close`. */
export const createConnector = (origin: string, ports: LinkPorts, handlers: ConnectorHandlers): Connector => {
  const backOff = createBackOff(ports.random)
  let state: LinkState = { state: 'connecting' }
  let dialled: LinkSocket | undefined
  let connection: Connection | undefined
  let retry: unknown

  const setState = (next: LinkState): void => {
    state = next
    handlers.onState(next)
  }
  const dial = (): void => {
    // The first attempt needs no telling: a link starts as connecting.
    if (state.state !== 'connecting') setState({ state: 'connecting' })
    dialled = openLinkSocket(origin, ports, {
      onWelcome: enter,
      onMessage: (message) => connection && route(connection, message, handlers),
      onCircuitFrame: (frame) => connection && routeFrame(connection.board, frame),
      onRefused: handlers.onRefused,
      onEnd: lose,
    })
  }
  const tell = (message: ClientMessage): boolean => {
    connection?.socket.tell(message)
    return connection !== undefined
  }
  const enter = ({ publicUrl, ice }: Welcome): void => {
    const socket = dialled!
    connection = {
      socket,
      board: createCircuitBoard({ ...socket, timers: ports.timers, onCircuit: handlers.onCircuit }),
      gate: createTunnelGate({ ...socket, timers: ports.timers, source: ports.tunnel }),
    }
    backOff.reset()
    handlers.onConnected(tell)
    setState({ state: 'connected', publicUrl, ice })
  }
  const drop = (): void => {
    const lost = connection
    connection = undefined
    dialled = undefined
    lost?.board.lost()
    lost?.gate.lost()
    if (lost) handlers.onLost()
  }
  const lose = (reason: string, refusedByHost: boolean): void => {
    const refused = refusedByHost && !PASSING.has(reason)
    const wait = refused ? withJitter(REFUSED_WAIT, ports.random) : backOff.next()
    retry = ports.timers.setTimeout(dial, wait)
    drop()
    setState({ state: refused ? 'refused' : 'waiting', retryAt: ports.clock.now() + wait, reason })
  }
  dial()
  return {
    state: () => state,
    tell,
    openCircuit: async (device) => connection?.board.open(device) ?? err('link-lost'),
    connectNow() {
      if (state.state !== 'waiting' && state.state !== 'refused') return
      ports.timers.clearTimeout(retry)
      backOff.reset()
      dial()
    },
    close() {
      if (state.state === 'closed') return
      ports.timers.clearTimeout(retry)
      dialled?.close()
      drop()
      setState({ state: 'closed' })
    },
  }
}

const route = ({ board, gate, socket }: Connection, message: HostMessage, handlers: ConnectorHandlers): void => {
  if (message.type === 'incoming') board.incoming(message)
  else if (message.type === 'accept') board.accepted(message.circuit)
  else if (message.type === 'close') board.closed(message.circuit, message.reason)
  else if (message.type === 'read-block' || message.type === 'read-record' || message.type === 'write-record')
    gate.take(message)
  else if (message.type === 'challenge' || message.type === 'welcome') socket.refuse('unasked')
  // A limit that the host told of: what was left out is left out. Counted, so that it can be seen.
  else if (message.type === 'error') handlers.onRefused(`limit: ${message.detail}`)
  else if (message.type !== 'pong') handlers.onMessage(message)
}

const routeFrame = (board: CircuitBoard, frame: CircuitFrame): void => {
  if (frame.kind === 'data') board.data(frame.circuit, frame.bytes)
  else board.credit(frame.circuit, frame.bytes)
}
