/** What an owner does next: pure, so everything is told in numbers. */
import { expect } from 'chai'
import fc from 'fast-check'
import type { Copy } from '../../../src/core/economy/ledger-view.ts'
import { STEP_BYTES } from '../../../src/core/economy/units.ts'
import {
  MAX_PLANNED,
  type PlanInput,
  planLeases,
  RENEW_AFTER,
  SIGNING_PATIENCE,
} from '../../../src/node-worker/leasing/plan.ts'
import { describe, it } from '../../support/runner.ts'

const NOW = 1_800_000_000_000
const DAY = 86_400_000
const ME = 'me'
const HERE = 'here'

/** A copy of `subject`; `age` is how long ago its newest lease was written. */
const copy = (
  subject: string,
  holder: string,
  {
    age = DAY,
    used = 2,
    held = used,
    by = HERE,
    wanted = 2,
  }: { age?: number; used?: number; held?: number; by?: string; wanted?: number } = {},
): Copy => ({
  owner: ME,
  subject,
  holderPerson: holder === HERE ? ME : holder,
  holderDevice: holder,
  used,
  held,
  leases: [{ id: `${subject}@${holder}@${NOW - age}`, device: by, copies: wanted } as never],
})

const candidate = (person: string, steps = 100) => ({
  person,
  device: person,
  availability: 'tab' as const,
  family: undefined,
  freeBytes: steps * STEP_BYTES,
  presence: 1,
  online: true,
})

interface Given extends Omit<Partial<PlanInput>, 'things'> {
  readonly copies?: number
  readonly things?: readonly (Omit<PlanInput['things'][number], 'copies'> & { readonly copies?: number })[]
}
/** `copies` are those wanted of everything. */
const plan = ({ copies = 3, things = [{ key: 'a', steps: 2 }], ...given }: Given = {}) =>
  planLeases({
    me: ME,
    device: HERE,
    now: NOW,
    things: things.map((thing) => ({ copies, ...thing })),
    held: [],
    writtenAt: (lease) => Number(lease.split('@')[2]),
    facts: () => ({ availability: 'tab', family: undefined, lastSeen: NOW }),
    isUnproven: () => false,
    candidates: [candidate('bob'), candidate('cat'), candidate('dan')],
    askedAt: () => undefined,
    standsIn: () => false,
    trusts: () => false,
    free: 1000,
    dice: () => 0.5,
    ...given,
  })
const holders = ({ write }: ReturnType<typeof plan>): string[] => write.map(({ holder }) => holder.device).sort()

