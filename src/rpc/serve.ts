/**
 * The node's side of every page port. A node that could not start is served too: each hello is refused with the
 * reason, as data, so that the page can say it in words.
 */
import { expose } from 'comlink'
import type { Result } from '../core/result.ts'
import type { KithNode, Queries, QueryName, RequestEnvelope } from './contract.ts'
import type { KithError } from './errors.ts'
import { asResult } from './handlers.ts'
import { type Hello, type PageApi, RPC_VERSION, type Welcome } from './hello.ts'
import { type Locks, onLockReleased } from './liveness.ts'
import type { FromModem } from './modem.ts'

/** A running node, as far as pages are concerned. */
export interface ServedNode {
  readonly api: KithNode
  readonly modems: { attach(port: MessagePort): void }
  /** Grows with each start over the same store. */
  readonly epoch: number
}

/** Accepts pages. */
export interface NodeServer {
  accept(hello: Hello): void
  /** It has served pages, and they are all gone. */
  isDeserted(): boolean
  /** Ends every conversation; pages notice by their heartbeat. */
  close(): void
}

type Outcome = Promise<Result<unknown, KithError>>

const isLost = (result: Result<unknown, KithError>): boolean => !result.ok && result.error.type === 'node-lost'

/**
 * A request that a page sends again while its first copy still runs joins it: one run, one outcome. `onLost`: the node
 * found at a write that a newer one has taken its store over.
 */
const joinById = (node: KithNode, onLost: () => void): KithNode['request'] => {
  const running = new Map<string, Outcome>()
  const answer = async (request: RequestEnvelope): Outcome => {
    const outcome = await asResult<unknown>(() => node.request(request))
    if (isLost(outcome)) onLost()
    return outcome
  }
  const run = (request: RequestEnvelope): Outcome => {
    const outcome = answer(request).finally(() => running.delete(request.id))
    running.set(request.id, outcome)
    return outcome
  }
  const request = (envelope: RequestEnvelope): Outcome => running.get(envelope.id) ?? run(envelope)
  // One function for all names: the envelope carries the name that ties input and output together.
  return request as KithNode['request']
}

/** One page: its port, the ports it handed in, and the lock that tells when it is gone. */
interface Page {
  /** `lastWords` is what the node hears on `port` when the page is gone: what the page would have said itself. */
  own(port: MessagePort, lastWords: unknown): MessagePort
  disown(port: MessagePort): void
  leave(): void
}

const createPage = (hello: Hello, locks: Locks | undefined, onGone: () => void): Page => {
  const owned = new Map<MessagePort, unknown>()
  const leave = (): void => {
    stopWatching?.()
    for (const [port, data] of owned) {
      port.dispatchEvent(new MessageEvent('message', { data }))
      port.close()
    }
    owned.clear()
    hello.port.close()
    onGone()
  }
  const stopWatching = hello.lock && locks ? onLockReleased(locks, hello.lock, leave) : undefined
  hello.port.addEventListener('close', leave, { once: true })
  const own: Page['own'] = (port, lastWords) => {
    owned.set(port, lastWords)
    return port
  }
  return { own, disown: (port) => owned.delete(port), leave }
}

const pageApi = (served: ServedNode, request: KithNode['request'], page: Page): PageApi => ({
  request,
  subscribe: <Q extends QueryName>(query: Q, input: Queries[Q]['in'], port: MessagePort) => {
    port.addEventListener('message', () => page.disown(port), { once: true })
    served.api.subscribe(query, input, page.own(port, 'end'))
  },
  ping: async () => served.epoch,
  attachModem: (port) => served.modems.attach(page.own(port, { type: 'bye' } satisfies FromModem)),
  bye: page.leave,
})

const refuse = (hello: Hello, error: KithError): void =>
  hello.port.postMessage({ type: 'refused', error } satisfies Welcome)

/**
 * Serves pages from `starting` on, which may still be pending: hellos that come early wait for it. `locks` is absent
 * where ports tell by themselves that they were closed (Node.js).
 */
export const createNodeServer = (options: {
  readonly starting: Promise<Result<ServedNode, KithError>>
  readonly locks?: Locks
  /** The node was superseded, and a page that came to it has been told to look for the newer one. */
  readonly onSuperseded?: () => void
}): NodeServer => {
  /** By lock: a page that says hello again has given up its earlier port, whatever became of it. */
  const pages = new Map<string | Hello, Page>()
  let hasServed = false
  let isSuperseded = false
  const supersede = (): void => {
    isSuperseded = true
  }
  const starting = options.starting.then((node) =>
    node.ok ? { ...node, request: joinById(node.value.api, supersede) } : node,
  )

  const sendOn = (hello: Hello): void => {
    refuse(hello, { type: 'node-lost' })
    options.onSuperseded?.()
  }

  const welcome = async (hello: Hello): Promise<void> => {
    const node = await starting
    if (!node.ok) return refuse(hello, node.error)
    if (isSuperseded) return sendOn(hello)
    const key = hello.lock ?? hello
    pages.get(key)?.leave()
    const page = createPage(hello, options.locks, () => pages.delete(key))
    pages.set(key, page)
    hasServed = true
    expose(pageApi(node.value, node.request, page), hello.port)
    hello.port.postMessage({ type: 'welcome', epoch: node.value.epoch } satisfies Welcome)
  }

  const accept = (hello: Hello): void => {
    if (hello.version < RPC_VERSION) refuse(hello, { type: 'newer-version' })
    // This node is the older one, and stays until the tabs that use it have moved.
    else if (hello.version > RPC_VERSION) refuse(hello, { type: 'in-use' })
    else void welcome(hello)
  }

  const close = (): void => {
    for (const page of [...pages.values()]) page.leave()
  }
  return { accept, isDeserted: () => hasServed && pages.size === 0, close }
}
