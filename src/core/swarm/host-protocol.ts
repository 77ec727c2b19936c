/**
 * What a client and a host say to each other over one websocket, types only. A connection starts with the host's
 * challenge; the client answers with a log-in; after the welcome both speak freely. Control messages travel as dag-cbor,
 * circuit bytes and credit as binary frames (host-frames.ts). The rules stand in docs/protocol/60-hosts.md.
 *
 * Storage keys, device ids and networks are 32 bytes. A device is also found under its own id as a storage key: the host
 * announces each device that logs in, so watching that key is presence.
 */

/** Names one relay circuit on one connection, 1 … 2³² − 1: odd when the client chose it, even when the host did. */
export type CircuitNumber = number

/** Sent by the host as the first message. Good for one log-in on this connection. */
export interface Challenge {
  readonly type: 'challenge'
  readonly version: number
  /** 32 random bytes. */
  readonly challenge: Uint8Array
}

/** Sent by the client once, in answer to the challenge. */
export interface LogIn {
  readonly type: 'log-in'
  readonly version: number
  /** Web origin of the host as the client dialled it; part of what is signed. */
  readonly origin: string
  readonly network: Uint8Array
  /** The device's Ed25519 public key. */
  readonly device: Uint8Array
  /** CID of the inception event, base32. */
  readonly person: string
  /** The person's key events, oldest first: proof that the device belongs to the person. */
  readonly keyEvents: readonly Uint8Array[]
  /** By the device, over {@link ../swarm/host-login.ts loginTranscript}. */
  readonly signature: Uint8Array
}

/** Sent by the host when the log-in holds. */
export interface Welcome {
  readonly type: 'welcome'
  readonly version: number
  /** Address under which the host says it can be reached. */
  readonly publicUrl: string
  /** STUN and TURN URLs for WebRTC. */
  readonly ice: readonly string[]
}

/** Sent by the client: this device holds what belongs to these keys. Forgotten when the connection ends. */
export interface Announce {
  readonly type: 'announce'
  readonly keys: readonly Uint8Array[]
}

/** Sent by the client: it no longer does. */
export interface Withdraw {
  readonly type: 'withdraw'
  readonly keys: readonly Uint8Array[]
}

/** Sent by the client: tell me the holders of these keys, now and whenever they change. */
export interface Watch {
  readonly type: 'watch'
  readonly keys: readonly Uint8Array[]
}

/** Sent by the client: no longer. */
export interface Unwatch {
  readonly type: 'unwatch'
  readonly keys: readonly Uint8Array[]
}

/**
 * Sent by the client: blocks of its own that it announces may also be read under these addresses, each followed by the
 * CID (block-bases.ts). Replaces what it said before; forgotten when the connection ends.
 */
export interface TellBases {
  readonly type: 'bases'
  readonly bases: readonly string[]
}

/** A device that is connected to the host and holds a storage key. Its URL follows from both (host-urls.ts). */
export interface HeldBy {
  readonly device: Uint8Array
  readonly person: string
}

/** Sent by the host: everyone, up to MAX_HOLDERS_PER_KEY, who holds `key` now; the watcher itself may be among them. */
export interface Holders {
  readonly type: 'holders'
  readonly key: Uint8Array
  readonly holders: readonly HeldBy[]
}

/** Sent by the client: hand `data` to that device. */
export interface SignalTo {
  readonly type: 'signal'
  readonly to: Uint8Array
  readonly data: string
}

/** Sent by the host: that device hands you `data`. `person` is proven to this host, not to you. */
export interface SignalFrom {
  readonly type: 'signal'
  readonly from: Uint8Array
  readonly person: string
  readonly data: string
}

/** Sent by the host: the device that a signal was meant for is not connected here. */
export interface Absent {
  readonly type: 'absent'
  readonly device: Uint8Array
}

/** Sent by the client: open a circuit to that device under an odd number of its choice. */
export interface OpenCircuit {
  readonly type: 'open'
  readonly circuit: CircuitNumber
  readonly to: Uint8Array
}

/** Sent by the host: that device wants a circuit to you, under an even number of the host's choice. */
export interface IncomingCircuit {
  readonly type: 'incoming'
  readonly circuit: CircuitNumber
  readonly from: Uint8Array
  readonly person: string
}

/** Sent by the client to take an incoming circuit, and by the host when the far end has: bytes may flow. */
export interface AcceptCircuit {
  readonly type: 'accept'
  readonly circuit: CircuitNumber
}

