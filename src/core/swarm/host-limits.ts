/**
 * What a host and its clients allow each other over one websocket (docs/protocol/60-hosts.md). Each limit is enforced
 * by whoever receives, before anything is decoded or kept.
 */

/** Version of the conversation between client and host; stands in every frame and in the challenge. */
export const HOST_PROTOCOL_VERSION = 1

/** Path of the websocket on a host. */
export const HOST_SOCKET_PATH = '/kith'

/** Largest message of a relay circuit: a session's channel message. */
export const MAX_CIRCUIT_MESSAGE = 262_144

/** Bytes before the body of a circuit frame: version, kind, circuit number (4). */
export const CIRCUIT_HEADER_BYTES = 6

/** Largest websocket message either way. */
export const MAX_HOST_FRAME = MAX_CIRCUIT_MESSAGE + CIRCUIT_HEADER_BYTES

/** Largest control message (dag-cbor body). A log-in with its key events is the largest of them. */
export const MAX_CONTROL_BYTES = 262_144

/** Characters of a person id: a base32 CIDv1 is 59. */
export const MAX_PERSON_LENGTH = 128

/** Storage keys in one announce, withdraw, watch or unwatch. */
export const MAX_KEYS_PER_MESSAGE = 1_024

/** Storage keys that one connection may announce, and may watch, in all. */
export const MAX_ANNOUNCED_KEYS = 16_384
export const MAX_WATCHED_KEYS = 16_384

/** Holders named for one storage key. The longest-standing ones are named, so that lists of popular keys stay still. */
export const MAX_HOLDERS_PER_KEY = 64

/** A signal is simple-peer's JSON text: an SDP of a data channel is under 4 KiB. Counted in UTF-8 bytes. */
export const MAX_SIGNAL_BYTES = 32_768

/** Circuits of one connection, open or being opened … */
export const MAX_CIRCUITS = 64

/** … those among them that others opened: whatever they do, a device can still open some of its own … */
export const MAX_INCOMING_CIRCUITS = 48

/** … and those between two devices, whichever opened them: a session needs one, and one more while it changes over. */
export const MAX_CIRCUITS_PER_PAIR = 4

/**
 * Bytes of a circuit that may be under way in one direction: sent, and not yet credited by the far end. Bounds what a
 * host holds for a reader that has stopped.
 */
export const CIRCUIT_WINDOW = 1_048_576

/** How long a circuit may wait for the far end to accept, milliseconds. */
export const CIRCUIT_OPEN_TIMEOUT = 10_000

/** Requests over HTTP that one device may have to answer at a time: asked of it, and not answered yet. */
export const MAX_TUNNEL_REQUESTS = 16

/** An answer comes in pieces of at most this many bytes, so that what sessions send fits in between. */
export const MAX_PIECE_BYTES = 32_768

/** Bytes before the body of a piece: version, kind, request number (4), bytes that follow later (4). */
export const PIECE_HEADER_BYTES = 10

/** How long a device may take for a whole answer, milliseconds. */
export const TUNNEL_TIMEOUT = 20_000

/** How long a new connection may take to log in, milliseconds. */
export const LOGIN_TIMEOUT = 10_000

/** Length of a challenge, bytes. */
export const CHALLENGE_BYTES = 32

/** ICE server URLs in a welcome, and the characters of each; also bounds the host's own address. */
export const MAX_ICE_SERVERS = 8
export const MAX_URL_LENGTH = 512

/** Characters of a reason or detail, for people and logs. */
export const MAX_REASON_LENGTH = 256
