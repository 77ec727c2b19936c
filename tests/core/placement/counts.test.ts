/** Redundancy, leases, presence, and what counts as alive. */
import { expect } from 'chai'
import fc from 'fast-check'
import {
  AVAILABILITY,
  advancePresence,
  availabilityClass,
  newPresence,
  PRESENCE_HALF_LIFE_MS,
} from '../../../src/core/placement/availability.ts'
import {
  CLOCK_SKEW_MS,
  isRenewalDue,
  LEASE_MS,
  leaseEnd,
  mayDrop,
  RENEW_EVERY_MS,
} from '../../../src/core/placement/lease-terms.ts'
import { aliveUntil, countLive, livenessOf, PROOF_COUNTS_MS } from '../../../src/core/placement/liveness.ts'
import {
  checkRedundancy,
  familyCap,
  MAX_PIECES,
  neededOf,
  pieceBytes,
  piecesOf,
  priceBytes,
  repairBelow,
  repairTraffic,
} from '../../../src/core/placement/redundancy.ts'
import { describe, it } from '../../support/runner.ts'
import { anyRedundancy, BLOCK, COPIES, DAY, HOUR, KIB, NOW, SHARDS, signs } from './people.ts'

describe('redundancy', () => {
  it('[PL3] counts outside the limits are refused', () => {
    for (const bad of [0, -1, 1.5, Number.NaN, MAX_PIECES + 1]) {
      expect(checkRedundancy(COPIES(bad)).ok).equal(false)
      expect(checkRedundancy(SHARDS(4, bad)).ok).equal(false)
      expect(checkRedundancy(SHARDS(bad, MAX_PIECES)).ok).equal(false)
    }
    expect(checkRedundancy(SHARDS(1, 3)).ok).equal(false)
    expect(checkRedundancy(SHARDS(4, 4)).ok).equal(false)
    fc.assert(fc.property(anyRedundancy, (redundancy) => checkRedundancy(redundancy).ok))
  })

  it('[PL3] the price is what is stored, in steps of 4 KiB', () => {
    expect(priceBytes(COPIES(3), BLOCK)).equal(3 * BLOCK)
    expect(priceBytes(SHARDS(4, 12), BLOCK)).equal(3 * BLOCK)
    expect(priceBytes(SHARDS(8, 24), BLOCK)).equal(3 * BLOCK)
    expect(pieceBytes(COPIES(3), 1)).equal(4 * KIB)
    expect(pieceBytes(SHARDS(8, 24), 5000)).equal(4 * KIB)
  })

  it('[PL4] repairing a copy moves it once, a shard also K − 1 others', () => {
    expect(repairTraffic(COPIES(3), BLOCK, 1)).deep.equal({ readBytes: 0, writtenBytes: BLOCK })
    expect(repairTraffic(SHARDS(4, 12), BLOCK, 3)).deep.equal({ readBytes: 192 * KIB, writtenBytes: 192 * KIB })
    expect(repairTraffic(SHARDS(8, 24), BLOCK, 5)).deep.equal({ readBytes: 224 * KIB, writtenBytes: 160 * KIB })
  })

  it('[PL4] copies are repaired at the first loss, shards when a quarter of the spare is gone, never too late', () => {
    expect([COPIES(3), SHARDS(4, 12), SHARDS(8, 24)].map(repairBelow)).deep.equal([3, 10, 20])
    const property = fc.property(anyRedundancy, (redundancy) => {
      expect(repairBelow(redundancy)).within(neededOf(redundancy), piecesOf(redundancy))
      if (piecesOf(redundancy) > neededOf(redundancy)) expect(repairBelow(redundancy)).above(neededOf(redundancy))
    })
    fc.assert(property)
  })

  it('[PL9] what a family may hold leaves enough without it', () => {
    const property = fc.property(anyRedundancy, (redundancy) => {
      const left = piecesOf(redundancy) - familyCap(redundancy)
      if (piecesOf(redundancy) > neededOf(redundancy)) expect(left).at.least(neededOf(redundancy))
    })
    fc.assert(property)
  })
})

