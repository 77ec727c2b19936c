import { expect } from 'chai'
import { bytesToHex, concatBytes, hexToBytes } from '../../../src/core/bytes.ts'
import { MAX_PAYLOAD_BYTES } from '../../../src/core/limits.ts'
import {
  decodeEntry,
  type Entry,
  encodeEntry,
  encodeUnsigned,
  entryIdOf,
  hashPayload,
  MAX_ENTRY_BYTES,
  signEntry,
} from '../../../src/core/logs/entry.ts'
import { encodeVaru64 } from '../../../src/core/logs/varu64.ts'
import { testCrypto, testSigner } from '../../support/ed25519.ts'
import { describe, it, type TestContext } from '../../support/runner.ts'
import { loadVector } from '../../support/vectors.ts'
import { makeLog, somePayloads } from './make-log.ts'

/** One case of bamboo-rs's vectors. */
interface BambooCase {
  encoded: string
  payload: string
  decoded: {
    author: string
    backlink: { Blake2b: string } | null
    lipmaaLink: { Blake2b: string } | null
    isEndOfFeed: boolean
    logId: number
    seqNum: number
    payloadSize: number
    payloadHash: { Blake2b: string }
    sig: string
  }
}

interface BambooVector {
  validFirstEntry: BambooCase & { author: { secret: string } }
  fiveValidEntries: { author: { secret: string }; entries: BambooCase[] }
}

const loadCases = async (context: TestContext) => {
  const { validFirstEntry, fiveValidEntries } = (await loadVector('bamboo', context)) as BambooVector
  return { secret: fiveValidEntries.author.secret, cases: [validFirstEntry, ...fiveValidEntries.entries] }
}

const decode = (bytes: Uint8Array): Entry => {
  const entry = decodeEntry(bytes)
  if (!entry.ok) throw new Error(entry.error.reason)
  return entry.value
}

const hexOf = (bytes: Uint8Array | undefined) => (bytes ? bytesToHex(bytes) : undefined)

const reasonOf = (bytes: Uint8Array) => {
  const entry = decodeEntry(bytes)
  return entry.ok ? undefined : entry.error.reason
}

describe('Bamboo entries, against the vectors of bamboo-rs', () => {
  it('[L3] decode to the fields of the vector', async (context) => {
    for (const { encoded, decoded } of (await loadCases(context)).cases) {
      const entry = decode(hexToBytes(encoded))
      expect(hexOf(entry.author)).to.equal(decoded.author)
      expect(entry.logId).to.equal(decoded.logId)
      expect(entry.seq).to.equal(decoded.seqNum)
      expect(entry.endOfLog).to.equal(decoded.isEndOfFeed)
      expect(hexOf(entry.lipmaa)).to.equal(decoded.lipmaaLink?.Blake2b)
      expect(hexOf(entry.backlink)).to.equal(decoded.backlink?.Blake2b)
      expect(entry.payloadSize).to.equal(decoded.payloadSize)
      expect(hexOf(entry.payloadHash)).to.equal(decoded.payloadHash.Blake2b)
      expect(hexOf(entry.signature)).to.equal(decoded.sig)
    }
  })

  it('[L3] encode to the bytes of the vector', async (context) => {
    for (const { encoded } of (await loadCases(context)).cases) {
      expect(bytesToHex(encodeEntry(decode(hexToBytes(encoded))))).to.equal(encoded)
    }
  })

  it('[L4] signed again with the same key, they are the same bytes', async (context) => {
    const { secret, cases } = await loadCases(context)
    const signer = await testCrypto.signerFromSeed(hexToBytes(secret))
    for (const { encoded, payload: hex } of cases) {
      const { logId, seq, backlink, lipmaa } = decode(hexToBytes(encoded))
      const entry = await signEntry({ logId, seq, backlink, lipmaa, payload: hexToBytes(hex) }, signer)
      expect(bytesToHex(encodeEntry(entry))).to.equal(encoded)
    }
  })

  it('[L4] their signatures verify, and their backlinks are the hashes of the bytes before', async (context) => {
    const { cases } = await loadCases(context)
    const entries = cases.map(({ encoded }) => decode(hexToBytes(encoded)))
    for (const entry of entries) {
      expect(await testCrypto.verify(entry.author, encodeUnsigned(entry), entry.signature)).to.equal(true)
    }
    const [, first, second, third, fourth] = entries
    expect(second?.backlink).to.deep.equal(first?.hash)
    expect(third?.backlink).to.deep.equal(second?.hash)
    expect(fourth?.backlink).to.deep.equal(third?.hash)
    expect(fourth?.lipmaa).to.deep.equal(first?.hash)
  })
})

