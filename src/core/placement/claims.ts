/**
 * One repairer wins: before it copies, a holder claims the repair by lot and waits whether another holder drew better.
 * Rules PL16 and PL17 of docs/protocol/96-placement.md. Times are milliseconds.
 */
import { CLOCK_SKEW_MS } from './lease-terms.ts'
import type { Id } from './placement-types.ts'

/** A holder says that it will repair an item. */
export interface RepairClaim {
  readonly device: Id
  /** Drawn by lot, 0 to 1; the smallest wins. */
  readonly ticket: number
  readonly at: number
}

/** For this long a repairer listens for other claims before it copies: time for a message to go round. */
export const CLAIM_SETTLE_MS = 10_000

/** After this a claim is over: the repair happened or failed. */
export const CLAIM_MS = 10 * 60_000

/** A device whose claim led to nothing is not waited for again within this time. */
export const CLAIM_REST_MS = 24 * 3_600_000

/**
 * The claims of one item to remember after `claim` was heard, at latest as of now. Claims of others than the item's
 * `holders`, and of more than an hour ahead, are dropped. Of each device the earliest of a day stays, so the list is never longer than `holders` and
 * nobody keeps an item from being repaired by claiming it again and again. Once an item is whole its claims are
 * forgotten.
 */
export const rememberClaim = (
  claims: readonly RepairClaim[],
  claim: RepairClaim,
  holders: ReadonlySet<Id>,
  now: number,
): readonly RepairClaim[] => {
  const recent = claims.filter(({ device, at }) => holders.has(device) && at > now - CLAIM_REST_MS)
  const isNew = !recent.some(({ device }) => device === claim.device)
  const fits = holders.has(claim.device) && claim.at > now - CLAIM_REST_MS && claim.at <= now + CLOCK_SKEW_MS
  return isNew && fits ? [...recent, { ...claim, at: Math.min(claim.at, now) }] : recent
}

/** The claim that others give way to; undefined when none stands. `claims` are those of {@link rememberClaim}. */
export const standingClaim = (claims: readonly RepairClaim[], now: number): RepairClaim | undefined => {
  let best: RepairClaim | undefined
  for (const claim of claims) if (now < claim.at + CLAIM_MS && (!best || beats(claim, best))) best = claim
  return best
}

/** Whether `claim` goes before `other`; equal tickets are decided by the ids, so that both sides see the same winner. */
export const beats = (claim: RepairClaim, other: RepairClaim): boolean =>
  claim.ticket < other.ticket || (claim.ticket === other.ticket && String(claim.device) < String(other.device))
