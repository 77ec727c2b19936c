/**
 * Messages as dag-cbor `[version, message]`, the same for every stream: a message has a type, exactly the fields of that
 * type, and every list and text is held to its limit before it is used.
 */
import { decodeCbor, hasKeys, isCount, isRecord } from '../cbor.ts'
import { type Malformed, malformed, ok, type Result } from '../result.ts'
import { type UnknownVersion, unknownVersion } from '../version.ts'

/** Whether a decoded value is a `T`. */
export type Check<T> = (value: unknown) => value is T

/** The fields of a message, no other allowed. */
export type Fields = Readonly<Record<string, Check<unknown>>>

/** A format of messages. */
export interface Format<Name extends string> {
  readonly what: Name
  /** The version this code reads. */
  readonly version: number
  /** Of one message, held before it is decoded. */
  readonly maxBytes: number
}

/** A list of at most `limit`. */
export const isList =
  <T>(check: Check<T>, limit: number): Check<T[]> =>
  (value: unknown): value is T[] =>
    Array.isArray(value) && value.length <= limit && value.every(check)

/** A map of exactly these fields. */
export const isShape = (fields: Fields, value: unknown): value is Record<string, unknown> =>
  isRecord(value) &&
  hasKeys(value, Object.keys(fields)) &&
  Object.entries(fields).every(([k, check]) => check(value[k]))

const isType =
  <T extends string>(type: T): Check<T> =>
  (value: unknown): value is T =>
    value === type

/** The fields of a message with its type. */
export const fieldsOf = (type: string, fields: Fields): Fields => ({ type: isType(type), ...fields })

/** Why a message was refused. Nothing of one in another version is looked at. */
export type MessageRefusal<Name extends string> = Malformed<Name> | UnknownVersion<Name>

/** A decoder for messages of the given types out of all `shapes` of a format. */
export const decoderOf =
  <T extends { readonly type: string }, Name extends string>(
    { what, version: known, maxBytes }: Format<Name>,
    shapes: Readonly<Record<string, Fields>>,
    types: readonly T['type'][],
  ) =>
  (bytes: Uint8Array): Result<T, MessageRefusal<Name>> => {
    const decoded = decodeCbor(bytes, maxBytes)
    if (!decoded.ok) return malformed(what, decoded.error.reason)
    if (!Array.isArray(decoded.value)) return malformed(what, 'not [version, message]')
    const [version, message, ...more] = decoded.value as unknown[]
    if (!isCount(version)) return malformed(what, 'no version')
    if (version !== known) return unknownVersion(what, version, known)
    if (more.length > 0) return malformed(what, 'not [version, message]')
    const type = types.find((name) => isRecord(message) && message.type === name)
    if (type === undefined) return malformed(what, `expected ${types.join(' or ')}`)
    if (!isShape(shapes[type]!, message)) return malformed(what, `fields of ${type}`)
    return ok(message as unknown as T)
  }
