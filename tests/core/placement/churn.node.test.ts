/** The simulation behind docs/placement.md, with a tenth of its devices. */
import { expect } from 'chai'
import { meanOf, wilson } from '../../../bench/churn/intervals.ts'
import { logNormal, seededDice, weibull } from '../../../bench/churn/random.ts'
import { simulate } from '../../../bench/churn/simulate.ts'
import type { Scenario } from '../../../bench/churn/world.ts'
import { describe, it } from '../../support/runner.ts'
import { COPIES, SHARDS } from './people.ts'

const scenario = (facts: Partial<Scenario>): Scenario => ({
  redundancy: COPIES(3),
  devices: 1000,
  items: 5000,
  days: 60,
  seed: 1,
  repair: true,
  evicted: 0,
  ...facts,
})

const median = (draw: () => number): number => Array.from({ length: 9999 }, draw).sort((a, b) => a - b)[4999]!

describe('churn simulation', () => {
  const three = simulate(scenario({}))

  it('[PL15] is the same at every run, and another with another seed', () => {
    const small = (seed: number) => simulate(scenario({ devices: 300, items: 1000, days: 30, seed }))
    expect(small(1)).deep.equal(small(1))
    expect(small(2)).not.deep.equal(small(1))
  })

  it('[PL15] more is lost when nobody repairs, and more can be read when somebody does', () => {
    const unrepaired = simulate(scenario({ repair: false }))
    expect(unrepaired.repairs).equal(0)
    expect(unrepaired.durability.high).below(three.durability.low)
    expect(three.readableInADay.value).above(unrepaired.readableInADay.high)
  })

  it('[PL3] more copies lose less and are read more often', () => {
    const [two, five] = [2, 5].map((copies) => simulate(scenario({ redundancy: COPIES(copies) })))
    expect(two!.lost).at.least(three.lost)
    expect(three.lost).at.least(five!.lost)
    expect(five!.readableInADay.low).above(two!.readableInADay.high)
  })

  it('[PL4] shards are repaired by reading others', () => {
    const shards = simulate(scenario({ redundancy: SHARDS(4, 12) }))
    expect(shards.repairs).above(100)
    expect(shards.readShare).within(0.3, 0.6)
    expect(shards.durability.value).above(0.99)
  })

  it('[PL18] a fifth of a browser family gone on one day makes no storm', () => {
    const evicted = simulate(scenario({ evicted: 0.2 }))
    expect(evicted.repairs).above(three.repairs)
    // Of 5,000 items hundreds lost a copy on that day.
    expect(evicted.busiestHour).below(300)
    expect(evicted.durability.value).above(0.99)
  })

  it('[PL20] what is stored beyond what is wanted stays little', () => {
    expect(three.storedOverWanted).within(0.9, 1.25)
  })
})

describe('figures of the simulation', () => {
  it('[PL15] sessions and pauses have the medians of their distributions', () => {
    const dice = seededDice(3)
    expect(median(() => weibull(dice, 0.59, 41.9))).closeTo(41.9 * Math.log(2) ** (1 / 0.59), 1)
    expect(median(() => logNormal(dice, 9, 1.1))).closeTo(9, 0.5)
  })

  it('[PL15] intervals hold what is known of them', () => {
    // Newcombe 1998: 81 of 263 is 0.3080 (0.2553 to 0.3662).
    const { low, high } = wilson(81, 263)
    expect([low, high].map((bound) => bound.toFixed(4))).deep.equal(['0.2553', '0.3662'])
    expect(wilson(1000, 1000).low).closeTo(0.9962, 1e-4)
    const mean = meanOf(Array.from({ length: 100 }, (_, i) => i % 2))
    expect([mean.value, mean.low, mean.high].map((bound) => bound.toFixed(3))).deep.equal(['0.500', '0.402', '0.598'])
  })
})
