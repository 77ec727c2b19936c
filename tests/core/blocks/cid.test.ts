import { expect } from 'chai'
import fc from 'fast-check'
import { CID } from 'multiformats/cid'
import {
  CID_TEXT_LENGTH,
  cidFromBytes,
  cidToBytes,
  cidToString,
  dagCborCid,
  isBlockCid,
  parseCid,
  rawCid,
  verifyBlock,
  verifyBlockBy,
} from '../../../src/core/blocks/cid.ts'
import { decodeCbor, encodeCbor } from '../../../src/core/cbor.ts'
import { MAX_BLOCK_BYTES } from '../../../src/core/limits.ts'
import { testCrypto } from '../../support/ed25519.ts'
import { describe, it } from '../../support/runner.ts'

/** `printf hello | ipfs add --raw-leaves`. */
const HELLO = 'bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq'
const hello = new TextEncoder().encode('hello')

const reasonOf = (text: string): string | undefined => {
  const cid = parseCid(text)
  return cid.ok ? undefined : cid.error.reason
}

describe('CIDs', () => {
  it('[B1] are those that IPFS gives', () => {
    expect(cidToString(rawCid(hello))).to.equal(HELLO)
    expect(cidToString(dagCborCid(hello))).to.match(/^bafyrei[a-z2-7]{52}$/)
  })

  it('[B1] texts and bytes come back as they were', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.boolean(), (bytes, raw) => {
        const cid = raw ? rawCid(bytes) : dagCborCid(bytes)
        const fromText = parseCid(cidToString(cid))
        const fromBytes = cidFromBytes(cidToBytes(cid))
        expect(fromText.ok && cidToString(fromText.value)).to.equal(cidToString(cid))
        expect(fromBytes.ok && cidToString(fromBytes.value)).to.equal(cidToString(cid))
      }),
    )
  })

  it('[B2] any other kind of CID, or another text of one, is refused', () => {
    const sha512 = CID.createV1(0x55, {
      code: 0x13,
      size: 32,
      digest: new Uint8Array(32),
      bytes: Uint8Array.from([0x13, 32, ...new Uint8Array(32)]),
    })
    const dagPb = CID.createV1(0x70, rawCid(hello).multihash)
    const texts = [
      '',
      HELLO.toUpperCase(),
      ` ${HELLO}`,
      HELLO.slice(0, -1),
      `${HELLO.slice(0, -1)}1`,
      // The last character holds spare bits, which have to be zero.
      `${HELLO.slice(0, -1)}r`,
      rawCid(hello).toV1().toString().replace('b', 'B'),
      sha512.toString(),
      dagPb.toString(),
      dagPb.toV0().toString(),
      'x'.repeat(CID_TEXT_LENGTH),
      'b'.repeat(1_000_000),
    ]
    for (const text of texts) expect(reasonOf(text), text.slice(0, 80)).to.be.a('string')
  })

  it('[B2] bytes that are no CID of a block are refused', () => {
    const bytes = cidToBytes(rawCid(hello))
    for (const [at, value] of [
      [0, 2],
      [1, 0x70],
      [2, 0x13],
      [3, 31],
    ] as const) {
      expect(cidFromBytes(bytes.with(at, value)).ok, `byte ${at}`).to.equal(false)
    }
    for (const length of [0, 35, 37]) expect(cidFromBytes(new Uint8Array(length)).ok).to.equal(false)
  })

  it('[B2] a map that a stranger shaped like a CID is none', () => {
    const posing = { version: 1, code: 0x55, multihash: { code: 0x12, digest: 'x' }, bytes: 'x'.repeat(36) }
    expect(isBlockCid({ ...posing, '/': posing.bytes })).to.equal(false)
    expect(decodeCbor(Uint8Array.from([0xa1, 0x61, 0x2f, 0x01]), 100).ok).to.equal(false)
    const decoded = decodeCbor(encodeCbor(posing), 1000)
    expect(decoded.ok && isBlockCid(decoded.value)).to.equal(false)
  })

  it('[B3] a block fits its name, and no other does', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), (bytes, at) => {
        const cid = rawCid(bytes)
        const index = at % bytes.length
        expect(verifyBlock(cid, bytes)).to.equal(true)
        expect(verifyBlock(cid, bytes.with(index, bytes[index]! ^ 1))).to.equal(false)
      }),
    )
  })

  it('[B3] the platform says the same of every block', async () => {
    const judge = fc.asyncProperty(fc.uint8Array({ minLength: 1 }), fc.nat(), async (bytes, at) => {
      const cid = dagCborCid(bytes)
      const index = at % bytes.length
      expect(await verifyBlockBy(testCrypto, cid, bytes)).to.equal(true)
      expect(await verifyBlockBy(testCrypto, cid, bytes.with(index, bytes[index]! ^ 1))).to.equal(false)
    })
    await fc.assert(judge)
    const larger = new Uint8Array(MAX_BLOCK_BYTES + 1)
    expect(await verifyBlockBy(testCrypto, rawCid(larger), larger)).to.equal(false)
  })

  it('[B3] a block that is larger than a block may be fits no name', () => {
    const largest = new Uint8Array(MAX_BLOCK_BYTES)
    const larger = new Uint8Array(MAX_BLOCK_BYTES + 1)
    expect(verifyBlock(rawCid(largest), largest)).to.equal(true)
    expect(verifyBlock(rawCid(larger), larger)).to.equal(false)
  })
})
