/** Restoring a person who has as many devices as there may be. */
import { expect } from 'chai'
import { cidToString } from '../../../src/core/blocks/cid.ts'
import { foldKeyEvents } from '../../../src/core/identity/key-chain.ts'
import { MAX_DEVICES } from '../../../src/core/identity/key-event-codec.ts'
import { signAddDevice } from '../../../src/core/identity/key-events.ts'
import { decodeKeyList, joinKeyEvents } from '../../../src/core/identity/key-list.ts'
import { activeDevices } from '../../../src/core/identity/key-state.ts'
import { rootSeed } from '../../../src/core/identity/ladder.ts'
import { wordsToEntropy } from '../../../src/core/identity/words.ts'
import { decodeRecord, MAX_RECORD_BYTES } from '../../../src/core/records/record.ts'
import { PATHS, publicStorageKey } from '../../../src/core/records/storage-key.ts'
import { decodeArchiveRoot, encodeArchiveRoot } from '../../../src/node-worker/transfer/archive-root.ts'
import { cborBlock } from '../../../src/node-worker/transfer/export-blocks.ts'
import { describe, it } from '../../support/runner.ts'
import { startNode, type TestNode } from '../../support/test-node.ts'
import { archiveOf, archiveWith, blocksOf, restoreFrom, shownOf, wordsOf } from './archive.ts'

const rootSignerOf = async ({ platform }: TestNode, words: string) => {
  const entropy = await wordsToEntropy(words)
  if (!entropy.ok) throw new Error('words that are none')
  return platform.crypto.signerFromSeed(rootSeed(entropy.value, 0))
}

const stateOf = async ({ platform }: TestNode, events: readonly Uint8Array[]) => {
  const folded = await foldKeyEvents(events, platform.crypto)
  if (!folded.ok) throw new Error(folded.error.type)
  return folded.value.state
}

/** The person's key events, with devices added until there are `count`; names as long as they may be. */
const eventsWith = async (node: TestNode, words: string, count: number): Promise<readonly Uint8Array[]> => {
  const root = await rootSignerOf(node, words)
  let events = node.services.persons.get(node.services.account.self()!.person)!.events
  for (let i = events.length; i <= count; i++) {
    const state = await stateOf(node, events)
    const device = { agreement: new Uint8Array(32).fill(i), name: `${i}`.padStart(64, '.') }
    const signer = await node.platform.crypto.signerFromSeed(new Uint8Array(32).fill(i))
    events = [...events, (await signAddDevice({ state, device, time: 1 }, root, signer)).bytes]
  }
  return events
}

/** The archive, as if it had been made by a person with these key events. */
const withEvents = async (archive: Blob, events: readonly Uint8Array[]): Promise<Blob> => {
  const [first, ...rest] = await blocksOf(archive)
  const root = decodeArchiveRoot(first!.bytes)
  if (!root.ok) throw new Error('no root')
  const blocks = events.map(cborBlock)
  const known = new Set(root.value.events.map(cidToString))
  const others = rest.filter(({ cid }) => !known.has(cidToString(cid)))
  const next = cborBlock(encodeArchiveRoot({ ...root.value, events: blocks.map(({ cid }) => cid) }))
  return archiveWith([next, ...blocks, ...others])
}

/** The key events in the blocks that the person's record at `/keys` names. */
const listedBy = async (node: TestNode, person: string, blockOf: (cid: string) => Promise<Uint8Array | undefined>) => {
  const record = decodeRecord((await node.services.records.get(publicStorageKey(person, PATHS.keys)))!)
  const list = decodeKeyList(record.ok ? record.value.record.value : undefined)
  if (!list.ok) throw new Error(list.error.type)
  const contents = await Promise.all(list.value.blocks.map((cid) => blockOf(cidToString(cid))))
  return joinKeyEvents(list.value, contents as Uint8Array[])
}

describe('a person with many devices', () => {
  it('[X10] the last that there is room for is restored whole; one more is refused in words, before anything is stored', async () => {
    const alice = await startNode('many')
    const { person } = await alice.get('create-person', { name: 'Alice' })
    await alice.get('publish-post', { text: 'hello', pictures: [] })
    const words = await wordsOf(alice)
    const events = await eventsWith(alice, words, MAX_DEVICES - 1)
    const archive = await withEvents(await archiveOf(alice), events)

    const last = await startNode('the last one')
    expect(await restoreFrom(last, words, archive)).to.include({ state: 'done' })
    const state = (await last.services.persons.keyState(person))!
    expect(activeDevices(state)).to.have.length(MAX_DEVICES)
    expect((await shownOf(last)).posts).to.equal(1)
    const listed = await listedBy(last, person, (cid) => last.services.files.get(cid))
    expect(listed).to.deep.equal({ ok: true, value: { chain: [...state.chain], proof: [] } })
    expect(state.chain.reduce((sum, event) => sum + event.length, 0)).to.be.above(MAX_RECORD_BYTES)
    await last.get('publish-post', { text: 'from the last one', pictures: [] })

    const full = await archiveOf(last)
    const blank = await startNode('one too many')
    const refused = { ok: false, error: { type: 'too-many-devices', limit: MAX_DEVICES } }
    expect(await blank.ask('restore', { words, archive: full })).to.deep.equal(refused)
    expect(await blank.platform.keys.load()).to.equal(undefined)
    expect(await blank.query('session', {})).to.include({ state: 'none' })
    for (const node of [alice, last, blank]) await node.stop()
  })

  it('[X1] an archive holds the blocks that the record at /keys names', async () => {
    const alice = await startNode('listed')
    const { person } = await alice.get('create-person', { name: 'Alice' })
    const blocks = new Map((await blocksOf(await archiveOf(alice))).map(({ cid, bytes }) => [cidToString(cid), bytes]))
    const listed = await listedBy(alice, person, async (cid) => blocks.get(cid))
    const { events } = alice.services.persons.get(person)!
    expect(listed).to.deep.equal({ ok: true, value: { chain: [...events], proof: [] } })
    await alice.stop()
  })
})
