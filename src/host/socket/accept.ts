/** Websockets at HOST_SOCKET_PATH: takes upgrades, counts connections, finds out who has silently gone. */

import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { HOST_SOCKET_PATH, MAX_HOST_FRAME } from '../../core/swarm/host-limits.ts'
import { MAX_CONNECTIONS, MAX_WAITING_CONNECTIONS, PING_INTERVAL, STOP_GRACE } from '../limits.ts'
import { type Connection, type ConnectionContext, serveConnection } from './connection.ts'

/** The websocket side of a host. */
export interface Acceptor {
  connections(): number
  /** Tells everyone that the host stops and waits a moment for them to close. */
  close(): Promise<void>
}

/** How many there may be at once. */
export interface AcceptLimits {
  readonly connections: number
  /** Not logged in yet. */
  readonly waiting: number
}

const LIMITS: AcceptLimits = { connections: MAX_CONNECTIONS, waiting: MAX_WAITING_CONNECTIONS }

/** Serves websockets on an HTTP server; other upgrades are refused. */
export const acceptWebSockets = (
  server: Server,
  context: ConnectionContext,
  limits: AcceptLimits = LIMITS,
): Acceptor => {
  // No compression: what is relayed is encrypted, and each compressor costs a connection more than all the rest.
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_HOST_FRAME, perMessageDeflate: false })
  const connections = new Map<Connection, Liveness>()
  /** Not logged in yet. */
  const waiting = new Set<WebSocket>()
  const take = (socket: WebSocket): void => {
    waiting.add(socket)
    const connection = serveConnection(socket, context, () => waiting.delete(socket))
    connections.set(connection, watchPongs(socket))
    socket.on('close', () => connections.delete(connection) && waiting.delete(socket))
  }
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const isFull = connections.size >= limits.connections || waiting.size >= limits.waiting
    if (pathOf(request) !== HOST_SOCKET_PATH) refuseUpgrade(socket, '404 Not Found')
    else if (isFull) refuseUpgrade(socket, '503 Service Unavailable')
    else sockets.handleUpgrade(request, socket, head, take)
  }
  server.on('upgrade', upgrade)
  const pings = setInterval(() => pingAll(connections), PING_INTERVAL)
  return {
    connections: () => connections.size,
    async close() {
      clearInterval(pings)
      server.off('upgrade', upgrade)
      await endAll(connections)
      sockets.close()
    },
  }
}

/** Whether a connection has answered the last ping. */
interface Liveness {
  answered: boolean
}

const watchPongs = (socket: WebSocket): Liveness => {
  const liveness = { answered: true }
  socket.on('pong', () => {
    liveness.answered = true
  })
  return liveness
}

const pathOf = (request: IncomingMessage): string | undefined => request.url?.split('?', 1)[0]

const refuseUpgrade = (socket: Duplex, status: string): void => {
  socket.on('error', () => undefined)
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

const pingAll = (connections: ReadonlyMap<Connection, Liveness>): void => {
  for (const [{ socket, isHeld }, liveness] of connections) {
    // The answer of a connection that is held back waits unread behind its data.
    if (!liveness.answered && !isHeld()) socket.terminate()
    else {
      liveness.answered = isHeld()
      socket.ping()
    }
  }
}

const endAll = async (connections: ReadonlyMap<Connection, unknown>): Promise<void> => {
  for (const connection of connections.keys()) connection.end('busy', 'the host is stopping')
  const deadline = Date.now() + STOP_GRACE
  while (connections.size > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20))
  for (const { socket } of connections.keys()) socket.terminate()
}
