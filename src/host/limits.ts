/**
 * What one process allows its connections beyond the limits of the protocol (core/swarm/host-limits.ts). A client need
 * not know these: an honest one does not meet them.
 */

const MiB = 1_048_576

/** Connections at once; the next is answered 503. */
export const MAX_CONNECTIONS = 20_000

/** Connections that have not logged in yet. */
export const MAX_WAITING_CONNECTIONS = 2_000

/** Control messages: a message costs 1, and 1 for every 64 storage keys in it. Over it the connection ends. */
export const CONTROL_PER_SECOND = 100
export const CONTROL_BURST = 2_000
export const KEYS_PER_TOKEN = 64

/** Bytes read from one connection; over it the host reads on when the debt is paid. A frame costs FRAME_COST more. */
export const BYTES_PER_SECOND = 64 * MiB
export const BYTES_BURST = 64 * MiB
export const FRAME_COST = 256

/** From here on nothing more is read from those who send to this connection … */
export const CONGESTED_BYTES = 4 * MiB
/** … until this little waits for it … */
export const DRAINED_BYTES = 1 * MiB
/** … and it is ended if that takes longer than this, milliseconds … */
export const CONGESTION_TIMEOUT = 20_000
/** … or if this much waits: every circuit may bring one more message after the stop, and the index answers. */
export const MAX_UNSENT_BYTES = 32 * MiB

/** A websocket ping this often; who has not answered by the next one is gone. Milliseconds. */
export const PING_INTERVAL = 30_000

/** Time that clients get to close when the host stops, milliseconds. */
export const STOP_GRACE = 1_000

/** A request's headers, bytes, and how long they may take, milliseconds. */
export const MAX_HEADER_BYTES = 16_384
export const HEADERS_TIMEOUT = 10_000

/** One file that the host serves. */
export const MAX_STATIC_FILE_BYTES = 32 * MiB
