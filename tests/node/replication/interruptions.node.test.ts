import { expect } from 'chai'
import { cidFromBytes, cidToString } from '../../../src/core/blocks/cid.ts'
import { MAX_BLOCK_BYTES } from '../../../src/core/limits.ts'
import { connectToPeers } from '../../../src/node-worker/swarm/connect.ts'
import { freshStoreName, openNamedStore } from '../../support/open-store.ts'
import { createTestPlatform, memoryVault, seededRandom } from '../../support/platform.ts'
import { describe, it } from '../../support/runner.ts'
import { startNode, type TestNode } from '../../support/test-node.ts'
import { until } from '../../support/wait.ts'
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

const PICTURES = 6
/** Three chunks, the last one small, and the manifest. */
const BLOCKS_A_PICTURE = 4
const picture = (seed: number) => {
  const bytes = seededRandom(`picture ${seed}`).bytes(2 * MAX_BLOCK_BYTES + 100)
  return { bytes, mediaType: 'image/png', width: 8, height: 8, alt: '' } as const
}

/** Names of the blocks that a node holds. */
const blocksOf = async (node: TestNode): Promise<string[]> => {
  const rows = await node.platform.store.read(['blocks'], (tx) => tx.list('blocks'))
  return rows.flatMap(({ key }) => {
    const cid = cidFromBytes(key[0] as Uint8Array)
    return cid.ok ? [cidToString(cid.value)] : []
  })
}

/** How many pictures of a person come out of what a node holds. */
const filesOf = async (node: TestNode, person: string): Promise<number> => {
  const { posts } = await node.query('person-feed', { person, limit: PICTURES })
  const files = await Promise.all(posts.map(({ pictures }) => node.get('read-file', { file: pictures[0]!.file })))
  return files.filter(({ bytes }) => bytes.length === picture(0).bytes.length).length
}

/** Lets a node read `count` blocks for its peers; those that are asked for later are held until `letAll`. */
const serveUpTo = (node: TestNode, count: number) => {
  const { files } = node.services
  const { get } = files
  const names: string[] = []
  let isHolding = false
  let letAll = (): void => {}
  const all = new Promise<void>((resolve) => {
    letAll = resolve
  })
  const held: typeof get = async (name) => {
    if (names.length >= count) {
      isHolding = true
      await all
    }
    names.push(name)
    return get(name)
  }
  Object.assign(files, { get: held })
  return { names, isHolding: () => isHolding, letAll }
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

  it('[SY25] pictures half of which are here when a node starts again: only the others are sent', async () => {
    const host = await startHost()
    const ann = await startPeer('Ann', [host.origin])
    for (let i = 0; i < PICTURES; i++) await ann.get('publish-post', { text: `${i}`, pictures: [picture(i)] })
    const served = serveUpTo(ann, (PICTURES * BLOCKS_A_PICTURE) / 2)
    const lasting = await createLasting('Bob', host)
    let bob = await lasting.start()
    await bob.get('create-person', { name: 'Bob' })
    await follow(bob, ann)
    await until(async () => served.isHolding() && (await blocksOf(bob)).length >= served.names.length, 'half of them')
    const here = await blocksOf(bob)
    await bob.stop()
    const before = served.names.length
    served.letAll()
    bob = await lasting.start()
    await until(async () => (await bob.services.files.wanted(1)).length === 0, 'the other half')
    expect(await blocksOf(bob)).to.include.members(here)
    expect(served.names.slice(before).filter((name) => here.includes(name))).to.deep.equal([])
    expect(await filesOf(bob, ann.person)).to.equal(PICTURES)
    await Promise.all([ann.stop(), bob.stop()])
    await host.close()
  })

  it('[SY25] so it is when the peer that sends them starts again half way', async () => {
    const host = await startHost()
    const lasting = await createLasting('Ann', host)
    let ann = await lasting.start()
    const { person } = await ann.get('create-person', { name: 'Ann' })
    for (let i = 0; i < PICTURES; i++) await ann.get('publish-post', { text: `${i}`, pictures: [picture(i)] })
    const first = serveUpTo(ann, (PICTURES * BLOCKS_A_PICTURE) / 2)
    const bob = await startPeer('Bob', [host.origin])
    await follow(bob, ann)
    await until(async () => first.isHolding() && (await blocksOf(bob)).length >= first.names.length, 'half of them')
    const here = await blocksOf(bob)
    await ann.stop()
    ann = await lasting.start()
    const second = serveUpTo(ann, Number.POSITIVE_INFINITY)
    await until(async () => (await bob.services.files.wanted(1)).length === 0, 'the other half')
    expect(second.names.filter((name) => here.includes(name))).to.deep.equal([])
    expect(await filesOf(bob, person)).to.equal(PICTURES)
    await Promise.all([ann.stop(), bob.stop()])
    await host.close()
  })
})
