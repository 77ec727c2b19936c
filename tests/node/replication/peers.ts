/** Nodes that really meet: each dials a host over a websocket and speaks to the others over relay circuits. */
import WebSocket from 'ws'
import type { Clock } from '../../../src/core/ports.ts'
import type { Platform, WebSocketLike } from '../../../src/node-worker/platform.ts'
import { connectToPeers } from '../../../src/node-worker/swarm/connect.ts'
import { startHost, type TestHost } from '../../host/support/host.ts'
import { createTestPlatform, type TestPlatform } from '../../support/platform.ts'
import { startNode, type TestNode } from '../../support/test-node.ts'

export { startHost, type TestHost }

/** The real clock: back-off and timers belong together. */
const realTime = (platform: TestPlatform, clock: Clock): TestPlatform => {
  platform.clock.set(Date.now())
  return { ...platform, clock: { ...platform.clock, now: clock.now } }
}

/** A platform that reaches a host. */
export const networkedPlatform = async (
  seed: string,
  hosts: readonly string[],
  clock: Clock = { now: () => Date.now() },
): Promise<TestPlatform> => {
  const platform = realTime(await createTestPlatform(`${seed}-${Math.random()}`), clock)
  const network: Pick<Platform, 'webSocket' | 'fetch' | 'defaultHosts' | 'publicUrl'> = {
    fetch: (url, init) => fetch(url, init),
    webSocket: (url) => new WebSocket(url) as unknown as WebSocketLike,
    defaultHosts: hosts,
    publicUrl: hosts[0]!,
  }
  return { ...platform, ...network }
}

/** A node with a person, attached to a host. */
export const startPeer = async (
  name: string,
  hosts: readonly string[],
): Promise<TestNode & { readonly person: string }> => {
  const platform = await networkedPlatform(name, hosts)
  const node = await startNode(name, { platform, options: { connect: connectToPeers } })
  const { person } = await node.get('create-person', { name })
  return { ...node, person }
}

/** `follower` follows `followed` by link. */
export const follow = async (follower: TestNode, followed: TestNode): Promise<void> => {
  await follower.get('follow', { link: (await followed.get('my-link', {})).link })
}

/** Texts of the newest posts of a person, newest first. */
export const textsOf = async (node: TestNode, person: string, limit = 50): Promise<string[]> =>
  (await node.query('person-feed', { person, limit })).posts.map((post) => post.text)
