/** The page's end of one conversation with a node: welcomed, watched, and lost at most once. */
import { type Remote, transfer, wrap } from 'comlink'
import { err, ok, type Result } from '../core/result.ts'
import type { Queries, QueryMessage, QueryName } from './contract.ts'
import type { KithError } from './errors.ts'
import { type Hello, type PageApi, RPC_VERSION, type Welcome } from './hello.ts'
import { startHeartbeat } from './liveness.ts'

/** A node that said welcome. */
export interface Connection {
  readonly api: Remote<PageApi>
  readonly epoch: number
  /** Resolves when the node fell silent, was superseded, or `close` was called. */
  readonly lost: Promise<void>
  attachModem(port: MessagePort): void
  /** Starts a query; the returned function ends it. */
  subscribe<Q extends QueryName>(query: Q, input: Queries[Q]['in'], onMessage: (m: QueryMessage<Q>) => void): () => void
  /** Says goodbye and lets go. */
  close(): void
}

/** How long a page waits for the node's welcome: a cold start on a slow machine opens the store first. */
export const WELCOME_MS = 15_000

type Answer = Exclude<Welcome, { readonly type: 'coming' }>

const firstAnswer = (port: MessagePort, patience: number): Promise<Answer> =>
  new Promise((resolve) => {
    const settle = (answer: Answer): void => {
      clearTimeout(timer)
      port.onmessage = null
      resolve(answer)
    }
    const waitFor = (milliseconds: number) =>
      setTimeout(settle, milliseconds, { type: 'refused', error: { type: 'node-lost' } } satisfies Answer)
    let timer = waitFor(patience)
    port.onmessage = ({ data }: MessageEvent<Welcome>) => {
      if (data.type !== 'coming') return settle(data)
      clearTimeout(timer)
      timer = waitFor(WELCOME_MS)
    }
  })

const subscribeOver = (api: Remote<PageApi>): Connection['subscribe'] => {
  return (query, input, onMessage) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = ({ data }) => onMessage(data)
    void api.subscribe(query, input, transfer(port2, [port2])).catch((thrown: unknown) => {
      onMessage({ type: 'failed', error: { type: 'internal', message: String(thrown) } })
    })
    return () => {
      port1.postMessage('end')
      port1.close()
    }
  }
}

const connectionOver = (port: MessagePort, epoch: number, heartbeat?: number): Connection => {
  const api = wrap<PageApi>(port)
  let lose = (): void => undefined
  const lost = new Promise<void>((resolve) => {
    lose = resolve
  })
  const end = (): void => {
    beats.stop()
    port.close()
    lose()
  }
  const beats = startHeartbeat({
    ping: () => void api.ping().then(beats.beat, () => undefined),
    silent: end,
    ...(heartbeat ? { interval: heartbeat } : {}),
  })
  // Where ports tell that their other end is gone, that is the fastest word.
  port.addEventListener('close', end)
  const close = (): void => {
    void api.bye().catch(() => undefined)
    end()
  }
  const attachModem = (modem: MessagePort): void => {
    void api.attachModem(transfer(modem, [modem])).catch(() => undefined)
  }
  return { api, epoch, lost, attachModem, subscribe: subscribeOver(api), close }
}

/** Posts a hello, its port transferred, to wherever the node is. What takes a while ends with `signal`. */
export type Carry = (
  hello: Hello,
  transfer: Transferable[],
  signal: AbortSignal,
) => undefined | Promise<Result<void, KithError>>

/** Never, unless whoever carries the hello knows that nobody can be reached. */
const refusalOf = (carried: Promise<Result<void, KithError>>): Promise<Answer> =>
  new Promise((resolve) => {
    void carried.then((result) => !result.ok && resolve({ type: 'refused', error: result.error }))
  })

/**
 * Says hello through `carry` and waits, bounded, for the welcome; then the carrying ends, too. `node-lost`: nobody
 * answered in time.
 */
export const openConnection = async (options: {
  readonly carry: Carry
  readonly lock?: string
  readonly patience?: number
  readonly heartbeat?: number
}): Promise<Result<Connection, KithError>> => {
  const { port1, port2 } = new MessageChannel()
  const answer = firstAnswer(port1, options.patience ?? WELCOME_MS)
  const lock = options.lock ? { lock: options.lock } : {}
  const waiting = new AbortController()
  const hello: Hello = { type: 'hello', version: RPC_VERSION, port: port2, ...lock }
  const carried = options.carry(hello, [port2], waiting.signal)
  const welcome = await Promise.race(carried === undefined ? [answer] : [answer, refusalOf(carried)])
  waiting.abort()
  if (welcome.type === 'welcome') return ok(connectionOver(port1, welcome.epoch, options.heartbeat))
  port1.close()
  return err(welcome.error)
}
