import { expect } from 'chai'
import fc from 'fast-check'
import { concatBytes } from '../../../src/core/bytes.ts'
import { MAX_PAYLOAD_BYTES, MAX_SEGMENT_BYTES, MAX_SEGMENT_ENTRIES } from '../../../src/core/limits.ts'
import { sliceSegment } from '../../../src/core/logs/segment.ts'
import { decodeSegment, encodeSegment, SEGMENT_VERSION } from '../../../src/core/logs/segment-codec.ts'
import { encodeVaru64 } from '../../../src/core/logs/varu64.ts'
import { testSigner } from '../../support/ed25519.ts'
import { describe, it } from '../../support/runner.ts'
import { makeLog, somePayloads } from './make-log.ts'

const AUTHOR = new Uint8Array(32)

/** A segment's head, then whatever follows. */
const frame = (fields: { flags?: number; firstSeq?: number; count: number }, ...rest: Uint8Array[]): Uint8Array =>
  concatBytes(
    Uint8Array.of(SEGMENT_VERSION, fields.flags ?? 0),
    AUTHOR,
    encodeVaru64(0),
    encodeVaru64(fields.firstSeq ?? 1),
    encodeVaru64(fields.count),
    ...rest,
  )

const reasonOf = (bytes: Uint8Array): string | undefined => {
  const segment = decodeSegment(bytes)
  if (segment.ok) return undefined
  return segment.error.type === 'malformed' ? segment.error.reason : segment.error.type
}

describe('hostile segments', () => {
  it('[S6] more bytes than a segment may have are refused before they are read', () => {
    expect(reasonOf(new Uint8Array(MAX_SEGMENT_BYTES + 1))).to.contain(`at most ${MAX_SEGMENT_BYTES}`)
  })

  it('[S6] more entries than a segment may have are refused by their announcement', () => {
    expect(reasonOf(frame({ count: MAX_SEGMENT_ENTRIES + 1 }))).to.contain(`1 to ${MAX_SEGMENT_ENTRIES}`)
    expect(reasonOf(frame({ count: Number.MAX_SAFE_INTEGER }))).to.contain(`1 to ${MAX_SEGMENT_ENTRIES}`)
  })

  it('[S6] no entries, position 0 and positions past the last are refused', () => {
    expect(reasonOf(frame({ count: 0 }))).to.contain('0 entries')
    expect(reasonOf(frame({ count: 1, firstSeq: 0 }))).to.contain('position')
    expect(reasonOf(frame({ count: 1, firstSeq: Number.MAX_SAFE_INTEGER }))).to.contain('position')
  })

  it('[S6] a payload over its limit is refused by its announcement, carried or not', () => {
    const over = MAX_PAYLOAD_BYTES + 1
    for (const sizeAndCarried of [over * 2, over * 2 + 1]) {
      expect(reasonOf(frame({ count: 1 }, encodeVaru64(sizeAndCarried)))).to.contain('payload')
    }
  })

  it('[S7] another version is told apart from damage', () => {
    const segment = decodeSegment(concatBytes(Uint8Array.of(2), new Uint8Array(300)))
    const error = { type: 'unknown-version', format: 'segment', version: 2, supported: 1 }
    expect(segment).to.deep.equal({ ok: false, error })
  })

  it('[S7] flags without a meaning are refused', () => {
    expect(reasonOf(frame({ count: 1, flags: 2 }))).to.contain('flags')
  })

  it('[S7] every beginning of a segment, and a segment followed by more, is refused', async () => {
    const bytes = encodeSegment(sliceSegment(await makeLog(await testSigner(1), somePayloads(9)), 3, 9))
    for (let length = 0; length < bytes.length; length++) expect(reasonOf(bytes.subarray(0, length))).to.be.a('string')
    expect(reasonOf(concatBytes(bytes, Uint8Array.of(0)))).to.contain('too many')
  })

  it('[S7] a number that is not in its shortest form is refused', async () => {
    const bytes = encodeSegment(await makeLog(await testSigner(1), somePayloads(1)))
    // The log id stands behind version, flags and author.
    const longer = concatBytes(bytes.subarray(0, 34), Uint8Array.of(0xf8, 0), bytes.subarray(35))
    expect(reasonOf(longer)).to.contain('shortest')
  })

  it('[S7] any bytes are refused or are the one encoding of what they decode to', () => {
    const tails = fc.uint8Array({ maxLength: 400 })
    const heads = fc.record({
      flags: fc.nat(1),
      firstSeq: fc.integer({ min: 1, max: 9 }),
      count: fc.integer({ min: 1, max: 3 }),
    })
    fc.assert(
      fc.property(heads, tails, (head, tail) => {
        const bytes = frame(head, tail)
        const segment = decodeSegment(bytes)
        if (segment.ok) expect(encodeSegment(segment.value)).to.deep.equal(bytes)
      }),
      { numRuns: 500 },
    )
  })
})
