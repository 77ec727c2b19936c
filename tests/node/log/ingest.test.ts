import { expect } from 'chai'
import { entryIdOf, signEntry } from '../../../src/core/logs/entry.ts'
import { createPayload, encodePayload } from '../../../src/core/logs/payload.ts'
import { type Segment, sliceSegment } from '../../../src/core/logs/segment.ts'
import { decodeSegment, encodeSegment } from '../../../src/core/logs/segment-codec.ts'
import type { Signer } from '../../../src/core/ports.ts'
import type { Admit } from '../../../src/node-worker/log/ingest.ts'
import type { OwnLogs } from '../../../src/node-worker/log/own-logs.ts'
import { unshownKey } from '../../../src/node-worker/log/show-held.ts'
import { MAX_OFFERS_PER_PERSON } from '../../../src/node-worker/social/inbox.ts'
import { describe, it } from '../../support/runner.ts'
import { replicate, startNode, type TestNode } from '../../support/test-node.ts'

interface Pair {
  readonly alice: TestNode
  readonly bob: TestNode
  readonly a: string
  readonly device: Uint8Array
  readonly signer: Signer
  stop(): Promise<void>
}

/** Alice with `posts` posts, and Bob who follows her but has nothing of hers yet. */
const startPair = async (seed: string, posts: number): Promise<Pair> => {
  const alice = await startNode(`alice ${seed}`)
  const bob = await startNode(`bob ${seed}`)
  const a = (await alice.get('create-person', { name: 'Alice' })).person
  await bob.get('create-person', { name: 'Bob' })
  for (let i = 0; i < posts; i++) {
    alice.platform.clock.advance(1000)
    await alice.get('publish-post', { text: `post ${i}`, pictures: [] })
  }
  bob.platform.clock.set(alice.platform.clock.now())
  await bob.get('follow', { link: a })
  await bob.services.persons.applyKeyEvents(a, alice.services.persons.get(a)!.events)
  const { signer } = alice.services.account.self()!.device
  const stop = async () => {
    await alice.stop()
    await bob.stop()
  }
  return { alice, bob, a, device: signer.publicKey, signer, stop }
}

const read = async (node: TestNode, device: Uint8Array, from: number, to: number): Promise<Segment> => {
  const run = await node.services.logs.readSegment(device, 0, from, 131_072, to)
  const decoded = decodeSegment(run!.bytes)
  if (!decoded.ok) throw new Error(decoded.error.type)
  return decoded.value
}

const texts = async (node: TestNode): Promise<string[]> =>
  (await node.query('home', { limit: 100 })).posts.map((post) => post.text)

/** Alice's device signs another entry for a position that is taken. */
const forkAt = async ({ signer }: Pair, before: Segment): Promise<Segment> => {
  const last = before.entries.at(-1)!
  const body = { text: 'another', time: 1, pictures: [] }
  const payload = encodePayload(createPayload('kith/post', body, new Uint8Array(16)))
  // Position 5 has no lipmaa link of its own.
  const entry = await signEntry({ logId: 0, seq: 5, backlink: last.hash, payload }, signer)
  return { author: signer.publicKey, logId: 0, firstSeq: 5, entries: [entry], payloads: [payload] }
}

