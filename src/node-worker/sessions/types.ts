/**
 * What the node's services know of sessions: a session is the resumable conversation of two devices, whatever
 * carries it. Types only; createSessionManager in session-manager.ts implements them.
 */
import type { Carrier, CryptoPort, DeviceKeys, Random } from '../../core/ports.ts'
import type { Result } from '../../core/result.ts'
import type { HandshakeError, SessionEnd, StreamEnd } from '../../core/wire/wire-errors.ts'
import type { Refuse } from '../refusals.ts'

/** Interactive streams go first; bulk takes what is left. */
export type Priority = 'interactive' | 'bulk'

/** One ordered conversation inside a session. Both sides may send until either ends it. */
export interface Stream {
  readonly kind: string
  readonly priority: Priority
  /**
   * @param message at most 256 KiB, not changed by the caller until the promise resolves
   * @returns true once the peer's credit and a carrier let the whole message out, false when the stream has ended.
   * Awaiting it is what bounds the sender; "out" is not "processed": ask for an answer where that matters.
   */
  send(message: Uint8Array): Promise<boolean>
  /**
   * Called for each message, one after the other: the next waits until the promise resolves, and only then does the
   * sender get its credit back. A rejection resets the stream (`failed`). Messages that come before a handler is set wait.
   */
  onmessage: ((message: Uint8Array) => void | Promise<void>) | undefined
  /** Called once, after the last message was handled. */
  onclose: ((end: StreamEnd) => void) | undefined
  /** Ends the stream both ways. Without a reason (`done`) what was sent before still arrives; else it may be dropped. */
  close(end?: 'done' | 'cancelled' | 'unknown-kind' | 'failed'): void
}

export interface SessionStats {
  /** Bytes handed to carriers, with all overhead. */
  readonly sentBytes: number
  readonly receivedBytes: number
  /** Of `sentBytes`: what had been sent before on a carrier that was lost. */
  readonly resentBytes: number
  /** Carriers this session has used. */
  readonly carriers: number
}

/** The conversation with one device. Survives its carriers; ends by `close`, a violation, or minutes without any. */
export interface Session {
  /** Ed25519 key of the peer device. */
  readonly device: Uint8Array
  readonly person: string
  /** The peer's key events as last resolved. */
  readonly keyEvents: readonly Uint8Array[]
  /** CID bytes of the newest key event of its person that the peer named in its last handshake. */
  readonly newestKeyEvent: Uint8Array
  /** CID bytes of the newest key event of this side's person that the peer was told in it. */
  readonly toldKeyEvent: Uint8Array
  /** What carries it now; `none` while it waits for a new carrier. */
  carrier(): 'direct' | 'relay' | 'none'
  /** Whether a carrier is there that may become the one: another dialled now would only push it out. */
  isChoosing(): boolean
  /** @param kind at most 64 ASCII characters, for example `kith/log` */
  open(kind: string, priority: Priority): Stream
  /** One handler; streams that were opened before it is set wait for it. */
  onStream(handler: (stream: Stream, kind: string) => void): void
  /** Called when `carrier()` or `isChoosing()` changes and when the session ends (`end` given). @returns unsubscribe */
  onState(handler: (carrier: 'direct' | 'relay' | 'none', end?: SessionEnd) => void): () => void
  readonly stats: SessionStats
  close(reason: string): void
}

/** What a peer says of itself in its handshake, before it is believed. */
export interface PeerClaim {
  readonly person: string
  /** Ed25519 key of the device. */
  readonly device: Uint8Array
  /** CID bytes of the newest key event the peer knows of itself. */
  readonly newestKeyEvent: Uint8Array
  /** Its whole chain, oldest first; undefined when it did not fit. */
  readonly keyEvents: readonly Uint8Array[] | undefined
}

/** A claim that checks out: the chain is valid and lists the device, which was not removed. */
export interface ResolvedPeer {
  /** X25519 key that the chain lists for the device. */
  readonly agreement: Uint8Array
  /** The chain as this node now knows it. */
  readonly keyEvents: readonly Uint8Array[]
}

/** One-shot timers; the platform's own fit. */
export interface Timers {
  setTimeout(run: () => void, milliseconds: number): unknown
  clearTimeout(handle: unknown): void
}

export interface SessionPorts {
  readonly crypto: CryptoPort
  readonly random: Random
  readonly timers: Timers
  readonly self: {
    readonly person: string
    readonly keys: DeviceKeys
    /** Own key events, oldest first. */
    keyEvents(): Promise<readonly Uint8Array[]>
  }
  /** 32 bytes each; sessions of different networks never mix, nor do those of different groups. */
  readonly network: Uint8Array
  readonly group: Uint8Array
  /** Folds and checks a peer's key events (core/identity/key-chain.ts) and keeps them. */
  resolveKeyEvents(claim: PeerClaim): Promise<Result<ResolvedPeer, { readonly reason: string }>>
  isBlocked(person: string): boolean
  /** Counts what of sessions and carriers was turned away. Refused handshakes are counted by {@link SessionManager}. */
  refuse: Refuse
  /** Told of what a stream's or session's handler threw: a bug of ours, which resets that stream and nothing else. */
  report(error: unknown): void
}

/** The sessions of one person's device, one per peer device. */
export interface SessionManager {
  /**
   * Takes over a new carrier: handshake, then it joins the session of that device or starts one. The carrier is
   * closed on failure, and also when another carrier of that session is better.
   * @param expectedDevice needed on the side that dialled; on the other side checked when given
   */
  accept(carrier: Carrier, expectedDevice?: Uint8Array): Promise<Result<Session, HandshakeError>>
  sessions(): readonly Session[]
  get(device: Uint8Array): Session | undefined
  /** Called for every new session, before any of its streams. @returns unsubscribe */
  onSession(handler: (session: Session) => void): () => void
  /** Ends the session with a device, for example because its person was blocked. */
  close(device: Uint8Array, reason: string): void
  /** Ends everything; the manager accepts nothing more. */
  closeAll(reason: string): void
  /** Handshakes refused, by type of error. */
  readonly refused: Readonly<Record<string, number>>
}
