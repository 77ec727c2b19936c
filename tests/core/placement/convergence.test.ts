/**
 * Many holders repairing together: each runs the real steps on its own view; claims and counts travel with delays, some
 * later than a repairer listens.
 */
import { expect } from 'chai'
import fc from 'fast-check'
import { pick, seededDice } from '../../../bench/churn/random.ts'
import { chooseHolders } from '../../../src/core/placement/choose-holders.ts'
import { CLAIM_SETTLE_MS, type RepairClaim, rememberClaim } from '../../../src/core/placement/claims.ts'
import type { Candidate, Id } from '../../../src/core/placement/placement-types.ts'
import { neededOf, piecesOf, type Redundancy, repairTraffic } from '../../../src/core/placement/redundancy.ts'
import { IDLE_REPAIR, type RepairState, repairEnded, stepRepair } from '../../../src/core/placement/repair.ts'
import {
  beginRepair,
  endRepair,
  MAX_REPAIRS_AT_ONCE,
  mayRepair,
  newRepairBudget,
  type RepairBudget,
} from '../../../src/core/placement/repair-budget.ts'
import { chooseSurplus } from '../../../src/core/placement/surplus.ts'
import { describe, it } from '../../support/runner.ts'
import { BLOCK, COPIES, crowd, DAY, HOUR, NOW, SHARDS } from './people.ts'

interface VillageOptions {
  readonly redundancy: Redundancy
  readonly persons: number
  readonly items: number
  readonly seed: number
  /** Longest time for a message from one holder to another. */
  readonly delayMs: number
}

interface Job {
  readonly at: number
  readonly run: () => void
}

/** Everybody is online; who leaves takes their pieces along, and all others know at once. */
const createVillage = ({ redundancy, persons, items, seed, delayMs }: VillageOptions) => {
  const dice = seededDice(seed)
  const people = new Map<Id, Candidate>(crowd(persons, { freeBytes: 400 * BLOCK }).map((one) => [one.device, one]))
  const pieces = Array.from({ length: items }, () => new Set<Id>())
  const states = new Map<string, RepairState>()
  const heard = new Map<string, readonly RepairClaim[]>()
  const budgets = new Map<Id, RepairBudget>()
  const jobs: Job[] = []
  const seen = { repairs: 0, mostAtOnce: 0, atOnce: 0, most: 0 }
  let now = NOW
  let lostAt = NOW

  const later = (ms: number, run: () => void) => {
    const at = now + ms
    let i = jobs.length
    while (i > 0 && jobs[i - 1]!.at < at) i--
    jobs.splice(i, 0, { at, run })
  }
  const keyOf = (item: number, device: Id) => `${item}/${device}`
  const budgetOf = (device: Id) => budgets.get(device) ?? newRepairBudget(NOW)

  const place = (item: number, held: ReadonlySet<Id>) => {
    const places = [...held].map((device) => people.get(device)!)
    const candidates = [...people.values()]
    const request = {
      redundancy,
      bytes: BLOCK,
      owner: 'owner',
      held: places,
      silent: [],
      candidates,
      balanceBytes: 1e12,
    }
    for (const { device } of chooseHolders(request, dice).chosen) pieces[item]!.add(device)
    seen.most = Math.max(seen.most, pieces[item]!.size)
  }

  const look = (item: number, device: Id): void => {
    const held = pieces[item]!
    if (!held.has(device)) return
    const key = keyOf(item, device)
    const cost = traffic(item)
    const view = {
      now,
      device,
      redundancy,
      live: held.size,
      since: lostAt,
      claims: heard.get(key) ?? [],
      isAble: mayRepair(budgetOf(device), cost, now),
    }
    const { state, action, wakeAt } = stepRepair(states.get(key) ?? IDLE_REPAIR, view, dice)
    states.set(key, state)
    if (wakeAt !== undefined) later(Math.max(0, wakeAt - now), () => look(item, device))
    if (action.type === 'claim') tell(item, action.claim)
    if (action.type === 'repair') repair(item, device, cost)
  }

  const traffic = (item: number): number => {
    const { readBytes, writtenBytes } = repairTraffic(redundancy, BLOCK, piecesOf(redundancy) - pieces[item]!.size)
    return readBytes + writtenBytes
  }

  const tell = (item: number, claim: RepairClaim) => {
    for (const device of pieces[item]!) {
      if (device === claim.device) continue
      later(dice() * delayMs, () => {
        const key = keyOf(item, device)
        heard.set(key, rememberClaim(heard.get(key) ?? [], claim, pieces[item]!, now))
        look(item, device)
      })
    }
  }

  const repair = (item: number, device: Id, cost: number) => {
    // What it knew when it began: it copies for two seconds, and what happens meanwhile it does not see.
    const held = new Set(pieces[item])
    budgets.set(device, beginRepair(budgetOf(device), cost, now))
    seen.repairs++
    seen.mostAtOnce = Math.max(seen.mostAtOnce, ++seen.atOnce)
    later(2000, () => {
      seen.atOnce--
      budgets.set(device, endRepair(budgetOf(device)))
      if (!people.has(device)) return
      place(item, new Set([...held].filter((one) => people.has(one))))
      states.set(keyOf(item, device), repairEnded(states.get(keyOf(item, device))!, true, now, dice).state)
      for (const holder of pieces[item]!) look(item, holder)
    })
  }

  const run = (ms: number) => {
    const end = now + ms
    for (let steps = 0; steps < 500_000 && jobs.length > 0 && jobs.at(-1)!.at <= end; steps++) {
      const job = jobs.pop()!
      now = job.at
      job.run()
    }
    now = end
  }

  const loseDevices = (devices: readonly Id[]) => {
    lostAt = now
    for (const device of devices) people.delete(device)
    for (const [item, held] of pieces.entries()) {
      const before = held.size
      for (const device of devices) held.delete(device)
      if (held.size < before) for (const holder of held) look(item, holder)
    }
  }

  const trim = () => {
    for (const held of pieces) {
      const live = [...held].map((device) => ({ ...people.get(device)!, since: 0 }))
      for (const device of chooseSurplus(redundancy, live)) held.delete(device)
    }
  }

  for (let item = 0; item < items; item++) place(item, new Set())
  return { pieces, people, seen, run, loseDevices, trim, dice }
}

