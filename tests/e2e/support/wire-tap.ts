/** A proxy in front of a host that sees, and may change, all that passes between it and its clients. */
import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type RawData, WebSocket, WebSocketServer } from 'ws'

/** Changes a message on its way to a client; undefined drops it. Only browsers say from which page they come. */
export type Tamper = (frame: Buffer, isBrowser: boolean) => Buffer | undefined

/** See the module's doc. */
export interface WireTap {
  /** Clients use this address instead of the host's. */
  readonly url: string
  /** Every websocket message so far, both ways. */
  readonly frames: () => readonly Buffer[]
  /** From now on messages to clients go through `change`. */
  readonly tamper: (change: Tamper | undefined) => void
  /** Sends all clients a message that the host never sent. */
  readonly inject: (frame: Buffer) => void
  readonly close: () => Promise<void>
}

const toBuffer = (data: RawData): Buffer => (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer))

/** Starts one on a free port of this machine. */
export const startWireTap = async (host: string): Promise<WireTap> => {
  const frames: Buffer[] = []
  const clients = new Set<WebSocket>()
  let change: Tamper | undefined
  const target = new URL(host)

  const server = createServer((incoming, answer) => {
    const { method, url: path, headers } = incoming
    const onward = request({ hostname: target.hostname, port: target.port, method, path, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    onward.on('error', () => answer.destroy())
    incoming.pipe(onward)
  })
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })

  const join = (client: WebSocket, { url: path = '/', headers }: IncomingMessage): void => {
    const isBrowser = headers.origin !== undefined
    const upstream = new WebSocket(`ws://${target.host}${path}`, { perMessageDeflate: false })
    const early: Buffer[] = []
    clients.add(client)
    client.on('message', (data) => {
      const frame = toBuffer(data)
      frames.push(frame)
      if (upstream.readyState === WebSocket.OPEN) upstream.send(frame)
      else early.push(frame)
    })
    upstream.on('open', () => {
      for (const frame of early.splice(0)) upstream.send(frame)
    })
    upstream.on('message', (data) => {
      const frame = toBuffer(data)
      frames.push(frame)
      const changed = change ? change(Buffer.from(frame), isBrowser) : frame
      if (changed) client.send(changed)
    })
    const end = () => {
      clients.delete(client)
      client.terminate()
      upstream.terminate()
    }
    for (const socket of [client, upstream]) socket.on('close', end).on('error', end)
  }
  server.on('upgrade', (incoming, socket, head) =>
    sockets.handleUpgrade(incoming, socket, head, (client) => join(client, incoming)),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    frames: () => frames,
    tamper: (next) => {
      change = next
    },
    inject: (frame) => {
      for (const client of clients) client.send(frame)
    },
    async close() {
      for (const client of clients) client.terminate()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
