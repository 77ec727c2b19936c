import { expect } from 'chai'
import { MAX_OFFERS } from '../../../src/node-worker/social/give-way.ts'
import { faultyStore } from '../../support/faulty-store.ts'
import { openTestStore } from '../../support/open-store.ts'
import { createTestPlatform } from '../../support/platform.ts'
import { describe, it } from '../../support/runner.ts'
import { replicate, startNode, type TestNode } from '../../support/test-node.ts'

/** A stranger to Alice who replies to her first post, once for each text. */
const startStranger = async (name: string, alice: TestNode, a: string, replies: readonly string[]) => {
  const node = await startNode(`${name} gives way`)
  const { person } = await node.get('create-person', { name })
  node.platform.clock.set(alice.platform.clock.now())
  await node.get('follow', { link: a })
  await node.services.persons.applyKeyEvents(a, alice.services.persons.get(a)!.events)
  await replicate(alice, node, a)
  const [post] = (await node.query('home', { limit: 1 })).posts
  for (const text of replies) await node.get('publish-post', { text, pictures: [], replyTo: post!.id })
  const offers = await node.services.inbox.pending(a)
  const { events } = node.services.persons.get(person)!
  await node.stop()
  return { person, offer: (i: number) => alice.services.inbox.offer(person, offers[i]!.segment, events) }
}

const setTotal = (node: TestNode, total: number): Promise<void> =>
  node.platform.store.write(['meta'], 'strict', (tx) => tx.put('meta', ['offers'], total))

const inboxOf = async (node: TestNode): Promise<string[]> =>
  (await node.query('inbox', { limit: 20 })).posts.map(({ text }) => text).sort()

describe('strangers without number', () => {
  it('[N10] who came first gives way to who comes now, with all that is held of them', async () => {
    const alice = await startNode('alice gives way')
    const a = (await alice.get('create-person', { name: 'Alice' })).person
    await alice.get('publish-post', { text: 'post', pictures: [] })
    const bob = await startStranger('Bob', alice, a, ['bob 1', 'bob 2'])
    const cy = await startStranger('Cy', alice, a, ['cy'])
    const dee = await startStranger('Dee', alice, a, ['dee 1', 'dee 2'])
    for (const offer of [() => bob.offer(0), () => bob.offer(1), () => cy.offer(0)]) {
      alice.platform.clock.advance(1000)
      expect((await offer()).ok).to.equal(true)
    }
    await setTotal(alice, MAX_OFFERS)
    alice.platform.clock.advance(1000)
    expect((await dee.offer(0)).ok).to.equal(true)
    expect(await inboxOf(alice)).to.deep.equal(['cy', 'dee 1'])
    expect(alice.services.persons.get(bob.person)).to.equal(undefined)
    // Both places of Bob's are free, one is taken; nobody gives way before they all are.
    expect((await dee.offer(1)).ok).to.equal(true)
    expect(await inboxOf(alice)).to.deep.equal(['cy', 'dee 1', 'dee 2'])
    const rows = await alice.platform.store.read(['logs'], (tx) => tx.list<{ person: string }>('logs'))
    expect(rows.some(({ value }) => value.person === bob.person)).to.equal(false)
    // Whoever gave way may come again.
    expect((await bob.offer(1)).ok).to.equal(true)
    expect(await inboxOf(alice)).to.deep.equal(['bob 2', 'dee 1', 'dee 2'])
    await alice.stop()
  })

  it('[N10] nobody gives way on a disk that is too full to write that down', async () => {
    const store = faultyStore(await openTestStore())
    const alice = await startNode('alice is full', { platform: await createTestPlatform('alice is full', { store }) })
    const a = (await alice.get('create-person', { name: 'Alice' })).person
    await alice.get('publish-post', { text: 'post', pictures: [] })
    const bob = await startStranger('Bob', alice, a, ['bob'])
    const cy = await startStranger('Cy', alice, a, ['cy'])
    await bob.offer(0)
    await setTotal(alice, MAX_OFFERS)
    store.room = 0
    expect(await cy.offer(0)).to.deep.equal({ ok: false, error: { type: 'full' } })
    expect(await inboxOf(alice)).to.deep.equal(['bob'])
    store.room = Number.POSITIVE_INFINITY
    expect((await cy.offer(0)).ok).to.equal(true)
    expect(await inboxOf(alice)).to.deep.equal(['cy'])
    await alice.stop()
  })

  it('[N10] nobody who is followed or was given a name gives way', async () => {
    const alice = await startNode('alice keeps')
    const a = (await alice.get('create-person', { name: 'Alice' })).person
    await alice.get('publish-post', { text: 'post', pictures: [] })
    const [bob, cy, dee] = [
      await startStranger('Bob', alice, a, ['bob']),
      await startStranger('Cy', alice, a, ['cy']),
      await startStranger('Dee', alice, a, ['dee']),
    ]
    await bob.offer(0)
    await cy.offer(0)
    await alice.get('follow', { link: bob.person })
    await alice.get('set-petname', { person: cy.person, petname: 'Cyril' })
    await setTotal(alice, MAX_OFFERS)
    const refused = await dee.offer(0)
    expect(refused).to.have.nested.property('error.type', 'over-ration')
    expect(await inboxOf(alice)).to.deep.equal(['bob', 'cy'])
    await alice.stop()
  })
})
