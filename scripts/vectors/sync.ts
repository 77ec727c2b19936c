/** The vectors of docs/protocol/80-sync.md: `npx tsx scripts/vectors/sync.ts`. */
import { bytesToHex, concatBytes, utf8Encode } from '../../src/core/bytes.ts'
import { encodeCbor } from '../../src/core/cbor.ts'
import { encodeSegment } from '../../src/core/logs/segment-codec.ts'
import {
  type BlockAnswer,
  encodeBlockAnswer,
  encodeBlockQuestion,
  MAX_CID_LENGTH,
} from '../../src/core/sync/block-codec.ts'
import { encodeSync, MAX_EVENTS, MAX_LOGS, MAX_RANGES, MAX_RECORDS } from '../../src/core/sync/codec.ts'
import type {
  BackfillMessage,
  Get,
  HolderMessage,
  Offer,
  OfferAnswer,
  ReaderMessage,
} from '../../src/core/sync/messages.ts'
import { makeLog } from '../../tests/core/logs/make-log.ts'
import { testSigner } from '../../tests/support/ed25519.ts'
import { writeVector } from './write-vector.ts'

type SyncMessage = ReaderMessage | HolderMessage | BackfillMessage | Get | Offer | OfferAnswer
/** Who says something on which stream: what a decoder has to know of its place. */
type Place = 'log reader' | 'log holder' | 'backfill reader' | 'backfill holder' | 'offer sender' | 'offer receiver'

const filled = (length: number, byte: number): Uint8Array => new Uint8Array(length).fill(byte)
const person = 'bafyreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'
const signer = await testSigner(1)
const device = signer.publicKey
const segment = encodeSegment(await makeLog(signer, [utf8Encode('one entry')]))
const newest = concatBytes(Uint8Array.of(1, 0x71, 0x12, 32), filled(32, 6))
const log = {
  device,
  log: 0,
  ranges: [
    { from: 1, to: 3 },
    { from: 7, to: 2 ** 33 },
  ],
}
const record = { key: filled(32, 3), record: Uint8Array.of(1, 2, 3) }

/** JSON has no bytes: `hex:` and their digits stand for them. */
const readable = (message: object): unknown =>
  JSON.parse(JSON.stringify(message, (_, value) => (value instanceof Uint8Array ? `hex:${bytesToHex(value)}` : value)))

const said = (place: Place, message: SyncMessage, name: string = message.type) => ({
  name,
  place,
  message: readable(message),
  hex: bytesToHex(encodeSync(message)),
})

const messages = {
  want: { type: 'want', person, newest, logs: [log] },
  unwant: { type: 'unwant', person },
  have: { type: 'have', person, device, log: 0, seq: 3, alwaysOn: true },
  events: { type: 'events', person, events: [Uint8Array.of(1), Uint8Array.of(2, 3)] },
  records: { type: 'records', person, records: [record] },
  heads: { type: 'heads', person, newest, logs: [log, { device, log: 2, ranges: [] }] },
  segment: { type: 'segment', person, segment },
  get: { type: 'get', person, device, log: 0, from: 4, to: 6 },
  end: { type: 'end' },
  offer: { type: 'offer', id: 'a1', segment, records: [record] },
  answer: { type: 'answer', id: 'a1', taken: false, again: true },
} as const satisfies Record<string, SyncMessage>

const refused = (name: string, place: Place, error: string, value: unknown) => ({
  name,
  place,
  error,
  hex: bytesToHex(value instanceof Uint8Array ? value : encodeCbor(value)),
})
const malformed = (name: string, place: Place, message: object) => refused(name, place, 'malformed', [1, message])
const many = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item)
const pieces = Array.from({ length: MAX_RANGES + 1 }, (_, i) => ({ from: 2 * i + 1, to: 2 * i + 1 }))