describe('entries', () => {
  it('[L3] those of a long log encode and decode to themselves', async () => {
    const log = await makeLog(await testSigner(1), somePayloads(50), { logId: 300, endOfLog: true })
    for (const entry of log.entries) expect(decode(encodeEntry(entry))).to.deep.equal(entry)
    expect(log.entries.map((entry) => entry.endOfLog).indexOf(true)).to.equal(49)
  })

  it('[L4] a flipped byte anywhere is malformed or no longer signed', async () => {
    const log = await makeLog(await testSigner(2), somePayloads(4))
    const bytes = encodeEntry(log.entries[3]!)
    for (let i = 0; i < bytes.length; i++) {
      const changed = bytes.map((byte, j) => (i === j ? byte ^ 0x01 : byte))
      const entry = decodeEntry(changed)
      if (!entry.ok) continue
      const { author, signature } = entry.value
      expect(await testCrypto.verify(author, encodeUnsigned(entry.value), signature), `byte ${i}`).to.equal(false)
    }
  })

  it('[L5] links that do not fit the position are not signed', async () => {
    const signer = await testSigner(1)
    const link = hashPayload(new Uint8Array(0))
    const payload = new Uint8Array(3)
    const wrong = [
      { seq: 0 },
      { seq: 1, backlink: link },
      { seq: 2 },
      { seq: 3, backlink: link, lipmaa: link },
      { seq: 4, backlink: link },
    ]
    for (const input of wrong) {
      const failed = await signEntry({ logId: 0, payload, ...input }, signer).catch((error: unknown) => error)
      expect(failed, JSON.stringify(input.seq)).to.be.instanceOf(RangeError)
    }
  })

  it('an entry id is base32 of half its hash', async () => {
    const log = await makeLog(await testSigner(1), somePayloads(1))
    expect(entryIdOf(log.entries[0]!.hash)).to.match(/^[a-z2-7]{52}$/)
  })
})

describe('hostile entries', () => {
  const make = async () => encodeEntry((await makeLog(await testSigner(1), somePayloads(1))).entries[0]!)

  it('[L6] one that is longer than an entry can be is refused before it is read', () => {
    expect(reasonOf(new Uint8Array(MAX_ENTRY_BYTES + 1))).to.contain(`at most ${MAX_ENTRY_BYTES}`)
  })

  it('[L6] one that is cut short, or followed by more, is refused', async () => {
    const bytes = await make()
    for (let length = 0; length < bytes.length; length++) expect(reasonOf(bytes.subarray(0, length))).to.be.a('string')
    expect(reasonOf(concatBytes(bytes, Uint8Array.of(0)))).to.contain('too many')
  })

  it('[L6] an unknown tag, position 0 and a hash of another type are refused', async () => {
    const bytes = await make()
    const at = (offset: number, value: number) => bytes.map((byte, i) => (i === offset ? value : byte))
    expect(reasonOf(at(0, 2))).to.contain('tag')
    expect(reasonOf(at(34, 0))).to.contain('position')
    expect(reasonOf(at(36, 1))).to.contain('type 1')
    expect(reasonOf(at(37, 63))).to.contain('63 bytes')
  })

  it('[L7] a payload that is larger than allowed is refused by its announcement, and not signed', async () => {
    const bytes = await make()
    const size = encodeVaru64(MAX_PAYLOAD_BYTES + 1)
    expect(reasonOf(concatBytes(bytes.subarray(0, 35), size, bytes.subarray(36)))).to.contain('payload')
    const input = { logId: 0, seq: 1, payload: new Uint8Array(MAX_PAYLOAD_BYTES + 1) }
    const failed = await signEntry(input, await testSigner(1)).catch((error: unknown) => error)
    expect(failed).to.be.instanceOf(RangeError)
  })
})
