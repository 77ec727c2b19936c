import { expect } from 'chai'
import fc from 'fast-check'
import { MAX_SEGMENT_BYTES, MAX_SEGMENT_ENTRIES } from '../../../src/core/limits.ts'
import {
  joinSegments,
  lastSeqOf,
  type Segment,
  segmentBytes,
  sliceSegment,
  splitSegment,
} from '../../../src/core/logs/segment.ts'
import { decodeSegment, encodeSegment, withPayloads } from '../../../src/core/logs/segment-codec.ts'
import { testSigner } from '../../support/ed25519.ts'
import { before, describe, it } from '../../support/runner.ts'
import { makeLog, somePayloads } from './make-log.ts'

const COUNT = 150

const decode = (bytes: Uint8Array): Segment => {
  const segment = decodeSegment(bytes)
  if (!segment.ok) throw new Error(JSON.stringify(segment.error))
  return segment.value
}

const withoutPayloads = (segment: Segment): Segment => ({ ...segment, payloads: segment.payloads.map(() => null) })

describe('segments', () => {
  let log: Segment
  before(async () => {
    const payloads = somePayloads(COUNT).map((payload, i) => payload.subarray(0, i % 20))
    log = await makeLog(await testSigner(3), payloads, { logId: 7, endOfLog: true })
  })

  /** Any run of the log, any of its payloads forgotten. */
  const runs = fc
    .tuple(fc.integer({ min: 1, max: COUNT }), fc.integer({ min: 1, max: COUNT }), fc.array(fc.nat(COUNT - 1)))
    .map(([a, b, forgotten]) => {
      const run = sliceSegment(log, Math.min(a, b), Math.max(a, b))
      return { ...run, payloads: run.payloads.map((payload, i) => (forgotten.includes(i) ? null : payload)) }
    })

  it('[S1] any run encodes and decodes to itself, in the size announced', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const bytes = encodeSegment(run)
        expect(bytes.length).to.equal(segmentBytes(run))
        expect(decode(bytes)).to.deep.equal(run)
      }),
    )
  })

  it('[S2] the form for the store has the same entries and no payloads', () => {
    fc.assert(
      fc.property(runs, (run) => {
        expect(decode(encodeSegment(run, { payloads: false }))).to.deep.equal(withoutPayloads(run))
      }),
    )
  })

  it('[S2] stored form and payloads make the form for the wire, byte for byte', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const stored = encodeSegment(run, { payloads: false })
        expect(withPayloads(stored, run.payloads)).to.deep.equal(encodeSegment(run))
      }),
    )
  })

  it('[S2] payloads that are not those of the stored form are a bug, and throw', () => {
    const run = sliceSegment(log, 4, 6)
    const stored = encodeSegment(run, { payloads: false })
    expect(() => withPayloads(stored, run.payloads.slice(1))).to.throw(RangeError)
    expect(() => withPayloads(stored, [new Uint8Array(100), null, null])).to.throw(RangeError)
  })

  it('[S3] an entry inside a run takes its payload, its signature and at most three bytes more', () => {
    const run = sliceSegment(log, 1, COUNT)
    const alone = run.payloads.reduce((sum, payload) => sum + payload!.length + 64, 0)
    expect(encodeSegment(run).length - alone).to.be.at.most(3 * COUNT + 100)
  })

  it('[S4] a run that is cut anywhere joins to itself', () => {
    fc.assert(
      fc.property(runs, fc.nat(COUNT), (run, at) => {
        const cut = run.firstSeq + (at % run.entries.length)
        if (cut === lastSeqOf(run)) return
        const [first, second] = [sliceSegment(run, run.firstSeq, cut), sliceSegment(run, cut + 1, lastSeqOf(run))]
        expect(joinSegments(decode(encodeSegment(first)), decode(encodeSegment(second)))).to.deep.equal({
          ok: true,
          value: run,
        })
      }),
    )
  })

  it('[S4] runs that do not follow each other, or are of different logs, do not join', async () => {
    const other = await makeLog(await testSigner(3), somePayloads(9), { logId: 7 })
    const [first, second] = [sliceSegment(log, 1, 4), sliceSegment(log, 5, 9)]
    expect(joinSegments(first, sliceSegment(log, 6, 9)).ok, 'gap').to.equal(false)
    expect(joinSegments(first, { ...second, logId: 8 }).ok, 'another log id').to.equal(false)
    expect(joinSegments(first, { ...second, author: new Uint8Array(32) }).ok, 'another author').to.equal(false)
    expect(joinSegments(first, sliceSegment(other, 5, 9)).ok, 'another backlink').to.equal(false)
    expect(joinSegments(first, second).ok).to.equal(true)
  })

  it('a run outside the segment is a bug, and throws', () => {
    const run = sliceSegment(log, 5, 9)
    for (const [from, to] of [
      [4, 9],
      [5, 10],
      [7, 6],
    ] as const) {
      expect(() => sliceSegment(run, from, to)).to.throw(RangeError)
    }
  })

  it('[S5] a long run splits into segments within both limits, in order and without loss', async () => {
    const many = await makeLog(await testSigner(4), somePayloads(MAX_SEGMENT_ENTRIES + 5, 1))
    const large = await makeLog(await testSigner(4), somePayloads(9, 65_536))
    for (const run of [many, large, log]) {
      const parts = splitSegment(run)
      expect(parts.flatMap((part) => part.entries)).to.deep.equal(run.entries)
      expect(parts.flatMap((part) => part.payloads)).to.deep.equal(run.payloads)
      for (const part of parts) {
        expect(part.entries.length).to.be.at.most(MAX_SEGMENT_ENTRIES)
        expect(encodeSegment(part).length).to.be.at.most(MAX_SEGMENT_BYTES)
      }
    }
    expect([many, large, log].map((run) => splitSegment(run).length)).to.deep.equal([2, 9, 1])
  })

  it('[S5] a run over the limits is not encoded', async () => {
    const many = await makeLog(await testSigner(4), somePayloads(MAX_SEGMENT_ENTRIES + 1, 1))
    const large = await makeLog(await testSigner(4), somePayloads(2, 65_536))
    expect(() => encodeSegment(many)).to.throw(RangeError, 'entries')
    expect(() => encodeSegment(large)).to.throw(RangeError, 'bytes')
  })
})
