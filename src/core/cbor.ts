/**
 * dag-cbor, in its one canonical encoding only: what was decoded encodes to the same bytes again, so a signature or
 * a CID over bytes is one over their meaning. The library decodes more than that (other key orders, half floats,
 * `undefined`, broken UTF-8) and recurses without bound, so every input passes {@link checkCbor} first.
 */
import { decode, encode } from '@ipld/dag-cbor'
import { CID } from 'multiformats/cid'
import { checkCbor } from './cbor-check.ts'
import { type Malformed, malformed, ok, type Result } from './result.ts'

/** The canonical dag-cbor of plain data: null, booleans, numbers, strings, bytes, CIDs, arrays, objects of these. */
export const encodeCbor = (value: unknown): Uint8Array => encode(value)

/**
 * The plain data of canonical dag-cbor bytes.
 * @param limit most bytes accepted; checked before anything is decoded, as is the nesting
 */
export const decodeCbor = (bytes: Uint8Array, limit: number): Result<unknown, Malformed<'dag-cbor'>> => {
  if (bytes.length > limit) return malformed('dag-cbor', `${bytes.length} bytes, at most ${limit} allowed`)
  const reason = checkCbor(bytes)
  if (reason !== undefined) return malformed('dag-cbor', reason)
  try {
    return ok(decode(bytes))
  } catch (error) {
    // Only a CID that is none is left to be found here; the library tells by throwing.
    return malformed('dag-cbor', error instanceof Error ? error.message : String(error))
  }
}

/** Whether a decoded value is a map. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Uint8Array) &&
  !(value instanceof CID)

/** Whether a decoded value is bytes, and `length` of them if that is given. */
export const isBytes = (value: unknown, length?: number): value is Uint8Array =>
  value instanceof Uint8Array && (length === undefined || value.length === length)

/** Whether a decoded value is a text of at most `maxLength` UTF-16 units. */
export const isText = (value: unknown, maxLength: number): value is string =>
  typeof value === 'string' && value.length <= maxLength

/** Whether a decoded value is a whole number from 0 to `max`. */
export const isCount = (value: unknown, max: number = Number.MAX_SAFE_INTEGER): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= max

/** Whether a map has all `required` keys and beyond them none but `optional` ones. */
export const hasKeys = (
  record: Record<string, unknown>,
  required: readonly string[],
  optional: readonly string[] = [],
): boolean =>
  required.every((key) => Object.hasOwn(record, key)) &&
  Object.keys(record).every((key) => required.includes(key) || optional.includes(key))
