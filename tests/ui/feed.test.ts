import { expect } from 'chai'
import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { PostView } from '../../src/rpc/views.ts'
import { FEED_PAGE, Feed } from '../../src/ui/controllers/feed.ts'
import { provideNode } from '../../src/ui/controllers/node-context.ts'
import { afterEach, describe, it } from '../support/runner.ts'
import { until } from '../support/wait.ts'
import { createFakeNode, emptyWorld } from './support/fake-node.ts'
import { deepAll, mountPage, unmount } from './support/mount.ts'
import { ada, makePost } from './support/sample-data.ts'

const makePosts = (count: number, prefix: string): readonly PostView[] =>
  Array.from({ length: count }, (_, i) => makePost(ada, `${prefix} ${i}`, { id: `${prefix}${i}` }))

/** A host that draws nothing: what a controller needs to live. */
const createHost = () => {
  const controllers: ReactiveController[] = []
  const host: ReactiveControllerHost = {
    addController: (controller) => void controllers.push(controller),
    removeController: () => {},
    requestUpdate: () => {},
    updateComplete: Promise.resolve(true),
  }
  return {
    host,
    update: () => {
      for (const controller of controllers) controller.hostUpdate?.()
    },
    leave: () => {
      for (const controller of controllers) controller.hostDisconnected?.()
    },
  }
}

const tick = () => new Promise((resolve) => setTimeout(resolve))
const shown = (feed: Feed): readonly string[] => feed.sections.flatMap(({ posts }) => posts.map(({ id }) => id))

const openFeed = async (posts: readonly PostView[]) => {
  const node = createFakeNode({ ...emptyWorld(), posts })
  provideNode(node)
  const { host, update, leave } = createHost()
  const feed = new Feed(host, () => ({ query: 'home' }))
  update()
  await tick()
  return { node, feed, leave }
}

describe('feeds', () => {
  afterEach(unmount)

  it('[U6] pages follow each other without gap or repetition', async () => {
    const posts = makePosts(100, 'p')
    const { feed, leave } = await openFeed(posts)
    expect(shown(feed)).to.have.length(FEED_PAGE)
    while (feed.more) {
      feed.showOlder()
      await tick()
    }
    expect(shown(feed)).to.deep.equal(posts.map(({ id }) => id))
    leave()
  })

  it('[U6] nothing falls between the pages when new posts arrive', async () => {
    const posts = makePosts(100, 'p')
    const { node, feed, leave } = await openFeed(posts)
    feed.showOlder()
    await tick()
    const more = [...makePosts(7, 'new'), ...posts]
    node.update({ posts: more })
    await tick()
    expect(shown(feed)).to.deep.equal(more.slice(0, 2 * FEED_PAGE + 7).map(({ id }) => id))
    leave()
  })

  it('[U6] a deleted post goes, and what an idle page shows is not fetched anew', async () => {
    const posts = makePosts(60, 'p')
    const { node, feed, leave } = await openFeed(posts)
    feed.showOlder()
    await tick()
    const before = feed.sections[1]?.posts
    node.update({ posts: posts.filter(({ id }) => id !== 'p3') })
    await tick()
    expect(shown(feed)).to.not.include('p3')
    expect(new Set(shown(feed)).size).to.equal(shown(feed).length)
    feed.setNear('p29', false)
    node.update({ posts: posts.map((post) => ({ ...post })) })
    await tick()
    expect(feed.sections[1]?.posts.length).to.be.at.most(before?.length ?? 0)
    leave()
  })

  it('[U6] fifteen thousand posts keep only what is near in the document', async () => {
    const node = createFakeNode({ ...emptyWorld(), posts: makePosts(15_000, 'long') })
    await mountPage('/', node)
    for (let pages = 2; pages <= 12; pages++) {
      await until(() => {
        scrollTo(0, document.documentElement.scrollHeight)
        return deepAll(document.body, 'kith-feed-page').length >= pages
      }, `page ${pages}`)
    }
    await until(() => deepAll(document.body, 'kith-post').length < 6 * FEED_PAGE, 'far pages to be let go')
    scrollTo(0, 0)
    await until(
      () => deepAll(document.body, 'kith-feed-page')[0]?.shadowRoot?.querySelector('kith-post'),
      'the first page to come back',
    )
  })
})
