/** "Would survive a wipe now: yes or no, because …" */
import { expect } from 'chai'
import type { HolderSigns } from '../../../src/core/placement/liveness.ts'
import type { Place } from '../../../src/core/placement/placement-types.ts'
import {
  allWouldSurviveWipe,
  type Holding,
  type ItemCopies,
  wouldSurviveWipe,
} from '../../../src/core/placement/survival.ts'
import { describe, it } from '../../support/runner.ts'
import { COPIES, candidate, DAY, NOW, SHARDS, signs } from './people.ts'

const holding = (device: string, facts: Partial<HolderSigns> = {}, place: Partial<Place> = {}): Holding => ({
  ...candidate(device),
  ...place,
  signs: signs(facts),
})

const item = (holders: readonly Holding[], redundancy = COPIES(3)): ItemCopies => ({
  redundancy,
  owner: 'owner',
  holders,
})

const fox = { family: 'firefox' }
const old = { lastSeen: NOW - 9 * DAY, lastProof: NOW - 9 * DAY }

describe('would survive a wipe now', () => {
  it('[PL21] yes with as many live copies as wanted, at other persons', () => {
    const answer = wouldSurviveWipe(item([holding('a'), holding('b'), holding('c', {}, fox)]), NOW)
    expect(answer).deep.equal({ survives: true, live: 3, wanted: 3, caution: undefined })
  })

  it('[PL21] yes with a caution: fewer than wanted, or all in one browser family', () => {
    expect(wouldSurviveWipe(item([holding('a')]), NOW)).deep.include({ survives: true, caution: 'fewer-than-wanted' })
    const alike = item([holding('a'), holding('b'), holding('c')])
    expect(wouldSurviveWipe(alike, NOW)).deep.include({ survives: true, caution: 'one-family' })
  })

  it('[PL21] no when only devices of the owner have it', () => {
    const own = item([holding('phone', {}, { person: 'owner' }), holding('laptop', {}, { person: 'owner' })])
    expect(wouldSurviveWipe(own, NOW)).deep.equal({ survives: false, live: 0, needed: 1, because: 'nowhere-else' })
  })

  it('[PL21] two devices of one person count once', () => {
    const shards = item([holding('a'), holding('b', {}, { person: 'a' })], SHARDS(2, 3))
    expect(wouldSurviveWipe(shards, NOW)).deep.equal({ survives: false, live: 1, needed: 2, because: 'too-few-pieces' })
  })

  it('[PL21] no, because of what is the matter with the holder that was seen last', () => {
    const because = (...facts: Partial<HolderSigns>[]) => {
      const answer = wouldSurviveWipe(item(facts.map((one, i) => holding(`d${i}`, one))), NOW)
      return answer.survives ? 'survives' : answer.because
    }
    expect(because(old)).equal('silent')
    expect(because({ ended: 'warrant', lastSeen: NOW - DAY }, old)).equal('warrant')
    expect(because({ lastProof: NOW - 22 * DAY })).equal('unproven')
    expect(because({ leaseEnd: NOW - 1 })).equal('lease-over')
    expect(because(old, {})).equal('survives')
  })

  it('[PL21] overall: no as soon as one item is a no, with its name and reason', () => {
    const good = { ...item([holding('a'), holding('b'), holding('c', {}, fox)]), name: 'note' }
    const weak = { ...item([holding('a')]), name: 'picture' }
    const gone = { ...item([]), name: 'post' }
    expect(allWouldSurviveWipe([good, weak], NOW)).deep.equal({ survives: true, items: 2, cautions: 1 })
    const no = allWouldSurviveWipe([good, weak, gone], NOW)
    expect(no.survives ? [] : no.lost.map(({ item: { name }, survival }) => [name, survival.because])).deep.equal([
      ['post', 'nowhere-else'],
    ])
    expect(allWouldSurviveWipe([], NOW).survives).equal(true)
  })
})
