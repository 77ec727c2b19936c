/** What placement is told about people's devices. Nothing here is a ledger: who reads one fills these in. */
import type { AvailabilityClass } from './availability.ts'

/** The id of a person or device, compared for equality and nothing else. */
export type Id = string | number

/** A uniform number, at least 0 and less than 1. In a node it comes from secure random bytes, in tests from a seed. */
export type Dice = () => number

/** A device at which something is kept, or may be. */
export interface Place {
  readonly device: Id
  readonly person: Id
  readonly availability: AvailabilityClass
  /** The browser's engine, whose storage may go on one day everywhere; undefined for what is no browser. */
  readonly family: string | undefined
}

/** A device that offers room. */
export interface Candidate extends Place {
  /** Bytes that its person gives and nobody occupies. */
  readonly freeBytes: number
  /** The share of time that it was online, 0 to 1. */
  readonly presence: number
  /** Whether it can be asked now. */
  readonly online: boolean
}
