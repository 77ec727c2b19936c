/**
 * Which pieces of an item count as alive. Rules PL13 and PL14 of docs/protocol/96-placement.md. Alive means: nothing
 * says that it is gone, and its holder gave a sign not long ago. It does not mean online.
 */
import { AVAILABILITY, type AvailabilityClass } from './availability.ts'

const DAY = 24 * 3_600_000

/** A proof counts for this long: one challenge a week, of which two may go wrong. */
export const PROOF_COUNTS_MS = 21 * DAY

/** What is known of one holder of one piece. Times are milliseconds, 0 for never. */
export interface HolderSigns {
  readonly availability: AvailabilityClass
  /** When an index or a session last saw the device. */
  readonly lastSeen: number
  /** The last right proof; a receipt is the first one. */
  readonly lastProof: number
  /** End of the lease. */
  readonly leaseEnd: number
  /** Ended early: by the owner, by the holder, or because a proof was wrong. */
  readonly ended?: 'release' | 'notice' | 'warrant' | undefined
}

/** Alive, or why not. */
export type Liveness = 'alive' | 'silent' | 'unproven' | 'lease-over' | 'release' | 'notice' | 'warrant'

/** When a piece stops to count unless another sign comes; 0 when it was ended. */
export const aliveUntil = (signs: HolderSigns): number =>
  signs.ended ? 0 : Math.min(silentFrom(signs), signs.lastProof + PROOF_COUNTS_MS, signs.leaseEnd)

const silentFrom = ({ availability, lastSeen, lastProof }: HolderSigns): number =>
  Math.max(lastSeen, lastProof) + AVAILABILITY[availability].graceMs

/** The verdict on one piece. */
export const livenessOf = (signs: HolderSigns, now: number): Liveness => {
  if (signs.ended) return signs.ended
  if (now >= signs.leaseEnd) return 'lease-over'
  if (now >= silentFrom(signs)) return 'silent'
  return now < signs.lastProof + PROOF_COUNTS_MS ? 'alive' : 'unproven'
}

/** How many count, and since when they are so few: the moment at which the last of the others stopped. */
export interface LiveCount {
  readonly live: number
  /** 0 when none ever stopped to count. */
  readonly since: number
}

/** Counts the live pieces of one item. */
export const countLive = (holders: readonly HolderSigns[], now: number): LiveCount => {
  let live = 0
  let since = 0
  for (const signs of holders) {
    if (livenessOf(signs, now) === 'alive') live++
    else since = Math.max(since, Math.min(now, aliveUntil(signs)))
  }
  return { live, since }
}
