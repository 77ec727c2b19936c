/**
 * How a page that is not elected hands its port to the one that is: through a SharedWorker where there is one that
 * cannot be the node, else through the service worker, which can pass ports between windows too. Rules T9 and T13.
 */
import type { Result } from '../core/result.ts'
import type { KithError } from '../rpc/errors.ts'
import { err, ok } from '../rpc/handlers.ts'
import { type AmongPages, type FromBroker, type Hello, LEADER_CHANNEL, type ToBroker } from '../rpc/hello.ts'

/** One way to pass hellos between pages. */
export interface PageBroker {
  /** From now on hellos come to this page; the returned function ends that. */
  lead(onHello: (hello: Hello) => void): () => void
  /**
   * Passes a hello to whoever leads. Ends with `signal` at the latest (`aborted`), and then nothing is passed on or
   * listened for any more. `other-tab`: there is no way from here to another tab.
   */
  handOver(hello: Hello, signal: AbortSignal): Promise<Result<void, KithError>>
}

const onHandOver = (onHello: (hello: Hello) => void) => (event: Event) => {
  const message = (event as MessageEvent<FromBroker>).data
  if (message?.type === 'hand-over') onHello(message.hello)
}

/** Over the port of a SharedWorker; see rpc/broker.ts. */
export const createSharedBroker = (port: MessagePort): PageBroker => ({
  lead: (onHello) => {
    const listener = onHandOver(onHello)
    port.addEventListener('message', listener)
    port.postMessage({ type: 'lead' } satisfies ToBroker)
    return () => port.removeEventListener('message', listener)
  },
  handOver: async (hello) => {
    port.postMessage({ type: 'hand-over', hello } satisfies ToBroker, [hello.port])
    return ok(undefined)
  },
})

/** Where a browser has neither worker: one tab can run Kith, no second one can reach it. */
export const noBroker: PageBroker = {
  lead: () => () => undefined,
  handOver: async () => err({ type: 'other-tab' }),
}

/** `value`, or undefined as soon as `signal` ends the wait. */
const unlessAborted = <T>(value: Promise<T>, signal: AbortSignal): Promise<T | undefined> =>
  new Promise((resolve) => {
    const settled = new AbortController()
    const settle = (found: T | undefined): void => {
      settled.abort()
      resolve(found)
    }
    if (signal.aborted) return settle(undefined)
    signal.addEventListener('abort', () => settle(undefined), { signal: settled.signal })
    void value.then(settle)
  })

/** The first message that `pick` makes something of; listens until then, or until `signal` ends the wait. */
const firstMessage = async <M, T>(
  source: EventTarget,
  pick: (message: M | undefined) => T | undefined,
  signal: AbortSignal,
): Promise<T | undefined> => {
  const listening = new AbortController()
  const found = new Promise<T>((resolve) => {
    const listener = (event: Event): void => {
      const value = pick((event as MessageEvent<M | undefined>).data)
      if (value !== undefined) resolve(value)
    }
    source.addEventListener('message', listener, { signal: listening.signal })
  })
  const value = await unlessAborted(found, signal)
  listening.abort()
  return value
}

/** The service worker in charge. Nobody may ever have registered one: a private window, a broken proxy. */
const activeWorker = async (
  container: ServiceWorkerContainer,
  signal: AbortSignal,
): Promise<ServiceWorker | undefined> => (await unlessAborted(container.ready, signal))?.active ?? undefined

const askIdentity = async (container: ServiceWorkerContainer, signal: AbortSignal): Promise<string | undefined> => {
  const active = await activeWorker(container, signal)
  const told = firstMessage<FromBroker, string>(
    container,
    (message) => (message?.type === 'you-are' ? message.client : undefined),
    signal,
  )
  container.startMessages()
  active?.postMessage({ type: 'who-am-i' } satisfies ToBroker)
  return told
}

const askForLeader = async (signal: AbortSignal): Promise<string | undefined> => {
  const channel = new BroadcastChannel(LEADER_CHANNEL)
  const told = firstMessage<AmongPages, string>(
    channel,
    (message) => (message?.type === 'leader' ? message.client : undefined),
    signal,
  )
  channel.postMessage({ type: 'who-leads' } satisfies AmongPages)
  const leader = await told
  channel.close()
  return leader
}

/** Over the service worker, which must be registered by someone; client ids are found over a BroadcastChannel. */
export const createServiceWorkerBroker = (container: ServiceWorkerContainer): PageBroker => {
  const announce = async (channel: BroadcastChannel, signal: AbortSignal): Promise<void> => {
    const client = await askIdentity(container, signal)
    if (client === undefined) return
    const say = (): void => channel.postMessage({ type: 'leader', client, fresh: false } satisfies AmongPages)
    const listener = ({ data }: MessageEvent<AmongPages>): void => {
      if (data.type === 'who-leads') say()
    }
    channel.addEventListener('message', listener, { signal })
    say()
  }
  const lead: PageBroker['lead'] = (onHello) => {
    const leading = new AbortController()
    const { signal } = leading
    const channel = new BroadcastChannel(LEADER_CHANNEL)
    container.addEventListener('message', onHandOver(onHello), { signal })
    void announce(channel, signal)
    return () => {
      leading.abort()
      channel.close()
    }
  }
  const handOver: PageBroker['handOver'] = async (hello, signal) => {
    const to = await askForLeader(signal)
    const active = to === undefined ? undefined : await activeWorker(container, signal)
    // A page that gave up has closed its end: the leader would serve a port that nobody listens on.
    if (to === undefined || !active || signal.aborted) return err({ type: 'aborted' })
    active.postMessage({ type: 'hand-over', hello, to } satisfies ToBroker, [hello.port])
    return ok(undefined)
  }
  return { lead, handOver }
}
