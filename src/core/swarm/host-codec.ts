/** Control messages from bytes: decoded once, at the edge, field by field against one table a direction. */

import { CID_BYTES } from '../blocks/cid.ts'
import { decodeCbor, hasKeys, isBytes, isCount, isRecord, isText } from '../cbor.ts'
import { MAX_KEY_EVENT_BYTES, MAX_KEY_EVENTS } from '../identity/key-event-codec.ts'
import { SCOPE_ID_BYTES } from '../limits.ts'
import { MAX_RECORD_BYTES } from '../records/record.ts'
import { type Malformed, malformed, ok, type Result } from '../result.ts'
import { isBase, MAX_BASES } from './block-bases.ts'
import {
  CHALLENGE_BYTES,
  MAX_CONTROL_BYTES,
  MAX_HOLDERS_PER_KEY,
  MAX_ICE_SERVERS,
  MAX_KEYS_PER_MESSAGE,
  MAX_PERSON_LENGTH,
  MAX_REASON_LENGTH,
  MAX_SIGNAL_BYTES,
  MAX_URL_LENGTH,
} from './host-limits.ts'
import { CLOSE_REASONS, type ClientMessage, HOST_ERRORS, type HostMessage, REQUEST_OUTCOMES } from './host-protocol.ts'

type Check = (value: unknown) => boolean
/** The fields of one message beside `type`; all of them must be there and nothing else. */
type Shape = Readonly<Record<string, Check>>

const bytesOf =
  (length: number): Check =>
  (value) =>
    isBytes(value, length)

const listOf =
  (check: Check, max: number): Check =>
  (value) =>
    Array.isArray(value) && value.length <= max && value.every(check)

const oneOf =
  (values: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && values.includes(value)

const text =
  (max: number): Check =>
  (value) =>
    isText(value, max)

const shaped =
  (shape: Shape): Check =>
  (value) =>
    isRecord(value) &&
    hasKeys(value, Object.keys(shape)) &&
    Object.entries(shape).every(([key, fits]) => fits(value[key]))

const id = bytesOf(SCOPE_ID_BYTES)
const keys = listOf(id, MAX_KEYS_PER_MESSAGE)
const person: Check = (value) => isText(value, MAX_PERSON_LENGTH) && value.length > 0
const version: Check = (value) => isCount(value, 0xffff)
const number: Check = (value) => isCount(value, 0xffff_ffff)
const circuit: Check = (value) => number(value) && value !== 0
/** Requests are numbered like circuits. */
const request = circuit
const record: Check = (value) => isBytes(value) && value.length <= MAX_RECORD_BYTES
const url = text(MAX_URL_LENGTH)
const ICE_URL = /^(stuns?|turns?):/
const iceUrl: Check = (value) => isText(value, MAX_URL_LENGTH) && ICE_URL.test(value)
const keyEvent: Check = (value) => isBytes(value) && value.length <= MAX_KEY_EVENT_BYTES
/** A UTF-16 unit is at most 3 bytes of UTF-8 and the whole message is bounded before: units are count enough. */
const signal = text(MAX_SIGNAL_BYTES)
const accept: Shape = { circuit }
const close: Shape = { circuit, reason: oneOf(CLOSE_REASONS) }

const clientShapes: Readonly<Record<ClientMessage['type'], Shape>> = {
  'log-in': {
    version,
    origin: url,
    network: id,
    device: id,
    person,
    keyEvents: listOf(keyEvent, MAX_KEY_EVENTS),
    signature: bytesOf(64),
  },
  announce: { keys },
  withdraw: { keys },
  watch: { keys },
  unwatch: { keys },
  bases: { bases: listOf(isBase, MAX_BASES) },
  signal: { to: id, data: signal },
  open: { circuit, to: id },
  accept,
  close,
  outcome: { request, outcome: oneOf(REQUEST_OUTCOMES) },
  ping: { n: number },
}

const hostShapes: Readonly<Record<HostMessage['type'], Shape>> = {
  challenge: { version, challenge: bytesOf(CHALLENGE_BYTES) },
  welcome: { version, publicUrl: url, ice: listOf(iceUrl, MAX_ICE_SERVERS) },
  holders: { key: id, holders: listOf(shaped({ device: id, person }), MAX_HOLDERS_PER_KEY) },
  signal: { from: id, person, data: signal },
  absent: { device: id },
  incoming: { circuit, from: id, person },
  accept,
  close,
  'read-block': { request, cid: bytesOf(CID_BYTES) },
  'read-record': { request, key: id },
  'write-record': { request, key: id, record },
  pong: { n: number },
  error: { code: oneOf(HOST_ERRORS), detail: text(MAX_REASON_LENGTH) },
}

/** A control message from a client. */
export const decodeClientMessage = (body: Uint8Array): Result<ClientMessage, Malformed<'host-message'>> =>
  decodeMessage<ClientMessage>(body, clientShapes)

/** A control message from a host. */
export const decodeHostMessage = (body: Uint8Array): Result<HostMessage, Malformed<'host-message'>> =>
  decodeMessage<HostMessage>(body, hostShapes)

const decodeMessage = <M>(
  body: Uint8Array,
  shapes: Readonly<Record<string, Shape>>,
): Result<M, Malformed<'host-message'>> => {
  const decoded = decodeCbor(body, MAX_CONTROL_BYTES)
  if (!decoded.ok) return malformed('host-message', decoded.error.reason)
  const message = decoded.value
  if (!isRecord(message) || typeof message.type !== 'string') return malformed('host-message', 'no type')
  if (!Object.hasOwn(shapes, message.type)) return malformed('host-message', 'unknown type')
  const { type, ...fields } = message
  if (!shaped(shapes[type as string]!)(fields)) return malformed('host-message', `fields of "${String(type)}"`)
  return ok(message as M)
}
