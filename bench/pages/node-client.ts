/**
 * Runs in a page of the app's origin beside the app itself: the app's own way to the node, with a watch in its hand.
 * Built into one script by support/page-bundle.ts; what it offers hangs on `globalThis.bench`.
 */
import { connectNode } from '../../src/page/connect-node.ts'
import type { NodeClient } from '../../src/rpc/client.ts'
import type { JobView } from '../../src/rpc/views.ts'

/** When what a benchmark waits for was there, in milliseconds since it began. */
export interface SyncTimes {
  /** The newest posts, as many as were asked for. */
  readonly newest: number
  /** The first post of them. */
  readonly first: number
  readonly all: number
  /** What carried the session when all were there. */
  readonly carriers: readonly string[]
  /** Bytes that the sessions received. */
  readonly received: number
}

const SHOWN = 50
const APPEND_TEXT = 'A post of about the length that people write when they have something short to say. '

let client: NodeClient

const must = <T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.error))
  return result.value
}

/** Longest wait for anything: a benchmark that hangs says so. */
const PATIENCE_MS = 90_000

/** Resolves with the first value for which `isIt` holds. */
const until = <Q extends Parameters<NodeClient['watch']>[0]>(
  query: Q,
  input: Parameters<NodeClient['watch']>[1],
  isIt: (value: never) => boolean,
): Promise<never> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${query} did not come so far`)), PATIENCE_MS)
    const stop = client.watch(
      query,
      input as never,
      (value) => {
        if (!isIt(value as never)) return
        clearTimeout(timer)
        queueMicrotask(() => stop())
        resolve(value as never)
      },
      (error) => reject(new Error(JSON.stringify(error))),
    )
  })

const idOf = (link: string): string => link.match(/@([a-z2-7]+)/)![1]!

const jobEnd = (job: string): Promise<JobView> =>
  until('job', { job }, (view: JobView | undefined) => view !== undefined && view.state !== 'running')

const bench = {
  async connect(): Promise<void> {
    client = must(await connectNode())
  },
  async create(name: string): Promise<void> {
    must(await client.request('create-person', { name }))
  },
  async link(): Promise<string> {
    return must(await client.request('my-link', {})).link
  },
  /** Imports a fortune file. @returns posts and milliseconds */
  async importText(text: string, name: string): Promise<{ added: number; ms: number }> {
    const start = performance.now()
    const { job } = must(await client.request('import', { file: new Blob([text]), name }))
    const { added } = await jobEnd(job)
    return { added, ms: performance.now() - start }
  },
  /** Milliseconds until `count` persons are followed and connected. */
  async connected(count: number): Promise<void> {
    await until('connection', {}, (view: { people: number }) => view.people >= count)
  },
  /** Follows, and waits until `count` posts of that person are stored. */
  async follow(link: string, count: number): Promise<SyncTimes> {
    const person = idOf(link)
    const start = performance.now()
    const since = (): number => performance.now() - start
    let first = 0
    const newest = until('person-feed', { person, limit: SHOWN }, ({ posts }: { posts: unknown[] }) => {
      if (posts.length > 0) first ||= since()
      return posts.length >= SHOWN
    }).then(since)
    const all = until('person', { person }, ({ posts }: { posts: number }) => posts >= count).then(since)
    must(await client.request('follow', { link }))
    const times = { newest: await newest, all: await all, first }
    const { sessions } = await until('connection', {}, () => true)
    const infos = sessions as readonly { carrier: string; receivedBytes: number }[]
    const received = infos.reduce((sum, info) => sum + info.receivedBytes, 0)
    return { ...times, carriers: infos.map(({ carrier }) => carrier), received }
  },
  /** Publishes posts one after the other. @returns milliseconds of each */
  async publish(count: number): Promise<number[]> {
    const took: number[] = []
    for (let i = 0; i < count; i++) {
      const start = performance.now()
      must(await client.request('publish-post', { text: `${APPEND_TEXT}${i}`, pictures: [] }))
      took.push(performance.now() - start)
    }
    return took
  },
}

/** What `evaluate` in the page can call. */
export type NodeBench = typeof bench

Object.assign(globalThis, { bench })
