/**
 * How far a device can be relied on: its class, and the share of time that it was seen online. Rules PL1 and PL2 of
 * docs/protocol/96-placement.md. Times are milliseconds.
 */

/** Best first. A tab of a browser that deletes what was not used for 7 days comes last. */
export const AVAILABILITY_CLASSES = ['host', 'app', 'tab', 'evicting-tab'] as const

/** One of {@link AVAILABILITY_CLASSES}. */
export type AvailabilityClass = (typeof AVAILABILITY_CLASSES)[number]

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** What a class says of a device: its place in the order (0 is best) and for how long its silence is no loss. */
interface ClassFacts {
  readonly rank: number
  readonly graceMs: number
}

/**
 * Classes and their grace. Whoever waits longer for a silent device copies less for nothing and loses more when it is
 * gone: the numbers come out of the simulation (docs/placement.md).
 */
export const AVAILABILITY: Readonly<Record<AvailabilityClass, ClassFacts>> = {
  /** A process that is meant to run: a day covers a restart that went wrong overnight. */
  host: { rank: 0, graceMs: DAY },
  app: { rank: 1, graceMs: 4 * DAY },
  tab: { rank: 2, graceMs: 4 * DAY },
  /** Gone for good after 7 days; what is not back after 4 will most likely not be. */
  'evicting-tab': { rank: 3, graceMs: 4 * DAY },
}

/** What is known of a platform, in the terms of which its class follows. */
export interface PlatformFacts {
  /** A process that runs without a window: a host, or `kith peer`. */
  readonly process: boolean
  /** Installed to the home screen or desk, or granted persistent storage. */
  readonly installed: boolean
  /** The browser deletes storage after 7 days without use (Safari; installed apps are exempt). */
  readonly evicts: boolean
}

/** The class of a device. */
export const availabilityClass = ({ process, installed, evicts }: PlatformFacts): AvailabilityClass => {
  if (process) return 'host'
  if (installed) return 'app'
  return evicts ? 'evicting-tab' : 'tab'
}

/** The share of time that a device was online, older time counting for less. */
export interface Presence {
  /** 0 to 1. */
  readonly share: number
  /** Up to when it was measured. */
  readonly measuredAt: number
}

/** After this time what was measured counts half. */
export const PRESENCE_HALF_LIFE_MS = 7 * DAY

/** Presence of a device of which nothing is known: as if it were online two hours a day. */
export const newPresence = (now: number): Presence => ({ share: 2 / 24, measuredAt: now })

/** Adds the time since the last measurement, throughout which the device was online or was not. */
export const advancePresence = ({ share, measuredAt }: Presence, online: boolean, now: number): Presence => {
  // A clock that was set back measures nothing.
  if (now <= measuredAt) return { share, measuredAt }
  const kept = 0.5 ** ((now - measuredAt) / PRESENCE_HALF_LIFE_MS)
  return { share: share * kept + (online ? 1 - kept : 0), measuredAt: now }
}
