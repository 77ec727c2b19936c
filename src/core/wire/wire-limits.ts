/** Limits of handshakes, carriers, sessions and streams. The receiver enforces each before it decodes. */

/** A Noise message, tag included (Noise specification, section 3). */
export const MAX_NOISE_BYTES = 65_535

/** What AES-GCM adds to each Noise message. */
export const NOISE_TAG_BYTES = 16

/** A carrier message: Chromium's data channels refuse more. */
export const MAX_CARRIER_MESSAGE_BYTES = 262_144

/** What a sender fills a carrier message up to: large enough to be cheap, small enough for others to get in between. */
export const TARGET_CARRIER_MESSAGE_BYTES = 65_536

/** Bytes a session leaves in a carrier's own buffer, with what is still being encrypted for it. */
export const MAX_BUFFERED_BYTES = 2_097_152

/** Bulk leaves a carrier's buffer at this: what interactive streams may have to wait behind. */
export const BULK_BUFFERED_BYTES = 524_288

/**
 * With so much in a carrier's own buffer, what the peer asks about the carrier itself is not answered: data on its way
 * says as well that this side lives, and a peer that asks without reading must cost no memory.
 */
export const MAX_ANSWER_BUFFERED_BYTES = 65_536

/** Sent packets that the peer has not acknowledged. Bounds the memory of a session and what a lost carrier costs. */
export const MAX_UNACKED_BYTES = 2_097_152

/** Received bytes that wait for decryption; an honest peer's unacknowledged packets fit twice. */
export const MAX_UNDECRYPTED_BYTES = 4_194_304

/** Messages of one carrier in decryption at once: each costs kilobytes there, however small it is. */
export const MAX_DECRYPTING = 64

/** An acknowledgement goes out after this many received bytes, or after the delay, whichever comes first. */
export const ACK_EVERY_BYTES = 131_072
export const ACK_DELAY_MS = 25

/** A direction of a carrier gets its next key (Noise REKEY) after so many messages or bytes. */
export const REKEY_MESSAGES = 16_384
export const REKEY_BYTES = 268_435_456

/** The handshake's payload, and the key events in it; a longer chain is left out and named by its newest event. */
export const MAX_HELLO_BYTES = 61_440
export const MAX_HELLO_KEY_EVENTS_BYTES = 57_344
export const MAX_HELLO_KEY_EVENTS = 256

/** A person id as text, and the CID bytes of a key event. */
export const MAX_PERSON_ID_CHARS = 128
export const MAX_CID_BYTES = 64

/** From the first byte to a joined session. */
export const HANDSHAKE_TIMEOUT_MS = 15_000

/** Handshakes at once in one node; those among them on carriers that others opened; those with one device. */
export const MAX_HANDSHAKES = 64
export const MAX_INCOMING_HANDSHAKES = 48
export const MAX_HANDSHAKES_PER_DEVICE = 4
/** Carriers that one device may hold here. */
export const MAX_CARRIERS_PER_DEVICE = 4

/** A carrier silent for this long is asked, twice; silent for as long again after that, it is taken for dead. */
export const PING_AFTER_MS = 10_000

/** A session without any carrier is kept this long. */
export const SESSION_LINGER_MS = 300_000

/** One message of a stream, as its users see it. */
export const MAX_STREAM_MESSAGE_BYTES = 262_144

/** What a message costs in credit beyond its bytes, so that empty ones are not free. */
export const MESSAGE_OVERHEAD_BYTES = 32

/** Credit a stream starts with in each direction, and the most that is ever out. */
export const STREAM_WINDOW_BYTES = 524_288

/** Credit is handed back in portions of at least this. Window − largest message − this stays positive: no deadlock. */
export const CREDIT_STEP_BYTES = 131_072

/** Streams that one side may have open in a session at once. */
export const MAX_STREAMS_PER_SIDE = 64

/** Name of a stream's kind. */
export const MAX_STREAM_KIND_CHARS = 64

/** Text in a `goodbye`. */
export const MAX_REASON_BYTES = 256
