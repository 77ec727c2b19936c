/** The node as a dedicated worker of an elected tab: this tab's part in it, as leader or as follower. */
import type { Result } from '../core/result.ts'
import { type Carry, type Connection, openConnection } from '../rpc/connection.ts'
import type { KithError } from '../rpc/errors.ts'
import { err } from '../rpc/handlers.ts'
import { type AmongPages, type Hello, LEADER_CHANNEL, NODE_LOCK, type Welcome } from '../rpc/hello.ts'
import type { PageBroker } from './brokers.ts'
import { createElection } from './election.ts'

/** How long a follower waits for the leading window to take its hello; a live one does within a frame or two. */
const LEADER_MS = 3_000

/** Hellos that a leader may leave unanswered before a visible tab takes the lead from it. */
const MAX_SILENT_HELLOS = 2

/** How long an elected window may take to say which version it runs. */
const VERSION_MS = 1_000

/** Whether a window that is awake leads another version of the app: its broker is another one than ours. */
const isOtherVersionAwake = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const channel = new BroadcastChannel(LEADER_CHANNEL)
    const settle = (isOther: boolean): void => {
      clearTimeout(timer)
      channel.close()
      resolve(isOther)
    }
    const timer = setTimeout(settle, VERSION_MS, false)
    channel.onmessage = ({ data }: MessageEvent<AmongPages>) => {
      if (data.type === 'runs') settle(data.url !== url)
    }
    channel.postMessage({ type: 'what-runs' } satisfies AmongPages)
  })

/** This tab's access to an elected node. */
export interface ElectedNode {
  dial(): Promise<Result<Connection, KithError>>
  /** Leaves the election, and ends the worker when this tab leads: it is being frozen or closed. */
  leave(): void
}

/** `onChange`: another tab leads now, or this one does; whoever is connected should dial again. */
export const createElectedNode = (options: {
  readonly url: string
  readonly startWorker: (url: string) => Worker
  readonly broker: PageBroker
  readonly lock: string
  readonly onChange: () => void
}): ElectedNode => {
  let worker: Worker | undefined
  let stopLeading: (() => void) | undefined
  let joined: Promise<unknown> | undefined
  let silentHellos = 0
  const channel = new BroadcastChannel(LEADER_CHANNEL)

  const passToWorker = (hello: Hello): void => {
    hello.port.postMessage({ type: 'coming' } satisfies Welcome)
    worker?.postMessage(hello, [hello.port])
  }

  const election = createElection({
    locks: navigator.locks,
    name: NODE_LOCK,
    onElected: () => {
      worker = options.startWorker(options.url)
      stopLeading = options.broker.lead(passToWorker)
      channel.postMessage({ type: 'leader', fresh: true } satisfies AmongPages)
      options.onChange()
    },
    onDeposed: () => {
      stopLeading?.()
      worker?.terminate()
      worker = undefined
      options.onChange()
    },
  })
  channel.onmessage = ({ data }: MessageEvent<AmongPages>) => {
    if (data.type === 'leader' && data.fresh) options.onChange()
    if (data.type === 'what-runs' && worker)
      channel.postMessage({ type: 'runs', url: options.url } satisfies AmongPages)
  }

  const carry: Carry = (hello, _, signal) => {
    if (!worker) return options.broker.handOver(hello, signal)
    passToWorker(hello)
    return undefined
  }

  /**
   * The lock of a silent leader is taken only by a tab someone looks at, so that hidden ones do not fight; and never
   * from another version of the app that is at work: `in-use` until its tabs have moved.
   */
  const judgeSilence = async (result: Result<Connection, KithError>): Promise<Result<Connection, KithError>> => {
    silentHellos = !result.ok && result.error.type === 'node-lost' ? silentHellos + 1 : 0
    if (silentHellos < MAX_SILENT_HELLOS) return result
    if (await isOtherVersionAwake(options.url)) return err({ type: 'in-use' })
    if (document.visibilityState !== 'visible') return result
    silentHellos = 0
    election.steal()
    return result
  }

  const dial = async (): Promise<Result<Connection, KithError>> => {
    joined ??= election.join()
    await joined
    return judgeSilence(await openConnection({ carry, lock: options.lock, patience: LEADER_MS }))
  }

  const leave = (): void => {
    joined = undefined
    election.leave()
  }
  return { dial, leave }
}