describe('taking in logs of others', () => {
  describe('of whom nothing is shown', () => {
    const POSTS = ['post 2', 'post 1', 'post 0']
    /** Takes in all of a pair's log as what is kept under a lease; `shows` is asked before and while it is stored. */
    const takeIn = async (
      { alice, bob, a, device }: Pair,
      shows: () => 'new' | 'nothing',
      // Whatever still waits since Bob followed her.
      admit: Admit = async (tx) => {
        await tx.delete('queue', unshownKey(a))
        return undefined
      },
    ): Promise<void> => {
      const run = encodeSegment(await read(alice, device, 1, 4))
      const logs = bob.services.logs as OwnLogs
      const taken = await logs.ingestWith(a, run, { admit, shows })
      expect(taken).to.have.nested.property('value.added', 4)
    }

    it('[EC6] stores without showing', async () => {
      const pair = await startPair('hidden', 3)
      await takeIn(pair, () => 'nothing')
      expect(await texts(pair.bob)).to.deep.equal([])
      await pair.stop()
    })

    it('[EC6] shows what comes in the moment in which its person is followed', async () => {
      const pair = await startPair('followed meanwhile', 3)
      let asked = 0
      await takeIn(pair, () => (asked++ === 0 ? 'nothing' : 'new'))
      expect(await texts(pair.bob)).to.deep.equal(POSTS)
      await pair.stop()
    })

    it('[EC6] shows what comes while that which was held is being shown', async () => {
      const pair = await startPair('being shown', 3)
      await takeIn(
        pair,
        () => 'nothing',
        async (tx) => {
          await tx.put('queue', unshownKey(pair.a), 0)
          return undefined
        },
      )
      expect(await texts(pair.bob)).to.deep.equal(POSTS)
      await pair.stop()
    })
  })

  it('[N5] the newest entries first and the rest later, each applied once', async () => {
    const pair = await startPair('tail', 120)
    const { alice, bob, a, device } = pair
    const tail = await alice.services.logs.readTail(device, 0, 50)
    expect(tail).to.include({ from: 72, to: 121 })
    expect(await bob.services.logs.ingest(a, tail!.bytes)).to.have.nested.property('value.added', 50)
    expect(await texts(bob)).to.have.length(50)
    const seen: number[] = []
    bob.services.logs.onAppend((event) => seen.push(event.from, event.to))
    for (const [from, to] of [
      [1, 40],
      [30, 80],
      [1, 121],
    ] as const) {
      const run = encodeSegment(await read(alice, device, from, to))
      expect(await bob.services.logs.ingest(a, run)).to.have.property('ok', true)
    }
    expect(seen).to.deep.equal([1, 40, 30, 80])
    const [head] = await bob.services.logs.heads(a)
    expect(head!.ranges).to.deep.equal([{ from: 1, to: 121 }])
    expect(await bob.query('person', { person: a })).to.include({ posts: 120, name: 'Alice', known: true })
    const page = await bob.query('person-feed', { person: a, limit: 200 })
    expect(page.posts.map((post) => post.text)).to.deep.equal(Array.from({ length: 120 }, (_, i) => `post ${119 - i}`))
    await pair.stop()
  })

  it('[N6] what is changed on the way is refused, counted and stored nowhere', async () => {
    const pair = await startPair('forged', 6)
    const { alice, bob, a, device } = pair
    const { bytes } = (await alice.services.logs.readSegment(device, 0, 1, 131_072))!
    for (const at of [bytes.length - 1, bytes.length - 200, 60]) {
      const changed = bytes.slice()
      changed[at]! ^= 1
      const result = await bob.services.logs.ingest(a, changed)
      expect(result.ok).to.equal(false)
    }
    expect(await bob.services.logs.ingest(a, new Uint8Array(131_073))).to.have.nested.property(
      'error.type',
      'malformed',
    )
    const refused = bob.services.logs.refused()
    expect(Object.values(refused).reduce((sum, n) => sum + n, 0)).to.equal(4)
    expect(await bob.services.logs.heads(a)).to.deep.equal([])
    expect(await texts(bob)).to.deep.equal([])
    await pair.stop()
  })

  it('[N7] of two entries at one position the first stays, the proof is kept and the log stops', async () => {
    const pair = await startPair('fork', 6)
    const { alice, bob, a, device } = pair
    const first = await read(alice, device, 1, 5)
    const other = await forkAt(pair, sliceSegment(first, 1, 4))
    expect(await bob.services.logs.ingest(a, encodeSegment(first))).to.have.property('ok', true)
    const forked = await bob.services.logs.ingest(a, encodeSegment(other))
    expect(forked).to.have.nested.property('error.type', 'fork')
    const [head] = await bob.services.logs.heads(a)
    expect(head).to.include({ forked: true, seq: 5 })
    const rest = await read(alice, device, 6, 7)
    expect(await bob.services.logs.ingest(a, encodeSegment(rest))).to.have.nested.property('error.type', 'fork')
    expect(await texts(bob)).to.have.length(4)
    await pair.stop()
  })

  it('[N8] a log that nobody here agreed to hold is refused', async () => {
    const pair = await startPair('stranger', 1)
    const { alice, bob, device } = pair
    const { bytes } = (await alice.services.logs.readSegment(device, 0, 1, 131_072))!
    const carol = await startNode('carol')
    const c = (await carol.get('create-person', { name: 'Carol' })).person
    const own = await carol.services.logs.readTail(carol.services.account.self()!.device.signer.publicKey, 0, 1)
    expect(await bob.services.logs.ingest(c, own!.bytes)).to.have.nested.property('error.type', 'not-wanted')
    // Followed, but not by a device of that person.
    await bob.get('follow', { link: c })
    expect(await bob.services.logs.ingest(c, bytes)).to.have.nested.property('error.type', 'unknown-device')
    await bob.services.persons.applyKeyEvents(c, carol.services.persons.get(c)!.events)
    expect(await bob.services.logs.ingest(c, bytes)).to.have.nested.property('error.type', 'unknown-device')
    await carol.stop()
    await pair.stop()
  })

  it('[N9] a forget that comes before what it forgets is kept for it', async () => {
    const pair = await startPair('forget', 10)
    const { alice, bob, a, device } = pair
    const whole = await read(alice, device, 1, 11)
    const gone = entryIdOf(whole.entries[3]!.hash)
    await alice.get('delete-entry', { entry: gone })
    const tail = await alice.services.logs.readTail(device, 0, 1)
    await bob.services.logs.ingest(a, tail!.bytes)
    // The run as it was before the delete, payload and all.
    await bob.services.logs.ingest(a, encodeSegment(whole))
    expect(await texts(bob)).to.not.include('post 2')
    expect((await read(bob, device, 4, 4)).payloads).to.deep.equal([null])
    expect((await read(bob, device, 5, 5)).payloads[0]).to.not.equal(null)
    // Nobody but its author can have an entry forgotten.
    expect(await texts(bob)).to.have.length(9)
    await pair.stop()
  })

  it('[N10] a stranger leaves only what is about own posts, and only a ration of it', async () => {
    const pair = await startPair('ration', 1)
    const { alice, bob, a } = pair
    await replicate(alice, bob, a)
    const b = bob.services.account.self()!.person
    const events = bob.services.persons.get(b)!.events
    const [post] = (await bob.query('home', { limit: 1 })).posts
    const mine = bob.services.account.self()!.device.signer.publicKey
    await bob.get('publish-post', { text: 'about nothing', pictures: [] })
    const tail = await bob.services.logs.readTail(mine, 0, 1)
    expect(await alice.services.inbox.offer(b, tail!.bytes, events)).to.have.nested.property('error.type', 'off-topic')
    for (let i = 0; i <= MAX_OFFERS_PER_PERSON; i++) {
      await bob.get('publish-post', { text: `reply ${i}`, pictures: [], replyTo: post!.id })
    }
    alice.platform.clock.set(bob.platform.clock.now())
    const results = []
    for (const offer of await bob.services.inbox.pending(a)) {
      results.push(await alice.services.inbox.offer(b, offer.segment, events))
      // Offered again, as after a lost acknowledgement: neither refused nor counted.
      if (results.length === 1)
        expect(await alice.services.inbox.offer(b, offer.segment, events)).to.have.property('ok', true)
    }
    expect(results.filter((result) => result.ok)).to.have.length(MAX_OFFERS_PER_PERSON)
    expect(results.at(-1)).to.have.nested.property('error.type', 'over-ration')
    expect((await alice.query('inbox', { limit: 200 })).posts).to.have.length(MAX_OFFERS_PER_PERSON)
    expect((await alice.query('people', {})).seen.map((view) => view.id)).to.deep.equal([b])
    await alice.get('block', { person: b })
    const left = await alice.platform.store.read(['logs', 'posts', 'feeds', 'segments'], async (tx) => ({
      logs: await tx.count('logs', { prefix: [mine] }),
      segments: await tx.count('segments', { prefix: [mine] }),
      inbox: await tx.count('feeds', { prefix: ['inbox'] }),
      thread: await tx.count('feeds', { prefix: [`thread/${post!.id}`] }),
    }))
    expect(left).to.deep.equal({ logs: 0, segments: 0, inbox: 0, thread: 0 })
    await pair.stop()
  })
})
