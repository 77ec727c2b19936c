/** Sync messages as dag-cbor `[version, message]`; every list and text is held to its limit before it is used. */
import { CID_BYTES } from '../blocks/cid.ts'
import { encodeCbor, isBytes, isCount, isText } from '../cbor.ts'
import { MAX_KEY_EVENTS } from '../identity/key-event-codec.ts'
import { MAX_SEGMENT_BYTES } from '../limits.ts'
import { decoderOf, fieldsOf, isList, isShape } from './message-shape.ts'
import type {
  BackfillMessage,
  End,
  Events,
  Get,
  Have,
  Heads,
  HolderMessage,
  LogRanges,
  Offer,
  OfferAnswer,
  ReaderMessage,
  Records,
  SegmentMessage,
  Unwant,
  Want,
} from './messages.ts'
import { areRanges, type SeqRange } from './ranges.ts'

export const SYNC_VERSION = 1
/** A sync message, encoded: the largest that one stream message may hold. */
export const MAX_SYNC_BYTES = 262_144
/** Logs of one person in one message. */
export const MAX_LOGS = 96
/** Ranges of one log in one message. */
export const MAX_RANGES = 64
/** Rotations that prove a contest. */
const PROOF_EVENTS = 2
/** Key events in one message: a whole chain, and the proof behind it. */
export const MAX_EVENTS = MAX_KEY_EVENTS + PROOF_EVENTS
/** Bytes of one key event or record. */
export const MAX_ITEM_BYTES = 8192
/** Records in one message. */
export const MAX_RECORDS = 16
/** A person id is a CID of 59 characters; later kinds of CID may be longer. */
export const MAX_ID_LENGTH = 128
/** Log ids are small numbers. */
export const MAX_LOG_ID = 0xffff_ffff

type SyncMessage = ReaderMessage | HolderMessage | BackfillMessage | Get | Offer | OfferAnswer

const isId = (value: unknown): value is string => isText(value, MAX_ID_LENGTH)
const isDevice = (value: unknown): value is Uint8Array => isBytes(value, 32)
const isLogId = (value: unknown): value is number => isCount(value, MAX_LOG_ID)
const isFlag = (value: unknown): value is boolean => typeof value === 'boolean'
const isSegment = (value: unknown): value is Uint8Array => isBytes(value) && value.length <= MAX_SEGMENT_BYTES
const isItem = (value: unknown): value is Uint8Array => isBytes(value) && value.length <= MAX_ITEM_BYTES
const isEventName = (value: unknown): value is Uint8Array | null => value === null || isBytes(value, CID_BYTES)
const isSeq = (value: unknown): value is number => isCount(value) && value >= 1

const isRange = (value: unknown): value is SeqRange => isShape({ from: isSeq, to: isSeq }, value)
const isRanges = (value: unknown): value is SeqRange[] => isList(isRange, MAX_RANGES)(value) && areRanges(value)
const isLogRanges = (value: unknown): value is LogRanges =>
  isShape({ device: isDevice, log: isLogId, ranges: isRanges }, value)
const isKeptRecord = (value: unknown): value is { key: Uint8Array; record: Uint8Array } =>
  isShape({ key: (key): key is Uint8Array => isBytes(key, 32), record: isItem }, value)

const SHAPES = {
  want: fieldsOf('want', { person: isId, newest: isEventName, logs: isList(isLogRanges, MAX_LOGS) }),
  unwant: fieldsOf('unwant', { person: isId }),
  have: fieldsOf('have', { person: isId, device: isDevice, log: isLogId, seq: isSeq, alwaysOn: isFlag }),
  events: fieldsOf('events', { person: isId, events: isList(isItem, MAX_EVENTS) }),
  records: fieldsOf('records', { person: isId, records: isList(isKeptRecord, MAX_RECORDS) }),
  heads: fieldsOf('heads', { person: isId, newest: isEventName, logs: isList(isLogRanges, MAX_LOGS) }),
  segment: fieldsOf('segment', { person: isId, segment: isSegment }),
  get: fieldsOf('get', { person: isId, device: isDevice, log: isLogId, from: isSeq, to: isSeq }),
  end: fieldsOf('end', {}),
  offer: fieldsOf('offer', { id: isId, segment: isSegment, records: isList(isKeptRecord, MAX_RECORDS) }),
  answer: fieldsOf('answer', { id: isId, taken: isFlag, again: isFlag }),
} as const
type MessageType = keyof typeof SHAPES

/** The bytes of a message. */
export const encodeSync = (message: SyncMessage): Uint8Array => encodeCbor([SYNC_VERSION, message])

const decodeOf = <T extends SyncMessage>(...types: readonly (T['type'] & MessageType)[]) =>
  decoderOf<T, 'sync'>({ what: 'sync', version: SYNC_VERSION, maxBytes: MAX_SYNC_BYTES }, SHAPES, types)

/** A message of a reader on a log stream. */
export const decodeReaderMessage = decodeOf<Want | Unwant | Have>('want', 'unwant', 'have')
/** A message of a holder on a log stream. */
export const decodeHolderMessage = decodeOf<Events | Records | Heads | SegmentMessage>(
  'events',
  'records',
  'heads',
  'segment',
)
/** A request on a backfill stream. */
export const decodeGet = decodeOf<Get>('get')
/** An answer on a backfill stream. */
export const decodeBackfill = decodeOf<SegmentMessage | End>('segment', 'end')
/** A message on an offer stream. */
export const decodeOffer = decodeOf<Offer>('offer')
/** The answer on an offer stream. */
export const decodeOfferAnswer = decodeOf<OfferAnswer>('answer')
