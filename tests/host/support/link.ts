/** The real client link over real websockets, with everything it tells kept for the test. */
import WebSocket from 'ws'
import { bytesToHex } from '../../../src/core/bytes.ts'
import { NETWORK_ZERO } from '../../../src/core/limits.ts'
import type { Carrier } from '../../../src/core/ports.ts'
import { createHostLink, type HostLink } from '../../../src/node-worker/hosts/host-link.ts'
import type { Holder, LinkPorts, LinkState, TunnelSource } from '../../../src/node-worker/hosts/link-ports.ts'
import type { WebSocketLike } from '../../../src/node-worker/platform.ts'
import { testCrypto } from '../../support/ed25519.ts'
import { until } from '../../support/wait.ts'
import type { TestDevice } from './people.ts'

/** A link and what it has told so far. */
export interface TestLink extends HostLink {
  readonly states: LinkState[]
  readonly holders: Map<string, readonly Holder[]>
  readonly signals: { from: Uint8Array; person: string; data: string }[]
  readonly absent: Uint8Array[]
  readonly circuits: { carrier: Carrier; from: Uint8Array; person: string }[]
}

/** A device that has nothing. */
const EMPTY_SOURCE: TunnelSource = {
  block: async () => undefined,
  record: async () => undefined,
  offer: async () => 'not-wanted',
}

/** Ports over this machine's clock and sockets. */
export const linkPorts = (who: TestDevice): LinkPorts => ({
  webSocket: (url) => new WebSocket(url) as unknown as WebSocketLike,
  clock: { now: () => Date.now() },
  random: testCrypto,
  timers: { setTimeout: (run, ms) => setTimeout(run, ms), clearTimeout: (timer) => clearTimeout(timer as never) },
  signer: who.signer,
  person: who.person,
  network: NETWORK_ZERO,
  keyEvents: async () => who.keyEvents,
  tunnel: EMPTY_SOURCE,
})

/** Makes a link; `onCircuit` sees each incoming carrier at once. */
export const createLink = (
  url: string,
  who: TestDevice,
  onCircuit: (carrier: Carrier) => void = () => undefined,
): TestLink => {
  const told = {
    states: [] as LinkState[],
    holders: new Map<string, readonly Holder[]>(),
    signals: [] as TestLink['signals'],
    absent: [] as Uint8Array[],
    circuits: [] as TestLink['circuits'],
  }
  const link = createHostLink({
    url,
    ports: linkPorts(who),
    handlers: {
      onState: (state) => told.states.push(state),
      onHolders: (key, holders) => told.holders.set(bytesToHex(key), holders),
      onSignal: (from, person, data) => told.signals.push({ from, person, data }),
      onAbsent: (device) => told.absent.push(device),
      onCircuit(carrier, from, person) {
        told.circuits.push({ carrier, from, person })
        onCircuit(carrier)
      },
    },
  })
  return { ...link, ...told }
}

/** Waits for the link to be up. */
export const connected = (link: TestLink): Promise<true> =>
  until(() => link.state().state === 'connected', 'the link to be up')
