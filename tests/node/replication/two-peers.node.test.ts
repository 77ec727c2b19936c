import { expect } from 'chai'
import { after, before, describe, it } from '../../support/runner.ts'
import { follow, startHost, startPeer, type TestHost, textsOf } from './peers.ts'

describe('two peers and a host', () => {
  let host: TestHost
  before(async () => {
    host = await startHost()
  })
  after(() => host.close())

  it('[SY7] a follower gets what was written before, and sees what is written after, live', async () => {
    const ann = await startPeer('Ann', [host.origin])
    const bob = await startPeer('Bob', [host.origin])
    for (let i = 0; i < 120; i++) await ann.get('publish-post', { text: `post ${i}`, pictures: [] })
    await follow(bob, ann)
    const feed = bob.live('person-feed', { person: ann.person, limit: 200 })
    await feed.until((page) => page.posts.length === 120)
    const view = await bob.query('person', { person: ann.person })
    expect(view).to.include({ name: 'Ann', relation: 'following', posts: 120, online: true })

    await ann.get('publish-post', { text: 'live', pictures: [] })
    await feed.until((page) => page.posts[0]?.text === 'live')
    const mine = ann.live('home', { limit: 1 })
    const copied = await mine.until((page) => page.posts[0]?.copies.live === 1)
    const details = await ann.query('copies', { entry: copied.posts[0]!.id })
    expect(details!.holders).to.have.length(1)
    expect(details!.holders[0]).to.deep.include({ own: false, connected: true, live: true, alwaysOn: false })
    expect(details!.holders[0]!.person.id).to.equal(bob.person)
    for (const node of [mine, feed]) node.end()
    await Promise.all([ann.stop(), bob.stop()])
  })

  it('[SY10] a reply and a reaction reach their author, who does not follow back, with the name of who wrote', async () => {
    const ann = await startPeer('Ann', [host.origin])
    const bob = await startPeer('Bob', [host.origin])
    const { entry } = await ann.get('publish-post', { text: 'hello', pictures: [] })
    await follow(bob, ann)
    const feed = bob.live('person-feed', { person: ann.person, limit: 5 })
    await feed.until((page) => page.posts.length === 1)
    await bob.get('publish-post', { text: 'hello yourself', pictures: [], replyTo: entry })
    await bob.get('react', { entry, emoji: '🎉', on: true })
    const thread = ann.live('thread', { entry })
    await thread.until(({ post, replies }) => replies.length === 1 && post?.reactions.length === 1)
    const inbox = ann.live('inbox', { limit: 5 })
    const page = await inbox.until(
      ({ posts }) => posts.length === 2 && posts.every((post) => post.author.name === 'Bob'),
    )
    expect(page.posts.map((post) => post.text)).to.include('hello yourself')
    for (const live of [feed, thread, inbox]) live.end()
    await Promise.all([ann.stop(), bob.stop()])
  })

  it('[SY1] a third person gets everything from whoever has it while the author is away', async () => {
    const ann = await startPeer('Ann', [host.origin])
    const bob = await startPeer('Bob', [host.origin])
    const cy = await startPeer('Cy', [host.origin])
    await ann.get('publish-post', { text: 'from ann', pictures: [] })
    const { link } = await ann.get('my-link', {})
    await follow(bob, ann)
    const atBob = bob.live('person-feed', { person: ann.person, limit: 5 })
    await atBob.until((page) => page.posts.length === 1)
    await ann.stop()
    await cy.get('follow', { link })
    const atCy = cy.live('person-feed', { person: ann.person, limit: 5 })
    await atCy.until((page) => page.posts.length === 1)
    expect(await textsOf(cy, ann.person)).to.deep.equal(['from ann'])
    for (const live of [atBob, atCy]) live.end()
    await Promise.all([bob.stop(), cy.stop()])
  })

  it('[U16] posts wait until a follower has them; private changes are only here, and wait for nobody', async () => {
    const ann = await startPeer('Ann', [host.origin])
    const bob = await startPeer('Bob', [host.origin])
    await ann.get('publish-post', { text: 'hello', pictures: [] })
    await ann.get('create-note', {})
    const weather = ann.live('connection', {})
    await weather.until(({ waiting, onlyHere }) => waiting > 0 && onlyHere > 0)
    await follow(bob, ann)
    const { onlyHere } = await weather.until(({ people, waiting }) => people === 1 && waiting === 0)
    expect(onlyHere).to.be.above(0)
    weather.end()
    await Promise.all([ann.stop(), bob.stop()])
  })

  it('a picture comes with its post, byte for byte', async () => {
    const ann = await startPeer('Ann', [host.origin])
    const bob = await startPeer('Bob', [host.origin])
    const bytes = crypto.getRandomValues(new Uint8Array(60_000))
    const all = new Uint8Array(600_000)
    for (let at = 0; at < all.length; at += bytes.length) all.set(bytes, at)
    const picture = { bytes: all, mediaType: 'image/png', width: 10, height: 10, alt: 'noise' } as const
    await ann.get('publish-post', { text: 'look', pictures: [picture] })
    await follow(bob, ann)
    const feed = bob.live('person-feed', { person: ann.person, limit: 5 })
    const page = await feed.until(({ posts }) => posts.length === 1)
    const file = page.posts[0]!.pictures[0]!.file
    const read = await bob.get('read-file', { file })
    expect(read.mediaType).to.equal('image/png')
    expect(read.bytes.length).to.equal(all.length)
    expect(read.bytes.every((byte, i) => byte === all[i])).to.equal(true)
    feed.end()
    await Promise.all([ann.stop(), bob.stop()])
  })

  it('a blocked person is no longer connected to, shown or stored', async () => {
    const ann = await startPeer('Ann', [host.origin])
    const bob = await startPeer('Bob', [host.origin])
    await ann.get('publish-post', { text: 'spam', pictures: [] })
    await follow(bob, ann)
    const feed = bob.live('person-feed', { person: ann.person, limit: 5 })
    await feed.until(({ posts }) => posts.length === 1)
    await bob.get('block', { person: ann.person })
    await feed.until(({ posts }) => posts.length === 0)
    const weather = bob.live('connection', {})
    await weather.until(({ sessions }) => sessions.every((session) => session.person.id !== ann.person))
    await ann.get('publish-post', { text: 'more spam', pictures: [] })
    expect(await textsOf(bob, ann.person)).to.deep.equal([])
    expect(await bob.services.logs.heads(ann.person)).to.deep.equal([])
    for (const live of [feed, weather]) live.end()
    await Promise.all([ann.stop(), bob.stop()])
  })
})
