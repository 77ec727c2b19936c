/** People with devices to place things at. */
import fc from 'fast-check'
import { AVAILABILITY_CLASSES } from '../../../src/core/placement/availability.ts'
import type { HolderSigns } from '../../../src/core/placement/liveness.ts'
import type { Candidate } from '../../../src/core/placement/placement-types.ts'
import type { Redundancy } from '../../../src/core/placement/redundancy.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
export const KIB = 1024
export const BLOCK = 256 * KIB
export const NOW = Date.UTC(2026, 10, 26)

/** A tab that is online with room for 16 blocks; person and device are named alike unless told otherwise. */
export const candidate = (device: string, facts: Partial<Candidate> = {}): Candidate => ({
  device,
  person: device,
  availability: 'tab',
  family: 'chromium',
  freeBytes: 16 * BLOCK,
  presence: 0.1,
  online: true,
  ...facts,
})

/** So many persons with a tab each. */
export const crowd = (count: number, facts: Partial<Candidate> = {}): Candidate[] =>
  Array.from({ length: count }, (_, i) => candidate(`p${i}`, facts))

/** Signs of a holder that was seen and proved just now. */
export const signs = (facts: Partial<HolderSigns> = {}): HolderSigns => ({
  availability: 'tab',
  lastSeen: NOW,
  lastProof: NOW,
  leaseEnd: NOW + 31 * DAY,
  ...facts,
})

export const COPIES = (copies: number): Redundancy => ({ kind: 'copies', copies })
export const SHARDS = (needed: number, total: number): Redundancy => ({ kind: 'shards', needed, total })

export const anyRedundancy: fc.Arbitrary<Redundancy> = fc.oneof(
  fc.integer({ min: 1, max: 8 }).map(COPIES),
  fc
    .tuple(fc.integer({ min: 2, max: 8 }), fc.integer({ min: 1, max: 16 }))
    .map(([needed, spare]) => SHARDS(needed, needed + spare)),
)

/** Devices of a few persons, so that many share one. */
export const anyCandidates: fc.Arbitrary<Candidate[]> = fc
  .array(
    fc.record({
      person: fc.integer({ min: 0, max: 24 }).map((id) => `p${id}`),
      availability: fc.constantFrom(...AVAILABILITY_CLASSES),
      family: fc.constantFrom('chromium', 'firefox', 'webkit', undefined),
      freeBytes: fc.integer({ min: 0, max: 40 * BLOCK }),
      presence: fc.double({ min: 0, max: 1, noNaN: true }),
      online: fc.boolean(),
    }),
    { maxLength: 60 },
  )
  .map((found) => found.map((facts, i) => ({ device: `d${i}`, ...facts })))
