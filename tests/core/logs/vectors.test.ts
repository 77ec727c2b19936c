import { expect } from 'chai'
import { bytesToHex, hexToBytes } from '../../../src/core/bytes.ts'
import { decodeEntry, encodeEntry } from '../../../src/core/logs/entry.ts'
import { decodePayload, encodePayload } from '../../../src/core/logs/payload.ts'
import { lastEntryOf, type Segment } from '../../../src/core/logs/segment.ts'
import { decodeSegment, encodeSegment } from '../../../src/core/logs/segment-codec.ts'
import { verifySegment } from '../../../src/core/logs/segment-verify.ts'
import { testCrypto } from '../../support/ed25519.ts'
import { describe, it } from '../../support/runner.ts'
import { loadPublishedVector } from '../../support/vectors.ts'

interface Refused {
  name: string
  error: string
  hex: string
}

interface SegmentVector {
  cases: {
    name: string
    author: string
    logId: number
    firstSeq: number
    endOfLog: boolean
    entries: { bamboo: string; hash: string; payload: string | null }[]
    wire: string
    stored: string
  }[]
  refused: Refused[]
}

interface PayloadVector {
  cases: { name: string; type: string; network: string; group: string; salt: string; body: unknown; hex: string }[]
  refused: Refused[]
}

const decode = (hex: string): Segment => {
  const segment = decodeSegment(hexToBytes(hex))
  if (!segment.ok) throw new Error(JSON.stringify(segment.error))
  return segment.value
}

/** Why bytes are refused, by their form or by their signature. */
const refusalOf = async (hex: string): Promise<string | undefined> => {
  const segment = decodeSegment(hexToBytes(hex))
  if (!segment.ok) return segment.error.type
  const verified = await verifySegment(segment.value, { verifier: testCrypto })
  return verified.ok ? undefined : verified.error.type
}

describe('docs/vectors/bamboo-segment.json', () => {
  it('[S1] each run decodes to its Bamboo entries, which are authentic', async () => {
    const { cases } = (await loadPublishedVector('bamboo-segment')) as SegmentVector
    for (const { name, author, logId, firstSeq, endOfLog, entries, wire } of cases) {
      const segment = decode(wire)
      expect([bytesToHex(segment.author), segment.logId, segment.firstSeq], name).to.deep.equal([
        author,
        logId,
        firstSeq,
      ])
      expect(lastEntryOf(segment).endOfLog, name).to.equal(endOfLog)
      expect(segment.entries.map(encodeEntry).map(bytesToHex), name).to.deep.equal(entries.map(({ bamboo }) => bamboo))
      expect(segment.payloads.map((payload) => payload && bytesToHex(payload))).to.deep.equal(
        entries.map(({ payload }) => payload),
      )
      expect(await refusalOf(wire), name).to.equal(undefined)
    }
  })

  it('[S1] entries put together from their Bamboo bytes encode to both forms', async () => {
    const { cases } = (await loadPublishedVector('bamboo-segment')) as SegmentVector
    for (const { name, author, logId, firstSeq, entries, wire, stored } of cases) {
      const decoded = entries.map(({ bamboo, hash }) => {
        const entry = decodeEntry(hexToBytes(bamboo))
        if (!entry.ok || bytesToHex(entry.value.hash) !== hash) throw new Error(`${name}: ${bamboo}`)
        return entry.value
      })
      const payloads = entries.map(({ payload }) => (payload === null ? null : hexToBytes(payload)))
      const segment = { author: hexToBytes(author), logId, firstSeq, entries: decoded, payloads }
      expect(bytesToHex(encodeSegment(segment)), name).to.equal(wire)
      expect(bytesToHex(encodeSegment(segment, { payloads: false })), name).to.equal(stored)
    }
  })

  it('[S7] what has to be refused is', async () => {
    const { refused } = (await loadPublishedVector('bamboo-segment')) as SegmentVector
    for (const { name, error, hex } of refused) expect(await refusalOf(hex), name).to.equal(error)
  })
})

describe('docs/vectors/payload.json', () => {
  it('[P1] each payload decodes and encodes', async () => {
    const { cases } = (await loadPublishedVector('payload')) as PayloadVector
    for (const { name, type, network, group, salt, body, hex } of cases) {
      const ids = { network: hexToBytes(network), group: hexToBytes(group), salt: hexToBytes(salt) }
      const payload = decodePayload(hexToBytes(hex))
      expect(payload, name).to.deep.equal({ ok: true, value: { version: 1, type, ...ids, body } })
      expect(bytesToHex(encodePayload({ version: 1, type, ...ids, body })), name).to.equal(hex)
    }
  })

  it('[P2] what has to be refused is', async () => {
    const { refused } = (await loadPublishedVector('payload')) as PayloadVector
    for (const { name, error, hex } of refused) {
      const payload = decodePayload(hexToBytes(hex))
      expect(payload.ok ? undefined : payload.error.type, name).to.equal(error)
    }
  })
})
