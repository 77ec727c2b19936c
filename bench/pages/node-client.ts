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

/** How a set of pictures came, in milliseconds since Follow and bytes of blocks. */
export interface PictureTimes {
  /** When blocks were first seen, and how many bytes of them there were by then. */
  readonly first: number
  readonly firstBytes: number
  readonly all: number
  readonly allBytes: number
  /** What carried the session when all were there. */
  readonly carriers: readonly string[]
}

const SHOWN = 50
/** Posts and key events are less, the first block of a picture is more. */
const FIRST_BYTES = 131_072
const RANDOM_BYTES_AT_ONCE = 65_536
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

const carriersOf = async (): Promise<readonly string[]> => {
  const { sessions } = await until('connection', {}, () => true)
  return (sessions as readonly { carrier: string }[]).map(({ carrier }) => carrier)
}

/** Bytes as of a picture that was compressed: no two alike. */
const noise = (length: number): Uint8Array => {
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length; at += RANDOM_BYTES_AT_ONCE)
    crypto.getRandomValues(bytes.subarray(at, at + RANDOM_BYTES_AT_ONCE))
  return bytes
}

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
  /** Publishes `count` posts, each with a picture of `size` bytes. */
  async publishPictures(count: number, size: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const picture = { bytes: noise(size), mediaType: 'image/jpeg', width: 0, height: 0, alt: '' } as const
      must(await client.request('publish-post', { text: '', pictures: [picture] }))
    }
  },
  /** Follows, and waits until at least `bytes` of that person's pictures are stored. */
  async followPictures(link: string, bytes: number): Promise<PictureTimes> {
    const start = performance.now()
    const since = (): number => performance.now() - start
    let seen: Pick<PictureTimes, 'first' | 'firstBytes'> | undefined
    const last = until('storage', {}, ({ others }: { others: { bytes: number } }) => {
      if (others.bytes > FIRST_BYTES) seen ??= { first: since(), firstBytes: others.bytes }
      return others.bytes >= bytes
    }).then(({ others }: { others: { bytes: number } }) => ({ all: since(), allBytes: others.bytes }))
    must(await client.request('follow', { link }))
    const end = await last
    return { ...seen!, ...end, carriers: await carriersOf() }
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
