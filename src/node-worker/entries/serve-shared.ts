/** What a SharedWorker does with its tabs: be their node, or, where it cannot be, pass their hellos to the one that is. */
import type { Result } from '../../core/result.ts'
import { createBroker } from '../../rpc/broker.ts'
import type { KithError } from '../../rpc/errors.ts'
import { type AmongPages, type Hello, LEADER_CHANNEL, type ToBroker } from '../../rpc/hello.ts'
import { createNodeServer, type NodeServer, type ServedNode } from '../../rpc/serve.ts'

/** The part of a SharedWorkerGlobalScope that is needed here. */
interface Scope {
  onconnect: ((event: MessageEvent) => unknown) | null
  close(): void
}

/** Refusals are on their way by then; who comes later gets a fresh worker. */
const END_MS = 100

/**
 * The tabs of a version that nobody uses any more may linger, frozen, and keep its worker alive. It ends when the node
 * of another version waits for the lock; a tab that thaws starts a worker anew.
 */
const yieldWhenIdle = (server: NodeServer, end: () => void): void => {
  const channel = new BroadcastChannel(LEADER_CHANNEL)
  channel.onmessage = ({ data }: MessageEvent<AmongPages>) => {
    if (data.type === 'waiting' && server.isDeserted()) end()
  }
}

/** Listens at once: tabs connect while the node is still starting. */
export const serveShared = (scope: Scope, starting: Promise<Result<ServedNode, KithError>>): void => {
  const end = (): void => void setTimeout(() => scope.close(), END_MS)
  const server = createNodeServer({ starting, locks: navigator.locks, onSuperseded: end })
  const broker = createBroker()
  yieldWhenIdle(server, end)
  void starting.then((node) => {
    // What failed may go better in a moment. Only a worker that cannot be the node stays, as a broker.
    if (!node.ok && node.error.type !== 'no-key-storage') end()
  })
  scope.onconnect = ({ ports }) => {
    const [port] = ports
    if (!port) return
    port.onmessage = ({ data }: MessageEvent<Hello | ToBroker>) => {
      if (data.type === 'hello') server.accept(data)
      else broker.handle(data, port)
    }
  }
}
