/** Everything that a door answers instead of what was asked for: a code for programs, and its HTTP status. */

import { err } from '../../core/result.ts'

/** Codes and statuses. Part of docs/http.md. */
export const REFUSALS = {
  /** No storage key, CID or device id where one must be. */
  'malformed-path': 400,
  'method-not-allowed': 405,
  /** The device is not connected to this host. */
  'not-connected': 404,
  /** The device is, and has no such block or record. */
  'not-here': 404,
  /** The device has a record there that has run out. */
  expired: 404,
  /** No single range of the block. */
  'range-not-satisfiable': 416,
  /** This caller asks too much; see Retry-After. */
  'too-many-requests': 429,
  /** Everybody together asks too much of this device, or of this host; see Retry-After. */
  'device-busy': 503,
  'host-busy': 503,
  /** The device sent something else than what was asked for. */
  'wrong-bytes': 502,
  /** The device's connection ended before it had answered. */
  'device-gone': 502,
  /** The device could not do it. */
  'device-failed': 502,
  /** The device did not answer in time. */
  'no-answer': 504,
  /** A record over the limit, and one that came too slowly or not whole. */
  'too-large': 413,
  'body-timeout': 408,
  'body-cut-short': 400,
  /** Not a record, or one of another version. */
  'malformed-record': 400,
  'unknown-version': 400,
  /** The record belongs under another key than the URL's. */
  'wrong-key': 422,
  'wrong-network': 422,
  'wrong-group': 422,
  'expired-record': 422,
  /** The signature is not that of the signer, or the signer not whom the key names. */
  forged: 403,
  /** The signer is no device of that person. */
  'not-a-device': 403,
  /** The device keeps nothing of that person or under that key. */
  'not-wanted': 403,
  /** The device has the same record, or a newer one. */
  outdated: 409,
  /** The record names a key event that the device does not know. */
  'unknown-key-event': 409,
  /** The device has no room. */
  full: 507,
} as const

/** The tags of refusals. */
export type RefusalCode = keyof typeof REFUSALS

/** One refusal. */
export interface Refusal {
  readonly code: RefusalCode
  /** Milliseconds after which another attempt makes sense. */
  readonly retryAfter?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** Builds a failure. */
export const refuse = (code: RefusalCode, more: Omit<Refusal, 'code'> = {}) => err<Refusal>({ code, ...more })
