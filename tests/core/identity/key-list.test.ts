/** Key events as blocks, and the list that the record at `/keys` carries. */
import { expect } from 'chai'
import fc from 'fast-check'
import { type Block, dagCborCid, rawCid } from '../../../src/core/blocks/cid.ts'
import { encodeCbor } from '../../../src/core/cbor.ts'
import { MAX_KEY_EVENT_BYTES, MAX_KEY_EVENTS } from '../../../src/core/identity/key-event-codec.ts'
import {
  decodeKeyList,
  joinKeyEvents,
  type KeyList,
  MAX_KEY_BLOCKS,
  packKeyEvents,
} from '../../../src/core/identity/key-list.ts'
import { GROUP_ZERO, MAX_BLOCK_BYTES, NETWORK_ZERO } from '../../../src/core/limits.ts'
import { MAX_RECORD_BYTES, signRecord } from '../../../src/core/records/record.ts'
import { PATHS, publicStorageKey } from '../../../src/core/records/storage-key.ts'
import { testSigner } from '../../support/ed25519.ts'
import { describe, it } from '../../support/runner.ts'
import { personWith, stateOf } from './people.ts'

/** Events of one size that differ; whether they mean anything, no rule here asks. */
const events = (count: number, size: number): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => {
    const event = new Uint8Array(size)
    new DataView(event.buffer).setUint16(0, i)
    return event
  })

const contentsOf = (blocks: readonly Block[]): Uint8Array[] => blocks.map(({ bytes }) => bytes)

const namedBy = (bytes: Uint8Array, list: Partial<KeyList> = {}): KeyList => ({
  version: 1,
  chain: 1,
  proof: 0,
  blocks: [dagCborCid(bytes)],
  ...list,
})

