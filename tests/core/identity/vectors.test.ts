/** The code still makes, and still reads, the bytes that are published in docs/vectors/. */
import { expect } from 'chai'
import { hexToBytes } from '../../../src/core/bytes.ts'
import { decodeCbor } from '../../../src/core/cbor.ts'
import { foldKeyEvents } from '../../../src/core/identity/key-chain.ts'
import { decodeKeyList, joinKeyEvents } from '../../../src/core/identity/key-list.ts'
import { activeDevices } from '../../../src/core/identity/key-state.ts'
import { hpkeSeed } from '../../../src/core/identity/ladder.ts'
import { parsePersonLink } from '../../../src/core/identity/person-link.ts'
import { openEpoch } from '../../../src/core/identity/sealed-secret.ts'
import { GROUP_ZERO, NETWORK_ZERO } from '../../../src/core/limits.ts'
import { decodeRecord, MAX_RECORD_BYTES } from '../../../src/core/records/record.ts'
import { verifyRecord } from '../../../src/core/records/verify-record.ts'
import { testCrypto } from '../../support/ed25519.ts'
import { before, describe, it } from '../../support/runner.ts'
import { loadPublishedVector } from '../../support/vectors.ts'
import { DEVICES, ENTROPY, makeIdentityVectors } from './make-vectors.ts'
import { TIME } from './people.ts'

type Vectors = Awaited<ReturnType<typeof makeIdentityVectors>>
const load = <Name extends keyof Vectors>(name: Name) => loadPublishedVector(name) as Promise<Vectors[Name]>

describe('published vectors of identity and records', () => {
  let made: Vectors
  before(async () => {
    made = await makeIdentityVectors()
  })

  for (const name of ['words', 'key-events', 'person-links', 'storage-keys', 'key-list', 'records'] as const) {
    it(`${name}.json is what the code makes`, async () => {
      expect(made[name]).to.deep.equal(await load(name))
    })
  }

  const published = async () => {
    const { events, person } = await load('key-events')
    const bytes = events.map((event) => hexToBytes(event.bytes))
    const folded = await foldKeyEvents(bytes, testCrypto, { person })
    if (!folded.ok) throw new Error(folded.error.type)
    return folded.value.state
  }

  it('the key events fold to one device and the root key of rung 1', async () => {
    const state = await published()
    const { rootPublicKeys } = await load('words')
    expect(state.root).to.deep.equal(hexToBytes(rootPublicKeys[1]!))
    expect(activeDevices(state).map(({ name }) => name)).to.deep.equal([`Device ${DEVICES[0]}`])
  })

  it('the records verify', async () => {
    const keyState = await published()
    for (const { bytes, kind } of (await load('records')).records) {
      const decoded = decodeRecord(hexToBytes(bytes))
      if (!decoded.ok) throw new Error(decoded.error.type)
      const context = { verifier: testCrypto, now: TIME, network: NETWORK_ZERO, group: GROUP_ZERO, keyState }
      expect(await verifyRecord(decoded.value, context), kind).to.deep.equal({ ok: true, value: undefined })
    }
  })

  it('the list names the blocks that hold the key events; what is refused is refused for its reason', async () => {
    const { value, blocks, refused } = await load('key-list')
    const { events } = await load('key-events')
    const read = (hex: string) => {
      const decoded = decodeCbor(hexToBytes(hex), MAX_RECORD_BYTES)
      return decodeKeyList(decoded.ok ? decoded.value : undefined)
    }
    const list = read(value)
    if (!list.ok) throw new Error(list.error.type)
    const contents = blocks.map(({ bytes }) => hexToBytes(bytes))
    const chain = events.map(({ bytes }) => hexToBytes(bytes))
    expect(joinKeyEvents(list.value, contents)).to.deep.equal({ ok: true, value: { chain, proof: [] } })
    for (const { name, error, hex } of refused) expect(read(hex), name).to.have.nested.property('error.type', error)
  })

  it('the links say what is written beside them', async () => {
    for (const { link, person, hosts } of (await load('person-links')).links) {
      expect(parsePersonLink(link)).to.deep.equal({ ok: true, value: { person, hosts } })
    }
  })

  it('the sealed secret opens for the device and for the words', async () => {
    const vector = await load('sealed-secret')
    const value = {
      epoch: vector.epoch,
      secret: hexToBytes(vector.secret),
      earlier: vector.earlier.map((hex) => hexToBytes(hex)),
    }
    for (const seed of [new Uint8Array(32).fill(DEVICES[0]), hpkeSeed(hexToBytes(ENTROPY))]) {
      const recipient = await testCrypto.hpkeRecipientFromSeed(seed)
      const opened = await openEpoch(hexToBytes(vector.bytes), { person: vector.person, recipient }, testCrypto)
      expect(opened).to.deep.equal({ ok: true, value })
    }
  })
})
