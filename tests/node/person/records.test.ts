/** Records that are handed in: what is kept, what is not, and that what is not is counted. */
import { expect } from 'chai'
import { dagCborCid } from '../../../src/core/blocks/cid.ts'
import { foldKeyEvents } from '../../../src/core/identity/key-chain.ts'
import { signAddDevice } from '../../../src/core/identity/key-events.ts'
import type { KeyState } from '../../../src/core/identity/key-state.ts'
import { rootSeed } from '../../../src/core/identity/ladder.ts'
import { wordsToEntropy } from '../../../src/core/identity/words.ts'
import { GROUP_ZERO, NETWORK_ZERO } from '../../../src/core/limits.ts'
import { MAX_RECORD_BYTES, signRecord } from '../../../src/core/records/record.ts'
import type { PublicRecord } from '../../../src/core/records/record-types.ts'
import { PATHS, publicStorageKey } from '../../../src/core/records/storage-key.ts'
import type { RecordOutcome } from '../../../src/node-worker/person/records.ts'
import { connectToPeers } from '../../../src/node-worker/swarm/connect.ts'
import { createTestPlatform, TEST_TIME } from '../../support/platform.ts'
import { describe, it } from '../../support/runner.ts'
import { startNode, type TestNode } from '../../support/test-node.ts'
import { wordsOf } from '../transfer/archive.ts'

interface Author {
  readonly id: string
  readonly state: KeyState
  /** Key events by which a second device is added. */
  readonly grown: readonly Uint8Array[]
  sign(change?: Partial<PublicRecord>): Promise<Uint8Array>
  stop(): Promise<void>
}

const stateOf = async (node: TestNode, events: readonly Uint8Array[]): Promise<KeyState> => {
  const folded = await foldKeyEvents(events, node.platform.crypto)
  if (!folded.ok) throw new Error(folded.error.type)
  return folded.value.state
}

const startAuthor = async (seed: string): Promise<Author> => {
  const node = await startNode(seed)
  const { person: id } = await node.get('create-person', { name: 'Ann' })
  const { crypto } = node.platform
  const { signer } = node.services.account.self()!.device
  const state = await stateOf(node, node.services.persons.get(id)!.events)
  const entropy = await wordsToEntropy(await wordsOf(node))
  if (!entropy.ok) throw new Error('words that are none')
  const device = { agreement: new Uint8Array(32).fill(9), name: 'second' }
  const root = await crypto.signerFromSeed(rootSeed(entropy.value, 0))
  const second = await crypto.signerFromSeed(new Uint8Array(32).fill(7))
  const event = await signAddDevice({ state, device, time: 1 }, root, second)
  return {
    id,
    state,
    grown: [...state.chain, event.bytes],
    async sign(change = {}) {
      const path = change.path ?? PATHS.profile
      const record: PublicRecord = {
        version: 1,
        kind: 'public',
        key: publicStorageKey(id, path),
        network: NETWORK_ZERO,
        group: GROUP_ZERO,
        person: id,
        path,
        epoch: 0,
        seq: TEST_TIME,
        value: { name: 'Ann', about: '', time: TEST_TIME },
        expires: TEST_TIME + 1000,
        signer: signer.publicKey,
        keyEvent: state.newest,
        ...change,
      }
      return (await signRecord(record, signer)).bytes
    },
    stop: () => node.stop(),
  }
}

const startReader = async (author: Author): Promise<TestNode> => {
  const node = await startNode(`reader of ${author.id}`)
  await node.get('create-person', { name: 'Reader' })
  await node.get('follow', { link: author.id })
  await node.services.persons.applyKeyEvents(author.id, author.state.chain)
  return node
}

const put = (node: TestNode, { id }: Author, bytes: Uint8Array, path: string = PATHS.profile): Promise<RecordOutcome> =>
  node.services.records.put(publicStorageKey(id, path), bytes)

const reasonOf = async (outcome: Promise<RecordOutcome>): Promise<string> => {
  const { type, ...more } = await outcome
  return 'reason' in more ? `${type}: ${more.reason}` : type
}

