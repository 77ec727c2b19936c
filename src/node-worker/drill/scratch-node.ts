/**
 * The second node of a drill: a store and device keys of its own, restored with the words as a blank browser would be.
 * Of the node beside which it runs it gets the platform's abilities and nothing else. Rules [RC15] to [RC17].
 */
import { base32Encode } from '../../core/bytes.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { KithNode, QueryMessage } from '../../rpc/contract.ts'
import type { KithError } from '../../rpc/errors.ts'
import type { JobView } from '../../rpc/views.ts'
import { watchStore } from '../liveness/watched-store.ts'
import type { Platform } from '../platform.ts'
import type { NodeServices } from '../services.ts'
import type { Store } from '../stores/store.ts'

/** What the device is called in its person's list. */
export const DRILL_DEVICE_NAME = 'Wipe drill'

/** Starts a node over a platform; `onServices` gets what it is made of. */
export type StartNode = (
  platform: Platform,
  onServices: (services: NodeServices) => void,
) => Promise<{ readonly api: KithNode; close(): Promise<void> }>

/** See the module's doc. */
export interface ScratchNode {
  readonly services: NodeServices
  /**
   * Finds the person and adds the device.
   * @param hosts those that the person would type in
   * @param onView told of each step
   * @returns once it is signed in and what is the person's has begun to come; `aborted` when `signal` ended it
   */
  restore(
    words: string,
    hosts: readonly string[],
    onView: (view: JobView) => void,
    signal: AbortSignal,
  ): Promise<Result<unknown, KithError>>
  /** Whether something that came lately found no room. */
  isFull(): boolean
  /** Ends it at once, whatever is being asked, and deletes what came back. */
  close(): Promise<void>
}

/**
 * [RC16] What a scratch node is given. The device that is thought wiped opens none of its doors at any host.
 * @param over rejects when nothing more is to be asked
 */
const scratchPlatform = (outer: Platform, store: Store, without: Uint8Array, over: Promise<never>): Platform => {
  const { crypto, clock, random, timers, defaultHosts, namedHosts, engine, scratch, http } = outer
  const doors = `/at/${base32Encode(without)}/`
  return {
    ...{ store, crypto, clock, random, timers, defaultHosts, scratch, keys: scratch.keys },
    ...(namedHosts && { namedHosts }),
    ...(engine && { engine }),
    webSocket: (url) => outer.webSocket(url),
    fetch: async (url, init) => {
      if (url.includes(doors)) throw new TypeError('this device is thought wiped')
      return Promise.race([outer.fetch(url, init), over])
    },
    ...(http && { http: async (request) => (request.url.includes(doors) ? err('unreachable') : http(request)) }),
    deviceName: DRILL_DEVICE_NAME,
    alwaysOn: false,
    drill: { without },
    storageEstimate: async () => ({ used: 0, persisted: false }),
    log: (event) => outer.log({ ...event, what: `drill: ${event.what}` }),
  }
}

/** Follows the job until the person is signed in, or it failed. */
const untilSignedIn = (
  api: KithNode,
  job: string,
  onView: (view: JobView) => void,
  signal: AbortSignal,
): Promise<Result<unknown, KithError>> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    const end = (result: Result<unknown, KithError>): void => {
      port1.postMessage('end')
      port1.close()
      signal.removeEventListener('abort', abort)
      resolve(result)
    }
    const abort = (): void => end(err({ type: 'aborted' }))
    signal.addEventListener('abort', abort)
    port1.onmessage = ({ data }: MessageEvent<QueryMessage<'job'>>) => {
      if (data.type === 'failed') return end(err(data.error))
      const view = data.value
      if (!view) return end(err({ type: 'not-found', what: 'job' }))
      onView(view)
      if (view.error) end(err(view.error))
      else if (view.step === 'fetching' || view.state !== 'running') end(ok({}))
    }
    api.subscribe('job', { job }, port2)
    if (signal.aborted) abort()
  })

/** Opens the scratch store and starts a node in it. @throws StoreUnavailableError */
export const openScratchNode = async (
  outer: Platform,
  without: Uint8Array,
  startNode: StartNode,
): Promise<ScratchNode> => {
  const { clock, random, scratch } = outer
  const opened = await scratch.open()
  const { store, fullness } = watchStore(opened)
  let end = (): void => {}
  const over = new Promise<never>((_, reject) => {
    end = () => reject(new TypeError('the drill is over'))
  })
  over.catch(() => {})
  let services: NodeServices | undefined
  const start = () =>
    startNode(scratchPlatform(outer, store, without, over), (offered) => {
      services = offered
    })
  const node = await start().catch(async (error) => {
    await opened.close()
    await scratch.clear()
    throw error
  })
  return {
    services: services!,
    isFull: fullness.isFull,
    async restore(words, hosts, onView, signal) {
      const id = base32Encode(random.bytes(16))
      const asked = { id, time: clock.now(), name: 'restore', input: { words, hosts } } as const
      const started = await node.api.request(asked)
      return started.ok ? untilSignedIn(node.api, started.value.job, onView, signal) : started
    },
    async close() {
      end()
      await node.close()
      await scratch.clear()
    },
  }
}
