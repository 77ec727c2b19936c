/** One holder's steps, claims, budgets and the surplus. */
import { expect } from 'chai'
import fc from 'fast-check'
import { seededDice } from '../../../bench/churn/random.ts'
import {
  beats,
  CLAIM_MS,
  CLAIM_REST_MS,
  CLAIM_SETTLE_MS,
  type RepairClaim,
  rememberClaim,
  standingClaim,
} from '../../../src/core/placement/claims.ts'
import {
  backOff,
  CALM_WINDOW_MS,
  FIRST_BACK_OFF_MS,
  IDLE_REPAIR,
  MAX_BACK_OFF_MS,
  type RepairState,
  type RepairView,
  repairEnded,
  repairWindow,
  stepRepair,
  UNABLE_PAUSE_MS,
  URGENT_WINDOW_MS,
} from '../../../src/core/placement/repair.ts'
import {
  beginRepair,
  endRepair,
  MAX_REPAIR_BYTES_PER_DAY,
  MAX_REPAIRS_AT_ONCE,
  mayRepair,
  newRepairBudget,
} from '../../../src/core/placement/repair-budget.ts'
import { chooseSurplus, type HeldPiece } from '../../../src/core/placement/surplus.ts'
import { describe, it } from '../../support/runner.ts'
import { anyRedundancy, BLOCK, COPIES, candidate, DAY, HOUR, MINUTE, NOW, SHARDS } from './people.ts'

const view = (facts: Partial<RepairView> = {}): RepairView => ({
  now: NOW,
  device: 'me',
  redundancy: COPIES(3),
  live: 2,
  since: NOW,
  claims: [],
  isAble: true,
  ...facts,
})

const half = () => 0.5
const claimOf = (device: string, ticket: number, at = NOW): RepairClaim => ({ device, ticket, at })
const due: RepairState = { phase: 'waiting', failures: 0, dueAt: NOW }

