import { expect } from 'chai'
import fc from 'fast-check'
import {
  createOriginBudget,
  FAILURE_COST,
  MAX_ORIGINS,
  ORIGIN_BURST,
  ORIGIN_PER_SECOND,
} from '../../../src/node-worker/foreign/origin-budget.ts'
import { describe, it } from '../../support/runner.ts'

const HOST = 'https://files.example.org'

const create = () => {
  let time = 0
  const budget = createOriginBudget({ now: () => time })
  const takeAll = (origin = HOST): number => {
    let taken = 0
    while (budget.take(origin)) taken += 1
    return taken
  }
  return { budget, takeAll, pass: (seconds: number) => (time += seconds * 1000) }
}

describe('what is asked of a server that others named', () => {
  it('[FS10] is a number at once, and so many a second', () => {
    const { takeAll, pass } = create()
    expect(takeAll()).to.equal(ORIGIN_BURST)
    pass(10)
    expect(takeAll()).to.equal(10 * ORIGIN_PER_SECOND)
    expect(takeAll('https://other.example.org')).to.equal(ORIGIN_BURST)
    pass(86_400)
    expect(takeAll()).to.equal(ORIGIN_BURST)
  })

  it('[FS10] what brings nothing costs more', () => {
    const { budget } = create()
    let asked = 0
    for (; budget.take(HOST); asked++) budget.failed(HOST)
    expect(asked).to.equal(ORIGIN_BURST / FAILURE_COST)
  })

  it('[FS10] as many servers are remembered, and no more are asked until one is full again', () => {
    const { budget, pass } = create()
    for (let i = 0; i < MAX_ORIGINS; i++) expect(budget.take(`https://${i}.example.org`)).to.equal(true)
    expect(budget.take(HOST)).to.equal(false)
    pass(1)
    expect(budget.take(HOST)).to.equal(true)
  })

  it('[FS10] a clock that goes back gives nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1_000, max: 0 }), { maxLength: 20 }), (steps) => {
        const { takeAll, pass } = create()
        takeAll()
        for (const seconds of steps) {
          pass(seconds)
          expect(takeAll()).to.equal(0)
        }
      }),
    )
  })
})
