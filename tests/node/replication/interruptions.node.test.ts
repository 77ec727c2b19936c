import { expect } from 'chai'
import { connectToPeers } from '../../../src/node-worker/swarm/connect.ts'
import { freshStoreName, openNamedStore } from '../../support/open-store.ts'
import { createTestPlatform, memoryVault, seededRandom } from '../../support/platform.ts'
import { describe, it } from '../../support/runner.ts'
import { startNode, type TestNode } from '../../support/test-node.ts'
import { follow, networkedPlatform, startHost, startPeer, type TestHost } from './peers.ts'

/** A node that can be stopped and started over the same store and keys. */
const createLasting = async (name: string, host: TestHost) => {
  const store = freshStoreName()
  const keys = memoryVault(seededRandom(`${name}-${Math.random()}`))
  const start = async (): Promise<TestNode> => {
    const network = await networkedPlatform(name, [host.origin])
    await network.store.destroy()
    const own = await createTestPlatform(`${name}-${Math.random()}`, { store: await openNamedStore(store), keys })
    const platform = { ...network, store: own.store, keys, storageEstimate: own.storageEstimate }
    return startNode(name, { platform, options: { connect: connectToPeers } })
  }
  return { start }
}

describe('interruptions', () => {
  it('[SY16] a peer that starts again is read, and reads, in the session that the other still has', async () => {
    const host = await startHost()
    const lasting = await createLasting('Ann', host)
    let ann = await lasting.start()
    const { person } = await ann.get('create-person', { name: 'Ann' })
    const bob = await startPeer('Bob', [host.origin])
    await follow(bob, ann)
    await follow(ann, bob)
    const atBob = bob.live('person-feed', { person, limit: 20 })
    for (let restart = 0; restart < 3; restart++) {
      await ann.get('publish-post', { text: `ann ${restart}`, pictures: [] })
      await atBob.until(({ posts }) => posts.some(({ text }) => text === `ann ${restart}`))
      await ann.stop()
      await bob.get('publish-post', { text: `bob ${restart}`, pictures: [] })
      ann = await lasting.start()
      const atAnn = ann.live('person-feed', { person: bob.person, limit: 20 })
      await atAnn.until(({ posts }) => posts.some(({ text }) => text === `bob ${restart}`))
      await bob.get('publish-post', { text: `bob again ${restart}`, pictures: [] })
      await atAnn.until(({ posts }) => posts.some(({ text }) => text === `bob again ${restart}`))
      atAnn.end()
    }
    atBob.end()
    await Promise.all([ann.stop(), bob.stop()])
    await host.close()
  })

  it('[SY7] a host that restarts in the middle of a sync is come back to, and the sync ends with everything once', async () => {
    let host = await startHost()
    const { port } = host
    const ann = await startPeer('Ann', [host.origin])
    const text = 'x'.repeat(3000)
    for (let i = 0; i < 300; i++) await ann.get('publish-post', { text: `${i} ${text}`, pictures: [] })
    const bob = await startPeer('Bob', [host.origin])
    await follow(bob, ann)
    const view = bob.live('person', { person: ann.person })
    for (let restart = 0; restart < 2; restart++) {
      await view.until(({ posts }) => posts > restart * 60)
      await host.close()
      host = await startHost({ port })
    }
    await view.until(({ posts }) => posts === 300)
    const heads = await bob.services.logs.heads(ann.person)
    expect(heads.map(({ ranges }) => ranges)).to.deep.equal([[{ from: 1, to: 301 }]])
    view.end()
    await Promise.all([ann.stop(), bob.stop()])
    await host.close()
  })
})
