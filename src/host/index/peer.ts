/** A logged-in connection as the index and the relay see it. */

import type { HostErrorCode, HostMessage } from '../../core/swarm/host-protocol.ts'

/** Who a connection proved to be. */
export interface Identified {
  /** The device's Ed25519 public key. */
  readonly device: Uint8Array
  readonly person: string
  readonly network: Uint8Array
}

/** One logged-in connection. */
export interface Peer extends Identified {
  /** What connections of one place in the network have in common (socket/addresses.ts); undefined for this machine. */
  readonly address: string | undefined
  send(message: HostMessage): void
  /** Hands an encoded frame on as it is. */
  forward(frame: Uint8Array): void
  /** True while too much waits to be sent to this peer. Never a reason to hold up those who send to it. */
  congested(): boolean
  /** Says why and ends the connection. */
  end(code: HostErrorCode, detail: string): void
}

/** 32 bytes as the key of a Map: one byte a character, the smallest string there is. */
export type MapKey = string

/** The {@link MapKey} of 32 bytes. */
export const mapKey = (bytes: Uint8Array): MapKey =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')

/** The bytes of a {@link MapKey}. */
export const bytesOfMapKey = (key: MapKey): Uint8Array => new Uint8Array(Buffer.from(key, 'latin1'))
