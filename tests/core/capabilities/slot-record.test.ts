/** Records of slots and the notes in them: who opens them, where, and what becomes of what is forged or moved. */
import { expect } from 'chai'
import fc from 'fast-check'
import { rawCid } from '../../../src/core/blocks/cid.ts'
import { PADDING_STEPS } from '../../../src/core/blocks/sealed.ts'
import { utf8Decode } from '../../../src/core/bytes.ts'
import { toRead, writeCapability } from '../../../src/core/capabilities/capability.ts'
import {
  decodeSharedNote,
  decodeSharedValue,
  ENDED,
  encodeSharedNote,
  encodeSharedValue,
  joinNote,
  layOutNote,
  MAX_SHARED_BLOCKS,
  MAX_SHARED_NOTE_BYTES,
} from '../../../src/core/capabilities/shared-note.ts'
import { MAX_SLOT_CONTENT, openSlot, sealSlot, verifySlot } from '../../../src/core/capabilities/slot-record.ts'
import { encodeCbor } from '../../../src/core/cbor.ts'
import { MAX_RECORD_BYTES, signRecord } from '../../../src/core/records/record.ts'
import type { PrivateRecord } from '../../../src/core/records/record-types.ts'
import { countingRandom, testCrypto } from '../../support/ed25519.ts'
import { describe, it } from '../../support/runner.ts'

const NOW = 1_700_000_000_000
const TERMS = { epoch: 1, seq: NOW, expires: NOW + 1000 }
const write = writeCapability(new Uint8Array(32).fill(7), '/notes/a')
const other = writeCapability(new Uint8Array(32).fill(7), '/notes/b')
const random = countingRandom()
const CONTENT = Uint8Array.of(1, 2, 3)

const seal = (content: Uint8Array, terms = TERMS, capability = write) =>
  sealSlot(capability, content, terms, testCrypto, random)
const read = () => toRead(write, testCrypto)
const verify = async (bytes: Uint8Array, now = NOW) =>
  verifySlot(bytes, { key: (await read()).key, verifier: testCrypto, now })
const reason = (result: { readonly ok: boolean; readonly error?: { readonly type: string } }) =>
  result.ok ? 'fine' : result.error?.type
/** Signed again with the slot's own key: what somebody with the write capability may do. */
const resign = async (record: PrivateRecord) => signRecord(record, await testCrypto.signerFromSeed(write.seed))

describe('records of slots', () => {
  it('[CP4] the largest content fits a record, and its size shows a step only', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: MAX_SLOT_CONTENT }), async (content) => {
        const { bytes, record } = await seal(content)
        expect(bytes.length).to.be.at.most(MAX_RECORD_BYTES)
        expect(PADDING_STEPS).to.include((record.value as Uint8Array).length - 29)
        const opened = await openSlot(record, await read(), testCrypto)
        expect(opened).to.deep.equal({ ok: true, value: content })
      }),
      { numRuns: 40 },
    )
    expect((await seal(new Uint8Array(MAX_SLOT_CONTENT))).bytes.length).to.be.at.most(MAX_RECORD_BYTES)
    expect(await seal(new Uint8Array(MAX_SLOT_CONTENT + 1)).catch((error) => error)).to.be.instanceOf(RangeError)
  })

  it('[CP4] a value moved under another epoch, seq or key does not open, though it is signed', async () => {
    const { record } = await seal(CONTENT)
    for (const change of [{ epoch: 2 }, { seq: NOW + 1 }]) {
      const moved = await resign({ ...record, ...change })
      expect(reason(await verify(moved.bytes))).to.equal('fine')
      expect(reason(await openSlot(moved.record, await read(), testCrypto))).to.equal('sealed-to-another-key')
    }
    const elsewhere = await seal(CONTENT, TERMS, other)
    const key = (await read()).key
    const moved = await resign({ ...elsewhere.record, key, signer: key })
    expect(reason(await openSlot(moved.record, await read(), testCrypto))).to.equal('sealed-to-another-key')
  })

  it('[CP4] who only knows where it stands opens nothing; bytes that are no seal are malformed', async () => {
    const { record } = await seal(CONTENT)
    const stranger = { ...(await read()), readKey: new Uint8Array(32) }
    expect(reason(await openSlot(record, stranger, testCrypto))).to.equal('sealed-to-another-key')
    for (const value of [null, 'text', new Uint8Array(3)]) {
      expect(reason(await openSlot({ ...record, value }, await read(), testCrypto))).to.equal('malformed')
    }
  })

  it('[CP5] forged, of another slot or kind, run out: each is refused for its reason', async () => {
    const { bytes, record } = await seal(CONTENT)
    expect(reason(await verify(bytes))).to.equal('fine')
    expect(reason(await verify(bytes, TERMS.expires))).to.equal('expired')
    expect(reason(await verify((await seal(CONTENT, TERMS, other)).bytes))).to.equal('forged')
    const { signature: _, ...fields } = { ...record, signature: 0 }
    const forged = encodeCbor({ ...fields, signature: new Uint8Array(64) })
    expect(reason(await verify(forged))).to.equal('forged')
    expect(reason(await verify(bytes.subarray(1)))).to.equal('malformed')
    expect(reason(await verify((await resign({ ...record, network: new Uint8Array(32).fill(1) })).bytes))).to.equal(
      'wrong-network',
    )
  })

  it('[CP2] nothing in a record names anybody, and the last word is as long as a short note', async () => {
    const note = await layOutNote(
      encodeSharedNote({ title: 'Soup', text: 'Leeks', updated: NOW })!,
      await read(),
      testCrypto,
      random,
    )
    const shared = await seal(encodeSharedValue(note.value))
    const ended = await seal(encodeSharedValue(ENDED))
    expect(shared.bytes.length).to.equal(ended.bytes.length)
    expect(Object.keys(shared.record)).to.have.members(
      'version kind key network group epoch seq value expires signer'.split(' '),
    )
  })
})

