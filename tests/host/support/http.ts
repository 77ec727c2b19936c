/** Requests as they are, without what `fetch` would add, decode or follow. */
import { type OutgoingHttpHeaders, request } from 'node:http'

/** What came back. */
export interface Answer {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly body: Buffer
}

/** What is sent beside the address. */
export interface Asking {
  readonly method?: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: Uint8Array
}

let callers = 0
/** Another address each time, for hosts that are told of a proxy: what one caller may ask is rarely the subject. */
export const newCaller = (): string => {
  callers += 1
  return `10.9.${callers >> 8}.${callers & 255}`
}

/** Sends one request and reads its answer; rejects when the connection ends before that. */
export const ask = (url: string, { method = 'GET', headers = {}, body }: Asking = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const named = { 'X-Forwarded-For': newCaller(), ...headers }
    const sent = request(url, { method, headers: named, agent: false }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', reject)
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(parts) }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })

/** The code of a refusal. */
export const codeOf = ({ body }: Answer): string => JSON.parse(String(body)).code
