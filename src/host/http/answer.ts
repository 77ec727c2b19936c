/** Writes answers. What stands on every one of them, the security headers, is set before (see host.ts). */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { chooseEncoding } from './accept-encoding.ts'
import type { StaticFile } from './static-files.ts'

type Headers = Readonly<Record<string, string | number>>

/** A short answer of the host's own. */
export const answerText = (request: IncomingMessage, response: ServerResponse, status: number, text: string): void =>
  write(request, response, status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' }, text)

/** The same under another address, for now. */
export const answerElsewhere = (request: IncomingMessage, response: ServerResponse, location: string): void =>
  write(request, response, 307, { Location: location, 'Cache-Control': 'no-store' }, '')

/** JSON that any page may read: nothing in it depends on who asks. */
export const answerJson = (request: IncomingMessage, response: ServerResponse, value: unknown): void => {
  const headers = {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    'Access-Control-Allow-Origin': '*',
    'Cross-Origin-Resource-Policy': 'cross-origin',
  }
  write(request, response, 200, headers, JSON.stringify(value))
}

/** A file of the app, or 304 when the browser has it. */
export const answerFile = async (
  request: IncomingMessage,
  response: ServerResponse,
  file: StaticFile,
): Promise<void> => {
  const { bytes, encoding } = await file.body(chooseEncoding(request.headers['accept-encoding']))
  const tag = `"${file.tag}-${encoding}"`
  const headers = { ...cacheHeaders(file), ETag: tag, Vary: 'Accept-Encoding' }
  if (matches(request.headers['if-none-match'], tag)) return write(request, response, 304, headers, '')
  const packed = encoding === 'identity' ? {} : { 'Content-Encoding': encoding }
  write(request, response, 200, { ...headers, ...packed, 'Content-Type': file.type }, bytes)
}

const cacheHeaders = (file: StaticFile): Headers => ({
  'Cache-Control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
  // Harmless on other files, and lets the service worker script move without losing the whole app as its scope.
  'Service-Worker-Allowed': '/',
})

const matches = (header: string | undefined, tag: string): boolean =>
  header?.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === tag) === true

const write = (
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  headers: Headers,
  body: string | Buffer,
): void => {
  const length = status === 304 ? {} : { 'Content-Length': Buffer.byteLength(body) }
  response.writeHead(status, { ...headers, ...length })
  response.end(request.method === 'HEAD' ? undefined : body)
}