describe('repair of one item at one holder', () => {
  it('[PL15] nothing happens while enough are alive, and everything is forgotten once they are', () => {
    expect(stepRepair(IDLE_REPAIR, view({ live: 3 }), half)).deep.equal({
      state: IDLE_REPAIR,
      action: { type: 'none' },
      wakeAt: undefined,
    })
    const claimed = stepRepair(due, view(), half).state
    expect(stepRepair(claimed, view({ live: 3 }), half).state).deep.equal(IDLE_REPAIR)
  })

  it('[PL15] a holder waits by lot within a window that is short when the next loss is the last', () => {
    expect(repairWindow(COPIES(3), 1)).equal(URGENT_WINDOW_MS)
    expect(repairWindow(COPIES(3), 2)).equal(CALM_WINDOW_MS)
    expect(repairWindow(COPIES(2), 1)).equal(URGENT_WINDOW_MS)
    expect(repairWindow(SHARDS(4, 12), 9)).equal(CALM_WINDOW_MS)
    const property = fc.property(
      anyRedundancy,
      fc.integer({ min: 0, max: 24 }),
      fc.integer(),
      (redundancy, live, seed) => {
        const { wakeAt } = stepRepair(IDLE_REPAIR, view({ redundancy, live }), seededDice(seed))
        if (wakeAt !== undefined)
          expect(wakeAt - NOW).within(0, Math.max(URGENT_WINDOW_MS, repairWindow(redundancy, live)))
      },
    )
    fc.assert(property)
  })

  it('[PL15] who comes back long after the window repairs within minutes, not at once', () => {
    const { wakeAt } = stepRepair(IDLE_REPAIR, view({ since: NOW - DAY }), half)
    expect(wakeAt).equal(NOW + URGENT_WINDOW_MS / 2)
  })

  it('[PL15] a further loss shortens the wait', () => {
    const waiting: RepairState = { phase: 'waiting', failures: 0, dueAt: NOW + 5 * HOUR }
    expect(stepRepair(waiting, view({ live: 2 }), half).wakeAt).equal(NOW + 5 * HOUR)
    expect(stepRepair(waiting, view({ live: 1 }), half).wakeAt).equal(NOW + URGENT_WINDOW_MS / 2)
  })

  it('[PL16] it claims, listens and then repairs', () => {
    const claimed = stepRepair(due, view(), half)
    expect(claimed.action).deep.equal({ type: 'claim', claim: claimOf('me', 0.5) })
    expect(claimed.wakeAt).equal(NOW + CLAIM_SETTLE_MS)
    expect(stepRepair(claimed.state, view({ now: NOW + 1000 }), half).action.type).equal('none')
    const repairing = stepRepair(claimed.state, view({ now: NOW + CLAIM_SETTLE_MS }), half)
    expect(repairing.action.type).equal('repair')
    expect(stepRepair(repairing.state, view({ now: NOW + MINUTE }), half).action.type).equal('none')
  })

  it('[PL16] it gives way to a better lot, and others to it', () => {
    const { state } = stepRepair(due, view(), half)
    const better = view({ now: NOW + 5000, claims: [claimOf('you', 0.4, NOW + 1000)] })
    const gaveWay = stepRepair(state, better, half)
    expect(gaveWay.state.phase).equal('waiting')
    expect(gaveWay.wakeAt).equal(NOW + 1000 + CLAIM_MS + URGENT_WINDOW_MS / 2)
    const worse = view({ now: NOW + CLAIM_SETTLE_MS, claims: [claimOf('you', 0.6, NOW + 1000)] })
    expect(stepRepair(state, worse, half).action.type).equal('repair')
  })

  it('[PL16] nobody claims while a claim stands; equal lots have one winner', () => {
    expect(stepRepair(due, view({ claims: [claimOf('you', 0.9)] }), half).state.phase).equal('waiting')
    const [a, b] = [claimOf('a', 0.5), claimOf('b', 0.5)]
    expect([beats(a, b), beats(b, a)]).deep.equal([true, false])
  })

  it('[PL16] a claim that went by while its device slept is made anew', () => {
    const { state } = stepRepair(due, view(), half)
    const again = stepRepair(state, view({ now: NOW + CLAIM_MS }), half)
    expect(again.action).deep.equal({ type: 'claim', claim: claimOf('me', 0.5, NOW + CLAIM_MS) })
  })

  it('[PL17] only holders claim, once a day, and not in times to come', () => {
    const holders = new Set(['a', 'b'])
    let claims = rememberClaim([], claimOf('stranger', 0), holders, NOW)
    claims = rememberClaim(claims, claimOf('a', 0, NOW + DAY), holders, NOW)
    expect(claims).deep.equal([])
    expect(rememberClaim([], claimOf('b', 0, NOW + 30 * MINUTE), holders, NOW)).deep.equal([claimOf('b', 0, NOW)])
    for (let i = 0; i < 1000; i++)
      claims = rememberClaim(claims, claimOf('a', 0, NOW + i * MINUTE), holders, NOW + i * MINUTE)
    expect(claims.length).equal(1)
    expect(standingClaim(claims, NOW + CLAIM_MS - 1)?.device).equal('a')
    expect(standingClaim(claims, NOW + CLAIM_MS)).equal(undefined)
    const next = NOW + CLAIM_REST_MS
    expect(rememberClaim(claims, claimOf('a', 0, next), holders, next)).deep.equal([claimOf('a', 0, next)])
  })

  it('[PL18] a device repairs few items at once and so much a day', () => {
    let budget = newRepairBudget(NOW)
    for (let i = 0; i < MAX_REPAIRS_AT_ONCE; i++) budget = beginRepair(budget, BLOCK, NOW)
    expect(mayRepair(budget, BLOCK, NOW)).equal(false)
    expect(mayRepair(endRepair(budget), BLOCK, NOW)).equal(true)
    const spent = endRepair(beginRepair(newRepairBudget(NOW), MAX_REPAIR_BYTES_PER_DAY, NOW))
    expect(mayRepair(spent, 1, NOW + DAY - 1)).equal(false)
    expect(mayRepair(spent, 1, NOW + DAY)).equal(true)
  })

  it('[PL18] without budget, or with too little to read from, it looks again later, and others may go first', () => {
    const { action, wakeAt } = stepRepair(due, view({ isAble: false }), half)
    expect(action.type).equal('none')
    expect(wakeAt).equal(NOW + 1.5 * UNABLE_PAUSE_MS)
  })

  it('[PL19] failures are followed by longer and longer pauses, a success by none', () => {
    const repairing: RepairState = { phase: 'repairing', failures: 0, claim: claimOf('me', 0.5) }
    const pauses = [1, 2, 3].map((failures) => backOff(failures, () => 0))
    expect(pauses).deep.equal([FIRST_BACK_OFF_MS, 2 * FIRST_BACK_OFF_MS, 4 * FIRST_BACK_OFF_MS])
    expect(backOff(1000, () => 0)).equal(MAX_BACK_OFF_MS)
    const failed = repairEnded({ ...repairing, failures: 3 }, false, NOW, () => 0)
    expect(failed.wakeAt).equal(NOW + 8 * FIRST_BACK_OFF_MS)
    // Not sooner because little is left, either.
    expect(stepRepair(failed.state, view({ now: NOW + 1, live: 1 }), half).wakeAt).equal(failed.wakeAt)
    expect(repairEnded({ ...repairing, failures: 4 }, true, NOW, half).state).deep.equal(IDLE_REPAIR)
  })
})

describe('surplus', () => {
  const piece = (device: string, since: number, facts: Partial<HeldPiece> = {}): HeldPiece => ({
    ...candidate(device),
    since,
    ...facts,
  })

  it('[PL20] the worst class goes first, then the youngest; in any order the same', () => {
    const live = [
      piece('a-old', 1),
      piece('b-new', 3),
      piece('host', 9, { availability: 'host' }),
      piece('safari', 0, { availability: 'evicting-tab' }),
    ]
    expect(chooseSurplus(COPIES(2), live)).deep.equal(['safari', 'b-new'])
    expect(chooseSurplus(COPIES(2), [...live].reverse())).deep.equal(['safari', 'b-new'])
    expect(chooseSurplus(COPIES(4), live)).deep.equal([])
  })

  it('[PL20] what stays is never fewer than wanted', () => {
    const property = fc.property(anyRedundancy, fc.integer({ min: 0, max: 40 }), (redundancy, count) => {
      const live = Array.from({ length: count }, (_, i) => piece(`d${i}`, i % 7))
      const gone = chooseSurplus(redundancy, live)
      const wanted = redundancy.kind === 'copies' ? redundancy.copies : redundancy.total
      expect(count - gone.length).equal(Math.min(count, wanted))
      expect(new Set(gone).size).equal(gone.length)
    })
    fc.assert(property)
  })
})