describe('key events as blocks', () => {
  it('[R9] a chain and its proof come back from the blocks of their list', async () => {
    const { chain } = await stateOf(await personWith(1, 2, 3))
    for (const proof of [[], events(2, 300)]) {
      const { list, blocks } = packKeyEvents({ chain, proof })
      expect(decodeKeyList(list)).to.deep.equal({ ok: true, value: list })
      expect(joinKeyEvents(list, contentsOf(blocks))).to.deep.equal({ ok: true, value: { chain, proof } })
    }
  })

  it('[R9] the longest chain of the largest events fits blocks, their list fits a record', async () => {
    const longest = { chain: events(MAX_KEY_EVENTS, MAX_KEY_EVENT_BYTES), proof: events(2, MAX_KEY_EVENT_BYTES) }
    const { list, blocks } = packKeyEvents(longest)
    expect(blocks).to.have.length(MAX_KEY_BLOCKS)
    expect(blocks.every(({ bytes }) => bytes.length <= MAX_BLOCK_BYTES)).to.equal(true)
    expect(joinKeyEvents(list, contentsOf(blocks))).to.deep.equal({ ok: true, value: longest })
    const { person, newest } = await stateOf(await personWith(1))
    const signer = await testSigner(1)
    const scope = { network: NETWORK_ZERO, group: GROUP_ZERO }
    const key = publicStorageKey(person, PATHS.keys)
    const fields = { ...scope, key, person, path: PATHS.keys, epoch: 63, seq: 1, expires: 1, keyEvent: newest }
    const record = { version: 1, kind: 'public', ...fields, value: list, signer: signer.publicKey } as const
    expect((await signRecord(record, signer)).bytes.length).to.be.below(MAX_RECORD_BYTES)
  })

  it('[R9] events of any sizes come back, from as few blocks as they fit into', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: MAX_KEY_EVENT_BYTES }), { minLength: 1, maxLength: 150 }),
        (sizes) => {
          const chain = sizes.map((size, i) => new Uint8Array(size).fill(i))
          const { list, blocks } = packKeyEvents({ chain, proof: [] })
          expect(blocks.every(({ bytes }) => bytes.length <= MAX_BLOCK_BYTES)).to.equal(true)
          const joined = joinKeyEvents(list, contentsOf(blocks))
          expect(joined).to.deep.equal({ ok: true, value: { chain, proof: [] } })
        },
      ),
      { numRuns: 20 },
    )
  })

  it('[R9] an event that is added changes no block but the last', () => {
    const chain = events(200, 2000)
    const before = packKeyEvents({ chain: chain.slice(0, -1), proof: [] }).list.blocks.map(String)
    const after = packKeyEvents({ chain, proof: [] }).list.blocks.map(String)
    expect(before).to.have.length(2)
    expect(after[0]).to.equal(before[0])
    expect(after[1]).to.not.equal(before[1])
  })

  it('[R9] lists of another version are told apart; what is missing, unknown or over a limit is refused', () => {
    const block = encodeCbor({ version: 1, events: events(1, 10) })
    const list = namedBy(block)
    const refusal = (value: unknown): string => {
      const decoded = decodeKeyList(value)
      return decoded.ok ? 'accepted' : decoded.error.type
    }
    const cids = (count: number) => Array.from({ length: count }, (_, i) => dagCborCid(Uint8Array.of(i)))
    expect(refusal({ ...list, blocks: cids(MAX_KEY_BLOCKS) })).to.equal('accepted')
    expect(refusal({ version: 2 })).to.equal('unknown-version')
    const { proof: _, ...proofless } = list
    const wrong = {
      null: null,
      bytes: block,
      list: [list],
      'inline events': { events: events(1, 10) },
      'no proof': proofless,
      'one field more': { ...list, more: 1 },
      'no events': { ...list, chain: 0 },
      'a chain over the limit': { ...list, chain: MAX_KEY_EVENTS + 1 },
      'half a proof': { ...list, proof: 1 },
      'more than a proof': { ...list, proof: 3 },
      'no blocks': { ...list, blocks: [] },
      'one block too many': { ...list, blocks: cids(MAX_KEY_BLOCKS + 1) },
      'a block twice': { ...list, blocks: [...list.blocks, ...list.blocks] },
      'a raw block': { ...list, blocks: [rawCid(block)] },
      'a name in text': { ...list, blocks: list.blocks.map(String) },
    }
    for (const [name, value] of Object.entries(wrong)) expect(refusal(value), name).to.equal('malformed')
  })

  it('[R9] blocks with other bytes, another version, other fields or other events are refused', () => {
    const [event] = events(1, 10)
    const good = { version: 1, events: [event] }
    const refusal = (content: unknown, list: Partial<KeyList> = {}): string => {
      const bytes = content instanceof Uint8Array ? content : encodeCbor(content)
      const joined = joinKeyEvents(namedBy(bytes, list), [bytes])
      return joined.ok ? 'accepted' : joined.error.type
    }
    expect(refusal(good)).to.equal('accepted')
    expect(refusal({ ...good, version: 2 })).to.equal('unknown-version')
    const wrong = {
      'no cbor': Uint8Array.of(0xff),
      'a list': [event],
      'one field more': { ...good, more: 1 },
      'no events': { ...good, events: [] },
      'an empty event': { ...good, events: [new Uint8Array(0)] },
      'an event over the limit': { ...good, events: [new Uint8Array(MAX_KEY_EVENT_BYTES + 1)] },
      'a text': { ...good, events: ['event'] },
      'more events than listed': { ...good, events: [event, event] },
    }
    for (const [name, content] of Object.entries(wrong)) expect(refusal(content), name).to.equal('malformed')
    expect(refusal(good, { chain: 2 }), 'fewer events than listed').to.equal('malformed')
    expect(refusal(good, { blocks: [dagCborCid(encodeCbor(good).fill(0))] }), 'other bytes').to.equal('wrong-block')
    // Its name is right: its size alone speaks against it.
    expect(refusal(new Uint8Array(MAX_BLOCK_BYTES + 1)), 'over the size of a block').to.equal('wrong-block')
    expect(joinKeyEvents(namedBy(encodeCbor(good)), [])).to.have.nested.property('error.type', 'wrong-block')
  })
})
