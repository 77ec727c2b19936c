/**
 * Writes what a door answers. Nothing in it comes from the device but the bytes, and those are of no type that anything
 * would run: see DESIGN's "strangers' bytes never run as the app" and rule H44.
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Result } from '../../core/result.ts'
import { ANSWER_READ_TIMEOUT } from '../limits.ts'
import { REFUSALS, type Refusal } from './refusals.ts'

/** What was asked for. */
export interface Page {
  readonly status: 200 | 206 | 304
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | string
}

/** What a door comes to. */
export type DoorAnswer = Result<Page, Refusal>

/** What stands on every answer of a door, in place of the app's own protections. */
const EVERY_ANSWER = {
  'Content-Security-Policy': "sandbox; default-src 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Accept-Ranges, Content-Length, Content-Range, ETag, Retry-After',
  'Cross-Origin-Resource-Policy': 'cross-origin',
}

/** For bytes of strangers: a download of no type, whoever opens it. */
export const INERT = { 'Content-Type': 'application/octet-stream', 'Content-Disposition': 'attachment' }

const JSON_HEADERS = { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' }

/** The host's own words. */
export const jsonPage = (value: unknown): Page => ({ status: 200, headers: JSON_HEADERS, body: JSON.stringify(value) })

const refusalHeaders = ({ retryAfter, headers }: Refusal): Record<string, string> => ({
  ...JSON_HEADERS,
  ...headers,
  ...(retryAfter !== undefined && { 'Retry-After': String(Math.max(1, Math.ceil(retryAfter / 1000))) }),
})

/** Writes an answer, and resolves when the caller has read it, has gone, or took too long. */
export const writeAnswer = async (
  request: IncomingMessage,
  response: ServerResponse,
  answer: DoorAnswer,
): Promise<void> => {
  if (answer.ok) write(request, response, answer.value)
  else {
    const { code } = answer.error
    write(request, response, {
      status: REFUSALS[code],
      headers: refusalHeaders(answer.error),
      body: JSON.stringify({ code }),
    })
  }
  await readOrGone(response)
}

/** Tells a browser that pages of any origin may ask, RFC 9110 and the Fetch standard's CORS preflight. */
export const writePreflight = (response: ServerResponse, methods: string): void => {
  prepare(response)
  response.writeHead(204, {
    ...EVERY_ANSWER,
    'Access-Control-Allow-Methods': methods,
    'Access-Control-Allow-Headers': 'Content-Type, If-None-Match, If-Range, Range',
    'Access-Control-Max-Age': '86400',
  })
  response.end()
}

/** A sandboxed answer with an opener policy is an error to browsers (HTML, "obtain a cross-origin opener policy"). */
const prepare = (response: ServerResponse): void => response.removeHeader('Cross-Origin-Opener-Policy')

const write = (
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: Omit<Page, 'status'> & { readonly status: number },
): void => {
  prepare(response)
  const length = status === 304 ? {} : { 'Content-Length': Buffer.byteLength(body) }
  response.writeHead(status, { ...EVERY_ANSWER, ...headers, ...length })
  response.end(request.method === 'HEAD' || status === 304 ? undefined : body)
}

/** Bounds how long one answer is held in memory for one reader. */
const readOrGone = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => response.destroy(), ANSWER_READ_TIMEOUT)
    const done = (): void => {
      clearTimeout(timer)
      resolve()
    }
    if (response.closed || response.destroyed) done()
    else response.once('close', done)
  })
