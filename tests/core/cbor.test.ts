import { expect } from 'chai'
import fc from 'fast-check'
import { rawCid } from '../../src/core/blocks/cid.ts'
import { hexToBytes } from '../../src/core/bytes.ts'
import { decodeCbor, encodeCbor, hasKeys, isBytes, isCount, isRecord, isText } from '../../src/core/cbor.ts'
import { MAX_CBOR_DEPTH } from '../../src/core/limits.ts'
import { describe, it } from '../support/runner.ts'
import { plainData } from './plain-data.ts'

const LIMIT = 10_000

const reasonOf = (bytes: Uint8Array): string | undefined => {
  const decoded = decodeCbor(bytes, LIMIT)
  return decoded.ok ? undefined : decoded.error.reason
}

/** `depth` lists, one in the other, around null. */
const nested = (depth: number) => Uint8Array.from([...new Uint8Array(depth).fill(0x81), 0xf6])

describe('dag-cbor', () => {
  it('[E1] plain data decodes to itself', () => {
    fc.assert(
      fc.property(plainData, (value) => {
        const decoded = decodeCbor(encodeCbor(value), LIMIT * 10)
        expect(decoded.ok && encodeCbor(decoded.value)).to.deep.equal(encodeCbor(value))
      }),
    )
  })

  it('[E1] a CID decodes to itself', () => {
    const cid = rawCid(Uint8Array.of(1))
    const decoded = decodeCbor(encodeCbor({ cid }), LIMIT)
    expect(decoded.ok && isRecord(decoded.value) && cid.equals(decoded.value.cid)).to.equal(true)
  })

  it('[E2] any bytes are refused or are the one encoding of what they decode to', () => {
    // Few different bytes, those with a meaning, make a valid beginning likely.
    const telling = fc.constantFrom(0, 1, 0x18, 0x20, 0x41, 0x61, 0x62, 0x80, 0x81, 0x82, 0xa1, 0xa2, 0xf6, 0xf7, 0xfb)
    const bytes = fc.array(fc.oneof(telling, fc.nat(255)), { maxLength: 12 }).map((list) => Uint8Array.from(list))
    fc.assert(
      fc.property(bytes, (input) => {
        const decoded = decodeCbor(input, LIMIT)
        if (decoded.ok) expect(encodeCbor(decoded.value)).to.deep.equal(input)
      }),
      { numRuns: 5000 },
    )
  })

  it('[E2] every other encoding of a value is refused', () => {
    const others: [string, string][] = [
      ['1800', 'shortest'],
      ['190017', 'shortest'],
      ['5800', 'shortest'],
      ['1b0000000000000001', 'shortest'],
      ['9fff', 'length not stated'],
      ['5fff', 'length not stated'],
      ['a2616201616102', 'order'],
      ['a2616101616102', 'order'],
      ['a10102', 'key'],
      ['a1612f01', 'reserved'],
      ['f7', 'simple'],
      ['f93c00', 'simple'],
      ['fa3f800000', 'simple'],
      ['fb3ff0000000000000', 'float'],
      ['fb7ff8000000000000', 'float'],
      ['fb7ff0000000000000', 'float'],
      ['fb8000000000000000', 'float'],
      ['61ff', 'UTF-8'],
      ['63eda080', 'UTF-8'],
      ['c101', 'tag'],
      ['d82a6161', 'CID'],
      ['0000', 'more than one'],
    ]
    for (const [hex, reason] of others) {
      expect(reasonOf(hexToBytes(hex)), hex).to.contain(reason)
    }
  })

  it('[E3] whole numbers beyond the safe range are refused', () => {
    for (const hex of ['1b0020000000000000', '1bffffffffffffffff', '3b001fffffffffffff']) {
      expect(reasonOf(hexToBytes(hex)), hex).to.contain('safe range')
    }
    expect(reasonOf(hexToBytes('3b001ffffffffffffe'))).to.equal(undefined)
  })

  it('[E3] a CID that is none is refused', () => {
    for (const hex of ['d82a40', 'd82a4100', 'd82a420155', 'd82a450001711220']) {
      expect(reasonOf(hexToBytes(hex)), hex).to.be.a('string')
    }
  })

  it('[E4] more bytes than the caller allows are refused before they are read', () => {
    expect(reasonOf(new Uint8Array(LIMIT + 1))).to.contain(`at most ${LIMIT}`)
  })

  it('[E4] deeper nesting than allowed is refused, however deep', () => {
    expect(reasonOf(nested(MAX_CBOR_DEPTH))).to.equal(undefined)
    expect(reasonOf(nested(MAX_CBOR_DEPTH + 1))).to.contain('nested')
    expect(reasonOf(nested(LIMIT - 1))).to.contain('nested')
  })

  it('[E4] lengths that promise more than is there are refused at once', () => {
    for (const hex of [
      '',
      '61',
      '5b001fffffffffffff',
      '9b001fffffffffffff',
      'bb001fffffffffffff',
      'd82a',
      'fb00',
      '18',
      'a1',
    ]) {
      expect(reasonOf(hexToBytes(hex)), hex).to.contain('cut short')
    }
  })
})

describe('guards for decoded values', () => {
  it('tell maps from everything else', () => {
    expect(isRecord({})).to.equal(true)
    for (const value of [null, [], new Uint8Array(0), rawCid(new Uint8Array(0)), 'a', 1]) {
      expect(isRecord(value)).to.equal(false)
    }
  })

  it('check bytes, texts, counts and key sets', () => {
    expect([isBytes(new Uint8Array(3)), isBytes(new Uint8Array(3), 3), isBytes(new Uint8Array(3), 4)]).to.deep.equal([
      true,
      true,
      false,
    ])
    expect([isText('ab', 2), isText('abc', 2), isText(1, 2)]).to.deep.equal([true, false, false])
    expect([isCount(0), isCount(3, 3), isCount(4, 3), isCount(-1), isCount(0.5)]).to.deep.equal([
      true,
      true,
      false,
      false,
      false,
    ])
    expect([
      hasKeys({ a: 1 }, ['a']),
      hasKeys({}, ['a']),
      hasKeys({ a: 1, b: 1 }, ['a']),
      hasKeys({ a: 1, b: 1 }, ['a'], ['b']),
    ]).to.deep.equal([true, false, false, true])
  })
})
