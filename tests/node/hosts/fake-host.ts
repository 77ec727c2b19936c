/** A host made of nothing, for links: a test sends what it wants and turns the clock itself. */
import { NETWORK_ZERO } from '../../../src/core/limits.ts'
import type { Carrier } from '../../../src/core/ports.ts'
import { decodeClientMessage } from '../../../src/core/swarm/host-codec.ts'
import { decodeHostFrame, encodeControl } from '../../../src/core/swarm/host-frames.ts'
import type { ClientMessage, HostMessage } from '../../../src/core/swarm/host-protocol.ts'
import { createHostLink, type HostLink } from '../../../src/node-worker/hosts/host-link.ts'
import type { LinkState, TunnelSource } from '../../../src/node-worker/hosts/link-ports.ts'
import type { Timers, WebSocketLike } from '../../../src/node-worker/platform.ts'
import { countingRandom, testSigner } from '../../support/ed25519.ts'
import { until } from '../../support/wait.ts'

/** One websocket that the link has opened. */
export interface FakeSocket extends WebSocketLike {
  readonly url: string
  readonly sent: Uint8Array[]
  bufferedAmount: number
  isClosed: boolean
}

/** Timers that only a test moves. */
export interface FakeTimers extends Timers {
  now(): number
  advance(milliseconds: number): void
}

/** A link and the fake world around it. */
export interface FakeWorld {
  readonly link: HostLink
  readonly timers: FakeTimers
  readonly states: LinkState[]
  readonly circuits: Carrier[]
  readonly sockets: FakeSocket[]
  /** The newest socket. */
  socket(): FakeSocket
  /** Delivers raw data to the link. */
  deliver(data: unknown): void
  tell(message: HostMessage): void
  /** Challenge, log-in, welcome. */
  welcome(): Promise<void>
  /** What the link has said on the newest socket. */
  said(): ClientMessage[]
}

/** Time begins at 0. */
export const createFakeTimers = (): FakeTimers => {
  let now = 0
  let last = 0
  const due = new Map<number, { at: number; run: () => void }>()
  return {
    now: () => now,
    setTimeout(run, milliseconds) {
      due.set(++last, { at: now + milliseconds, run })
      return last
    },
    clearTimeout: (handle) => void due.delete(handle as number),
    advance(milliseconds) {
      const end = now + milliseconds
      for (;;) {
        const next = [...due].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)[0]
        if (!next) break
        due.delete(next[0])
        now = next[1].at
        next[1].run()
      }
      now = end
    },
  }
}

/** A websocket that nobody answers. */
export const createFakeSocket = (url: string): FakeSocket => ({
  url,
  sent: [],
  bufferedAmount: 0,
  isClosed: false,
  binaryType: 'blob',
  readyState: 1,
  onopen: null,
  onmessage: null,
  onclose: null,
  onerror: null,
  send(data) {
    this.sent.push(data as Uint8Array)
  },
  close() {
    this.isClosed = true
  },
})

const messagesIn = (frames: readonly Uint8Array[]): ClientMessage[] =>
  frames.flatMap((bytes) => {
    const frame = decodeHostFrame(bytes)
    if (!frame.ok || frame.value.kind !== 'control') return []
    const message = decodeClientMessage(frame.value.body)
    return message.ok ? [message.value] : []
  })

const EMPTY_SOURCE: TunnelSource = {
  block: async () => undefined,
  record: async () => undefined,
  offer: async () => 'not-wanted',
}

/** Makes a link to `https://host.example` and lets it dial; `source` replaces parts of what the device has. */
export const createFakeWorld = async (source: Partial<TunnelSource> = {}): Promise<FakeWorld> => {
  const timers = createFakeTimers()
  const sockets: FakeSocket[] = []
  const states: LinkState[] = []
  const circuits: Carrier[] = []
  const webSocket = (url: string): FakeSocket => {
    sockets.push(createFakeSocket(url))
    return sockets.at(-1)!
  }
  const link = createHostLink({
    url: 'https://host.example',
    ports: {
      webSocket,
      timers,
      clock: { now: () => 0 },
      random: countingRandom(),
      signer: await testSigner(1),
      person: 'bafyperson',
      network: NETWORK_ZERO,
      keyEvents: async () => [],
      tunnel: { ...EMPTY_SOURCE, ...source },
    },
    handlers: {
      onState: (state) => states.push(state),
      onHolders: () => undefined,
      onSignal: () => undefined,
      onAbsent: () => undefined,
      onCircuit: (carrier) => circuits.push(carrier),
    },
  })
  const socket = (): FakeSocket => sockets.at(-1)!
  const deliver = (data: unknown): void => socket().onmessage?.({ data })
  const tell = (message: HostMessage): void => deliver(encodeControl(message).slice().buffer)
  const said = (): ClientMessage[] => messagesIn(socket().sent)
  const welcome = async (): Promise<void> => {
    tell({ type: 'challenge', version: 1, challenge: new Uint8Array(32) })
    await until(() => said().length > 0, 'the log-in')
    tell({ type: 'welcome', version: 1, publicUrl: 'https://host.example', ice: [] })
  }
  return { link, timers, states, circuits, sockets, socket, deliver, tell, welcome, said }
}
