import { expect } from 'chai'
import { encodeCbor } from '../../../src/core/cbor.ts'
import { MAX_SEGMENT_BYTES } from '../../../src/core/limits.ts'
import {
  decodeBackfill,
  decodeGet,
  decodeHolderMessage,
  decodeOffer,
  decodeOfferAnswer,
  decodeReaderMessage,
  encodeSync,
  MAX_EVENTS,
  MAX_ID_LENGTH,
  MAX_ITEM_BYTES,
  MAX_LOG_ID,
  MAX_LOGS,
  MAX_RANGES,
  MAX_RECORDS,
  MAX_SYNC_BYTES,
  SYNC_VERSION,
} from '../../../src/core/sync/codec.ts'
import { describe, it } from '../../support/runner.ts'

const device = new Uint8Array(32).fill(7)
const person = 'bafyperson'
const log = { device, log: 0, ranges: [{ from: 1, to: 9 }] }
const key = new Uint8Array(32)
const cid = new Uint8Array(36).fill(9)

const samples = {
  want: [{ type: 'want', person, newest: cid, logs: [log] }, decodeReaderMessage],
  unwant: [{ type: 'unwant', person }, decodeReaderMessage],
  have: [{ type: 'have', person, device, log: 0, seq: 3, alwaysOn: true }, decodeReaderMessage],
  events: [{ type: 'events', person, events: [device] }, decodeHolderMessage],
  records: [{ type: 'records', person, records: [{ key, record: device }] }, decodeHolderMessage],
  heads: [{ type: 'heads', person, newest: cid, logs: [log] }, decodeHolderMessage],
  segment: [{ type: 'segment', person, segment: device }, decodeHolderMessage],
  get: [{ type: 'get', person, device, log: 0, from: 1, to: 9 }, decodeGet],
  end: [{ type: 'end' }, decodeBackfill],
  offer: [{ type: 'offer', id: 'a', segment: device, records: [] }, decodeOffer],
  answer: [{ type: 'answer', id: 'a', taken: true, again: false }, decodeOfferAnswer],
} as const

type Decode = (bytes: Uint8Array) => { readonly ok: boolean }
const wrapped = (message: unknown, version: unknown = SYNC_VERSION) => encodeCbor([version, message])
const refuses = (decode: Decode, message: unknown) => expect(decode(wrapped(message)).ok).to.equal(false)
const many = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item)

describe('sync messages', () => {
  it('[SY3] every message comes back as it was sent', () => {
    for (const [message, decode] of Object.values(samples)) {
      const decoded = decode(encodeSync(message))
      expect(decoded).to.deep.equal({ ok: true, value: message })
    }
  })

  it('[SY3] another version is refused as such, whatever else is in it', () => {
    const error = { type: 'unknown-version', format: 'sync', version: 2, supported: SYNC_VERSION }
    for (const [message, decode] of Object.values(samples)) {
      for (const body of [encodeCbor([2, message]), encodeCbor([2]), encodeCbor([2, null, 'more'])]) {
        expect(decode(body)).to.deep.equal({ ok: false, error })
      }
      const none = decode(wrapped(message, 'one'))
      expect(none.ok ? '' : none.error.type).to.equal('malformed')
    }
  })

  it('[SY3] a missing, strange or additional field is refused', () => {
    for (const [message, decode] of Object.values(samples)) {
      refuses(decode, { ...message, more: 1 })
      for (const field of Object.keys(message)) {
        const { [field]: _, ...rest } = message as Record<string, unknown>
        refuses(decode, rest)
        // Who knows no key events says so.
        if (field !== 'newest') refuses(decode, { ...message, [field]: null })
        refuses(decode, { ...message, [field]: -1 })
      }
    }
  })

  it('[SY21] a whole chain and the proof of a contest are not too many key events', () => {
    const message = { ...samples.events[0], events: many(514, device) }
    expect(decodeHolderMessage(encodeSync(message))).to.deep.equal({ ok: true, value: message })
  })

  it('[SY3] a message of another stream is refused', () => {
    expect(decodeGet(encodeSync(samples.want[0])).ok).to.equal(false)
    expect(decodeReaderMessage(encodeSync(samples.heads[0])).ok).to.equal(false)
    expect(decodeHolderMessage(encodeSync(samples.end[0])).ok).to.equal(false)
  })

  it('[SY3] every limit is held before the message is used', () => {
    refuses(decodeReaderMessage, { ...samples.want[0], logs: many(MAX_LOGS + 1, log) })
    const ranges = Array.from({ length: MAX_RANGES + 1 }, (_, i) => ({ from: 2 * i + 1, to: 2 * i + 1 }))
    refuses(decodeReaderMessage, { ...samples.want[0], logs: [{ ...log, ranges }] })
    refuses(decodeReaderMessage, { ...samples.unwant[0], person: 'x'.repeat(MAX_ID_LENGTH + 1) })
    refuses(decodeReaderMessage, { ...samples.want[0], newest: new Uint8Array(37) })
    refuses(decodeHolderMessage, { ...samples.heads[0], newest: new Uint8Array(35) })
    refuses(decodeHolderMessage, { ...samples.events[0], events: many(MAX_EVENTS + 1, device) })
    refuses(decodeHolderMessage, { ...samples.events[0], events: [new Uint8Array(MAX_ITEM_BYTES + 1)] })
    refuses(decodeHolderMessage, { ...samples.records[0], records: many(MAX_RECORDS + 1, { key, record: device }) })
    refuses(decodeHolderMessage, { ...samples.segment[0], segment: new Uint8Array(MAX_SEGMENT_BYTES + 1) })
    const tooLong = new Uint8Array(MAX_SYNC_BYTES + 1)
    for (const [, decode] of Object.values(samples)) expect(decode(tooLong).ok).to.equal(false)
  })

  it('[SY3] a log id has at most 32 bits, wherever one is named', () => {
    const naming = (id: number): readonly (readonly [object, Decode])[] => [
      [{ ...samples.want[0], logs: [{ ...log, log: id }] }, decodeReaderMessage],
      [{ ...samples.heads[0], logs: [{ ...log, log: id }] }, decodeHolderMessage],
      [{ ...samples.have[0], log: id }, decodeReaderMessage],
      [{ ...samples.get[0], log: id }, decodeGet],
    ]
    for (const [message, decode] of naming(MAX_LOG_ID)) expect(decode(wrapped(message)).ok).to.equal(true)
    for (const [message, decode] of naming(MAX_LOG_ID + 1)) refuses(decode, message)
  })

  it('[SY3] bytes that are no message are refused, not thrown at the caller', () => {
    for (const bytes of [new Uint8Array(0), Uint8Array.of(0xff), encodeCbor(1), encodeCbor([]), encodeCbor([1, []])]) {
      for (const [, decode] of Object.values(samples)) expect(decode(bytes).ok).to.equal(false)
    }
  })
})
