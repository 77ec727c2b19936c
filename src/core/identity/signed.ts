/** What is signed in key events, records and statements: a text that says what it is, a zero byte, the canonical dag-cbor. */
import { concatBytes, utf8Encode } from '../bytes.ts'
import { encodeCbor } from '../cbor.ts'

/**
 * What each signature is for. No two share a beginning with each other or with a Bamboo entry, whose first byte is
 * 0 or 1, so a signature made for one purpose never fits another ([I3]).
 */
export const Domain = {
  keyEvent: 'kith/key-event/1',
  deviceConsent: 'kith/device-consent/1',
  record: 'kith/record/1',
  statement: 'kith/statement/1',
} as const

/** Bytes of an Ed25519 signature. */
export const SIGNATURE_BYTES = 64

/** The bytes to sign. */
export const signingInput = (domain: string, fields: unknown): Uint8Array =>
  concatBytes(utf8Encode(domain), new Uint8Array(1), encodeCbor(fields))
