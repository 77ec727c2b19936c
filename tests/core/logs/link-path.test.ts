import { expect } from 'chai'
import fc from 'fast-check'
import { isLinkedPath } from '../../../src/core/logs/link-path.ts'
import { lipmaaPath } from '../../../src/core/logs/lipmaa.ts'
import type { Segment } from '../../../src/core/logs/segment.ts'
import { testSigner } from '../../support/ed25519.ts'
import { before, describe, it } from '../../support/runner.ts'
import { makeLog, somePayloads } from './make-log.ts'

const COUNT = 130
const seqs = fc.integer({ min: 1, max: COUNT })

describe('paths over links', () => {
  let log: Segment
  let fork: Segment
  before(async () => {
    const signer = await testSigner(8)
    log = await makeLog(signer, somePayloads(COUNT))
    fork = await makeLog(signer, somePayloads(COUNT, 21))
  })
  const along = (path: readonly number[]) => path.map((seq) => log.entries[seq - 1]!)

  it('[L8] the shortest path between any two entries of a log proves that one continues the other', () => {
    fc.assert(
      fc.property(seqs, seqs, (a, b) => {
        const path = along(lipmaaPath(Math.max(a, b), Math.min(a, b)))
        expect(isLinkedPath(path)).to.equal(true)
      }),
    )
  })

  it('[L8] a path that ends in an entry of a fork proves nothing', () => {
    fc.assert(
      fc.property(seqs, seqs, (a, b) => {
        if (a === b) return
        const path = along(lipmaaPath(Math.max(a, b), Math.min(a, b)))
        expect(isLinkedPath(path.with(-1, fork.entries[Math.min(a, b) - 1]!))).to.equal(false)
      }),
    )
  })

  it('[L8] a path that leaves an entry out, or runs forwards, proves nothing', () => {
    expect(isLinkedPath(along([12, 10, 9]))).to.equal(false)
    expect(isLinkedPath(along([9, 10]))).to.equal(false)
    expect(isLinkedPath(along([12, 8, 4, 1]))).to.equal(true)
  })
})
