/** What the link to a host is given, and what it tells its owner: types only. */

import type { Carrier, Signer } from '../../core/ports.ts'
import type { HeldBy, RequestOutcome } from '../../core/swarm/host-protocol.ts'
import type { Platform } from '../platform.ts'

/** What this device answers with when a host passes on what somebody asked over HTTP. */
export interface TunnelSource {
  /**
   * A block that fits its CID; rejects when the disk has spoilt it, because who sends it on is taken for a liar.
   * @param cid 36 bytes
   */
  block(cid: Uint8Array): Promise<Uint8Array | undefined>
  /** The record held under a storage key, encoded. */
  record(key: Uint8Array): Promise<Uint8Array | undefined>
  /** A record that somebody wants kept here; judged like one that a session brings, and more strictly. */
  offer(key: Uint8Array, record: Uint8Array): Promise<RequestOutcome>
}

/** Everything a link needs from its platform and its person. */
export interface LinkPorts extends Pick<Platform, 'webSocket' | 'clock' | 'random' | 'timers'> {
  /** Signs log-ins; its public key is the device's id. */
  readonly signer: Signer
  readonly person: string
  readonly network: Uint8Array
  /** The person's key events now, oldest first. */
  readonly keyEvents: () => Promise<readonly Uint8Array[]>
  readonly tunnel: TunnelSource
}

/** A device that holds a storage key, and where the key can be read over HTTP: `https://host/at/DEVICE/k/KEY`. */
export interface Holder extends HeldBy {
  readonly url: string
}

/** How a link is doing; `retryAt` is by the clock. */
export type LinkState =
  | { readonly state: 'connecting' }
  | { readonly state: 'connected'; readonly publicUrl: string; readonly ice: readonly string[] }
  /** Not reachable for now. */
  | { readonly state: 'waiting'; readonly retryAt: number; readonly reason: string }
  /** The host answered and does not want this device, or is no host: tried again, but seldom. */
  | { readonly state: 'refused'; readonly retryAt: number; readonly reason: string }
  | { readonly state: 'closed' }

/** What a link tells. Called synchronously; must not throw. */
export interface LinkHandlers {
  onState(state: LinkState): void
  /** Everyone but oneself who holds `key` at this host now: the whole list each time. Empty when the link is lost. */
  onHolders(key: Uint8Array, holders: readonly Holder[]): void
  /** `person` is what the host was shown; the session proves it again. */
  onSignal(from: Uint8Array, person: string, data: string): void
  /** A signal found nobody under that device id. */
  onAbsent(device: Uint8Array): void
  /** Another device opened a circuit to this one; it is open already. */
  onCircuit(carrier: Carrier, from: Uint8Array, person: string): void
}
