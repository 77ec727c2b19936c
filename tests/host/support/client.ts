/** A bare client of the host protocol: sends what a test wants, honest or not, and hands out what comes. */
import { once } from 'node:events'
import WebSocket from 'ws'
import { decodeHostMessage } from '../../../src/core/swarm/host-codec.ts'
import { type CircuitFrame, decodeHostFrame, encodeControl } from '../../../src/core/swarm/host-frames.ts'
import type { ClientMessage, HostMessage } from '../../../src/core/swarm/host-protocol.ts'
import { logInOf, type TestDevice } from './people.ts'

/** What a host can send: a control message or a circuit frame. */
export type Received = HostMessage | CircuitFrame
type Tag = HostMessage['type'] | 'data' | 'credit'

/** One connection. */
export interface Client {
  readonly socket: WebSocket
  tell(message: ClientMessage): void
  send(frame: Uint8Array): void
  /** The next thing of that kind; what comes before it is dropped. Fails after a minute. */
  next<T extends Tag>(tag: T): Promise<Extract<Received, { type: T } | { kind: T }>>
  /** Everything received and not handed out. */
  readonly backlog: Received[]
  /** Resolves when the connection has ended. */
  readonly closed: Promise<{ code: number; reason: string }>
  close(): Promise<void>
}

const tagOf = (received: Received): Tag => ('type' in received ? received.type : received.kind)

const decode = (bytes: Uint8Array): Received => {
  const frame = decodeHostFrame(bytes)
  if (!frame.ok) throw new Error(`the host sent what does not decode: ${JSON.stringify(frame.error)}`)
  if (frame.value.kind === 'piece') throw new Error('a host sends no pieces')
  if (frame.value.kind !== 'control') return frame.value
  const message = decodeHostMessage(frame.value.body)
  if (!message.ok) throw new Error(message.error.reason)
  return message.value
}

/** Dials; the challenge waits in the backlog. */
export const connect = async (origin: string): Promise<Client> => {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/kith`)
  const backlog: Received[] = []
  let wake = (): void => undefined
  socket.on('message', (data: Buffer) => {
    backlog.push(decode(new Uint8Array(data)))
    wake()
  })
  socket.on('error', () => undefined)
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => {
      resolve({ code, reason: String(reason) })
      wake()
    })
  })
  await once(socket, 'open')

  const take = (tag: Tag): Received | undefined => {
    const at = backlog.findIndex((received) => tagOf(received) === tag)
    return at < 0 ? undefined : backlog.splice(0, at + 1).at(-1)
  }
  const next = async (tag: Tag): Promise<never> => {
    const deadline = Date.now() + 60_000
    for (;;) {
      const received = take(tag)
      if (received) return received as never
      if (Date.now() > deadline)
        throw new Error(`no "${tag}" came; there is ${backlog.map(tagOf).join(', ') || 'nothing'}`)
      await new Promise<void>((resolve) => {
        wake = resolve
        setTimeout(resolve, 100)
      })
    }
  }
  return {
    socket,
    backlog,
    closed,
    next,
    tell: (message) => socket.send(encodeControl(message)),
    send: (frame) => socket.send(frame),
    async close() {
      socket.close()
      await closed
    },
  }
}

/** Dials and logs in. */
export const enter = async (origin: string, who: TestDevice, network?: Uint8Array): Promise<Client> => {
  const client = await connect(origin)
  const { challenge } = await client.next('challenge')
  client.tell(await logInOf(who, origin, challenge, network))
  await client.next('welcome')
  return client
}
