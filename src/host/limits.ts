/**
 * What one process allows its connections beyond the limits of the protocol (core/swarm/host-limits.ts). A client need
 * not know these: an honest one does not meet them.
 */

const MiB = 1_048_576

/** Connections at once; the next is answered 503. */
export const MAX_CONNECTIONS = 20_000

/**
 * Connections that have not logged in yet. With so many, the one that has waited longest makes room for the next, if it
 * had this long to log in, milliseconds: whoever opens connections and says nothing keeps nobody else out.
 */
export const MAX_WAITING_CONNECTIONS = 2_000
export const WAITING_GRACE = 2_000

/**
 * Connections of one address, IPv6 by its first 64 bits; and those among them that have not logged in yet. A school or a
 * provider that gives hundreds of people one address is to be let in whole; 40 addresses are needed to fill a host.
 * Connections from this machine itself are not counted: behind a proxy they are everybody (`--behind-proxy`).
 */
export const MAX_CONNECTIONS_PER_ADDRESS = 512
export const MAX_WAITING_PER_ADDRESS = 128

/** Time to close for a connection that is ended before it has logged in, and to take the answer to a refused one. */
export const REFUSAL_GRACE = 1_000

/**
 * Keys announced and watched by all connections together: with some 120 bytes each, a quarter of a gigabyte. Twenty
 * thousand connections may have a hundred each.
 */
export const MAX_KEYS = 2_097_152
/** Of these by connections of one address: what sixteen devices that use all they may announce have, or 512 with 512. */
export const MAX_KEYS_PER_ADDRESS = 262_144

/** Control messages: a message costs 1, and 1 for every 64 storage keys in it. Over it the connection ends. */
export const CONTROL_PER_SECOND = 100
export const CONTROL_BURST = 2_000
export const KEYS_PER_TOKEN = 64

/** Bytes read from one connection; over it the host reads on when the debt is paid. A frame costs FRAME_COST more. */
export const BYTES_PER_SECOND = 64 * MiB
export const BYTES_BURST = 64 * MiB
export const FRAME_COST = 256

/** With more than this waiting for it, a connection is congested: signals to it are answered as to nobody … */
export const CONGESTED_BYTES = 8 * MiB
/**
 * … and a circuit may have only this much under way to it, or it ends. Twice what an honest reader that takes everything
 * leaves without credit (a quarter of CIRCUIT_WINDOW), so that only what really waits counts.
 */
export const CONGESTED_CIRCUIT_BYTES = 524_288
/** A congested connection must take at least so much … */
export const MIN_TAKEN_BYTES = 1 * MiB
/** … in each such time, milliseconds, or it is ended … */
export const CONGESTION_TIMEOUT = 20_000
/** … and it is ended if this much waits: more than its circuits can bring, so that only its own questions get it there. */
export const MAX_UNSENT_BYTES = 48 * MiB

/** Between two devices, each way: circuits opened, and signals. What goes over is refused to the one who sends it. */
export const PAIR_OPENS_PER_SECOND = 1
export const PAIR_OPENS_BURST = 16
export const PAIR_SIGNALS_PER_SECOND = 8
export const PAIR_SIGNALS_BURST = 128
/** A signal pays for so many that come back: a session description and the addresses that belong to it. */
export const SIGNAL_REPLIES = 16
/** Pairs that are remembered; the one that was quiet longest is forgotten first. */
export const MAX_PAIRS = 16_384

/** A websocket ping this often; who has not answered by the next one is gone. Milliseconds. */
export const PING_INTERVAL = 30_000

/** Time that clients get to close when the host stops, milliseconds. */
export const STOP_GRACE = 1_000

/** A request's headers, bytes, and how long they may take, milliseconds. */
export const MAX_HEADER_BYTES = 16_384
export const HEADERS_TIMEOUT = 10_000

/** Requests of one caller that are being answered at a time, over all devices. Half of what one device may have. */
export const CALLER_REQUESTS = 8
/** Requests of one caller to devices and the index: over it 429, with the time to wait. */
export const CALLER_PER_SECOND = 20
export const CALLER_BURST = 60
/** Bytes that devices send for one caller; over it 429 until the debt is paid. */
export const CALLER_BYTES_PER_SECOND = 2 * MiB
export const CALLER_BYTES_BURST = 8 * MiB
/** Callers that are remembered; the one longest away is forgotten first. */
export const MAX_CALLERS = 16_384

/** Requests to one device, by all callers together: over it 503. One caller alone does not come near. */
export const DEVICE_PER_SECOND = 60
export const DEVICE_BURST = 180
/** Bytes that one device sends in answers, for all callers together: over it 503. */
export const DEVICE_BYTES_PER_SECOND = 6 * MiB
export const DEVICE_BYTES_BURST = 24 * MiB
/** Answers of one connection that were not what was asked for; after them it is asked for nothing more. */
export const MAX_WRONG_ANSWERS = 8

/** Requests to devices that are being answered at a time, by all callers together: over it 503. Each holds a block. */
export const MAX_TUNNEL_ANSWERS = 256
/** How long a caller may take to read an answer, and to send a record, milliseconds. */
export const ANSWER_READ_TIMEOUT = 30_000
export const BODY_TIMEOUT = 10_000

/** One file that the host serves. */
export const MAX_STATIC_FILE_BYTES = 32 * MiB
