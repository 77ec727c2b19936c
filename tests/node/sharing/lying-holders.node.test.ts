/** Hosts and devices that lie about what a link shows: they are counted, and whoever tells the truth is heard. */
import { expect } from 'chai'
import { cidToString, rawCid } from '../../../src/core/blocks/cid.ts'
import { base32Encode } from '../../../src/core/bytes.ts'
import { type ReadCapability, toRead, toVerify, writeCapability } from '../../../src/core/capabilities/capability.ts'
import { encodeCapabilityLink } from '../../../src/core/capabilities/capability-link.ts'
import { encodeSharedNote, encodeSharedValue, layOutNote } from '../../../src/core/capabilities/shared-note.ts'
import { sealSlot } from '../../../src/core/capabilities/slot-record.ts'
import { encodeCbor } from '../../../src/core/cbor.ts'
import { MAX_RECORD_BYTES } from '../../../src/core/records/record.ts'
import { countingRandom, testCrypto } from '../../support/ed25519.ts'
import { before, describe, it } from '../../support/runner.ts'
import { type Shelf, type ShelfHost, startShelfHost } from '../recovery/lying-host.ts'
import { startBlank } from '../recovery/scene.ts'
import { shown } from './scene.ts'

const write = writeCapability(new Uint8Array(32).fill(5), '/notes/a/shares/b')
const random = countingRandom()
const NOW = Date.now()
const LATER = NOW + 86_400_000

describe('links among liars', () => {
  let read: ReadCapability
  let name = ''
  before(async () => {
    read = await toRead(write, testCrypto)
    name = base32Encode(read.key)
  })

  const record = async (content: Uint8Array, { seq = NOW, expires = LATER, capability = write } = {}) =>
    (await sealSlot(capability, content, { epoch: 0, seq, expires }, testCrypto, random)).bytes
  /** What a device has that shares a note of this text. */
  const noteShelf = async (text: string, seq = NOW): Promise<Shelf> => {
    const note = encodeSharedNote({ title: 'T', text, updated: NOW })!
    const { value, blocks } = await layOutNote(note, read, testCrypto, random)
    const things = blocks.map(({ cid, bytes }) => [cidToString(cid), bytes] as const)
    return { things: new Map([[name, await record(encodeSharedValue(value), { seq })], ...things]) }
  }
  const shelfOf = (bytes: Uint8Array): Shelf => ({ things: new Map([[name, bytes]]) })
  const flipped = (bytes: Uint8Array): Uint8Array => {
    const changed = bytes.slice()
    changed[changed.length - 1]! ^= 1
    return changed
  }

  /** What a stranger finds at these hosts, and what was counted. */
  const openAt = async (hosts: readonly ShelfHost[], origins = hosts.map(({ origin }) => origin)) => {
    const node = await startBlank(origins)
    const link = encodeCapabilityLink({ capability: read, hosts: origins.slice(0, 8), base: origins[0]! })
    const found = await shown(node, link)
    const answer = await node.ask('open-shared', { link })
    const refused = node.services.refusals.counts()
    await node.stop()
    for (const host of hosts) await host.close()
    return { found, refused, answer }
  }
  const openFrom = async (...shelves: readonly Shelf[]) => openAt([await startShelfHost(shelves)])

  it('[CP16] records that are forged, of another key, none at all or too long: the true one is shown', async () => {
    const other = writeCapability(new Uint8Array(32).fill(6), '/notes/a/shares/b')
    const truth = await noteShelf('true')
    const { found, refused } = await openFrom(
      shelfOf(flipped(truth.things.get(name)!)),
      shelfOf(await record(new Uint8Array(9), { capability: other, seq: LATER })),
      shelfOf(new Uint8Array(40)),
      shelfOf(new Uint8Array(MAX_RECORD_BYTES + 1)),
      truth,
    )
    expect(found).to.equal('T: true')
    // Each asked twice, in two searches.
    expect(refused).to.deep.equal({ 'forged-share': 6, 'oversized-answer': 2 })
  })

  it('[CP16] the highest is shown, whatever order they come in; through two hosts as through one', async () => {
    const shelves = [await noteShelf('older', NOW - 1), await noteShelf('newest', NOW + 1), await noteShelf('old')]
    const hosts = [await startShelfHost(shelves.slice(0, 2)), await startShelfHost(shelves.slice(2))]
    expect((await openAt(hosts)).found).to.equal('T: newest')
  })

  it('[CP16] a block comes from whoever has it; forged ones are counted, and without it that is said', async () => {
    const long = 'word '.repeat(2000)
    const whole = await noteShelf(long)
    const [cid] = [...whole.things.keys()].slice(1)
    const [lacking, lying] = [new Map(whole.things), new Map(whole.things)]
    lacking.delete(cid!)
    lying.set(cid!, new Uint8Array(50))
    const { found, refused } = await openFrom({ things: lacking }, { things: lying }, whole)
    expect(found).to.equal(`T: ${long}`)
    expect(refused).to.have.property('forged-block')
    expect((await openFrom({ things: lacking })).found).to.equal('share-unreadable missing')
  })

  it('[CP16] what is signed and does not open, or names blocks that do not, is damaged; another version is newer', async () => {
    const garbage = new Uint8Array(300)
    const named = encodeSharedValue({ version: 1, kind: 'blocks', blocks: [rawCid(garbage)] })
    const cases: readonly (readonly [Shelf, string])[] = [
      [shelfOf(await record(new Uint8Array(9))), 'damaged'],
      [shelfOf(await record(encodeSharedValue({ version: 1, kind: 'inline', note: garbage }))), 'damaged'],
      [
        {
          things: new Map([
            [name, await record(named)],
            [cidToString(rawCid(garbage)), garbage],
          ]),
        },
        'newer',
      ],
      [shelfOf(await record(encodeCbor({ version: 2, kind: 'other' }))), 'newer'],
      [
        shelfOf(
          await record(encodeSharedValue({ version: 1, kind: 'inline', note: encodeCbor({ version: 2, html: '' }) })),
        ),
        'newer',
      ],
    ]
    for (const [shelf, reason] of cases) expect((await openFrom(shelf)).found).to.equal(`share-unreadable ${reason}`)
  })

  it('[CP16] one that has run out is no lie, and nothing; hosts that answer are told from those that do not', async () => {
    const { answer, refused } = await openFrom(shelfOf(await record(new Uint8Array(1), { expires: NOW - 1 })))
    expect(answer.ok || answer.error).to.deep.equal({ type: 'share-not-found', asked: 1, answered: 1 })
    expect(refused).to.deep.equal({})
    const dead = await openAt([], ['http://127.0.0.1:9'])
    expect(dead.answer.ok || dead.answer.error).to.deep.equal({ type: 'share-not-found', asked: 1, answered: 0 })
  })

  it('[CP5] a link to verify says that it is there and until when, and opens nothing', async () => {
    const host = await startShelfHost([await noteShelf('sealed')])
    const node = await startBlank([host.origin])
    const link = encodeCapabilityLink({ capability: toVerify(read), hosts: [], base: host.origin })
    const sealed = { kind: 'sealed', epoch: 0, seq: NOW, expires: LATER, places: 1 } as const
    expect(await node.get('open-shared', { link })).to.deep.equal(sealed)
    const reading = encodeCapabilityLink({ capability: read, hosts: [], base: host.origin })
    expect(await node.get('open-shared', { link: reading, seal: true })).to.deep.equal(sealed)
    await node.stop()
    await host.close()
  })
})
