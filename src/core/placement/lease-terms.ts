/**
 * For how long something is kept: leases are renewed weekly, run 31 days and are honoured to their end. Rules PL11 and
 * PL12 of docs/protocol/96-placement.md. Times are milliseconds.
 */

const DAY = 24 * 3_600_000

/** What a lease is for: what brings a person back runs longer than the rest. */
export type LeaseKind = 'data' | 'identity'

/** How long a lease runs from its last renewal on. `identity`: key events, locator, sealed account secret. */
export const LEASE_MS: Readonly<Record<LeaseKind, number>> = { data: 31 * DAY, identity: 400 * DAY }

/** How often a lease is renewed. */
export const RENEW_EVERY_MS = 7 * DAY

/** Devices' clocks differ: a holder drops nothing within this time after the end. */
export const CLOCK_SKEW_MS = 3_600_000

/** The end of a lease that was last renewed then. */
export const leaseEnd = (kind: LeaseKind, renewedAt: number): number => renewedAt + LEASE_MS[kind]

/** Whether it is time to renew a lease with this end; an end that lies too far ahead is left alone. */
export const isRenewalDue = (kind: LeaseKind, end: number, now: number): boolean =>
  now >= end - LEASE_MS[kind] + RENEW_EVERY_MS

/** Whether a holder may drop what the lease was for. */
export const mayDrop = (end: number, now: number): boolean => now > end + CLOCK_SKEW_MS
