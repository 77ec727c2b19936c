/** Blocks in foreign storage, one object each under its CID: what S3 and a plain HTTP server have in common. */
import { AwsV4Signer } from 'aws4fetch'
import { type Block, type Cid, cidToString } from '../../core/blocks/cid.ts'
import { bytesToHex } from '../../core/bytes.ts'
import { MAX_BLOCK_BYTES } from '../../core/limits.ts'
import type { Clock } from '../../core/ports.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { ForeignFailure, ForeignPlace } from '../../rpc/foreign.ts'
import { failureOf, failureWithout } from './answers.ts'
import type { HttpAnswer, HttpClient, HttpRequest } from './http.ts'
import { objectBase } from './settings.ts'

/** Milliseconds for one request: a block on a slow line. */
export const FOREIGN_TIMEOUT = 60_000

/** See the module's doc. */
export interface ForeignStore {
  put(block: Block): Promise<Result<undefined, ForeignFailure>>
  /** The bytes, not yet held against the CID; undefined when there are none. */
  get(cid: Cid): Promise<Result<Uint8Array | undefined, ForeignFailure>>
  /** Whether it is known to be there with as many bytes; where that cannot be told, false. */
  has(cid: Cid, size: number): Promise<boolean>
  /** Of what is not there, too. */
  remove(cid: Cid): Promise<Result<undefined, ForeignFailure>>
  /** Seconds by which this device's clock is ahead of the server's, as far as that had to be made up for. */
  clockAhead(): number | undefined
}

/** What a store is made of. */
export interface ForeignStorePorts {
  readonly place: ForeignPlace
  readonly secret: string
  readonly http: HttpClient
  readonly clock: Clock
}

type Method = HttpRequest['method']

/** SHA-256 of nothing. */
const EMPTY_HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const EMPTY = new Uint8Array(0)

/** `20261126T103726Z`. */
const amzDate = (time: number): string => new Date(time).toISOString().replace(/[:-]|\.\d{3}/g, '')

/** The headers that a request needs. `hash` is that of its body; a CID has it in it. */
const sign = async (
  { place, secret }: ForeignStorePorts,
  request: { readonly method: Method; readonly url: string; readonly hash: string; readonly time: number },
): Promise<Record<string, string>> => {
  if (place.kind === 'http') return secret ? { authorization: secret } : {}
  const { method, url, hash, time } = request
  const signed = await new AwsV4Signer({
    method,
    url,
    headers: { 'x-amz-content-sha256': hash },
    accessKeyId: place.accessKey,
    secretAccessKey: secret,
    service: 's3',
    region: place.region,
    datetime: amzDate(time),
  }).sign()
  return Object.fromEntries(signed.headers)
}

/** Opens a store; nothing is asked of the server yet. */
export const createForeignStore = (ports: ForeignStorePorts): ForeignStore => {
  const { place, http, clock } = ports
  /** Milliseconds by which this clock is ahead. */
  let ahead: number | undefined

  const sendOnce = async (
    method: Method,
    cid: Cid,
    body?: { readonly bytes: Uint8Array; readonly hash: string },
  ): Promise<Result<HttpAnswer, ForeignFailure>> => {
    const url = objectBase(place) + cidToString(cid)
    const time = clock.now() - (ahead ?? 0)
    const headers = await sign(ports, { method, url, hash: body?.hash ?? EMPTY_HASH, time })
    const limits = { maxBytes: MAX_BLOCK_BYTES, timeout: FOREIGN_TIMEOUT, trust: 'own' } as const
    const answer = await http({ method, url, headers, ...limits, ...(body && { body: body.bytes }) })
    if (!answer.ok) return err(failureWithout(answer.error))
    const { status } = answer.value
    return status >= 200 && status < 300 ? answer : err(failureOf(answer.value, place.kind, time))
  }

  /** A clock that is off is made up for once the server has said by how much. [FS5] */
  const send: typeof sendOnce = async (...request) => {
    const first = await sendOnce(...request)
    if (first.ok || first.error.reason !== 'clock-skewed' || first.error.seconds === undefined) return first
    ahead = (ahead ?? 0) + first.error.seconds * 1000
    return sendOnce(...request)
  }

  const isAbsent = ({ reason, detail = '' }: ForeignFailure): boolean =>
    reason === 'no-bucket' && !detail.includes('NoSuchBucket')

  const done = <T>(result: Result<T, ForeignFailure>): Result<undefined, ForeignFailure> =>
    result.ok ? ok(undefined) : result

  return {
    put: async ({ cid, bytes }) => done(await send('PUT', cid, { bytes, hash: bytesToHex(cid.multihash.digest) })),

    async get(cid) {
      const answer = await send('GET', cid)
      if (answer.ok) return ok(answer.value.body)
      return isAbsent(answer.error) ? ok(undefined) : answer
    },

    async has(cid, size) {
      const answer = await send('HEAD', cid)
      return answer.ok && answer.value.header('content-length') === String(size)
    },

    async remove(cid) {
      const first = await send('DELETE', cid)
      if (first.ok) return done(first)
      if (isAbsent(first.error)) return ok(undefined)
      if (first.error.reason !== 'closed-to-pages') return first
      // Some servers let pages read no answer about what is not there. An empty object makes it one that is.
      const put = await send('PUT', cid, { bytes: EMPTY, hash: EMPTY_HASH })
      return put.ok ? done(await send('DELETE', cid)) : put
    },

    clockAhead: () => (ahead === undefined ? undefined : Math.round(ahead / 1000)),
  }
}
