/**
 * How a page that is not elected hands its port to the one that is: through a SharedWorker where there is one that
 * cannot be the node, else through the service worker, which can pass ports between windows too.
 */
import { type AmongPages, type FromBroker, type Hello, LEADER_CHANNEL, type ToBroker } from '../rpc/hello.ts'

/** One way to pass hellos between pages. */
export interface PageBroker {
  /** From now on hellos come to this page; the returned function ends that. */
  lead(onHello: (hello: Hello) => void): () => void
  /** Passes a hello to whoever leads; lost when nobody does, so the caller's wait is bounded. */
  handOver(hello: Hello): void
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
  handOver: (hello) => port.postMessage({ type: 'hand-over', hello } satisfies ToBroker, [hello.port]),
})

const askIdentity = async (container: ServiceWorkerContainer): Promise<string> => {
  const { active } = await container.ready
  return new Promise((resolve) => {
    const listener = ({ data }: MessageEvent<FromBroker>): void => {
      if (data?.type !== 'you-are') return
      container.removeEventListener('message', listener)
      resolve(data.client)
    }
    container.addEventListener('message', listener)
    container.startMessages()
    active?.postMessage({ type: 'who-am-i' } satisfies ToBroker)
  })
}

const askForLeader = (channel: BroadcastChannel): Promise<string> =>
  new Promise((resolve) => {
    const listener = ({ data }: MessageEvent<AmongPages>): void => {
      if (data.type !== 'leader' || !data.client) return
      channel.removeEventListener('message', listener)
      resolve(data.client)
    }
    channel.addEventListener('message', listener)
    channel.postMessage({ type: 'who-leads' } satisfies AmongPages)
  })

/** Over the service worker, which must be registered by someone; client ids are found over a BroadcastChannel. */
export const createServiceWorkerBroker = (container: ServiceWorkerContainer): PageBroker => {
  const lead: PageBroker['lead'] = (onHello) => {
    const channel = new BroadcastChannel(LEADER_CHANNEL)
    const listener = onHandOver(onHello)
    container.addEventListener('message', listener)
    void askIdentity(container).then((client) => {
      const announce = (fresh: boolean): void =>
        channel.postMessage({ type: 'leader', client, fresh } satisfies AmongPages)
      channel.onmessage = ({ data }: MessageEvent<AmongPages>) => data.type === 'who-leads' && announce(false)
      announce(false)
    })
    return () => {
      channel.close()
      container.removeEventListener('message', listener)
    }
  }
  const handOver = async (hello: Hello): Promise<void> => {
    const channel = new BroadcastChannel(LEADER_CHANNEL)
    const to = await askForLeader(channel)
    channel.close()
    const { active } = await container.ready
    active?.postMessage({ type: 'hand-over', hello, to } satisfies ToBroker, [hello.port])
  }
  return { lead, handOver: (hello) => void handOver(hello) }
}
