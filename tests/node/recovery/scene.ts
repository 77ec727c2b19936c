/** Somebody with a past, a friend who keeps it, and a blank node that has nothing but the words. */

import type { Clock } from '../../../src/core/ports.ts'
import { PATHS, publicStorageKey } from '../../../src/core/records/storage-key.ts'
import type { Connect } from '../../../src/node-worker/services.ts'
import { connectToPeers } from '../../../src/node-worker/swarm/connect.ts'
import type { JobView } from '../../../src/rpc/views.ts'
import { picture } from '../../support/picture.ts'
import type { TestPlatform } from '../../support/platform.ts'
import { startNode, type TestNode } from '../../support/test-node.ts'
import { until } from '../../support/wait.ts'
import { follow, networkedPlatform, startPeer } from '../replication/peers.ts'
import { wordsOf } from '../transfer/archive.ts'
import { jobDone } from '../transfer/files.ts'

/** What leads from the words to the person, and their name. */
const NEEDED = [PATHS.keys, PATHS.secret, PATHS.locator, PATHS.profile]

/** Waits until `holder` keeps the newest of what brings `person` back, as it is at `owner`. */
export const keepsAll = async (holder: TestNode, owner: TestNode, person: string): Promise<true> =>
  until(async () => {
    for (const path of NEEDED) {
      const key = publicStorageKey(person, path)
      const [here, there] = [await holder.services.records.get(key), await owner.services.records.get(key)]
      if (!here || !there || String(here) !== String(there)) return false
    }
    return true
  }, 'the records to come')

/** Waits until `holder` shows so many posts of `person`, and all that they refer to has come. */
export const showsPosts = async (holder: TestNode, person: string, count: number): Promise<void> => {
  const feed = holder.live('person-feed', { person, limit: 50 })
  await feed.until(({ posts }) => posts.length === count)
  feed.end()
  await until(async () => (await holder.services.files.wanted(10)).length === 0, 'the pictures to come')
}

/** Ada with a picture, two posts and Bob whom she follows; Bob keeps all of it. */
export const startAdaAndBob = async (hosts: readonly string[]) => {
  const ada = await startPeer('Ada', hosts)
  const bob = await startPeer('Bob', hosts)
  await ada.get('save-profile', { name: 'Ada', about: 'counts' })
  await ada.get('publish-post', { text: 'first', pictures: [picture('ada')] })
  await ada.get('publish-post', { text: 'second', pictures: [] })
  await follow(bob, ada)
  await follow(ada, bob)
  await showsPosts(bob, ada.person, 2)
  await keepsAll(bob, ada, ada.person)
  return { ada, bob, words: await wordsOf(ada) }
}

/** A node without a person. It asks nobody anything by HTTP before `ready`. */
export const startBlank = async (
  hosts: readonly string[],
  {
    ready,
    connect = connectToPeers,
    clock,
    change = (platform) => platform,
  }: {
    readonly ready?: Promise<void>
    readonly connect?: Connect
    readonly clock?: Clock
    readonly change?: (platform: TestPlatform) => TestPlatform
  } = {},
): Promise<TestNode> => {
  const network = await networkedPlatform('blank', hosts, clock)
  const platform: typeof network = {
    ...change(network),
    async fetch(url, init) {
      await ready
      return network.fetch(url, init)
    },
  }
  return startNode('blank', { platform, options: { connect } })
}

/** Asks for recovery by words alone, and waits for the end. */
export const recover = async (node: TestNode, words: string, hosts: readonly string[] = []): Promise<JobView> =>
  jobDone(node, (await node.get('restore', { words, hosts })).job)
