/** The vectors of docs/protocol/10-logs.md: `npx tsx scripts/vectors/logs.ts`. */
import { bytesToHex, concatBytes, utf8Encode } from '../../src/core/bytes.ts'
import { encodeCbor } from '../../src/core/cbor.ts'
import { MAX_PAYLOAD_BYTES, MAX_SEGMENT_ENTRIES } from '../../src/core/limits.ts'
import { encodeEntry } from '../../src/core/logs/entry.ts'
import { createPayload, encodePayload, type Payload } from '../../src/core/logs/payload.ts'
import { lastEntryOf, type Segment, sliceSegment } from '../../src/core/logs/segment.ts'
import { encodeSegment } from '../../src/core/logs/segment-codec.ts'
import { encodeVaru64 } from '../../src/core/logs/varu64.ts'
import { makeLog } from '../../tests/core/logs/make-log.ts'
import { testSigner } from '../../tests/support/ed25519.ts'
import { writeVector } from './write-vector.ts'

const payloads = Array.from({ length: 13 }, (_, i) => utf8Encode(`message number ${i + 1}`))
const log = await makeLog(await testSigner(1), payloads, { logId: 1000, endOfLog: true })

const forget = (segment: Segment, seq: number): Segment => ({
  ...segment,
  payloads: segment.payloads.with(seq - segment.firstSeq, null),
})

const segmentCase = (name: string, segment: Segment) => ({
  name,
  author: bytesToHex(segment.author),
  logId: segment.logId,
  firstSeq: segment.firstSeq,
  endOfLog: lastEntryOf(segment).endOfLog,
  entries: segment.entries.map((entry, i) => ({
    bamboo: bytesToHex(encodeEntry(entry)),
    hash: bytesToHex(entry.hash),
    payload: segment.payloads[i] ? bytesToHex(segment.payloads[i]) : null,
  })),
  wire: bytesToHex(encodeSegment(segment)),
  stored: bytesToHex(encodeSegment(segment, { payloads: false })),
})

const first = encodeSegment(sliceSegment(log, 1, 1))
/** Version, flags, author, log id (three bytes here), first position; then the count. */
const beforeCount = first.subarray(0, 2 + 32 + 3 + 1)

const refused = (name: string, error: string, ...parts: Uint8Array[]) => ({
  name,
  error,
  hex: bytesToHex(concatBytes(...parts)),
})

await writeVector('bamboo-segment', {
  description:
    'Segments of a log whose author is the Ed25519 key of the seed 0101…01. `bamboo` is each entry by itself, `wire` the run with the payloads held, `stored` the run without.',
  cases: [
    segmentCase('a whole log with its end', log),
    segmentCase('a first entry', sliceSegment(log, 1, 1)),
    segmentCase('a run with lipmaa links into and out of it', sliceSegment(log, 4, 12)),
    segmentCase('a run of which one payload was forgotten', forget(sliceSegment(log, 2, 5), 3)),
    segmentCase('one entry with both links', sliceSegment(log, 8, 8)),
  ],
  refused: [
    refused('another version', 'unknown-version', first.with(0, 2)),
    refused('a flag without a meaning', 'malformed', first.with(1, 2)),
    refused('no entries', 'malformed', beforeCount, encodeVaru64(0)),
    refused('more entries than allowed', 'malformed', beforeCount, encodeVaru64(MAX_SEGMENT_ENTRIES + 1)),
    refused('position 0', 'malformed', first.with(37, 0)),
    refused(
      'a payload over its limit',
      'malformed',
      beforeCount,
      encodeVaru64(1),
      encodeVaru64(MAX_PAYLOAD_BYTES * 2 + 2),
    ),
    refused('a number in a longer form', 'malformed', beforeCount, Uint8Array.of(0xf8, 1), first.subarray(39)),
    refused('cut short', 'malformed', first.subarray(0, -1)),
    refused('a byte too many', 'malformed', first, Uint8Array.of(0)),
    refused('a changed payload', 'forged', first.with(41, 0)),
    refused('a changed signature', 'forged', first.with(-1, first.at(-1)! ^ 1)),
  ],
})

const SALT = Uint8Array.from({ length: 16 }, (_, i) => i)

const payloadCase = (name: string, payload: Payload) => ({
  name,
  type: payload.type,
  network: bytesToHex(payload.network),
  group: bytesToHex(payload.group),
  salt: bytesToHex(payload.salt),
  body: payload.body,
  hex: bytesToHex(encodePayload(payload)),
})

const post = createPayload('kith/post', { text: 'Hello, world', time: 1_790_000_000_000, pictures: [] }, SALT)
const without = ({ salt: _, ...rest }: Payload): object => rest
const ids = { network: new Uint8Array(32).fill(1), group: new Uint8Array(32).fill(2) }

await writeVector('payload', {
  description: 'Payloads of log entries. `body` holds no bytes and no CIDs here, so that JSON can show it.',
  cases: [
    payloadCase('a post under the zero ids', post),
    payloadCase('other network and group', createPayload('kith/test', null, SALT, ids)),
    payloadCase(
      'keys in length-first order',
      createPayload('kith/test', { bb: 1, a: -1, c: [true, false, 0.5] }, SALT),
    ),
  ],
  refused: [
    refused('another version', 'unknown-version', encodeCbor({ ...post, version: 2 })),
    refused('a field missing', 'malformed', encodeCbor(without(post))),
    refused('a field too many', 'malformed', encodeCbor({ ...post, more: 1 })),
    refused('a salt too short', 'malformed', encodeCbor({ ...post, salt: SALT.subarray(1) })),
    refused('a byte too many', 'malformed', encodePayload(post), Uint8Array.of(0)),
    refused(
      'a map of unstated length',
      'malformed',
      Uint8Array.of(0xbf),
      encodePayload(post).subarray(1),
      Uint8Array.of(0xff),
    ),
  ],
})
