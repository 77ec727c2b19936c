/** A window's end of a modem port, played by a test. */
import type { FromModem, ToModem } from '../../../src/rpc/modem.ts'

/** What the node said, and a way to answer. */
export interface FakeModem {
  /** The node's end. */
  readonly port: MessagePort
  say(message: FromModem): void
  /** The next message of this type; pings are answered while `isAwake`. */
  next<T extends ToModem['type']>(type: T): Promise<Extract<ToModem, { type: T }>>
  isAwake: boolean
  /** Heartbeats heard. */
  pings(): number
  close(): void
}

/** A modem that has said hello. */
export const createFakeModem = (webrtc = true): FakeModem => {
  const { port1, port2 } = new MessageChannel()
  const heard: ToModem[] = []
  let check = (): void => undefined
  let pings = 0
  const fake: FakeModem = {
    port: port2,
    isAwake: true,
    pings: () => pings,
    say: (message) => port1.postMessage(message),
    next: (type) =>
      new Promise((resolve) => {
        check = () => {
          const index = heard.findIndex((message) => message.type === type)
          if (index >= 0) resolve(heard.splice(index, 1)[0] as Extract<ToModem, { type: typeof type }>)
        }
        check()
      }),
    close: () => port1.close(),
  }
  port1.onmessage = ({ data }: MessageEvent<ToModem>) => {
    if (data.type === 'ping') {
      pings += 1
      if (fake.isAwake) fake.say({ type: 'pong', n: data.n })
      return
    }
    heard.push(data)
    check()
  }
  fake.say({ type: 'modem', webrtc, lock: 'kith-tab-test' })
  return fake
}
