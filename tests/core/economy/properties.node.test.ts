/** What must hold whatever many people do, honest or not. */
import { expect } from 'chai'
import fc from 'fast-check'
import { emptyLedger, foldFacts, hear } from '../../../src/core/economy/ledger.ts'
import type { Fact } from '../../../src/core/economy/ledger-facts.ts'
import { type LedgerView, viewLedger } from '../../../src/core/economy/ledger-view.ts'
import { checkOccupation } from '../../../src/core/economy/occupation.ts'
import { before, describe, it } from '../../support/runner.ts'
import { removeDevice, stateOf } from '../identity/people.ts'
import { type History, play, type Said, steps } from './history.ts'
import { plainBalance } from './plain-model.ts'
import { afresh, append, contextOf, createPerson, DAY, factOf, leaseOf, NOW, type Person, viewOf } from './world.ts'

const RUNS = { numRuns: 40 }
/** Before, while and after leases and notices end. */
const TIMES = [NOW, NOW + 3 * DAY, NOW + 6 * DAY, NOW + 20 * DAY]

/** Everything that a view says of everybody, in one order. */
const summaryOf = (view: LedgerView, people: readonly Person[]) =>
  people.map(({ id }) => ({
    balance: view.balance(id),
    devices: view.devices(id),
    missing: view.missing(id),
    copies: view
      .copiesOf(id)
      .map(({ leases, ...copy }) => ({ ...copy, leases: leases.map((lease) => lease.id).sort() })),
  }))

const sorted = (summary: ReturnType<typeof summaryOf>): unknown =>
  summary.map(({ copies, ...rest }) => ({
    ...rest,
    copies: copies.map((copy) => JSON.stringify(copy)).sort(),
  }))

const summaries = (facts: readonly Fact[], people: readonly Person[]): unknown =>
  TIMES.map((now) => sorted(summaryOf(viewOf(facts, people, now), people)))

const factsOf = (said: readonly Said[]): Fact[] => said.map(({ fact }) => fact)

/** The same people after one device, or none, was removed at the end of what it showed first. */
const withRemoval = async ({ people }: History, choice: number | null): Promise<readonly Person[]> => {
  if (choice === null) return people
  const devices = people.flatMap((person) => person.devices)
  const device = devices[choice % devices.length]!
  const person = people.find(({ id }) => id === device.person)!
  const last = device.faces[0]!.entries.at(-1)
  const logs = last ? [{ logId: last.logId, seq: last.seq, hash: last.hash }] : []
  const removal = await removeDevice(person.chain, device.byte, logs, { who: person.who })
  return people.with(people.indexOf(person), { ...person, state: await stateOf([...person.chain, removal]) })
}

const removals = fc.option(fc.nat({ max: 100 }))

/** Puts a list in an order that numbers choose. */
const reorder = <T>(list: readonly T[], keys: readonly number[]): T[] =>
  list
    .map((value, i) => ({ value, key: keys[i % keys.length]! * 7919 * (i + 1) }))
    .sort((a, b) => (a.key % 10_007) - (b.key % 10_007))
    .map(({ value }) => value)

const orders = fc.array(fc.nat({ max: 10_000 }), { minLength: 7, maxLength: 7 })

