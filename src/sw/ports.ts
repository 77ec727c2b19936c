/**
 * Passes MessagePorts between windows where there is no SharedWorker to do it (older Android): a page hands in its
 * hello and the client id of the page that runs the node. Nothing is remembered: the service worker may be stopped
 * between any two messages.
 */
import type { FromBroker, ToBroker } from '../rpc/hello.ts'
import { worker } from './scope.ts'

const handOver = async (message: Extract<ToBroker, { type: 'hand-over' }>): Promise<void> => {
  const client = message.to && (await worker.clients.get(message.to))
  if (client) client.postMessage({ type: 'hand-over', hello: message.hello } satisfies FromBroker, [message.hello.port])
}

/** Listens for hellos to pass on. */
export const passPorts = (): void =>
  worker.addEventListener('message', (event) => {
    const message = event.data as ToBroker | undefined
    if (message?.type === 'hand-over') event.waitUntil(handOver(message))
    if (message?.type === 'who-am-i' && event.source instanceof Client)
      event.source.postMessage({ type: 'you-are', client: event.source.id } satisfies FromBroker)
  })
