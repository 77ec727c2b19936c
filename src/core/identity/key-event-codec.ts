/** Key events to dag-cbor fields and back. Everything is bounded and checked here, before any rule looks at it. */
import { CID } from 'multiformats/cid'
import { cidToString, dagCborCid } from '../blocks/cid.ts'
import { decodeCbor, hasKeys, isBytes, isCount, isRecord, isText } from '../cbor.ts'
import { SCOPE_ID_BYTES } from '../limits.ts'
import { type Malformed, malformed, ok, type Result } from '../result.ts'
import { type UnknownVersion, unknownVersion } from '../version.ts'
import { KEY_EVENT_VERSION, type SignedKeyEvent, type UnsignedKeyEvent } from './key-event-types.ts'
import { isKeyEventCid } from './person-id.ts'
import { SIGNATURE_BYTES } from './signed.ts'

/** One key event; the largest is a remove-device that names {@link MAX_REMOVED_LOGS} logs. */
export const MAX_KEY_EVENT_BYTES = 4096
/** Events in one chain, so that nobody can make a reader check signatures for long. */
export const MAX_KEY_EVENTS = 512
/** Devices a person has at a time: each costs a box in every sealed secret. */
export const MAX_DEVICES = 32
/** Logs that one remove-device names. */
export const MAX_REMOVED_LOGS = 32
/** UTF-16 units of a device's name. */
export const MAX_DEVICE_NAME_CHARS = 64

const KEY_BYTES = 32
const ENTRY_HASH_BYTES = 64

/** Why bytes are no key event of ours. */
export type KeyEventError = Malformed<'key-event'> | UnknownVersion<'key-event'>

type Check = (value: unknown) => boolean

const isKey: Check = (value) => isBytes(value, KEY_BYTES)
const isPosition: Check = (value) => isCount(value, MAX_KEY_EVENTS - 1) && value !== 0
const isSignature: Check = (value) => isBytes(value, SIGNATURE_BYTES)

const isDevice: Check = (value) =>
  isRecord(value) &&
  hasKeys(value, ['signing', 'agreement', 'name']) &&
  isKey(value.signing) &&
  isKey(value.agreement) &&
  isText(value.name, MAX_DEVICE_NAME_CHARS)

const isLogEnd: Check = (value) =>
  isRecord(value) &&
  hasKeys(value, ['logId', 'seq', 'hash']) &&
  isCount(value.logId) &&
  isCount(value.seq) &&
  value.seq !== 0 &&
  isBytes(value.hash, ENTRY_HASH_BYTES)

const isLogEnds: Check = (value) =>
  Array.isArray(value) &&
  value.length <= MAX_REMOVED_LOGS &&
  value.every(isLogEnd) &&
  new Set(value.map((end) => end.logId)).size === value.length

const COMMON = {
  version: (value: unknown) => value === KEY_EVENT_VERSION,
  kind: () => true,
  time: (value: unknown) => isCount(value),
  signature: isSignature,
}
const FOLLOWING = { ...COMMON, person: isKeyEventCid, previous: isKeyEventCid, position: isPosition }
const ESTABLISHMENT = { root: isKey, next: isKey, recovery: isKey }

/** Every kind and what its fields must be; no other field is allowed. */
const SHAPES = {
  inception: { ...COMMON, ...ESTABLISHMENT, network: (value) => isBytes(value, SCOPE_ID_BYTES) },
  rotate: { ...FOLLOWING, ...ESTABLISHMENT },
  'add-device': { ...FOLLOWING, device: isDevice, consent: isSignature },
  'remove-device': { ...FOLLOWING, device: isKey, logs: isLogEnds },
} as const satisfies Record<UnsignedKeyEvent['kind'], Record<string, Check>>

const shapeOf = (kind: unknown): Record<string, Check> | undefined =>
  typeof kind === 'string' && Object.hasOwn(SHAPES, kind) ? SHAPES[kind as UnsignedKeyEvent['kind']] : undefined

/** The fields as dag-cbor holds them: CIDs are links, not texts. */
export const keyEventFields = (event: UnsignedKeyEvent): Record<string, unknown> =>
  event.kind === 'inception'
    ? { ...event }
    : { ...event, person: CID.parse(event.person), previous: CID.parse(event.previous) }

const isFieldWrong = (shape: Record<string, Check>, fields: Record<string, unknown>): string | undefined =>
  Object.keys(shape).find((name) => !shape[name]!(fields[name]))

const toEvent = ({ signature: _, ...fields }: Record<string, unknown>): UnsignedKeyEvent => {
  const links = fields.kind === 'inception' ? {} : { person: String(fields.person), previous: String(fields.previous) }
  // Every field was checked against the shape of this kind.
  return { ...fields, ...links } as unknown as UnsignedKeyEvent
}

const refuse = (reason: string): { readonly ok: false; readonly error: KeyEventError } => malformed('key-event', reason)

/** [I2] Decodes one event. Its signature is not looked at here. */
export const decodeKeyEvent = (bytes: Uint8Array): Result<SignedKeyEvent, KeyEventError> => {
  const decoded = decodeCbor(bytes, MAX_KEY_EVENT_BYTES)
  if (!decoded.ok) return refuse(decoded.error.reason)
  const fields = decoded.value
  if (!isRecord(fields)) return refuse('not a map')
  if (!isCount(fields.version)) return refuse('no version')
  if (fields.version !== KEY_EVENT_VERSION) return unknownVersion('key-event', fields.version, KEY_EVENT_VERSION)
  const shape = shapeOf(fields.kind)
  if (!shape) return refuse('unknown kind')
  if (!hasKeys(fields, Object.keys(shape))) return refuse('fields missing or unknown')
  const wrong = isFieldWrong(shape, fields)
  if (wrong !== undefined) return refuse(`"${wrong}" is not what it must be`)
  const signature = fields.signature as Uint8Array
  return ok({ event: toEvent(fields), signature, bytes, cid: cidToString(dagCborCid(bytes)) })
}
