/**
 * The SharedWorker's second trade. Where it cannot be the node (WebKitGTK keeps no CryptoKey from a SharedWorker), it
 * passes the hellos of all pages, ports included, to the page that was elected. It judges nothing and keeps nothing
 * but hellos that came while nobody led.
 */
import { type FromBroker, type Hello, MAX_WAITING_HELLOS, type ToBroker } from './hello.ts'

/** Serves one page's broker messages; `from` is that page's port. */
export interface Broker {
  handle(message: ToBroker, from: MessagePort): void
}

/** A broker without a leader yet. */
export const createBroker = (): Broker => {
  const waiting: Hello[] = []
  let leader: MessagePort | undefined

  const pass = (hello: Hello, to: MessagePort): void =>
    to.postMessage({ type: 'hand-over', hello } satisfies FromBroker, [hello.port])

  const lead = (port: MessagePort): void => {
    leader = port
    for (const hello of waiting.splice(0)) pass(hello, port)
  }

  const handOver = (hello: Hello): void => {
    if (leader) pass(hello, leader)
    else waiting.push(hello)
    // The oldest has long been sent again by its page.
    if (waiting.length > MAX_WAITING_HELLOS) waiting.shift()
  }

  const handle = (message: ToBroker, from: MessagePort): void => {
    if (message.type === 'lead') lead(from)
    if (message.type === 'hand-over') handOver(message.hello)
  }
  return { handle }
}