describe('random histories', () => {
  let people: Person[]

  before(async () => {
    people = await Promise.all([2, 1, 2, 1].map((devices, who) => createPerson(who, devices)))
  })

  it('[Q16] the same statements give the same balances in any order, and however often they are heard', async () => {
    await fc.assert(
      fc.asyncProperty(steps(), orders, removals, async (todo, keys, removed) => {
        const history = await play(people, todo)
        const facts = factsOf(history.said)
        const later = await withRemoval(history, removed)
        const expected = summaries(facts, later)
        expect(summaries(reorder(facts, keys), later)).to.deep.equal(expected)
        expect(summaries([...facts, ...reorder(facts, keys)], later)).to.deep.equal(expected)
      }),
      RUNS,
    )
  })

  it('[Q17] nothing is created or lost: what holders signed for is what owners use, and given is what was pledged', async () => {
    await fc.assert(
      fc.asyncProperty(steps(), removals, async (todo, removed) => {
        const history = await play(people, todo)
        const facts = factsOf(history.said)
        const later = await withRemoval(history, removed)
        for (const now of TIMES) {
          const view = viewOf(facts, later, now)
          const balances = people.map(({ id }) => view.balance(id))
          const total = (name: 'used' | 'pending' | 'held') => balances.reduce((sum, each) => sum + each[name], 0)
          expect(total('used') - total('pending')).to.equal(total('held'))
          for (const { id } of people) {
            const { given, used, free, held } = view.balance(id)
            expect(free).to.equal(given - used)
            const devices = view.devices(id)
            expect(devices.reduce((sum, device) => sum + device.held, 0)).to.equal(held)
            expect(devices.reduce((sum, device) => sum + device.given, 0)).to.equal(given)
            expect(devices.every((device) => device.room === device.given - device.held)).to.equal(true)
          }
        }
      }),
      RUNS,
    )
  })

  it('[Q17] every balance is the one that the plain model computes', async () => {
    await fc.assert(
      fc.asyncProperty(steps(), async (todo) => {
        const facts = factsOf((await play(people, todo)).said)
        for (const now of TIMES) {
          const view = viewOf(facts, people, now)
          for (const { id } of people) {
            const { barred: _, ...balance } = view.balance(id)
            expect(balance).to.deep.equal(plainBalance(facts, id, now))
          }
        }
      }),
      RUNS,
    )
  })

  it('[Q18] an index that forgets everything, now and then, comes to the same ledger when devices log in again', async () => {
    await fc.assert(
      fc.asyncProperty(
        steps(),
        orders,
        fc.array(fc.nat({ max: 40 }), { maxLength: 3 }),
        async (todo, keys, restarts) => {
          const { said } = await play(people, todo)
          const context = contextOf(people)
          const devices = reorder(
            people.flatMap((person) => person.devices),
            keys,
          )
          let index = emptyLedger()
          const logIn = async (until: number): Promise<void> => {
            index = emptyLedger()
            for (const { id } of devices) {
              for (const { told } of said.slice(0, until).filter(({ keepers }) => keepers.has(id))) {
                hear(index, await factOf(told, context))
              }
            }
          }
          for (const [i, { fact }] of said.entries()) {
            if (restarts.includes(i)) await logIn(i)
            hear(index, fact)
          }
          const never = summaries(factsOf(said), people)
          const again = () =>
            TIMES.map((now) => sorted(summaryOf(viewLedger(index, { now, keys: context.keys }), people)))
          expect(again()).to.deep.equal(never)
          await logIn(said.length)
          expect(again()).to.deep.equal(never)
        },
      ),
      { numRuns: 25 },
    )
  })

  it('[Q24] no cheater keeps an advantage after its two faces met, and nobody else bears a cost', async () => {
    await fc.assert(
      fc.asyncProperty(steps(60), fc.array(fc.boolean(), { minLength: 7 }), async (todo, split) => {
        const { said, cheaters } = await play(people, todo)
        const all = factsOf(said)
        // Two indexes, each of which heard another part; then they meet.
        const [one, two] = [true, false].map((side) => all.filter((_, i) => split[i % split.length] === side)) as [
          Fact[],
          Fact[],
        ]
        const met = foldFacts([...one, ...two])
        const view = viewLedger(met, { now: NOW, keys: contextOf(people).keys })
        const honest = people.filter(({ id }) => !cheaters.has(id))
        for (const id of cheaters) {
          expect(view.balance(id)).to.include({ given: 0, used: 0, pending: 0, free: 0, held: 0 })
          const wanted = { owner: id, subject: 'record 00', size: 1, holders: [] }
          const refused = checkOccupation(view, wanted, () => true)
          expect(!refused.ok && refused.error.type).to.equal('barred')
        }
        // Everybody else stands as if the cheaters had never been: their statements and leases to them left out.
        const without = all.filter(
          (fact) => !cheaters.has(fact.person) && !(fact.kind === 'lease' && cheaters.has(fact.holderPerson)),
        )
        const alone = viewOf(without, people)
        for (const { id } of honest) expect(view.balance(id)).to.deep.equal(alone.balance(id))
      }),
      { numRuns: 60 },
    )
  })

  it('[Q24] whoever cheated is barred, and nobody who is honest ever is', async () => {
    await fc.assert(
      fc.asyncProperty(steps(60), async (todo) => {
        const { said, cheaters } = await play(people, todo)
        const view = viewOf(factsOf(said), people)
        expect(people.map(({ id }) => id).filter((id) => view.barred(id))).to.have.members([...cheaters])
      }),
      RUNS,
    )
  })

  it('[Q20] whoever leases the same copy a hundred thousand times fells nobody who counts it', async () => {
    const [{ devices }, { id }] = afresh(people) as [Person, Person]
    const [ann] = devices
    const lease = leaseOf(ann!, { person: id, device: people[1]!.devices[0]!.device })
    const evidence = await append(ann!, lease)
    const fact = await factOf({ kind: 'entry', evidence }, contextOf(people))
    const facts = Array.from({ length: 150_000 }, (_, i) => ({ ...fact, seq: i + 1, id: String(i) }) as Fact)
    expect(viewOf(facts, people).balance(ann!.person).used).to.equal(2)
  })
})