/** Why a circuit ended. */
export const CLOSE_REASONS = [
  /** One of the two ends closed it. */
  'closed',
  /** The far device is not connected here, or went away. */
  'absent',
  /** The far end did not accept in time, or did not want it. */
  'refused',
  /** There are as many circuits as there may be, of one of the two or between them, or they were opened too fast. */
  'too-many',
  /** More bytes than the window were under way. */
  'over-window',
  /** The far device reads too slowly, and this circuit had more on its way to it than it may then have. */
  'congested',
  /** The connection to the host ended. Never sent: each side says it to itself. */
  'link-lost',
] as const
export type CloseReason = (typeof CLOSE_REASONS)[number]

/** Sent either way: the circuit is over. Not answered. Frames that cross it are dropped silently. */
export interface CloseCircuit {
  readonly type: 'close'
  readonly circuit: CircuitNumber
  readonly reason: CloseReason
}

/** Sent by the client; the host answers `pong` with the same number. Browsers have no websocket ping of their own. */
export interface Ping {
  readonly type: 'ping'
  readonly n: number
}
export interface Pong {
  readonly type: 'pong'
  readonly n: number
}

/** Names one request on one connection, 1 … 2³² − 1. The host counts up, so that no number comes back. */
export type RequestNumber = number

/** Sent by the host for somebody who asked over HTTP: the bytes of this block, in pieces (host-frames.ts). */
export interface ReadBlock {
  readonly type: 'read-block'
  readonly request: RequestNumber
  /** A CID, 36 bytes. */
  readonly cid: Uint8Array
}

/** Sent by the host: the record under this storage key, in pieces. */
export interface ReadRecord {
  readonly type: 'read-record'
  readonly request: RequestNumber
  readonly key: Uint8Array
}

/** Sent by the host: somebody offers a record. Its form, key and signature hold; whether it is kept is the device's. */
export interface WriteRecord {
  readonly type: 'write-record'
  readonly request: RequestNumber
  readonly key: Uint8Array
  readonly record: Uint8Array
}

/** What a request comes to when no bytes answer it. */
export const REQUEST_OUTCOMES = [
  /** A read: not here. */
  'absent',
  /** A write: kept. */
  'stored',
  /** A write: the same or a newer one is here. */
  'outdated',
  /** A write: nothing of that person or under that key is kept here. */
  'not-wanted',
  /** A write: the signer is not, or no longer, a device of that person. */
  'not-a-device',
  /** A write: it names a key event that is not known here. */
  'unknown-key-event',
  /** A write: no room. */
  'full',
  /** It could not be done. */
  'failed',
] as const
export type RequestOutcome = (typeof REQUEST_OUTCOMES)[number]

/** Sent by the client: the end of a request that gets no bytes. */
export interface Outcome {
  readonly type: 'outcome'
  readonly request: RequestNumber
  readonly outcome: RequestOutcome
}

/** What a host asks of a device for somebody who came over HTTP. */
export type TunnelRequest = ReadBlock | ReadRecord | WriteRecord

/** Why a host refuses. Every one but `limit` ends the connection. */
export const HOST_ERRORS = [
  /** A frame or message that does not decode, or that does not belong in this state. */
  'malformed',
  /** Another version of this protocol. */
  'unsupported-version',
  /** The log-in came too late. */
  'too-late',
  /** The signature is for another host's address: `detail` is the address that this host knows itself by. */
  'wrong-origin',
  /** The signature is not the device's, or not over this challenge. */
  'bad-signature',
  /** The key events do not show that the device belongs to the person. */
  'not-a-device',
  /** A newer connection of the same device took over. */
  'replaced',
  /** More messages than allowed in the time. */
  'flood',
  /** What was asked goes over a limit and was left out; the connection goes on. `detail` names the limit. */
  'limit',
  /** The host has no room, or is stopping. */
  'busy',
] as const
export type HostErrorCode = (typeof HOST_ERRORS)[number]

/** Sent by the host. */
export interface HostError {
  readonly type: 'error'
  readonly code: HostErrorCode
  readonly detail: string
}

/** Everything a client may send as a control message. */
export type ClientMessage =
  | LogIn
  | Announce
  | Withdraw
  | Watch
  | Unwatch
  | TellBases
  | SignalTo
  | OpenCircuit
  | AcceptCircuit
  | CloseCircuit
  | Outcome
  | Ping

/** Everything a host may send as a control message. */
export type HostMessage =
  | Challenge
  | Welcome
  | Holders
  | SignalFrom
  | Absent
  | IncomingCircuit
  | AcceptCircuit
  | CloseCircuit
  | TunnelRequest
  | Pong
  | HostError
