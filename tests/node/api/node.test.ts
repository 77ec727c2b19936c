import { expect } from 'chai'
import { createTestPlatform } from '../../support/platform.ts'
import { describe, it } from '../../support/runner.ts'
import { replicate, startNode } from '../../support/test-node.ts'

describe('the node, offline', () => {
  it('[N1] makes a person, posts, and shows the post in live feeds', async () => {
    const node = await startNode('alice')
    expect(await node.query('session', {})).to.deep.equal({ state: 'none' })
    const session = node.live('session', {})
    const { person } = await node.get('create-person', { name: ' Alice  A. ' })
    const ready = await session.until((view) => view.state === 'ready')
    expect(ready).to.include({ state: 'ready', wordsKept: false })
    if (ready.state !== 'ready') return
    expect(ready.me).to.include({ id: person, name: 'Alice A.', relation: 'me' })

    const home = node.live('home', { limit: 10 })
    await home.until((page) => page.posts.length === 0)
    const { entry } = await node.get('publish-post', { text: 'first', pictures: [] })
    const page = await home.until((shown) => shown.posts.length === 1)
    expect(page.posts[0]).to.include({ id: entry, text: 'first', mine: true, replies: 0 })
    expect(page.complete).to.equal(true)
    session.end()
    home.end()
    await node.stop()
  })

  it('[N2] keeps the person over a restart, and its words until they are confirmed', async () => {
    const platform = await createTestPlatform('restart')
    const first = await startNode('restart', { platform })
    const { person } = await first.get('create-person', { name: 'R' })
    await first.get('publish-post', { text: 'kept', pictures: [] })
    const words = await first.get('recovery-words', {})
    if (!('words' in words)) throw new Error('words are gone')
    expect(words.words).to.have.length(12)
    expect(await first.get('confirm-words', { answers: { 0: 'wrong', 5: 'wrong' } })).to.deep.equal({ correct: false })
    const answers = { 0: words.words[0]!, 5: words.words[5]!.toUpperCase() }
    expect(await first.get('confirm-words', { answers })).to.deep.equal({ correct: true })
    expect(await first.get('recovery-words', {})).to.deep.equal({ gone: true })

    // The same store and keys, as after a crash: the first node is still there and must not write any more.
    const second = await startNode('restart', { platform })
    const session = await second.query('session', {})
    expect(session).to.include({ state: 'ready', wordsKept: true })
    expect((await second.query('home', { limit: 5 })).posts.map((post) => post.text)).to.deep.equal(['kept'])
    const late = await first.ask('publish-post', { text: 'late', pictures: [] })
    expect(late).to.deep.equal({ ok: false, error: { type: 'node-lost' } })
    expect((await second.query('session', {})) as object).to.have.nested.property('me.id', person)
    await second.stop()
  })

  it('[N3] a replayed request changes nothing and gives the same answer', async () => {
    const node = await startNode('replay')
    await node.get('create-person', { name: 'R' })
    const input = { text: 'once', pictures: [] }
    const [a, b] = await Promise.all([
      node.ask('publish-post', input, { id: 'same' }),
      node.ask('publish-post', input, { id: 'same' }),
    ])
    const c = await node.ask('publish-post', input, { id: 'same' })
    expect(b).to.deep.equal(a)
    expect(c).to.deep.equal(a)
    expect((await node.query('home', { limit: 5 })).posts).to.have.length(1)
    await node.stop()
  })

  it('[N4] two people: follow, read, reply, react, delete, block', async () => {
    const alice = await startNode('alice')
    const bob = await startNode('bob')
    const a = (await alice.get('create-person', { name: 'Alice' })).person
    const b = (await bob.get('create-person', { name: 'Bob' })).person
    for (let i = 0; i < 60; i++) {
      alice.platform.clock.advance(1000)
      await alice.get('publish-post', { text: `post ${i}`, pictures: [] })
    }
    bob.platform.clock.set(alice.platform.clock.now() + 1000)
    await bob.get('follow', { link: (await alice.get('my-link', {})).link })
    await replicate(alice, bob, a)
    const home = await bob.query('home', { limit: 10 })
    expect(home.posts.map((post) => post.text)).to.deep.equal(Array.from({ length: 10 }, (_, i) => `post ${59 - i}`))
    expect(home.posts[0]!.author.name).to.equal('Alice')
    const next = await bob.query('home', { limit: 10, before: home.next! })
    expect(next.posts[0]!.text).to.equal('post 49')

    const target = home.posts[0]!.id
    await bob.get('publish-post', { text: 'a reply', pictures: [], replyTo: target })
    await bob.get('react', { entry: target, emoji: '🎉', on: true })
    const [offer, second] = await bob.services.inbox.pending(a)
    const events = bob.services.persons.get(b)!.events
    alice.platform.clock.set(bob.platform.clock.now())
    expect(await alice.services.inbox.offer(b, offer!.segment, events)).to.have.property('ok', true)
    expect(await alice.services.inbox.offer(b, second!.segment, events)).to.have.property('ok', true)
    const inbox = await alice.query('inbox', { limit: 10 })
    expect(inbox.posts.map((post) => post.text)).to.have.members(['a reply', ''])
    const thread = await alice.query('thread', { entry: target })
    expect(thread.replies.map((post) => post.text)).to.deep.equal(['a reply'])
    expect(thread.post!.reactions).to.deep.equal([{ emoji: '🎉', count: 1, mine: false }])

    await alice.get('delete-entry', { entry: target })
    await replicate(alice, bob, a)
    expect((await bob.query('thread', { entry: target })).post).to.equal(undefined)

    await alice.get('block', { person: b })
    expect((await alice.query('inbox', { limit: 10 })).posts).to.have.length(0)
    expect(await alice.services.inbox.offer(b, offer!.segment, events)).to.have.nested.property('error.type', 'blocked')
    expect((await alice.query('people', {})).blocked.map((view) => view.id)).to.deep.equal([b])
    await alice.stop()
    await bob.stop()
  })
})
