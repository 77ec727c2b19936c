/**
 * Who takes part and for how long they are online. Sessions are Weibull, times between them lognormal: measured of peers
 * (Stutzbach and Rejaie, "Understanding churn in peer-to-peer networks", IMC 2006, whose fits of session length are
 * shape 0.59, scale 41.9 minutes and shape 0.38, scale 42.4 minutes for two BitTorrent swarms) and of people at home
 * (Valle et al., "Characterizing on/off pattern of broadband Internet users", LA-WEB 2008). No such measurement of tabs
 * exists: which fit stands for what, and all other numbers here, are assumptions, on the pessimistic side.
 */
import type { AvailabilityClass } from '../../src/core/placement/availability.ts'
import { exponential, logNormal, weibull } from './random.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
/** A block, and the unit of what is offered. */
export const SLOT = 262_144

/** One kind of device. */
export interface Kind {
  readonly availability: AvailabilityClass
  /** Part of all devices. */
  readonly share: number
  /** Bytes that it gives to others. */
  readonly givenBytes: number
  /** Milliseconds of one session. */
  readonly online: (dice: () => number) => number
  /** Milliseconds between two. */
  readonly offline: (dice: () => number) => number
  /** Mean time until it is given up or wiped by hand, in milliseconds. */
  readonly lifetime: number
  /** Its browsers and their parts; none for a process. */
  readonly families: readonly (readonly [family: string, share: number])[]
  /** Whether it does not begin sessions at night. */
  readonly sleeps: boolean
}

/** The four kinds, in the order of their classes. */
export const KINDS: readonly Kind[] = [
  {
    availability: 'host',
    share: 0.005,
    givenBytes: 1000 * SLOT,
    online: (dice) => exponential(dice, 20 * DAY),
    offline: (dice) => logNormal(dice, 30 * MINUTE, 1.5),
    lifetime: 3 * 365 * DAY,
    families: [],
    sleeps: false,
  },
  {
    availability: 'app',
    share: 0.05,
    givenBytes: 150 * SLOT,
    online: (dice) => weibull(dice, 0.38, 42.4 * MINUTE),
    offline: (dice) => logNormal(dice, 6 * HOUR, 1.1),
    lifetime: 365 * DAY,
    families: [
      ['chromium', 0.7],
      ['webkit', 0.3],
    ],
    sleeps: true,
  },
  {
    availability: 'tab',
    share: 0.645,
    givenBytes: 80 * SLOT,
    online: (dice) => weibull(dice, 0.59, 41.9 * MINUTE),
    offline: (dice) => logNormal(dice, 9 * HOUR, 1.1),
    lifetime: 180 * DAY,
    families: [
      ['chromium', 0.88],
      ['firefox', 0.12],
    ],
    sleeps: true,
  },
  {
    availability: 'evicting-tab',
    share: 0.3,
    givenBytes: 40 * SLOT,
    online: (dice) => weibull(dice, 0.59, 41.9 * MINUTE),
    offline: (dice) => logNormal(dice, 9 * HOUR, 1.1),
    lifetime: 180 * DAY,
    families: [['webkit', 1]],
    sleeps: true,
  },
]

/** A browser of the last kind deletes everything when it was not used for this long. */
export const EVICTED_AFTER = 7 * DAY

/** Some people come often and some seldom: each one's times between sessions are multiplied by a number of this spread. */
const HABIT_SIGMA = 0.6

/** Part of the people in each of three time zones, and how far they are apart. */
const ZONES: readonly (readonly [hours: number, share: number])[] = [
  [0, 0.6],
  [8, 0.2],
  [16, 0.2],
]

/** Nobody comes between these hours of their day; who would, comes within two hours after. */
const [NIGHT_FROM, NIGHT_TO] = [1, 7]

/** A person as far as it matters here. */
export interface Person {
  readonly habit: number
  readonly zoneHours: number
}

/** Draws one of a list of things with shares that add up to 1. */
export const drawByShare = <T>(dice: () => number, things: readonly (readonly [T, number])[]): T => {
  let rest = dice()
  for (const [thing, share] of things) {
    rest -= share
    if (rest < 0) return thing
  }
  return things.at(-1)![0]
}

/** A person with habits. */
export const drawPerson = (dice: () => number): Person => ({
  habit: logNormal(dice, 1, HABIT_SIGMA),
  zoneHours: drawByShare(dice, ZONES),
})

/** When a session begins that follows one that ended at `now`. */
export const nextSession = (kind: Kind, { habit, zoneHours }: Person, now: number, dice: () => number): number => {
  const at = now + kind.offline(dice) * (kind.sleeps ? habit : 1)
  const hour = (at / HOUR + zoneHours) % 24
  const atNight = kind.sleeps && hour >= NIGHT_FROM && hour < NIGHT_TO
  return atNight ? at + (NIGHT_TO - hour + 2 * dice()) * HOUR : at
}
