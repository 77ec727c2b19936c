/** Messages of a lease stream as dag-cbor `[version, message]`. */
import { encodeCbor, isBytes, isCount, isText } from '../cbor.ts'
import { MAX_PROOF_BYTES, MAX_STATEMENT_BYTES } from '../economy/economy-limits.ts'
import { LEASE_ID_BYTES } from '../economy/statement-codec.ts'
import { parsePersonId } from '../identity/person-id.ts'
import { AVAILABILITY_CLASSES, type AvailabilityClass } from '../placement/availability.ts'
import type { LeaseHolderMessage, OwnerMessage } from './lease-messages.ts'
import { type Check, decoderOf, fieldsOf, isList } from './message-shape.ts'

/** The version this module reads and writes. */
export const LEASE_STREAM_VERSION = 1
/** Bytes of one message: the most receipts in one, and any proof, with what is around them. */
export const MAX_LEASE_MESSAGE_BYTES = 65_536
/** Leases that are asked for, or refused, in one message. */
export const MAX_LEASES_PER_MESSAGE = 256
/** Receipts in one message. */
export const MAX_RECEIPTS_PER_MESSAGE = 64
/** Of a family of browsers, and of a reason. */
const MAX_NAME_LENGTH = 64

const isLeaseId: Check<Uint8Array> = (value): value is Uint8Array => isBytes(value, LEASE_ID_BYTES)
const upTo =
  (limit: number): Check<Uint8Array> =>
  (value): value is Uint8Array =>
    isBytes(value) && value.length <= limit
const isNumber: Check<number> = (value): value is number => isCount(value)
const isPerson: Check<string> = (value): value is string => typeof value === 'string' && parsePersonId(value).ok
const isTicket: Check<number> = (value): value is number => isCount(value, 2 ** 32 - 1)
const isName: Check<string> = (value): value is string => isText(value, MAX_NAME_LENGTH)
const isClass: Check<AvailabilityClass> = (value): value is AvailabilityClass =>
  AVAILABILITY_CLASSES.some((name) => name === value)
const isFamily: Check<string | null> = (value): value is string | null => value === null || isName(value)
const areLeases = isList(isLeaseId, MAX_LEASES_PER_MESSAGE)
const isStatement = upTo(MAX_STATEMENT_BYTES)

const SHAPES = {
  'ask-room': fieldsOf('ask-room', {}),
  sign: fieldsOf('sign', { leases: areLeases }),
  end: fieldsOf('end', { statement: isStatement }),
  challenge: fieldsOf('challenge', { statement: isStatement }),
  room: fieldsOf('room', { steps: isNumber, availability: isClass, family: isFamily }),
  signed: fieldsOf('signed', { receipts: isList(isStatement, MAX_RECEIPTS_PER_MESSAGE) }),
  refused: fieldsOf('refused', { leases: areLeases, reason: isName, missing: isNumber }),
  notice: fieldsOf('notice', { statement: isStatement }),
  claim: fieldsOf('claim', { owner: isPerson, ticket: isTicket, at: isNumber }),
  substitute: fieldsOf('substitute', { owner: isPerson, leases: areLeases }),
  substituting: fieldsOf('substituting', { leases: areLeases }),
  proof: fieldsOf('proof', { statement: upTo(MAX_PROOF_BYTES) }),
} as const

const FORMAT = { what: 'lease-stream', version: LEASE_STREAM_VERSION, maxBytes: MAX_LEASE_MESSAGE_BYTES } as const

/** The bytes of a message. */
export const encodeLeaseMessage = (message: OwnerMessage | LeaseHolderMessage): Uint8Array =>
  encodeCbor([LEASE_STREAM_VERSION, message])

/** A message of an owner. */
export const decodeOwnerMessage = decoderOf<OwnerMessage, 'lease-stream'>(FORMAT, SHAPES, [
  'ask-room',
  'sign',
  'end',
  'challenge',
  'claim',
  'substitute',
])

/** A message of a holder. */
export const decodeLeaseHolderMessage = decoderOf<LeaseHolderMessage, 'lease-stream'>(FORMAT, SHAPES, [
  'room',
  'signed',
  'refused',
  'notice',
  'proof',
  'substituting',
])
