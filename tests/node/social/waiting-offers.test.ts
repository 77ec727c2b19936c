import { expect } from 'chai'
import { describe, it } from '../../support/runner.ts'
import { replicate, startNode } from '../../support/test-node.ts'

describe('offers that wait for somebody', () => {
  it('[SY10] it is told when something waits for a person, and when nothing does any more', async () => {
    const [alice, bob] = [await startNode('alice waiting'), await startNode('bob waiting')]
    const a = (await alice.get('create-person', { name: 'Alice' })).person
    await bob.get('create-person', { name: 'Bob' })
    await alice.get('publish-post', { text: 'post', pictures: [] })
    await bob.get('follow', { link: a })
    await bob.services.persons.applyKeyEvents(a, alice.services.persons.get(a)!.events)
    await replicate(alice, bob, a)
    const { inbox } = bob.services
    const told: string[] = []
    inbox.onPending((person) => void told.push(`pending ${person}`))
    inbox.onNonePending((person) => void told.push(`none ${person}`))
    const [post] = (await bob.query('home', { limit: 1 })).posts
    for (const text of ['one', 'two']) {
      bob.platform.clock.advance(1000)
      await bob.get('publish-post', { text, pictures: [], replyTo: post!.id })
    }
    const [first, second] = await inbox.pending(a)
    await inbox.settled(a, first!.id)
    expect(told).to.deep.equal([`pending ${a}`, `pending ${a}`])
    await inbox.settled(a, second!.id)
    expect(told.at(-1)).to.equal(`none ${a}`)
    expect(await inbox.pendingPersons()).to.deep.equal([])
    for (const node of [alice, bob]) await node.stop()
  })
})
