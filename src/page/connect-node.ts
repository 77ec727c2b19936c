/**
 * Finds or starts the node and keeps this window connected to it: the SharedWorker of the origin where that can keep
 * device keys, else a dedicated worker of an elected tab. Which of the two is decided once a window, by asking.
 */
import type { Result } from '../core/result.ts'
import { createNodeClient, type ManagedClient, type NodeClient } from '../rpc/client.ts'
import type { Connection } from '../rpc/connection.ts'
import type { KithError } from '../rpc/errors.ts'
import { err, ok } from '../rpc/handlers.ts'
import { holdLock } from '../rpc/liveness.ts'
import { createServiceWorkerBroker, createSharedBroker, noBroker, type PageBroker } from './brokers.ts'
import { checkCapabilities } from './capabilities.ts'
import { createElectedNode, type ElectedNode } from './elected-node.ts'
import { followLifecycle } from './lifecycle.ts'
import { keepModem } from './modem.ts'
import { returnWhenFree } from './return.ts'
import { type NodeUrls, readNodeUrls, trustScriptUrl } from './script-urls.ts'
import { dialSharedNode } from './shared-node.ts'
import { markStarted } from './started.ts'

/** What a test may set; the app takes the defaults. */
export interface ConnectOptions {
  readonly urls?: NodeUrls
  readonly startShared?: (url: string) => SharedWorker
  readonly startDedicated?: (url: string) => Worker
  /** Another version of the app was in charge (`in-use`), or another tab (`other-tab`), and is gone; the page loads anew. */
  readonly comeBack?: () => void
}

const startShared = (url: string): SharedWorker =>
  new SharedWorker(trustScriptUrl(url), { type: 'module', name: 'kith-node' })

const startDedicated = (url: string): Worker => new Worker(trustScriptUrl(url), { type: 'module', name: 'kith-node' })

/** This window's name among locks: other threads wait for it to learn of this window's end. */
const holdTabLock = async (): Promise<string> => {
  const name = `kith-tab-${crypto.randomUUID()}`
  await holdLock(navigator.locks, name)
  return name
}

/** Some private windows have no service workers, older Android no SharedWorkers. */
const brokerOver = (port: MessagePort | undefined): PageBroker => {
  if (port) return createSharedBroker(port)
  return 'serviceWorker' in navigator && navigator.serviceWorker
    ? createServiceWorkerBroker(navigator.serviceWorker)
    : noBroker
}

/** Reasons that go away by themselves when other tabs do. */
const WHILE_OTHERS_RUN: readonly KithError['type'][] = ['in-use', 'other-tab']

/** A way to the node that settles, at its first use, on a SharedWorker or an elected tab. */
const createRoute = (lock: string, options: ConnectOptions, onChange: () => void) => {
  const urls = options.urls ?? readNodeUrls()
  let elected: ElectedNode | undefined

  const elect = (port: MessagePort | undefined): ElectedNode => {
    const startWorker = options.startDedicated ?? startDedicated
    return createElectedNode({ url: urls.dedicated, startWorker, broker: brokerOver(port), lock, onChange })
  }
  const dial = async (): Promise<Result<Connection, KithError>> => {
    if (elected) return elected.dial()
    const startWorker = options.startShared ?? startShared
    const result = await dialSharedNode({ url: urls.shared, startWorker, lock })
    if (result.ok) return result
    if (result.error.type !== 'not-shared') return err(result.error)
    elected ??= elect(result.error.port)
    return elected.dial()
  }
  return { dial, leave: () => elected?.leave() }
}

/**
 * One client for this window. Fails with what is missing (`unsupported`, `no-storage`, `no-key-storage`, `in-use`,
 * `other-tab`, `newer-version`) or with `node-lost`; calling again tries again.
 */
export const connectNode = async (options: ConnectOptions = {}): Promise<Result<NodeClient, KithError>> => {
  const capable = await checkCapabilities()
  if (!capable.ok) {
    markStarted()
    return capable
  }
  const lock = await holdTabLock()
  const modem = keepModem(lock)
  const route = createRoute(lock, options, () => client.reconnect())
  const client: ManagedClient = createNodeClient({
    dial: route.dial,
    newId: () => crypto.randomUUID(),
    now: () => Date.now(),
    onConnection: modem.attachTo,
  })
  const leave = (): void => {
    client.suspend()
    modem.detach()
    route.leave()
  }
  const stopFollowing = followLifecycle({ leave, comeBack: client.reconnect })
  const ready = await client.ready
  markStarted()
  if (ready.ok) return ok(client)
  stopFollowing()
  leave()
  client.close()
  if (WHILE_OTHERS_RUN.includes(ready.error.type))
    void returnWhenFree(route.dial, options.comeBack ?? (() => location.reload()))
  return ready
}
