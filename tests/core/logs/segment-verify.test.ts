import { expect } from 'chai'
import fc from 'fast-check'
import { type Entry, signEntry } from '../../../src/core/logs/entry.ts'
import { lipmaaOf } from '../../../src/core/logs/lipmaa.ts'
import { lastEntryOf, type Segment, sliceSegment } from '../../../src/core/logs/segment.ts'
import { decodeSegment, encodeSegment } from '../../../src/core/logs/segment-codec.ts'
import { type VerifyContext, verifySegment } from '../../../src/core/logs/segment-verify.ts'
import type { Verifier } from '../../../src/core/ports.ts'
import { testCrypto, testSigner } from '../../support/ed25519.ts'
import { before, describe, it } from '../../support/runner.ts'
import { makeLog, somePayloads } from './make-log.ts'

const COUNT = 60

/** What `verifySegment` says: 'authentic' or the type of the refusal. */
const verdict = async (segment: Segment, context: Partial<VerifyContext> = {}): Promise<string> => {
  const result = await verifySegment(segment, { verifier: testCrypto, ...context })
  return result.ok ? 'authentic' : result.error.type
}

const countingVerifier = (): Verifier & { count: number } => ({
  count: 0,
  verify(...args) {
    this.count++
    return testCrypto.verify(...args)
  },
})

/** The content of a run: everything but how it was linked and signed. */
const contentOf = ({ author, logId, firstSeq, entries, payloads }: Segment) => ({
  author,
  logId,
  firstSeq,
  payloads,
  hashes: entries.map((entry) => entry.payloadHash),
})

describe('the verdict on a segment', () => {
  let log: Segment
  /** The same log until 20, then another: what an author makes who forks. */
  let fork: Segment
  const entryAt = (seq: number): Entry => log.entries[seq - 1]!
  before(async () => {
    const signer = await testSigner(5)
    log = await makeLog(signer, somePayloads(COUNT))
    fork = await makeLog(signer, [...somePayloads(19), ...somePayloads(COUNT - 19, 21)])
  })

  it('[S8] any run of a log is authentic, by one signature check', async () => {
    const seqs = fc.integer({ min: 1, max: COUNT })
    await fc.assert(
      fc.asyncProperty(seqs, seqs, async (a, b) => {
        const verifier = countingVerifier()
        const run = sliceSegment(log, Math.min(a, b), Math.max(a, b))
        expect(await verdict(run, { verifier })).to.equal('authentic')
        expect(verifier.count).to.equal(1)
      }),
    )
  })

  it('[S8] a flipped byte anywhere never gives an authentic segment with other content', async () => {
    const run = sliceSegment(log, 7, 16)
    const bytes = encodeSegment(run)
    const flips = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }))
    await fc.assert(
      fc.asyncProperty(flips, async ([at, by]) => {
        const segment = decodeSegment(bytes.map((byte, i) => (i === at ? byte ^ by : byte)))
        if (!segment.ok || (await verdict(segment.value)) !== 'authentic') return
        expect(contentOf(segment.value)).to.deep.equal(contentOf(run))
      }),
      { numRuns: 400 },
    )
  })

  it('[S8] a signature in the middle of a run that does not verify is covered by the entries after it', async () => {
    // The rule: hash-linked from an authentic entry is authentic. The author signed over these very bytes later.
    const signer = await testSigner(6)
    const broken = { ...signer, sign: async () => new Uint8Array(64) }
    const first = await makeLog(broken, somePayloads(1))
    expect(await verdict(first)).to.equal('forged')
    const bad = first.entries[0]!
    const payload = new Uint8Array(4)
    const good = await signEntry({ logId: 0, seq: 2, backlink: bad.hash, payload }, signer)
    const run = { ...first, entries: [bad, good], payloads: [...first.payloads, payload] }
    expect(await verdict(run)).to.equal('authentic')
    expect(await verdict(sliceSegment(run, 1, 1), { later: { seq: 1, hash: good.backlink! } })).to.equal('authentic')
  })

  it('[S8] payloads can be forgotten and the run stays authentic', async () => {
    const forgotten = { ...log, payloads: log.payloads.map((payload, i) => (i % 2 ? payload : null)) }
    const decoded = decodeSegment(encodeSegment(forgotten))
    expect(decoded.ok && (await verdict(decoded.value))).to.equal('authentic')
  })

  it('[S9] without a valid signature a run is authentic where a later entry links to its last, and only there', async () => {
    const verifier = { verify: async () => false }
    const run = sliceSegment(log, 10, 19)
    const context = { verifier, later: { seq: 19, hash: entryAt(20).backlink! } }
    expect(await verdict(run, context)).to.equal('authentic')
    expect(await verdict(sliceSegment(log, 10, 18), context)).to.equal('forged')
    expect(await verdict(sliceSegment(fork, 10, 20), { verifier, later: entryAt(20) })).to.equal('forged')
  })

  it('[S10] a signed run that differs from what is held is a fork, and both hashes are told', async () => {
    const run = sliceSegment(fork, 21, 30)
    const { seq, hash } = entryAt(20)
    const result = await verifySegment(run, { verifier: testCrypto, anchor: { seq, hash } })
    const claimed = fork.entries[19]!.hash
    expect(result).to.deep.equal({ ok: false, error: { type: 'fork', seq: 20, held: hash, claimed } })
    expect(await verdict(sliceSegment(fork, 10, 20), { later: entryAt(20) })).to.equal('fork')
  })

  it('[S10] a lipmaa link to another entry than the one held is a fork', async () => {
    const run = sliceSegment(fork, 40, 40)
    const target = lipmaaOf(40)
    expect(await verdict(run, { known: (seq) => (seq === target ? entryAt(target).hash : undefined) })).to.equal(
      'authentic',
    )
    expect(await verdict(run, { known: (seq) => (seq === target ? entryAt(1).hash : undefined) })).to.equal('fork')
  })

  it('[S10] a forger cannot make an author look like one who forks', async () => {
    const run = sliceSegment(fork, 21, 30)
    const entries = run.entries.with(-1, { ...lastEntryOf(run), signature: new Uint8Array(64) })
    const { seq, hash } = entryAt(20)
    expect(await verdict({ ...run, entries }, { anchor: { seq, hash } })).to.equal('forged')
  })

  it('[S11] a run that follows what is held is authentic, one that leaves a gap says so', async () => {
    const { seq, hash } = entryAt(20)
    expect(await verdict(sliceSegment(log, 21, 30), { anchor: { seq, hash } })).to.equal('authentic')
    const result = await verifySegment(sliceSegment(log, 22, 30), { verifier: testCrypto, anchor: { seq, hash } })
    expect(result).to.deep.equal({ ok: false, error: { type: 'gap', expected: 21, found: 22 } })
  })

  it('[S11] nothing follows the end of a log', async () => {
    const { seq, hash } = entryAt(20)
    expect(await verdict(sliceSegment(log, 21, 30), { anchor: { seq, hash, endOfLog: true } })).to.equal('ended')
  })
})