describe('what a slot says', () => {
  const roundTrip = async (text: string) => {
    const note = { title: 'Title', text, updated: NOW }
    const { value, blocks } = await layOutNote(encodeSharedNote(note)!, await read(), testCrypto, random)
    const decoded = decodeSharedValue(encodeSharedValue(value))
    if (!decoded.ok || decoded.value.kind === 'ended') throw new Error('not shared')
    const joined = await joinNote(
      blocks.map(({ bytes }) => bytes),
      await read(),
      testCrypto,
    )
    const bytes = decoded.value.kind === 'inline' ? decoded.value.note : joined.ok && joined.value
    return { kind: decoded.value.kind, blocks, back: bytes && decodeSharedNote(bytes), note }
  }

  it('[CP8] [CP9] a note of any length comes back, in the record where it fits and in blocks where not', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 12_000 }), fc.constantFrom('a', 'ä', '€', '😀'), async (length, letter) => {
        const { kind, back, note } = await roundTrip(letter.repeat(length / letter.length))
        expect(back).to.deep.equal({ ok: true, value: note })
        expect(kind).to.be.oneOf(['inline', 'blocks'])
        if (length < 900) expect(kind).to.equal('inline')
      }),
      { numRuns: 30 },
    )
    const { blocks, back, note } = await roundTrip('x'.repeat(MAX_SHARED_NOTE_BYTES - 100))
    expect(blocks).to.have.length(MAX_SHARED_BLOCKS)
    expect(back).to.deep.equal({ ok: true, value: note })
    expect(encodeSharedNote({ ...note, text: 'x'.repeat(MAX_SHARED_NOTE_BYTES) })).to.equal(undefined)
  })

  it('[CP8] blocks show nothing of the note, and open for readers only', async () => {
    const { blocks } = await roundTrip('secret '.repeat(2000))
    expect(blocks.map(({ bytes }) => utf8Decode(bytes)?.includes('secret') ?? false)).to.not.include(true)
    const stranger = { ...(await read()), readKey: new Uint8Array(32) }
    const parts = blocks.map(({ bytes }) => bytes)
    expect(reason(await joinNote(parts, stranger, testCrypto))).to.equal('sealed-to-another-key')
  })

  it('[CP8] [CP9] anything else is refused: versions as such, the rest as malformed', async () => {
    const cid = rawCid(CONTENT)
    const value = (fields: object) => reason(decodeSharedValue(encodeCbor(fields)))
    expect(value({ version: 2, kind: 'ended' })).to.equal('unknown-version')
    for (const fields of [
      {},
      { version: 1 },
      { version: 1, kind: 'other' },
      { version: 1, kind: 'toString' },
      { version: 1, kind: 'ended', more: 1 },
      { version: 1, kind: 'inline', note: 'text' },
      { version: 1, kind: 'blocks', blocks: [] },
      { version: 1, kind: 'blocks', blocks: ['text'] },
      { version: 1, kind: 'blocks', blocks: Array(MAX_SHARED_BLOCKS + 1).fill(cid) },
    ]) {
      expect(value(fields), JSON.stringify(fields)).to.equal('malformed')
    }
    const note = (fields: object) => reason(decodeSharedNote(encodeCbor(fields)))
    expect(note({ version: 9, title: '', text: '', updated: 0 })).to.equal('unknown-version')
    expect(note({ version: 1, title: '', text: '', updated: -1 })).to.equal('malformed')
    expect(note({ version: 1, title: '', text: 1, updated: 0 })).to.equal('malformed')
    expect(reason(decodeSharedNote(new Uint8Array(MAX_SHARED_NOTE_BYTES + 1)))).to.equal('malformed')
    expect(reason(decodeSharedValue(new Uint8Array(MAX_SLOT_CONTENT + 1)))).to.equal('malformed')
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void decodeSharedValue(bytes)))
  })
})
