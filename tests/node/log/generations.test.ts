import { expect } from 'chai'
import { signRemoveDevice } from '../../../src/core/identity/key-events.ts'
import { rootSeed } from '../../../src/core/identity/ladder.ts'
import { wordsToEntropy } from '../../../src/core/identity/words.ts'
import { signEntry } from '../../../src/core/logs/entry.ts'
import { LOG_ID_STEP, logIdOf, MAX_LOG_GENERATION } from '../../../src/core/logs/log-id.ts'
import { createPayload, encodePayload } from '../../../src/core/logs/payload.ts'
import { encodeSegment } from '../../../src/core/logs/segment-codec.ts'
import { describe, it } from '../../support/runner.ts'
import { startNode, type TestNode } from '../../support/test-node.ts'
import { follow, type Peer, startPeer } from '../replication/copied-device.ts'
import { archiveOf, restoreFrom, wordsOf } from '../transfer/archive.ts'
import { post } from './hostile-author.ts'

/** Everything that `from` holds of one log of a person goes to `to`. @returns how the last run was received */
const carry = async (from: TestNode, to: TestNode, { id, device }: Peer, log: number): Promise<string> => {
  await to.services.persons.applyKeyEvents(id, from.services.persons.get(id)!.events)
  const run = await from.services.logs.readSegment(device, log, 1, 131_072)
  if (!run) return 'nothing'
  const result = await to.services.logs.ingest(id, run.bytes)
  return result.ok ? 'ok' : result.error.type
}

const note = async (peer: Peer): Promise<string> => (await peer.get('create-note', {})).note

const logsOf = async ({ services }: TestNode, person: string): Promise<number[]> =>
  (await services.logs.heads(person)).map(({ log }) => log).sort((a, b) => a - b)

const textsOf = async (node: TestNode, person: string): Promise<string[]> =>
  (await node.query('person-feed', { person, limit: 100 })).posts.map(({ text }) => text)

/** The first entry of a log of that id, signed by the device, as a segment. */
const firstEntry = async (peer: Peer, logId: number): Promise<Uint8Array> => {
  const { signer } = peer.services.account.self()!.device
  const { body } = post(`in log ${logId}`)
  const payload = encodePayload(createPayload('kith/post', body, new Uint8Array(16)))
  const entry = await signEntry({ logId, seq: 1, payload }, signer)
  return encodeSegment({ author: signer.publicKey, logId, firstSeq: 1, entries: [entry], payloads: [payload] })
}

/** The device after its log of a kind was forked once more: a copy of it wrote, and it hears of that. */
const forkAgain = async (peer: Peer, write: (writer: Peer) => Promise<unknown>, log: number): Promise<void> => {
  const copy = await peer.copy()
  await write(copy)
  await write(peer)
  expect(await carry(copy, peer, peer, log)).to.equal('fork')
  await copy.stop()
}