await writeVector('sync-messages', {
  description:
    'Messages on the streams kith/log, kith/backfill and kith/offer; `place` says who sends them where. In `message`, `hex:…` stands for bytes; key events and records are made up.',
  cases: [
    said('log reader', messages.want),
    said('log reader', { ...messages.want, newest: null, logs: [] }, 'want, of somebody of whom nothing is known'),
    said('log reader', messages.unwant),
    said('log reader', messages.have),
    said('log holder', messages.events),
    said('log holder', messages.records),
    said('log holder', messages.heads),
    said('log holder', { ...messages.heads, newest: null, logs: [] }, 'heads, of somebody of whom nothing is held'),
    said('log holder', messages.segment),
    said('backfill reader', messages.get),
    said('backfill holder', messages.segment),
    said('backfill holder', messages.end),
    said('offer sender', messages.offer),
    said('offer receiver', messages.answer),
  ],
  refused: [
    refused('another version', 'log reader', 'unknown-version', [2, messages.want]),
    refused('another version of another shape', 'log holder', 'unknown-version', [2, 'something', 'else']),
    refused('no version', 'log reader', 'malformed', messages.want),
    refused('a version that is no number', 'log reader', 'malformed', ['1', messages.want]),
    refused('something behind the message', 'log reader', 'malformed', [1, messages.want, 0]),
    refused('nothing', 'log reader', 'malformed', new Uint8Array(0)),
    refused('cut short', 'log reader', 'malformed', encodeSync(messages.want).subarray(0, -1)),
    refused('a byte too many', 'log reader', 'malformed', concatBytes(encodeSync(messages.unwant), filled(1, 0))),
    malformed('a message of another stream', 'log reader', messages.get),
    malformed('a message of the other side', 'log holder', messages.want),
    malformed('a field more', 'log reader', { ...messages.unwant, more: 1 }),
    malformed('a field less', 'backfill reader', { type: 'get', person, device, log: 0, from: 4 }),
    malformed('a key event named by too few bytes', 'log reader', { ...messages.want, newest: newest.subarray(1) }),
    malformed('too many logs', 'log holder', { ...messages.heads, logs: many(MAX_LOGS + 1, log) }),
    malformed('too many ranges', 'log holder', { ...messages.heads, logs: [{ ...log, ranges: pieces }] }),
    malformed('ranges that touch', 'log holder', {
      ...messages.heads,
      logs: [
        {
          ...log,
          ranges: [
            { from: 1, to: 3 },
            { from: 3, to: 4 },
          ],
        },
      ],
    }),
    malformed('a range from 0', 'backfill reader', { ...messages.get, from: 0 }),
    malformed('too many key events', 'log holder', { ...messages.events, events: many(MAX_EVENTS + 1, filled(1, 1)) }),
    malformed('too many records', 'offer sender', { ...messages.offer, records: many(MAX_RECORDS + 1, record) }),
    malformed('a device key of 31 bytes', 'log reader', { ...messages.have, device: filled(31, 1) }),
    malformed('an answer that is neither yes nor no', 'offer receiver', { ...messages.answer, taken: 1 }),
  ],
})

type Side = 'question' | 'answer'
const cid = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'
const answer = (says: BlockAnswer) => ({ name: says, side: 'answer', says, hex: bytesToHex(encodeBlockAnswer(says)) })
const notBlock = (name: string, side: Side, error: string, bytes: Uint8Array) => ({
  name,
  side,
  error,
  hex: bytesToHex(bytes),
})

await writeVector('block-stream', {
  description:
    'What is said on a kith/block stream: a version byte, then the text of a CID, or 0 or 1. After 1 the block follows as a message of its own, bare.',
  cases: [
    { name: 'a question', side: 'question', says: cid, hex: bytesToHex(encodeBlockQuestion(cid)) },
    answer('not-here'),
    answer('follows'),
  ],
  refused: [
    notBlock('a question in another version', 'question', 'unknown-version', encodeBlockQuestion(cid).with(0, 2)),
    notBlock('a question without a version', 'question', 'unknown-version', utf8Encode(cid)),
    notBlock('no question', 'question', 'malformed', new Uint8Array(0)),
    notBlock('a question too long', 'question', 'malformed', encodeBlockQuestion('b'.repeat(MAX_CID_LENGTH + 1))),
    notBlock('a question that is not UTF-8', 'question', 'malformed', Uint8Array.of(1, 0xff)),
    notBlock('an answer in another version', 'answer', 'unknown-version', Uint8Array.of(2, 1)),
    notBlock('an unknown answer', 'answer', 'malformed', Uint8Array.of(1, 2)),
    notBlock('an answer cut short', 'answer', 'malformed', Uint8Array.of(1)),
    notBlock('an answer with something behind it', 'answer', 'malformed', Uint8Array.of(1, 1, 0)),
    notBlock('no answer', 'answer', 'malformed', new Uint8Array(0)),
  ],
})