describe('classes and presence', () => {
  it('[PL1] the class follows from what is known of the platform', () => {
    const facts = { process: false, installed: false, evicts: false }
    expect(availabilityClass(facts)).equal('tab')
    expect(availabilityClass({ ...facts, evicts: true })).equal('evicting-tab')
    expect(availabilityClass({ ...facts, evicts: true, installed: true })).equal('app')
    expect(availabilityClass({ ...facts, process: true })).equal('host')
  })

  it('[PL2] presence goes half of the way to what it is within a week, in whatever steps it is measured', () => {
    const never = { share: 0, measuredAt: NOW }
    expect(advancePresence(never, true, NOW + PRESENCE_HALF_LIFE_MS).share).closeTo(0.5, 1e-9)
    const property = fc.property(
      fc.integer({ min: 1, max: 30 * DAY }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (ms, part) => {
        const once = advancePresence(newPresence(NOW), true, NOW + ms)
        const half = advancePresence(newPresence(NOW), true, NOW + Math.floor(ms * part))
        expect(advancePresence(half, true, NOW + ms).share).closeTo(once.share, 1e-9)
        expect(once.share).within(0, 1)
      },
    )
    fc.assert(property)
  })

  it('[PL2] a clock that was set back measures nothing', () => {
    expect(advancePresence(newPresence(NOW), true, NOW - DAY)).deep.equal(newPresence(NOW))
  })
})

describe('leases', () => {
  it('[PL11] leases run 31 days from their renewal, what brings a person back 400; renewed weekly', () => {
    expect([LEASE_MS.data, LEASE_MS.identity]).deep.equal([31 * DAY, 400 * DAY])
    for (const kind of ['data', 'identity'] as const) {
      const end = leaseEnd(kind, NOW)
      expect(isRenewalDue(kind, end, NOW + RENEW_EVERY_MS - 1)).equal(false)
      expect(isRenewalDue(kind, end, NOW + RENEW_EVERY_MS)).equal(true)
    }
  })

  it('[PL12] nothing is dropped before the end, and not by a clock that is an hour fast', () => {
    const end = leaseEnd('data', NOW)
    expect([end - 1, end, end + CLOCK_SKEW_MS].map((now) => mayDrop(end, now))).deep.equal([false, false, false])
    expect(mayDrop(end, end + CLOCK_SKEW_MS + 1)).equal(true)
  })
})

describe('what counts as alive', () => {
  it('[PL13] a holder counts for the grace of its class after its last sign', () => {
    for (const availability of ['host', 'app', 'tab', 'evicting-tab'] as const) {
      const { graceMs } = AVAILABILITY[availability]
      expect(livenessOf(signs({ availability }), NOW + graceMs - 1)).equal('alive')
      expect(livenessOf(signs({ availability }), NOW + graceMs)).equal('silent')
    }
  })

  it('[PL13] being seen is not enough: without a right proof for three weeks a piece does not count', () => {
    const seen = signs({ lastSeen: NOW + 30 * DAY, lastProof: NOW })
    expect(livenessOf(seen, NOW + PROOF_COUNTS_MS - 1)).equal('alive')
    expect(livenessOf(seen, NOW + PROOF_COUNTS_MS)).equal('unproven')
  })

  it('[PL13] a wrong proof, a notice, a release and the end of the lease count at once', () => {
    for (const ended of ['warrant', 'notice', 'release'] as const) {
      expect(livenessOf(signs({ ended }), NOW)).equal(ended)
    }
    expect(livenessOf(signs({ leaseEnd: NOW }), NOW)).equal('lease-over')
  })

  it('[PL13] alive is exactly before the moment that is told beforehand', () => {
    const anySigns = fc.record({
      availability: fc.constantFrom('host', 'app', 'tab', 'evicting-tab' as const),
      lastSeen: fc.integer({ min: 0, max: 60 * DAY }),
      lastProof: fc.integer({ min: 0, max: 60 * DAY }),
      leaseEnd: fc.integer({ min: 0, max: 90 * DAY }),
      ended: fc.constantFrom(undefined, undefined, 'notice' as const),
    })
    const property = fc.property(anySigns, fc.integer({ min: 0, max: 90 * DAY }), (any, now) => {
      expect(livenessOf(any, now) === 'alive').equal(now < aliveUntil(any))
    })
    fc.assert(property, { numRuns: 500 })
  })

  it('[PL14] all holders come to the same count and the same moment since when it is so low', () => {
    const holders = [
      signs(),
      signs({ lastSeen: NOW - 5 * DAY, lastProof: NOW - 5 * DAY }),
      signs({ availability: 'host', lastSeen: NOW - 25 * HOUR, lastProof: NOW - 25 * HOUR }),
    ]
    expect(countLive(holders, NOW)).deep.equal({ live: 1, since: NOW - HOUR })
    expect(countLive([...holders].reverse(), NOW)).deep.equal({ live: 1, since: NOW - HOUR })
  })
})