const sizes = (pieces: readonly ReadonlySet<Id>[]) => pieces.map(({ size }) => size)

describe('holders repairing together', () => {
  it('[PL16] with messages quicker than a repairer listens, one repairs and R copies are the end of it', () => {
    const property = fc.property(fc.integer(), fc.integer({ min: 3, max: 7 }), (seed, copies) => {
      const village = createVillage({
        redundancy: COPIES(copies),
        persons: 20,
        items: 1,
        seed,
        delayMs: CLAIM_SETTLE_MS / 2,
      })
      village.loseDevices([...village.pieces[0]!].slice(0, 1))
      village.run(DAY)
      expect(village.seen.repairs).equal(1)
      expect(sizes(village.pieces)).deep.equal([copies])
    })
    fc.assert(property, { numRuns: 60 })
  })

  it('[PL16] two who do not hear of each other end with R copies and not 2R', () => {
    const property = fc.property(fc.integer(), fc.integer({ min: 3, max: 7 }), (seed, copies) => {
      const village = createVillage({ redundancy: COPIES(copies), persons: 30, items: 1, seed, delayMs: 6 * HOUR })
      village.loseDevices([...village.pieces[0]!].slice(0, copies - 2))
      village.run(3 * DAY)
      expect(village.pieces[0]!.size).at.least(copies)
      expect(village.seen.most).below(2 * copies)
      village.trim()
      village.run(DAY)
      expect(sizes(village.pieces)).deep.equal([copies])
    })
    fc.assert(property, { numRuns: 60 })
  })

  it('[PL15] after any losses that leave enough, every item gets back to its full number', () => {
    const anyRedundancy = fc.constantFrom(COPIES(2), COPIES(3), COPIES(5), SHARDS(4, 12), SHARDS(3, 6))
    const property = fc.property(fc.integer(), anyRedundancy, (seed, redundancy) => {
      const village = createVillage({ redundancy, persons: 40, items: 10, seed, delayMs: 2000 })
      for (let day = 0; day < 4; day++) {
        const everybody = [...village.people.keys()]
        village.loseDevices([everybody[pick(village.dice, everybody.length)]!])
        village.run(DAY)
      }
      const [needed, below] = [neededOf(redundancy), piecesOf(redundancy)]
      for (const size of sizes(village.pieces)) {
        if (redundancy.kind === 'copies') expect(size).equal(below)
        else expect(size).within(needed + 1, below)
      }
    })
    fc.assert(property, { numRuns: 25 })
  })

  it('[PL18] a fifth of all gone at once: no storm, and everything is whole the day after', () => {
    const village = createVillage({ redundancy: COPIES(3), persons: 60, items: 300, seed: 7, delayMs: 2000 })
    const gone = [...village.people.keys()].slice(0, 12)
    const short = village.pieces.filter((held) => gone.some((device) => held.has(device))).length
    village.loseDevices(gone)
    village.run(DAY)
    const lost = village.pieces.filter(({ size }) => size === 0).length
    expect(sizes(village.pieces).filter((size) => size !== 3 && size !== 0)).deep.equal([])
    expect(village.seen.repairs).within(short - lost, Math.ceil(1.02 * short))
    // Spread over hours: two seconds each, of which few overlap.
    expect(village.seen.mostAtOnce).at.most(Math.min(MAX_REPAIRS_AT_ONCE * 48, 12))
  })
})
