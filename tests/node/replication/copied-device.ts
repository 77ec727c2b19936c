/** Devices whose data was copied, and sessions in which both sides really replicate. */
import { ok } from '../../../src/core/result.ts'
import { createReplication, type Replication } from '../../../src/node-worker/replication/replication.ts'
import { copyStore } from '../../support/copy-store.ts'
import { createTestPlatform, memoryVault, seededRandom } from '../../support/platform.ts'
import { startNode, type TestNode } from '../../support/test-node.ts'
import { connect, createTestPeer, type TestPeer } from '../sessions/test-peer.ts'

/** A node with a person, and its replication. */
export interface Peer extends TestNode {
  readonly id: string
  readonly device: Uint8Array
  readonly replication: Replication
  /** Another node from what lies in the store now, under the same keys; this one may go on. */
  copy(): Promise<Peer>
  post(text: string): Promise<void>
}

const asPeer = (node: TestNode, id: string): Peer => {
  const { services, platform } = node
  const kept = (): string[] => [id, ...services.persons.followed()]
  const replication = createReplication({ services, wantsOf: kept, mayHold: () => true })
  return {
    ...node,
    id,
    device: services.account.self()!.device.signer.publicKey,
    replication,
    async copy() {
      const store = await copyStore(platform.store)
      const given = await createTestPlatform(`copy-${Math.random()}`, { store, keys: platform.keys })
      given.clock.set(platform.clock.now())
      return asPeer(await startNode('copy', { platform: given }), id)
    },
    async post(text) {
      platform.clock.advance(1000)
      await node.get('publish-post', { text, pictures: [] })
    },
    async stop() {
      replication.close()
      await node.stop()
    },
  }
}

/** A person with `posts` posts. */
export const startPeer = async (name: string, posts = 0): Promise<Peer> => {
  const seed = `${name}-${Math.random()}`
  const platform = await createTestPlatform(seed, { keys: memoryVault(seededRandom(`${seed} keys`)) })
  const node = await startNode(name, { platform })
  const { person } = await node.get('create-person', { name })
  const peer = asPeer(node, person)
  for (let i = 1; i <= posts; i++) await peer.post(`${name} ${i}`)
  return peer
}

/** `reader` follows `author` and knows their key events. */
export const follow = async (reader: TestNode, author: Peer): Promise<void> => {
  await reader.get('follow', { link: author.id })
  await reader.services.persons.applyKeyEvents(author.id, author.services.persons.get(author.id)!.events)
}

const managerOf = (peer: Peer, other: Peer): Promise<TestPeer> => {
  const agreement = other.services.account.self()!.device.agreement.publicKey
  return createTestPeer({
    self: {
      person: peer.id,
      keys: peer.services.account.self()!.device,
      keyEvents: async () => peer.services.persons.get(peer.id)!.events,
    },
    resolveKeyEvents: async () => ok({ agreement, keyEvents: other.services.persons.get(other.id)!.events }),
  })
}

/** Opens a session in which both replicate. @returns ends it */
export const meet = async (a: Peer, b: Peer): Promise<() => void> => {
  const [mine, theirs] = [await managerOf(a, b), await managerOf(b, a)]
  mine.manager.onSession(a.replication.join)
  theirs.manager.onSession(b.replication.join)
  await connect(mine, theirs)
  return () => {
    mine.manager.closeAll('node-closed')
    theirs.manager.closeAll('node-closed')
  }
}
