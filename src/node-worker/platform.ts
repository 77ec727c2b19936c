/**
 * What a node needs from the place it runs in. Browsers and Node.js each build one of these in their worker entry;
 * tests build a deterministic one. Nothing else in src/node-worker reaches for a global.
 */
import type { Aead, Clock, CryptoPort, DeviceKeys, Random } from '../core/ports.ts'
import type { HttpClient } from './foreign/http.ts'
import type { Store } from './stores/store.ts'

/** The device's own keys, and a key that seals secrets at rest on this device. */
export interface UnlockedDevice {
  readonly device: DeviceKeys
  /** AES-256-GCM under a key that never leaves the device: recovery words until they are kept, epoch secrets. */
  readonly sealLocal: Aead
}

/** Keeps the keys of this device where the platform keeps them best: non-extractable in browsers. */
export interface DeviceKeyVault {
  load(): Promise<UnlockedDevice | undefined>
  create(): Promise<UnlockedDevice>
  clear(): Promise<void>
}

/** Timers of the platform; the handle is opaque. */
export interface Timers {
  setTimeout(run: () => void, milliseconds: number): unknown
  clearTimeout(handle: unknown): void
}

/** The part of a WebSocket that is used, in browsers and on Node.js. */
export interface WebSocketLike {
  binaryType: string
  readonly readyState: number
  readonly bufferedAmount: number
  onopen: ((event: never) => void) | null
  onmessage: ((event: { readonly data: unknown }) => void) | null
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null
  onerror: ((event: never) => void) | null
  send(data: Uint8Array | string): void
  close(code?: number, reason?: string): void
}

/** How much room there is. Unknown parts are absent. */
export interface StorageEstimate {
  readonly used: number
  readonly quota?: number
  readonly persisted: boolean
}

/** A browser, as far as the fate of what it stores goes. */
export interface BrowserEngine {
  /** Browsers of one family may lose everything on one day. */
  readonly family: 'chromium' | 'firefox' | 'webkit'
  /** It deletes what was not used for a week, unless the app is installed. */
  readonly evicts: boolean
}

/** A second store beside the node's own, in which a drill tries whether everything comes back. */
export interface ScratchSpace {
  /** Opens it empty. @throws StoreUnavailableError */
  open(): Promise<Store>
  /** Deletes what is in it; it must be closed. */
  clear(): Promise<void>
  /** Keys of the drill's own device, which stay from drill to drill. */
  readonly keys: DeviceKeyVault
}

/** What a node knows that only rehearses a return. */
export interface DrillTerms {
  /** The device that is thought wiped: nothing is taken from it. Ed25519 public key. */
  readonly without: Uint8Array
}

/** One line for the platform's own log: what happened, with numbers and ids but never content. */
export interface LogEvent {
  readonly level: 'info' | 'warning' | 'error'
  readonly what: string
  readonly detail?: string
}

/** Everything a node gets from outside. */
export interface Platform {
  readonly store: Store
  readonly crypto: CryptoPort
  readonly clock: Clock
  readonly random: Random
  readonly keys: DeviceKeyVault
  readonly timers: Timers
  webSocket(url: string): WebSocketLike
  /** The platform's own; whoever calls it sets its limits. */
  fetch(url: string, init: RequestInit): Promise<Response>
  /** Asks servers that people name, where this platform looks names up itself; elsewhere `fetch` does. */
  readonly http?: HttpClient
  /** Hosts of a person who has not chosen any: where the app came from. */
  readonly defaultHosts: readonly string[]
  /** Hosts that whoever started this process named: dialled whatever the person has chosen. */
  readonly namedHosts?: readonly string[]
  /** Address under which links to this person are made, when the operator named one. */
  readonly publicUrl?: string
  /** What this device is called in its person's list of devices. */
  readonly deviceName: string
  /** True on an always-on peer: its copies count as such. */
  readonly alwaysOn: boolean
  /** What keeps the store, where that is a browser. */
  readonly engine?: BrowserEngine
  readonly scratch: ScratchSpace
  /** Set for the node of a drill alone: it takes back what is its person's, and gives, leases and announces nothing. */
  readonly drill?: DrillTerms
  storageEstimate(): Promise<StorageEstimate>
  log(event: LogEvent): void
}
