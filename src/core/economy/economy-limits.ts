/** What whoever receives statements holds them to, before decoding where it is a size. */
import { MAX_BLOCK_BYTES } from '../limits.ts'
import { MAX_RECORD_BYTES } from '../records/record.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** A payload of the ledger log. */
export const MAX_LEDGER_PAYLOAD_BYTES = 1024

/** A receipt, release, notice or challenge, signature included. */
export const MAX_STATEMENT_BYTES = 4096

/** A proof: sixteen leaves with eight hashes each are 20 KiB, and dag-cbor puts a few bytes before each of them. */
export const MAX_PROOF_BYTES = 32_768

/** A warrant: two segments of a ledger log, or a lease, a receipt, a challenge and a proof. */
export const MAX_WARRANT_BYTES = 270_336

/** Slots in one pledge: 4 TiB. */
export const MAX_SLOTS = 16_777_216

/** Leases that one release or notice ends. */
export const MAX_ENDED_LEASES = 64

/** What a lease may say is the size of its subject, bytes. A log is leased as a whole: entries with their payloads. */
export const MAX_LEASED_BYTES = { block: MAX_BLOCK_BYTES, log: 2 ** 30, record: MAX_RECORD_BYTES } as const

/** How long a lease may run at most: what brings a person back. Milliseconds, like all times here. */
export const MAX_TERM = 400 * DAY

/** How long leases of everything else run; they are renewed weekly. */
export const USUAL_TERM = 31 * DAY

/** How far two honest clocks may be apart. */
export const CLOCK_SKEW = HOUR

/** How long a challenger waits for a proof, by its own clock alone. */
export const PROOF_WINDOW = 10 * 60_000

/** How long a right proof speaks for its holder. */
export const PROOF_LIFE = 31 * DAY
