/**
 * Stands before a real server and spoils what goes through: what servers, networks and those between do. Signatures stay
 * right, because the `Host` that they cover is passed on as it came.
 */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What is done to requests from now on. */
export type Fault =
  | 'none'
  /** No CORS: preflights are refused, answers let no page in. */
  | 'no-cors'
  /** Every answer sends elsewhere. */
  | 'redirect'
  /** Objects come back with another first byte. */
  | 'wrong-bytes'
  /** The connection ends in the middle of what is being put there. */
  | 'dies'
  /** 507. */
  | 'full'
  /** The server's clock is told nowhere. */
  | 'no-date'

/** A running front. */
export interface Front {
  readonly url: string
  fault: Fault
  /** Requests so far: method and path. */
  readonly seen: string[]
  close(): Promise<void>
}

const CORS = /^access-control-/

const answersAtOnce = (front: Front, incoming: IncomingMessage, outgoing: ServerResponse): boolean => {
  if (front.fault === 'redirect') outgoing.writeHead(302, { location: 'http://127.0.0.1:9/' }).end()
  else if (front.fault === 'full' && incoming.method === 'PUT') outgoing.writeHead(507).end()
  else if (front.fault === 'no-cors' && incoming.method === 'OPTIONS') outgoing.writeHead(403).end()
  else if (front.fault === 'dies' && incoming.method === 'PUT') incoming.once('data', () => incoming.socket.destroy())
  else return false
  return true
}

const passBack = (front: Front, from: IncomingMessage, to: ServerResponse): void => {
  const { fault } = front
  const kept = Object.entries(from.headers).filter(([name]) => !(fault === 'no-cors' && CORS.test(name)))
  to.sendDate = false
  to.writeHead(
    from.statusCode ?? 502,
    Object.fromEntries(kept.filter(([name]) => fault !== 'no-date' || name !== 'date')),
  )
  const isSpoilt = fault === 'wrong-bytes' && from.statusCode === 200
  from.once('data', (first: Buffer) => {
    if (isSpoilt) first[0]! ^= 1
  })
  from.pipe(to)
}

/** Starts a front before the server at `target`. */
export const startFront = async (target: string): Promise<Front> => {
  const { hostname, port } = new URL(target)
  const server = createServer((incoming, outgoing) => {
    front.seen.push(`${incoming.method} ${incoming.url}`)
    if (answersAtOnce(front, incoming, outgoing)) return
    const { method, url: path, headers } = incoming
    const passed = request({ hostname, port, method, path, headers, agent: false }, (back) =>
      passBack(front, back, outgoing),
    )
    passed.on('error', () => outgoing.destroy())
    incoming.pipe(passed)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const front: Front = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fault: 'none',
    seen: [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return front
}
