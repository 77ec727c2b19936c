/** All hosts of a node at once, as the swarm sees them. */
import type { Carrier } from '../../core/ports.ts'
import type { HostView } from '../../rpc/views.ts'
import type { LinkState } from '../hosts/link-ports.ts'
import type { Candidate } from './targets.ts'

/** What the pool tells its owner. Devices are named by the hex of their key. */
export interface HostPoolEvents {
  /** A host came or went, or its holders of some key changed. */
  onChange(): void
  /** How the link to a host is doing. */
  onHostState(origin: string, state: LinkState): void
  /** A device is newly seen on a host: past failures to reach it mean nothing now. */
  onSeen(device: string): void
  /** A signal found nobody under that device on its host. */
  onAbsent(device: string): void
  onSignal(device: string, person: string, text: string): void
  onCircuit(carrier: Carrier, device: string, person: string): void
}

/** See the module's doc. Each host forgets everything; the pool tells each again. */
export interface HostPool {
  /** The hosts to be connected to; others are let go. */
  setUrls(urls: readonly string[]): void
  views(): readonly HostView[]
  /** What this device holds, and what it looks for: whole lists, sent on as differences. */
  setKeys(keys: { readonly announced: readonly Uint8Array[]; readonly watched: readonly Uint8Array[] }): void
  /** Where else one's own blocks may be read. */
  setBases(bases: readonly string[]): void
  /** Connected devices that hold what belongs to a storage key, as any host says. */
  holders(key: Uint8Array): readonly Candidate[]
  /** @returns false when no connected host was seen with that device */
  signal(device: string, text: string): boolean
  openCircuit(device: string): Promise<Carrier | undefined>
  /** The address that a host said it is reached under; waits a moment for one that has not answered yet. */
  announcedUrl(host: string): Promise<string | undefined>
  iceServers(): readonly { readonly urls: string }[]
  reconnectNow(): void
  /** Frames of hosts that were refused. */
  refused(): number
  close(): void
}
