/** What a server's answer means: S3's error codes where there is one, else the status. */
import type { ForeignFailure, ForeignPlace, ForeignReason } from '../../rpc/foreign.ts'
import type { HttpAnswer, HttpFailure } from './http.ts'
import { refuse } from './settings.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, and what compatible servers say instead. */
const REASONS: Readonly<Record<string, ForeignReason>> = {
  SignatureDoesNotMatch: 'wrong-key',
  InvalidAccessKeyId: 'wrong-key',
  AuthorizationHeaderMalformed: 'wrong-region',
  PermanentRedirect: 'wrong-region',
  RequestTimeTooSkewed: 'clock-skewed',
  RequestExpired: 'clock-skewed',
  NoSuchBucket: 'no-bucket',
  AccessDenied: 'refused',
  QuotaExceeded: 'full',
  EntityTooLarge: 'full',
  XMinioStorageFull: 'full',
  BadDigest: 'wrong-bytes',
  XAmzContentSHA256Mismatch: 'wrong-bytes',
  SlowDown: 'busy',
}

const reasonOfStatus = (status: number, kind: ForeignPlace['kind']): ForeignReason => {
  if (status === 401) return 'wrong-key'
  if (status === 403) return kind === 'http' ? 'wrong-key' : 'refused'
  if (status === 404) return 'no-bucket'
  if (status === 413 || status === 507) return 'full'
  return status === 429 || (status >= 500 && status !== 501) ? 'busy' : 'unexpected'
}

/** Error answers are small; a tag further in is none of ours. */
const MAX_ERROR_CHARS = 8_192

/** Seconds, a hundred years: an empty battery makes clocks start in 1970, and no clock is further off. */
const MAX_SKEW = 3_155_760_000

const textOf = ({ body }: HttpAnswer): string => new TextDecoder().decode(body.subarray(0, MAX_ERROR_CHARS))

const tag = (xml: string, name: string): string | undefined =>
  new RegExp(`<${name}>([^<]{1,200})</${name}>`).exec(xml)?.[1]

/** Seconds by which `sentAt` is ahead of the server's clock, which is in the answer or in its head, if pages see that. */
const clockAhead = (answer: HttpAnswer, xml: string, sentAt: number): number | undefined => {
  const server = Date.parse(tag(xml, 'ServerTime') ?? answer.header('date') ?? '')
  const seconds = Math.round((sentAt - server) / 1000)
  return Math.abs(seconds) <= MAX_SKEW ? seconds : undefined
}

/** The failure in an answer whose status is none of success. @param sentAt the time that it was signed for */
export const failureOf = (answer: HttpAnswer, kind: ForeignPlace['kind'], sentAt: number): ForeignFailure => {
  const xml = textOf(answer)
  const code = tag(xml, 'Code')
  const reason = (code !== undefined && REASONS[code]) || reasonOfStatus(answer.status, kind)
  const detail = reason === 'wrong-region' ? (tag(xml, 'Region') ?? code) : [answer.status, code].join(' ').trim()
  const seconds = reason === 'clock-skewed' ? clockAhead(answer, xml, sentAt) : undefined
  return refuse(reason, { ...(detail && { detail }), ...(seconds !== undefined && { seconds }) }).error
}

const LOST: Readonly<Record<HttpFailure, ForeignReason>> = {
  unreachable: 'unreachable',
  'closed-to-pages': 'closed-to-pages',
  redirected: 'redirected',
  'too-large': 'wrong-bytes',
  'private-address': 'unreachable',
}

/** The failure when no answer came. */
export const failureWithout = (why: HttpFailure): ForeignFailure => refuse(LOST[why]).error
