/** Reads a small body. Its size is looked at before it is read, and again while it comes. */

import type { IncomingMessage } from 'node:http'
import { ok, type Result } from '../../core/result.ts'
import { BODY_TIMEOUT } from '../limits.ts'
import { type Refusal, type RefusalCode, refuse } from './refusals.ts'

/** The connection ends with such an answer: the rest of the body is not waited for. */
const GIVE_UP = { headers: { Connection: 'close' } }

/** @param limit most bytes */
export const readBody = (request: IncomingMessage, limit: number): Promise<Result<Uint8Array, Refusal>> => {
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > limit) return Promise.resolve(refuse('too-large', GIVE_UP))
  return new Promise((resolve) => {
    const parts: Buffer[] = []
    let length = 0
    const settle = (result: Result<Uint8Array, Refusal>): void => {
      clearTimeout(timer)
      request.removeAllListeners('data')
      request.pause()
      resolve(result)
    }
    const giveUp = (code: RefusalCode): void => settle(refuse(code, GIVE_UP))
    const timer = setTimeout(() => giveUp('body-timeout'), BODY_TIMEOUT)
    request.on('data', (part: Buffer) => {
      length += part.length
      if (length > limit) return giveUp('too-large')
      parts.push(part)
    })
    request.on('end', () => settle(ok(new Uint8Array(Buffer.concat(parts)))))
    request.on('close', () => giveUp('body-cut-short'))
  })
}
