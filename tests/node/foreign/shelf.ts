/** A plain web server that takes files, which a test can make fail. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ForeignInput } from '../../../src/rpc/foreign.ts'

/** A running one. */
export interface Shelf {
  readonly url: string
  readonly files: Map<string, Buffer>
  readonly asked: string[]
  /** Whether it lets pages read. */
  isOpen: boolean
  /** What answers instead, while it is set. */
  instead: ((request: IncomingMessage, response: ServerResponse) => void) | undefined
  close(): Promise<void>
}

/** Starts one; writing needs that `Authorization`. */
export const startShelf = async (authorization = ''): Promise<Shelf> => {
  const server = createServer(async (request, response) => {
    const { method, url = '', headers } = request
    shelf.asked.push(`${method} ${url}`)
    if (shelf.instead) return shelf.instead(request, response)
    if (shelf.isOpen) response.setHeader('access-control-allow-origin', '*')
    const isWrite = method === 'PUT' || method === 'DELETE'
    if (isWrite && (headers.authorization ?? '') !== authorization) return response.writeHead(401).end()
    if (method === 'DELETE') return response.writeHead(shelf.files.delete(url) ? 204 : 404).end()
    if (method === 'PUT') {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part as Buffer)
      shelf.files.set(url, Buffer.concat(parts))
      return response.writeHead(201).end()
    }
    const file = shelf.files.get(url)
    if (!file) return response.writeHead(404).end()
    return response.writeHead(200, { 'content-length': file.length }).end(method === 'GET' ? file : undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const shelf: Shelf = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/kith/`,
    files: new Map(),
    asked: [],
    isOpen: true,
    instead: undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return shelf
}

/** What a person enters for it. */
export const httpInput = (endpoint: string, secret = ''): ForeignInput => ({
  kind: 'http',
  endpoint,
  bucket: '',
  region: '',
  accessKey: '',
  prefix: '',
  publicUrl: '',
  secret,
})
