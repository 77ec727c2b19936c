/** Websockets at HOST_SOCKET_PATH: takes upgrades while there is room, finds out who has silently gone. */

import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { HOST_SOCKET_PATH, MAX_HOST_FRAME } from '../../core/swarm/host-limits.ts'
import { PING_INTERVAL, REFUSAL_GRACE, STOP_GRACE } from '../limits.ts'
import type { AddressOf } from './addresses.ts'
import { createAdmission } from './admission.ts'
import { type Connection, type ConnectionContext, serveConnection } from './connection.ts'

/** The websocket side of a host. */
export interface Acceptor {
  connections(): number
  /** Tells everyone that the host stops and waits a moment for them to close. */
  close(): Promise<void>
}

/** Serves websockets on an HTTP server; other upgrades are refused. */
export const acceptWebSockets = (server: Server, context: ConnectionContext, addressOf: AddressOf): Acceptor => {
  // No compression: what is relayed is encrypted, and each compressor costs a connection more than all the rest.
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_HOST_FRAME, perMessageDeflate: false })
  const connections = new Map<Connection, Liveness>()
  const admission = createAdmission(context.stopwatch)
  const take = (socket: WebSocket, address: string | undefined): void => {
    const leave = (): void => {
      place.leave()
      connections.delete(connection)
    }
    const evict = (): void => {
      leave()
      socket.terminate()
    }
    const place = admission.enter(address, evict)
    const connection = serveConnection(socket, context, { address, onIn: place.settle })
    connections.set(connection, watchPongs(socket))
    socket.on('close', leave)
  }
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const address = addressOf(request)
    if (pathOf(request) !== HOST_SOCKET_PATH) refuseUpgrade(socket, '404 Not Found')
    else if (admission.isFull(address)) refuseUpgrade(socket, '503 Service Unavailable')
    else sockets.handleUpgrade(request, socket, head, (websocket) => take(websocket, address))
  }
  server.on('upgrade', upgrade)
  const pings = setInterval(() => pingAll(connections), PING_INTERVAL)
  return {
    connections: admission.size,
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

/** Nobody counts this socket any more: it goes when the answer is out, or cannot be got rid of. */
const refuseUpgrade = (socket: Duplex, status: string): void => {
  const destroy = (): void => void socket.destroy()
  const tooLate = setTimeout(destroy, REFUSAL_GRACE)
  socket.on('error', () => undefined)
  socket.on('close', () => clearTimeout(tooLate))
  socket.once('finish', destroy)
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
