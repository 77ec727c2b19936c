/** A person whose node asks real servers, and what a test of foreign storage waits for. */

import { createNodeHttp } from '../../../src/node-worker/foreign/node-http.ts'
import type { ForeignInput, ForeignStorageView } from '../../../src/rpc/foreign.ts'
import type { TestPlatform } from '../../support/platform.ts'
import { createTestPlatform, seededRandom } from '../../support/platform.ts'
import { KEYS } from '../../support/s3/server.ts'
import { startNode, type TestNode } from '../../support/test-node.ts'

/** What a person enters for a bucket of the test server. */
export const s3Input = (endpoint: string, bucket: string, more: Partial<ForeignInput> = {}): ForeignInput => ({
  kind: 's3',
  endpoint,
  bucket,
  region: KEYS.region,
  accessKey: KEYS.accessKey,
  secret: KEYS.secret,
  prefix: '',
  publicUrl: '',
  ...more,
})

/** A picture of that many bytes; two of one seed are the same. */
export const picture = (seed: string, size: number) => ({
  bytes: seededRandom(seed).bytes(size),
  mediaType: 'image/png' as const,
  width: 4,
  height: 3,
  alt: '',
})

/** A platform whose clock is right, and that was served from this machine. */
export const hereAndNow = async (seed: string): Promise<TestPlatform> => {
  const platform = await createTestPlatform(seed)
  platform.clock.set(Date.now())
  return { ...platform, http: createNodeHttp('https://host.example'), defaultHosts: ['http://127.0.0.1:1'] }
}

/** A node with a person. */
export const startPerson = async (
  seed: string,
  given?: TestPlatform,
): Promise<TestNode & { readonly person: string }> => {
  const node = await startNode(seed, { platform: given ?? (await hereAndNow(seed)) })
  const { person } = await node.get('create-person', { name: seed })
  return { ...node, person }
}

/** Waits until the page about storage would show it. */
export const shows = async (
  node: TestNode,
  fits: (view: ForeignStorageView) => boolean,
): Promise<ForeignStorageView> => {
  const live = node.live('foreign-storage', {})
  const view = await live.until(fits)
  live.end()
  return view
}

/** Everything is there that should be. */
export const isDone = ({ waiting, stored, error }: ForeignStorageView): boolean =>
  error === undefined && waiting === 0 && stored > 0

/** The picture of the newest post. */
export const fileOf = async (node: TestNode): Promise<string> =>
  (await node.query('home', { limit: 1 })).posts[0]!.pictures[0]!.file

/** Waits until it is so, for twenty seconds and more. */
export const until = async (fits: () => Promise<boolean>): Promise<void> => {
  for (let tries = 0; tries < 1_000; tries++) {
    if (await fits()) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('it did not come to that')
}