describe('records that are handed in', () => {
  it('[R11] one that is new is kept, the same or an older one is not, and neither is a refusal', async () => {
    const author = await startAuthor('kept')
    const node = await startReader(author)
    const first = await author.sign()
    const newer = await author.sign({ seq: TEST_TIME + 1, value: { name: 'Anna', about: '', time: TEST_TIME + 1 } })
    expect(await put(node, author, first)).to.deep.equal({ type: 'kept' })
    expect(await put(node, author, first)).to.deep.equal({ type: 'older' })
    expect(await put(node, author, newer)).to.deep.equal({ type: 'kept' })
    expect(await put(node, author, first)).to.deep.equal({ type: 'older' })
    expect(await node.query('person', { person: author.id })).to.include({ ownName: 'Anna' })
    expect(node.services.records.refused()).to.deep.equal({})
    for (const started of [author, node]) await started.stop()
  })

  it('[R11] one that names a key event which is not here says so, and is kept once that is here', async () => {
    const author = await startAuthor('needs')
    const node = await startReader(author)
    const { newest } = await stateOf(node, author.grown)
    const bytes = await author.sign({ keyEvent: newest })
    const needs = { type: 'needs-key-events', person: author.id, keyEvent: newest }
    expect(await put(node, author, bytes)).to.deep.equal(needs)
    expect(await node.services.records.get(publicStorageKey(author.id, PATHS.profile))).to.equal(undefined)
    expect(node.services.records.refused()).to.deep.equal({ 'unknown-key-event': 1 })
    await node.services.persons.applyKeyEvents(author.id, author.grown)
    expect(await put(node, author, bytes)).to.deep.equal({ type: 'kept' })
    for (const started of [author, node]) await started.stop()
  })

  it('[R11] what is refused is refused for its reason, stored by nobody, and counted', async () => {
    const author = await startAuthor('refused')
    const stranger = await startAuthor('stranger')
    const node = await startReader(author)
    const other = new Uint8Array(32).fill(1)
    const good = await author.sign()
    const refused = {
      malformed: new Uint8Array(MAX_RECORD_BYTES + 1),
      'wrong-network': await author.sign({ network: other }),
      'wrong-group': await author.sign({ group: other }),
      expired: await author.sign({ expires: TEST_TIME }),
      forged: good.with(-1, good.at(-1)! ^ 1),
      'not-a-device': await stranger.sign({
        key: publicStorageKey(author.id, PATHS.profile),
        person: author.id,
        keyEvent: author.state.newest,
      }),
      'wrong-key': await author.sign({ path: PATHS.heads }),
    }
    for (const [reason, bytes] of Object.entries(refused)) {
      expect(await reasonOf(put(node, author, bytes)), reason).to.equal(`refused: ${reason}`)
    }
    expect(await reasonOf(put(node, stranger, await stranger.sign()))).to.equal('refused: not-wanted')
    await node.get('block', { person: author.id })
    expect(await reasonOf(put(node, author, good))).to.equal('refused: blocked')
    const reasons = [...Object.keys(refused), 'not-wanted', 'blocked']
    expect(node.services.records.refused()).to.deep.equal(Object.fromEntries(reasons.map((reason) => [reason, 1])))
    expect(await node.services.records.get(publicStorageKey(author.id, PATHS.profile))).to.equal(undefined)
    for (const started of [author, stranger, node]) await started.stop()
  })

  it('[R11] the connection view shows them among what was refused, apart from entries', async () => {
    const platform = { ...(await createTestPlatform('shown')), defaultHosts: [] }
    const node = await startNode('shown', { platform, options: { connect: connectToPeers } })
    const { person } = await node.get('create-person', { name: 'Reader' })
    await node.services.records.put(publicStorageKey(person, PATHS.profile), new Uint8Array(1))
    expect(await node.query('connection', {})).to.have.deep.property('refused', { 'record-malformed': 1 })
    await node.stop()
  })

  it("[R9] somebody's list of key blocks makes a node fetch nothing, and goes with what it named", async () => {
    const author = await startAuthor('lists')
    const node = await startReader(author)
    const list = (...bytes: readonly number[]) => ({
      version: 1,
      chain: 1,
      proof: 0,
      blocks: bytes.map((byte) => dagCborCid(Uint8Array.of(byte))),
    })
    const keys = (seq: number, value: unknown) => author.sign({ path: PATHS.keys, seq, value })
    const inline = await keys(1, { events: author.state.chain })
    expect(await reasonOf(put(node, author, inline, PATHS.keys))).to.equal('refused: malformed')
    /** Blocks that are named, whether here or not, but for the node's own list. */
    const countNamed = async () => {
      const rows = await node.platform.store.read(['blockMeta'], (tx) => tx.list('blockMeta'))
      return rows.filter(({ key }) => key.length === 1).length - 1
    }
    expect(await put(node, author, await keys(2, list(1, 2, 3)), PATHS.keys)).to.deep.equal({ type: 'kept' })
    expect(await countNamed()).to.equal(3)
    expect(await node.services.files.wanted(10)).to.deep.equal([])
    expect(await node.services.files.put(dagCborCid(Uint8Array.of(1)).toString(), Uint8Array.of(1))).to.equal(
      'unwanted',
    )
    expect(await put(node, author, await keys(3, list(3)), PATHS.keys)).to.deep.equal({ type: 'kept' })
    expect(await countNamed()).to.equal(1)
    await node.get('block', { person: author.id })
    expect(await countNamed()).to.equal(0)
    for (const started of [author, node]) await started.stop()
  })
})
