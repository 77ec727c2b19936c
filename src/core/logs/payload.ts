/**
 * The envelope of what a log entry says: dag-cbor, stored apart from its entry so that it can be forgotten. The salt
 * keeps a forgotten payload forgotten: without it a short text could be guessed from its hash. Rules P1 to P5 of
 * docs/protocol.
 */
import { equalBytes } from '../bytes.ts'
import { decodeCbor, encodeCbor, hasKeys, isBytes, isRecord, isText } from '../cbor.ts'
import { GROUP_ZERO, MAX_PAYLOAD_BYTES, NETWORK_ZERO, SCOPE_ID_BYTES } from '../limits.ts'
import { type Malformed, malformed, ok, type Result } from '../result.ts'
import { type UnknownVersion, unknownVersion } from '../version.ts'

/** The version this module reads and writes. */
const PAYLOAD_VERSION = 1

/** Random bytes in each payload. */
export const SALT_BYTES = 16

/** UTF-16 units of a payload type. */
export const MAX_TYPE_LENGTH = 128

/** What an entry says. Types are open: what `body` is for a type is that type's matter, and its own limits'. */
export interface Payload {
  readonly version: typeof PAYLOAD_VERSION
  /** Such as `kith/post`, or the CID of a published schema. */
  readonly type: string
  readonly network: Uint8Array
  readonly group: Uint8Array
  readonly salt: Uint8Array
  readonly body: unknown
}

/** A payload of this version; `salt` is {@link SALT_BYTES} random bytes, `scope` defaults to the zero ids. */
export const createPayload = (
  type: string,
  body: unknown,
  salt: Uint8Array,
  scope: { readonly network?: Uint8Array; readonly group?: Uint8Array } = {},
): Payload => ({
  version: PAYLOAD_VERSION,
  type,
  network: scope.network ?? NETWORK_ZERO,
  group: scope.group ?? GROUP_ZERO,
  salt,
  body,
})

/** The bytes of a payload. Their size is for the caller to keep under {@link MAX_PAYLOAD_BYTES}. */
export const encodePayload = ({ version, type, network, group, salt, body }: Payload): Uint8Array =>
  encodeCbor({ version, type, network, group, salt, body })

/** [P5] Whether a payload was said in this network and group; what was said elsewhere is not for here. */
export const isInScope = (
  payload: Payload,
  scope: { readonly network?: Uint8Array; readonly group?: Uint8Array } = {},
): boolean =>
  equalBytes(payload.network, scope.network ?? NETWORK_ZERO) && equalBytes(payload.group, scope.group ?? GROUP_ZERO)

const isPayload = (value: Record<string, unknown>): value is Record<string, unknown> & Payload =>
  hasKeys(value, ['version', 'type', 'network', 'group', 'salt', 'body']) &&
  isText(value.type, MAX_TYPE_LENGTH) &&
  value.type.length > 0 &&
  isBytes(value.network, SCOPE_ID_BYTES) &&
  isBytes(value.group, SCOPE_ID_BYTES) &&
  isBytes(value.salt, SALT_BYTES)

/** The payload in bytes; its body is any dag-cbor value. */
export const decodePayload = (bytes: Uint8Array): Result<Payload, Malformed<'payload'> | UnknownVersion<'payload'>> => {
  const decoded = decodeCbor(bytes, MAX_PAYLOAD_BYTES)
  if (!decoded.ok) return malformed('payload', decoded.error.reason)
  if (!isRecord(decoded.value)) return malformed('payload', 'not a map')
  const { version } = decoded.value
  if (typeof version !== 'number') return malformed('payload', 'no version')
  if (version !== PAYLOAD_VERSION) return unknownVersion('payload', version, PAYLOAD_VERSION)
  return isPayload(decoded.value)
    ? ok(decoded.value)
    : malformed('payload', 'fields missing, too many or of wrong type')
}
