/**
 * Why a carrier, a session or a stream ended, as data. The tags are stable: they cross the wire in `goodbye` and
 * `reset`, and tests and documents name them.
 */

/** Why a handshake on a carrier was given up. The carrier is closed; sessions that exist stay as they were. */
export type HandshakeError =
  /** The other side speaks another version of this protocol. */
  | { readonly type: 'unknown-version'; readonly version: number }
  /** A message that is no Noise message of this handshake: other network, other expected device, noise, replay. */
  | { readonly type: 'bad-handshake'; readonly reason: string }
  /** The peer proved to be another device than the one expected, or our own. */
  | { readonly type: 'wrong-device' }
  /** The Noise static key is not the one that the key events list for this device. */
  | { readonly type: 'wrong-static-key' }
  /** The device's signature over this handshake does not verify. */
  | { readonly type: 'bad-attestation' }
  /** The hello is of another group than this node's sessions are. */
  | { readonly type: 'wrong-group' }
  /** The key events were refused, or are not known and did not fit into the handshake. */
  | { readonly type: 'bad-key-events'; readonly reason: string }
  /** The person behind the device is blocked here. */
  | { readonly type: 'blocked' }
  /** More carriers at once than this node handles. */
  | { readonly type: 'busy' }
  /** The other side took too long, or the carrier closed in mid-handshake. */
  | { readonly type: 'carrier-lost'; readonly reason: string }

/** Why a session ended. `protocol` is a violation by the peer, `detail` says which rule. */
export type SessionEnd =
  | { readonly type: 'closed'; readonly reason: string }
  | { readonly type: 'protocol'; readonly detail: string }
  /** No carrier for longer than a session lingers. */
  | { readonly type: 'expired' }

/** Why a stream ended. */
export const STREAM_ENDS = [
  /** Its sender is done; everything before it was delivered. */
  'done',
  /** Given up by either side. */
  'cancelled',
  /** The receiver has no handler for this kind. */
  'unknown-kind',
  /** The handler of a message threw. */
  'failed',
  /** More streams than the receiver allows at once. */
  'too-many',
  /** One side lost the session's state: both start anew. */
  'restarted',
  /** The session ended. */
  'session-ended',
] as const
export type StreamEnd = (typeof STREAM_ENDS)[number]