describe('planning leases', () => {
  it('[EC7] one copy is one’s own, the others are with other people', () => {
    const made = plan()
    expect(made.write).to.have.length(3)
    expect(holders(made)).to.include(HERE)
    expect(new Set(made.write.map(({ holder }) => holder.person)).size).to.equal(3)
    expect(made.short.size).to.equal(0)
    expect(holders(plan({ copies: 1 }))).to.deep.equal([HERE])
  })

  it('[EC7] what cannot be placed has its reason, and what can be is placed', () => {
    const alone = plan({ candidates: [] })
    expect(holders(alone)).to.deep.equal([HERE])
    expect(alone.short.get('a')).to.deep.equal({ type: 'alone', missing: 2 })
    expect(plan({ candidates: [candidate('bob')] }).short.get('a')).to.deep.include({
      type: 'too-few-persons',
      missing: 1,
    })
    expect(plan({ free: 4 }).short.get('a')).to.deep.include({ type: 'balance-too-small', missing: 1 })
    expect(plan({ candidates: [candidate('bob', 1), candidate('cat')] }).short.get('a')).to.deep.include({
      type: 'too-little-room',
    })
  })

  it('[EC7] people whom one follows are asked before strangers, whatever they come with', () => {
    const host = { ...candidate('host'), availability: 'host' as const }
    const candidates = [host, ...['bob', 'cat', 'dan', 'eve'].map((name) => candidate(name))]
    const trusts = (person: string) => person === 'eve' || person === 'dan'
    expect(holders(plan({ candidates, trusts }))).to.deep.equal(['dan', 'eve', HERE])
    expect(holders(plan({ candidates, trusts: (person) => person === 'eve' })))
      .to.include('eve')
      .and.to.include('host')
  })

  it('[EC7] everything there is room for and nothing beyond it', () => {
    const things = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 30 })
    fc.assert(
      fc.property(things, fc.nat(120), fc.nat(40), (sizes, free, room) => {
        const made = plan({
          things: sizes.map((steps, i) => ({ key: `thing${i}`, steps })),
          free,
          candidates: ['bob', 'cat', 'dan'].map((name) => candidate(name, room)),
        })
        const costs = made.write.map(({ key, holder }) => ({
          holder: holder.device,
          steps: sizes[Number(key.slice(5))]!,
        }))
        expect(costs.reduce((sum, { steps }) => sum + steps, 0)).to.be.at.most(free)
        for (const name of ['bob', 'cat', 'dan'])
          expect(
            costs.filter(({ holder }) => holder === name).reduce((sum, { steps }) => sum + steps, 0),
          ).to.be.at.most(room)
        expect(new Set(made.write.map(({ key, holder }) => `${key} ${holder.person}`)).size).to.equal(made.write.length)
        for (const [i] of sizes.entries()) {
          const placed = made.write.filter(({ key, holder }) => key === `thing${i}` && holder.person !== ME).length
          const short = made.short.get(`thing${i}`)?.missing ?? 0
          if (made.write.length < MAX_PLANNED) expect(placed + short).to.equal(2)
        }
      }),
    )
  })

  it('[EC8] who was asked lately is waited for, who does not answer is given up', () => {
    const asked = [copy('a', HERE), copy('a', 'bob', { held: 0, age: 1000 }), copy('a', 'cat')]
    expect(plan({ held: asked })).to.deep.include({ write: [], release: [] })
    const late = [copy('a', HERE), copy('a', 'bob', { held: 0, age: SIGNING_PATIENCE }), copy('a', 'cat')]
    const made = plan({ held: late })
    expect(made.release).to.deep.equal(late[1]!.leases.map(({ id }) => id))
    expect(holders(made)).to.deep.equal(['dan'])
  })

  it('[EC8] what another device left is given up only by who asked for the signature, or when its holder is silent', () => {
    const held = [copy('a', HERE), copy('a', 'bob', { held: 0, by: 'other' }), copy('a', 'cat')]
    expect(plan({ held })).to.deep.include({ write: [], release: [] })
    const asked = (before: number) => plan({ held, askedAt: () => NOW - before })
    expect(asked(1000)).to.deep.include({ write: [], release: [] })
    expect(asked(SIGNING_PATIENCE).release).to.deep.equal(held[1]!.leases.map(({ id }) => id))
    const facts = () => ({ availability: 'tab' as const, family: undefined, lastSeen: NOW - 5 * DAY })
    const made = plan({ held: held.slice(0, 2), facts })
    expect(made.release).to.deep.equal([])
    expect(made.write).to.have.length(2)
  })

  it('[EC16] who keeps a thing already, in place of somebody, is asked first', () => {
    const held = [copy('a', HERE), copy('a', 'bob')]
    const made = plan({ held, standsIn: (device) => device === 'dan', trusts: (person) => person === 'cat' })
    expect(holders(made)).to.deep.equal(['dan'])
  })

  it('[EC8] [PL13] who was not seen for longer than their kind may be away is replaced, and released when that is done', () => {
    const held = [copy('a', HERE), copy('a', 'bob'), copy('a', 'cat')]
    const facts = (device: string) => ({
      availability: 'tab' as const,
      family: undefined,
      lastSeen: device === 'bob' ? NOW - 5 * DAY : NOW,
    })
    const made = plan({ held, facts })
    expect(holders(made)).to.deep.equal(['dan'])
    expect(made.release).to.deep.equal([])
    // Once somebody else has signed, the silent one is paid for no more.
    const replaced = plan({ held: [...held, copy('a', 'dan')], facts })
    expect(replaced.write).to.deep.equal([])
    expect(replaced.release).to.deep.equal(held[1]!.leases.map(({ id }) => id))
  })

  it('[EC12] [PL13] a holder that was asked for a proof in vain for too long is replaced like one that is silent', () => {
    const held = [copy('a', HERE), copy('a', 'bob'), copy('a', 'cat')]
    const isUnproven = ({ holderDevice }: Copy): boolean => holderDevice === 'cat'
    const made = plan({ held, isUnproven })
    expect(holders(made)).to.deep.equal(['dan'])
    expect(made.release).to.deep.equal([])
    const replaced = plan({ held: [...held, copy('a', 'dan')], isUnproven })
    expect(replaced.release).to.deep.equal(held[2]!.leases.map(({ id }) => id))
  })

  it('[EC9] [EC14] leases are renewed when another number of copies is wanted by now, and once', () => {
    const held = [copy('a', HERE), copy('a', 'bob', { wanted: 4 }), copy('a', 'cat', { wanted: 4 })]
    expect(holders(plan({ held }))).to.deep.equal(['bob', 'cat'])
    expect(holders(plan({ held, copies: 5 }))).to.deep.equal(['dan'])
  })

  it('[EC9] leases are renewed after a week with those who are here, and when the thing has grown', () => {
    const old = [copy('a', HERE), copy('a', 'bob', { age: RENEW_AFTER }), copy('a', 'cat', { age: RENEW_AFTER })]
    expect(holders(plan({ held: old }))).to.deep.equal(['bob', 'cat'])
    expect(holders(plan({ held: old, candidates: [candidate('cat')] }))).to.deep.equal(['cat'])
    const small = [copy('a', HERE), copy('a', 'bob'), copy('a', 'cat')]
    expect(holders(plan({ held: small, things: [{ key: 'a', steps: 3 }] }))).to.deep.equal(['bob', 'cat', HERE])
    // It is not asked for twice while the larger lease waits for its signature.
    const growing = [
      copy('a', HERE, { used: 3 }),
      ...['bob', 'cat'].map((name) => copy('a', name, { used: 3, held: 2 })),
    ]
    expect(plan({ held: growing, things: [{ key: 'a', steps: 3 }] }).write).to.deep.equal([])
  })

  it('[EC10] what is gone, and what is more than wanted, is released', () => {
    const held = ['b', 'a'].flatMap((key) => [copy(key, HERE), copy(key, 'bob'), copy(key, 'cat')])
    expect(plan({ held }).release).to.have.members(held.slice(0, 3).map(({ leases }) => leases[0]!.id))
    // Another device of the person's may know what is only not here yet.
    const others = held.map(({ subject, holderDevice }) => copy(subject, holderDevice, { by: 'elsewhere' }))
    expect(plan({ held: others }).release).to.deep.equal([])
    const fewer = plan({ held: held.slice(3), copies: 2 })
    expect(fewer.release).to.have.length(1)
    // Whoever stays learns how many are wanted now, and nobody is asked who goes.
    expect(fewer.write).to.have.length(1)
    expect(fewer.release).to.not.include(`a@${fewer.write[0]!.holder.device}@${NOW - DAY}`)
    expect(plan({ held: held.slice(3), copies: 1 }).release).to.have.length(2)
  })

  it('[EC7] a round writes a bounded number of leases, the first things first', () => {
    const things = Array.from({ length: 500 }, (_, i) => ({ key: `thing${i}`, steps: 1 }))
    const made = plan({ things, free: 10_000, candidates: ['bob', 'cat'].map((name) => candidate(name, 1000)) })
    expect(made.write.length).to.be.within(MAX_PLANNED, MAX_PLANNED + 2)
    expect(made.write[0]!.key).to.equal('thing0')
  })
})