describe('a log that was forked', () => {
  it('[N26] private logs go on in the next generation as well, each kind by itself', async () => {
    const ann = await startPeer('ann', 1)
    const first = await note(ann)
    await forkAgain(ann, note, 1)
    const later = await note(ann)
    await ann.post('public')
    expect(await logsOf(ann, ann.id)).to.deep.equal([0, 1, 5])
    const listed = (await ann.query('notes', {})).map(({ id }) => id)
    expect(listed).to.include.members([first, later])
    // The copies of a note are those of the log that it was last written in.
    const peer = { device: new Uint8Array(32), person: ann.id, alwaysOn: false }
    await ann.services.copies.saw({ device: ann.device, log: 5, upTo: 1, peer })
    const copiesOf = async (id: string) => (await ann.query('notes', {})).find((found) => found.id === id)!.copies.live
    expect(await copiesOf(later)).to.equal(1)
    expect(await copiesOf(first)).to.equal(0)
    await ann.get('delete-note', { note: later })
    expect((await ann.query('notes', {})).map(({ id }) => id)).not.to.include(later)
    await ann.stop()
  })

  it('[N26] a note written in two generations is one note, and its newest entry is the later one', async () => {
    const ann = await startPeer('ann')
    const id = await note(ann)
    await forkAgain(ann, note, 1)
    const { update } = (await ann.query('note', { note: id }))!
    await ann.get('update-note', { note: id, update })
    await ann.services.copies.saw({
      device: ann.device,
      log: 5,
      upTo: 1,
      peer: { device: new Uint8Array(32), person: ann.id, alwaysOn: false },
    })
    expect((await ann.query('notes', {})).find((found) => found.id === id)!.copies.live).to.equal(1)
    await ann.stop()
  })

  it('[N26] after the last generation a device says that it cannot go on, and stores nothing', async () => {
    const ann = await startPeer('ann')
    const write = (peer: Peer): Promise<void> => peer.post(`post ${Math.random()}`)
    for (let generation = 0; generation <= MAX_LOG_GENERATION; generation++) {
      await forkAgain(ann, write, logIdOf(0, generation))
    }
    const before = await textsOf(ann, ann.id)
    const answer = await ann.ask('publish-post', { text: 'one too many', pictures: [] })
    expect(answer).to.deep.equal({ ok: false, error: { type: 'device-spent' } })
    expect(await textsOf(ann, ann.id)).to.deep.equal(before)
    // Other kinds of logs are not concerned.
    await note(ann)
    await ann.stop()
  })

  it('[N26] replies from a new generation are offered, taken, and can be taken back', async () => {
    const bob = await startPeer('bob', 1)
    const ann = await startPeer('ann')
    await follow(ann, bob)
    await carry(bob, ann, bob, 0)
    await forkAgain(ann, (peer) => peer.post('again'), 0)
    const [target] = (await ann.query('person-feed', { person: bob.id, limit: 1 })).posts
    const { entry } = await ann.get('publish-post', { text: 'a reply', pictures: [], replyTo: target!.id })
    const offer = async () => {
      const [pending] = await ann.services.inbox.pending(bob.id)
      const events = ann.services.persons.get(ann.id)!.events
      const taken = await bob.services.inbox.offer(ann.id, pending!.segment, events)
      expect(taken).to.have.nested.property('value.log', LOG_ID_STEP)
      await ann.services.inbox.settled(bob.id, pending!.id)
    }
    await offer()
    expect((await bob.query('thread', { entry: target!.id })).replies.map(({ text }) => text)).to.deep.equal([
      'a reply',
    ])
    await ann.get('delete-entry', { entry })
    await offer()
    expect((await bob.query('thread', { entry: target!.id })).replies).to.deep.equal([])
    await ann.stop()
    await bob.stop()
  })

  it('[N26] an archive carries every generation, and restores them', async () => {
    const ann = await startPeer('ann', 1)
    await forkAgain(ann, (peer) => peer.post('again'), 0)
    await ann.post('later')
    const id = await note(ann)
    const restored = await startNode(`restored-${Math.random()}`)
    restored.platform.clock.set(ann.platform.clock.now() + 1000)
    await restoreFrom(restored, await wordsOf(ann), await archiveOf(ann))
    expect(await textsOf(restored, ann.id)).to.have.members(['ann 1', 'again', 'later'])
    expect((await restored.query('notes', {})).map((found) => found.id)).to.deep.equal([id])
    await restored.stop()
    await ann.stop()
  })

  it('[L9] [N8] a follower takes in public logs of any generation, and no others', async () => {
    const ann = await startPeer('ann')
    const bob = await startPeer('bob')
    await follow(bob, ann)
    const handOver = async (log: number): Promise<string> => {
      const result = await bob.services.logs.ingest(ann.id, await firstEntry(ann, log))
      return result.ok ? 'ok' : result.error.type
    }
    const last = logIdOf(0, MAX_LOG_GENERATION)
    for (const log of [1, 2, 3, 5, 7, last + 3, last + LOG_ID_STEP, 1_000_000]) {
      expect(await handOver(log), `log ${log}`).to.equal('not-wanted')
    }
    for (const log of [LOG_ID_STEP, last]) expect(await handOver(log), `log ${log}`).to.equal('ok')
    expect(await textsOf(bob, ann.id)).to.have.members([`in log ${LOG_ID_STEP}`, `in log ${last}`])
    await ann.stop()
    await bob.stop()
  })

  it('[N22] [L9] the removal of a device bounds each generation by itself', async () => {
    const ann = await startPeer('ann', 1)
    await forkAgain(ann, (peer) => peer.post('again'), 0)
    await ann.post('later')
    const removed = (await ann.services.logs.head(ann.device, LOG_ID_STEP))!
    await ann.post('after the removal')
    const state = (await ann.services.persons.keyState(ann.id))!
    const entropy = await wordsToEntropy(await wordsOf(ann))
    if (!entropy.ok) throw new Error('shown words are none')
    const end = { logId: LOG_ID_STEP, seq: removed.seq, hash: removed.hash }
    const root = await ann.platform.crypto.signerFromSeed(rootSeed(entropy.value, 0))
    const removal = await signRemoveDevice({ state, device: ann.device, logs: [end], time: 1 }, root)
    const bob = await startPeer('bob')
    await follow(bob, ann)
    await bob.services.persons.applyKeyEvents(ann.id, [...state.chain, removal.bytes])
    const take = async (log: number) => {
      const run = await ann.services.logs.readSegment(ann.device, log, 1, 65_536)
      return bob.services.logs.ingest(ann.id, run!.bytes)
    }
    expect(await take(LOG_ID_STEP)).to.have.nested.property('value.to', removed.seq)
    expect(await take(0)).to.have.nested.property('error.type', 'removed-device')
    expect(await textsOf(bob, ann.id)).to.deep.equal(['later'])
    await bob.stop()
    await ann.stop()
  })
})
