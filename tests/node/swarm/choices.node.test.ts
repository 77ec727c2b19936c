import { expect } from 'chai'
import fc from 'fast-check'
import { createBackoff } from '../../../src/node-worker/swarm/backoff.ts'
import { decodeDialSignal, encodeDialSignal, MAX_SIGNAL_LENGTH } from '../../../src/node-worker/swarm/signals.ts'
import {
  type Candidate,
  chooseTargets,
  MAX_OTHER_HOLDERS,
  MAX_SESSIONS,
} from '../../../src/node-worker/swarm/targets.ts'
import { describe, it } from '../../support/runner.ts'

const hex = (n: number) => n.toString(16).padStart(64, '0')
const input = (
  holders: Record<string, readonly Candidate[]>,
  more: Partial<Parameters<typeof chooseTargets>[0]> = {},
) => ({
  me: 'me',
  ownDevice: hex(1),
  persons: Object.keys(holders),
  holders: (person: string) => holders[person] ?? [],
  isBlocked: () => false,
  isKeeper: () => false,
  places: [] as readonly Candidate[],
  connected: new Set<string>(),
  isFailing: () => false,
  ...more,
})

describe('whom to dial', () => {
  it('[SW1] all devices of a person come before others who hold their things', () => {
    const holders = [2, 3, 4, 5, 6, 7].map((n) => ({ device: hex(n), person: n < 4 ? 'ann' : `other${n}` }))
    const targets = chooseTargets(input({ ann: holders }))
    expect(targets.slice(0, 2)).to.deep.equal([hex(2), hex(3)])
    expect(targets).to.have.length(2 + MAX_OTHER_HOLDERS)
  })

  it('[SW1] holders that are connected stay chosen', () => {
    const holders = Array.from({ length: 20 }, (_, i) => ({ device: hex(i + 100), person: `p${i}` }))
    for (const connected of holders) {
      const targets = chooseTargets(input({ ann: holders }, { connected: new Set([connected.device]) }))
      expect(targets).to.include(connected.device)
    }
  })

  it('[SW2] never oneself, never a blocked person, never more than the limit, never twice', () => {
    const candidate = fc.record({
      device: fc.integer({ min: 1, max: 90 }).map(hex),
      person: fc.constantFrom('ann', 'bob', 'me', 'bad'),
    })
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('ann', 'bob', 'cy'), fc.array(candidate, { maxLength: 70 })),
        (holders) => {
          const targets = chooseTargets(input(holders, { isBlocked: (person) => person === 'bad' }))
          expect(targets).to.not.include(hex(1))
          expect(new Set(targets).size).to.equal(targets.length)
          expect(targets.length).to.be.at.most(MAX_SESSIONS)
          const allowed = new Set(
            Object.values(holders)
              .flat()
              .filter((h) => h.person !== 'bad')
              .map((h) => h.device),
          )
          for (const target of targets) expect(allowed.has(target)).to.equal(true)
        },
      ),
    )
  })
})

describe('failure memory', () => {
  it('[SW3] waits twice as long after each failure, up to the limit, and not at all after a success', () => {
    let now = 0
    const backoff = createBackoff(
      { clock: { now: () => now }, random: { bytes: () => Uint8Array.of(255) } },
      { firstMs: 1000, maxMs: 8000 },
    )
    const waits = Array.from({ length: 6 }, () => {
      backoff.failed('x')
      return Math.round(((backoff.retryAt('x') ?? now) - now) / 1000)
    })
    expect(waits).to.deep.equal([1, 2, 4, 8, 8, 8])
    expect(backoff.isReady('x')).to.equal(false)
    expect(backoff.isReady('y')).to.equal(true)
    now += 8000
    expect(backoff.isReady('x')).to.equal(true)
    backoff.failed('x')
    backoff.succeeded('x')
    expect(backoff.isReady('x')).to.equal(true)
  })
})

describe('signals', () => {
  const dial = 'a'.repeat(26)

  it('[SW4] come back as they were sent', () => {
    for (const signal of [
      { version: 1, type: 'decline', dial },
      { version: 1, type: 'signal', dial, signal: '{}' },
    ] as const) {
      expect(decodeDialSignal(encodeDialSignal(signal))).to.deep.equal({ ok: true, value: signal })
    }
  })

  it('[SW4] anything else is refused', () => {
    const bad = [
      '',
      'null',
      '[]',
      '{',
      '{"version":2}',
      `{"version":1,"type":"signal","dial":"${dial}"}`,
      `{"version":1,"type":"other","dial":"${dial}"}`,
      '{"version":1,"type":"decline","dial":"short"}',
      `{"version":1,"type":"signal","dial":"${dial}","signal":"${'x'.repeat(MAX_SIGNAL_LENGTH)}"}`,
    ]
    for (const text of bad) expect(decodeDialSignal(text).ok, text.slice(0, 60)).to.equal(false)
  })
})
