import { expect } from 'chai'
import { MAX_OFFERS_PER_PERSON } from '../../../src/node-worker/social/inbox.ts'
import { type FaultyStore, faultyStore } from '../../support/faulty-store.ts'
import { openTestStore } from '../../support/open-store.ts'
import { createTestPlatform } from '../../support/platform.ts'
import { describe, it } from '../../support/runner.ts'
import { replicate, startNode, type TestNode } from '../../support/test-node.ts'

interface Full {
  readonly node: TestNode
  readonly store: FaultyStore
}

const startFull = async (seed: string): Promise<Full> => {
  const store = faultyStore(await openTestStore())
  const platform = await createTestPlatform(`${seed}-${Math.random()}`, { store })
  return { node: await startNode(seed, { platform }), store }
}

const device = (node: TestNode): Uint8Array => node.services.account.self()!.device.signer.publicKey

describe('a disk that is full at any moment', () => {
  it('[N16] whatever a request was doing, nothing of it is stored, and the same request succeeds later, once', async () => {
    for (let room = 0; room < 7; room++) {
      const { node, store } = await startFull('author')
      store.room = room
      const steps = [
        ['create-person', { name: 'Ann' }],
        ['publish-post', { text: 'one', pictures: [] }],
        ['publish-post', { text: 'two', pictures: [] }],
        ['save-profile', { name: 'Anna', about: '' }],
        ['publish-post', { text: 'three', pictures: [] }],
      ] as const
      for (const [i, [name, input]] of steps.entries()) {
        node.platform.clock.advance(1000)
        const id = `step-${i}`
        const first = await node.ask(name, input, { id })
        if (first.ok) continue
        expect(first.error.type).to.equal('storage-full')
        store.room = Number.POSITIVE_INFINITY
        expect(await node.ask(name, input, { id })).to.have.property('ok', true)
      }
      const { posts } = await node.query('home', { limit: 10 })
      expect(posts.map(({ text }) => text)).to.deep.equal(['three', 'two', 'one'])
      const heads = await node.services.logs.heads(node.services.account.self()!.person)
      const feed = heads.find(({ log }) => log === 0)
      expect(feed).to.deep.include({ seq: 5, ranges: [{ from: 1, to: 5 }], forked: false })
      await node.stop()
    }
  })

  it('[SY9] taking in: what was refused for want of room comes in later, and each entry once', async () => {
    const ann = await startNode(`ann-${Math.random()}`)
    const { person } = await ann.get('create-person', { name: 'Ann' })
    for (let i = 0; i < 30; i++) await ann.get('publish-post', { text: `post ${i}`, pictures: [] })
    const { node, store } = await startFull('bob')
    await node.get('create-person', { name: 'Bob' })
    await node.get('follow', { link: person })
    await node.services.persons.applyKeyEvents(person, ann.services.persons.get(person)!.events)
    const { logs } = node.services
    for (let from = 1; from <= 31; from += 5) {
      const run = (await ann.services.logs.readSegment(device(ann), 0, from, 131_072, from + 4))!
      store.room = 0
      expect(await logs.ingest(person, run.bytes)).to.deep.equal({ ok: false, error: { type: 'full' } })
      store.room = Number.POSITIVE_INFINITY
      for (let again = 0; again < 2; again++) expect(await logs.ingest(person, run.bytes)).to.have.property('ok', true)
    }
    const view = await node.query('person', { person })
    expect(view.posts).to.equal(30)
    expect((await node.query('person-feed', { person, limit: 200 })).posts).to.have.length(30)
    await node.stop()
    await ann.stop()
  })

  it('[SY9] an offer that found no room is not counted', async () => {
    const { node, store } = await startFull('ann')
    const { person } = await node.get('create-person', { name: 'Ann' })
    await node.get('publish-post', { text: 'hello', pictures: [] })
    const bob = await startNode(`bob-${Math.random()}`)
    const b = (await bob.get('create-person', { name: 'Bob' })).person
    await bob.get('follow', { link: person })
    await replicate(node, bob, person)
    const [post] = (await bob.query('home', { limit: 1 })).posts
    await bob.get('publish-post', { text: 'a reply', pictures: [], replyTo: post!.id })
    const [offer] = await bob.services.inbox.pending(person)
    const events = bob.services.persons.get(b)!.events
    store.room = 0
    for (let i = 0; i <= MAX_OFFERS_PER_PERSON; i++) {
      const result = await node.services.inbox.offer(b, offer!.segment, events)
      expect(result).to.deep.equal({ ok: false, error: { type: 'full' } })
    }
    store.room = Number.POSITIVE_INFINITY
    expect(await node.services.inbox.offer(b, offer!.segment, events)).to.have.property('ok', true)
    expect(node.services.persons.get(b)).to.include({ offers: 1 })
    const total = (): Promise<number | undefined> =>
      node.platform.store.read(['meta'], (tx) => tx.get<number>('meta', ['offers']))
    expect(await total()).to.equal(1)
    // A stranger who is blocked gives back what they took of everybody's ration.
    await node.get('block', { person: b })
    expect(await total()).to.equal(0)
    await node.stop()
    await bob.stop()
  })
})

describe('a clock that is set back', () => {
  it('[N20] by a year between posts: all of them are there, in the order of what the clock said, and the name is the last', async () => {
    const node = await startNode(`clock-${Math.random()}`)
    await node.get('create-person', { name: 'Ann' })
    node.platform.clock.advance(1000)
    await node.get('publish-post', { text: 'before', pictures: [] })
    const { entry } = await node.get('publish-post', { text: 'target', pictures: [] })
    await node.get('react', { entry, emoji: '🎉', on: true })
    node.platform.clock.advance(-31_536_000_000)
    await node.get('publish-post', { text: 'a year before', pictures: [] })
    await node.get('save-profile', { name: 'Anna', about: '' })
    await node.get('react', { entry, emoji: '🎉', on: false })
    const session = await node.query('session', {})
    expect(session).to.have.nested.property('me.name', 'Anna')
    const { posts } = await node.query('home', { limit: 10 })
    expect(posts.map(({ text }) => text)).to.have.members(['before', 'target', 'a year before'])
    expect(posts.at(-1)!.text).to.equal('a year before')
    expect(posts.find(({ text }) => text === 'target')!.reactions).to.deep.equal([])
    await node.stop()
  })
})

describe('requests at the same time', () => {
  it('[N1] two that make a person make one', async () => {
    const node = await startNode(`double-${Math.random()}`)
    const results = await Promise.all(['Ann', 'Anna'].map((name) => node.ask('create-person', { name })))
    expect(results.map(({ ok }) => ok)).to.deep.equal([true, false])
    expect(results[1]).to.have.nested.property('error.type', 'person-exists')
    expect(node.services.persons.all()).to.have.length(1)
    await node.stop()
  })

  it('[N14] follow and block of one person end in one state, in memory as on disk', async () => {
    for (let attempt = 0; attempt < 5; attempt++) {
      const other = await startNode(`other-${Math.random()}`)
      const { person } = await other.get('create-person', { name: 'Other' })
      await other.stop()
      const node = await startNode(`race-${Math.random()}`)
      await node.get('create-person', { name: 'Ann' })
      await Promise.all([
        node.ask('follow', { link: person }),
        node.ask('block', { person }),
        node.ask('unfollow', { person }),
        node.ask('follow', { link: person }),
        node.ask('block', { person }),
      ])
      const stored = await node.platform.store.read(['persons', 'queue'], async (tx) => ({
        relation: (await tx.get<{ relation: string }>('persons', [person]))!.relation,
        purges: await tx.count('queue', { prefix: ['purge'] }),
      }))
      expect(stored.relation).to.equal(node.services.persons.relation(person))
      expect(stored.relation).to.equal('blocked')
      expect(stored.purges).to.equal(0)
      await node.stop()
    }
  })

  it('[N3] many posts at once come into the log one after the other, without a gap or a fork', async () => {
    const node = await startNode(`many-${Math.random()}`)
    await node.get('create-person', { name: 'Ann' })
    await Promise.all(Array.from({ length: 60 }, (_, i) => node.get('publish-post', { text: `${i}`, pictures: [] })))
    const [head] = await node.services.logs.heads(node.services.account.self()!.person)
    expect(head).to.deep.include({ seq: 61, ranges: [{ from: 1, to: 61 }] })
    expect((await node.query('home', { limit: 100 })).posts).to.have.length(60)
    await node.stop()
  })
})
