/** What counts in a ledger, by examples; random histories are in properties.test.ts. */
import { expect } from 'chai'
import type { Fact } from '../../../src/core/economy/ledger-facts.ts'
import { checkOccupation } from '../../../src/core/economy/occupation.ts'
import { subjectKey } from '../../../src/core/economy/verify-statement.ts'
import { encodeWarrant } from '../../../src/core/economy/warrant.ts'
import { beforeEach, describe, it } from '../../support/runner.ts'
import { removeDevice, stateOf } from '../identity/people.ts'
import { forkWarrant } from './history.ts'
import {
  afresh,
  append,
  contextOf,
  createPerson,
  DAY,
  type Device,
  factOf,
  fork,
  leaseOf,
  NOW,
  noticeOf,
  type Person,
  pledgeOf,
  receiptFor,
  releaseOf,
  viewOf,
} from './world.ts'

const made = Promise.all([2, 1, 1].map((devices, who) => createPerson(who, devices)))

describe('the ledger', () => {
  let people: Person[]
  let ann: Device
  let ann2: Device
  let bob: Device
  let cat: Device
  let facts: Fact[]

  beforeEach(async () => {
    people = afresh(await made)
    const [first, ...others] = people
    ;[ann, ann2] = first!.devices as [Device, Device]
    ;[bob, cat] = others.map((person) => person.devices[0]!) as [Device, Device]
    facts = []
  })

  const write = async (...[device, said, options]: Parameters<typeof append>) => {
    const evidence = await append(device, said, options)
    facts.push(await factOf({ kind: 'entry', evidence }, contextOf(people)))
    return evidence.id
  }
  const tell = async (signed: Promise<{ readonly bytes: Uint8Array }>) => {
    facts.push(await factOf({ kind: 'statement', bytes: (await signed).bytes }, contextOf(people)))
  }
  const balance = (device: Device, now = NOW, of = people) => {
    const { barred: _, ...rest } = viewOf(facts, of, now).balance(device.person)
    return rest
  }
  /** A lease of 5,000 bytes, two steps, signed for. */
  const leave = async (owner: Device, holder: Device, change: Parameters<typeof leaseOf>[2] = {}) => {
    const id = await write(owner, leaseOf(owner, holder, change))
    await tell(receiptFor(holder, id))
    return id
  }

  it('[Q19] a device gives what its newest pledge says; a person what the devices give together', async () => {
    await write(ann, pledgeOf(ann, 4))
    await write(ann2, pledgeOf(ann2, 1))
    expect(balance(ann).given).to.equal(5 * 64)
    await write(ann, pledgeOf(ann, 2))
    expect(balance(ann).given).to.equal(3 * 64)
    facts.reverse()
    expect(balance(ann).given).to.equal(3 * 64)
    await write(ann, pledgeOf(ann, 0))
    expect(balance(ann).given).to.equal(64)
  })

  it('[Q20] N blocks in R copies cost N·R, those of one’s own included', async () => {
    await write(ann, pledgeOf(ann, 1))
    for (const block of [2, 3]) {
      await write(ann, leaseOf(ann, ann, { block }))
      for (const holder of [bob, cat]) await leave(ann, holder, { block })
    }
    // 5,000 bytes are two steps and 20,480 are five.
    const used = 3 * (2 + 5)
    expect(balance(ann)).to.deep.equal({ given: 64, used, pending: 0, free: 64 - used, held: 7 })
    expect([balance(bob).held, balance(cat).held]).to.deep.equal([7, 7])
  })

  it('[Q20] renewals overlap and cost once; a longer prefix of a log takes the place of a shorter', async () => {
    const log = { kind: 'log', device: ann.device, log: 0, seq: 10 } as const
    await leave(ann, bob, { subject: log, size: 4096, ends: NOW + DAY })
    await leave(ann, bob, { subject: log, size: 4096, ends: NOW + 8 * DAY })
    expect(balance(ann).used).to.equal(1)
    await leave(ann, bob, { subject: { ...log, seq: 20 }, size: 3 * 4096, ends: NOW + 9 * DAY })
    expect([balance(ann).used, balance(bob).held]).to.deep.equal([3, 3])
    // A second owner of the same thing pays for itself.
    await leave(cat, bob, { subject: log, size: 4096 })
    expect(balance(bob).held).to.equal(4)
  })

  it('[Q21] a holder holds what it signed for; until then the copy is pending', async () => {
    const id = await write(ann, leaseOf(ann, bob))
    expect([balance(ann).used, balance(ann).pending, balance(bob).held]).to.deep.equal([2, 2, 0])
    // The signature of somebody else is worth nothing.
    await tell(receiptFor(cat, id))
    expect(balance(ann).pending).to.equal(2)
    await tell(receiptFor(bob, id))
    expect([balance(ann).used, balance(ann).pending, balance(bob).held]).to.deep.equal([2, 0, 2])
  })

  it('[Q21] who leases to the very device that writes has signed for it; another device of one’s own has to', async () => {
    await write(ann, leaseOf(ann, ann))
    expect(balance(ann)).to.include({ used: 2, pending: 0, held: 2 })
    await write(ann, leaseOf(ann, ann2))
    expect(balance(ann)).to.include({ used: 4, pending: 2, held: 2 })
  })

  it('[Q22] a lease ends when it says, by the clock of whoever looks', async () => {
    await leave(ann, bob, { ends: NOW + DAY })
    expect([NOW, NOW + DAY - 1, NOW + DAY].map((now) => balance(bob, now).held)).to.deep.equal([2, 2, 0])
    expect(balance(ann, NOW + DAY).used).to.equal(0)
  })

  it('[Q23] the owner ends a lease at once, with any device; nobody else does', async () => {
    const id = await leave(ann, bob)
    await tell(releaseOf(cat, id))
    await tell(releaseOf(bob, id))
    expect(balance(bob).held).to.equal(2)
    await tell(releaseOf(ann2, id))
    expect([balance(ann).used, balance(bob).held]).to.deep.equal([0, 0])
  })

  it('[Q23] the holder ends it when it says, which cannot be put off again; nobody else does', async () => {
    const id = await leave(ann, bob)
    await tell(noticeOf(cat, NOW, id))
    await tell(noticeOf(ann, NOW, id))
    expect(balance(bob).held).to.equal(2)
    await tell(noticeOf(bob, NOW + DAY, id))
    await tell(noticeOf(bob, NOW + 30 * DAY, id))
    expect([NOW, NOW + DAY].map((now) => balance(bob, now).held)).to.deep.equal([2, 0])
    await tell(noticeOf(bob, 0, id))
    expect(balance(ann).used).to.equal(0)
  })

  it('[Q19] what a removed device wrote before its end stays, its pledge and what it signed do not', async () => {
    await write(bob, pledgeOf(bob, 3))
    await leave(ann, bob)
    await leave(bob, cat)
    const { hash, seq } = bob.faces[0]!.entries.at(-1)!
    await write(bob, leaseOf(bob, cat, { block: 3 }))
    const person = people[1]!
    const without = async (logs: Parameters<typeof removeDevice>[2]) => {
      const removal = await removeDevice(person.chain, bob.byte, logs, { who: 1 })
      return people.with(1, { ...person, state: await stateOf([...person.chain, removal]) })
    }
    expect(balance(bob)).to.include({ given: 3 * 64, used: 7, held: 2 })
    const ended = await without([{ logId: 3, seq, hash }])
    expect(balance(bob, NOW, ended)).to.include({ given: 0, used: 2, held: 0 })
    // The copy with the removed device is gone, and its owner need not pay for it.
    expect(balance(ann, NOW, ended).used).to.equal(0)
    expect(balance(bob, NOW, await without([])).used).to.equal(0)
  })

  it('[Q19] a device that two persons claim gives its space once, to the one it named last', async () => {
    await write(ann, pledgeOf(ann, 4))
    const entry = { ...facts[0]!, person: cat.person, id: 'ff'.repeat(32), seq: 2, slots: 4 } as Fact
    facts.push(entry)
    const state = { ...people[2]!.state, devices: [...people[2]!.state.devices, people[0]!.state.devices[0]!] }
    const both = people.with(2, { ...people[2]!, state })
    expect([balance(ann, NOW, both).given, balance(cat, NOW, both).given]).to.deep.equal([0, 256])
  })

  it('[Q24] two faces, each of them covered by the balance: when they meet, all that was gained is gone', async () => {
    await write(ann, pledgeOf(ann, 1))
    await write(bob, pledgeOf(bob, 1))
    await write(cat, pledgeOf(cat, 1))
    const common = [...facts]
    const large = { subject: { kind: 'log', device: ann.device, log: 0, seq: 1 } as const, size: 64 * 4096 }
    const occupation = (holder: Device) => ({
      owner: ann.person,
      subject: subjectKey(large.subject),
      size: large.size,
      holders: [holder],
    })
    const door = (holder: Device) => {
      const checked = checkOccupation(viewOf(facts, people), occupation(holder), () => true)
      return checked.ok ? 'open' : checked.error.type
    }
    // One index hears of the lease to Bob …
    const face = fork(ann, 2)
    expect(door(bob)).to.equal('open')
    await leave(ann, bob, large)
    const one = facts
    // … and the other, which heard of nothing but the pledge, of the one to Cat.
    facts = [...common]
    expect(door(cat)).to.equal('open')
    const id = await write(ann, leaseOf(ann, cat, large), { face })
    await tell(receiptFor(cat, id))
    expect([balance(ann).free, balance(cat).held]).to.deep.equal([0, 64])
    const honest = { given: 64, used: 0, pending: 0, free: 64, held: 0 }
    facts = [...one, ...facts]
    expect(viewOf(facts, people).barred(ann.person)).to.deep.equal({ device: ann.id, offence: 'fork' })
    expect(balance(ann)).to.deep.equal({ given: 0, used: 0, pending: 0, free: 0, held: 0 })
    expect([balance(bob), balance(cat)]).to.deep.equal([honest, honest])
    expect(door(bob)).to.equal('barred')
    // Whoever met one face only is shown the warrant.
    facts = [...one, await factOf({ kind: 'warrant', bytes: encodeWarrant(forkWarrant(ann, 2)) }, contextOf(people))]
    expect([balance(ann).given, balance(bob).held, door(cat)]).to.deep.equal([0, 0, 'barred'])
  })

  it('[Q24] two faces are found by what links to them, where neither of the two entries was shown', async () => {
    for (const slots of [1, 2]) await write(ann, pledgeOf(ann, slots))
    const face = fork(ann, 2)
    await write(ann, pledgeOf(ann, 8), { face })
    const one = await append(ann, pledgeOf(ann, 3))
    const other = await append(ann, pledgeOf(ann, 9), { face })
    const seen = async (...evidence: (typeof one)[]) => {
      facts = await Promise.all(evidence.map((each) => factOf({ kind: 'entry', evidence: each }, contextOf(people))))
      return viewOf(facts, people).barred(ann.person)?.offence
    }
    expect(await seen(one)).to.equal(undefined)
    // Both stand at position 3 on their face; what they link to at position 2 differs too.
    expect(await seen(one, other)).to.equal('fork')
    const later = await append(ann, pledgeOf(ann, 4), { face })
    expect(await seen(one, later)).to.equal('fork')
  })

  it('[Q30] an index that was not shown the newest leases is no way around the balance: when they meet, it is below zero', async () => {
    const large = (log: number) => ({ kind: 'log', device: ann.device, log, seq: 1 }) as const
    await write(ann, pledgeOf(ann, 1))
    for (const device of [bob, cat]) await write(device, pledgeOf(device, 4))
    const old = [...facts]
    await leave(ann, bob, { subject: large(0), size: 64 * 4096 })
    const all = facts
    const door = (of: readonly Fact[], log: number) => {
      const occupation = { owner: ann.person, subject: subjectKey(large(log)), size: 64 * 4096, holders: [cat] }
      const checked = checkOccupation(viewOf(of, people), occupation, () => true)
      return checked.ok ? 'open' : checked.error.type
    }
    expect([door(all, 1), door(old, 1)]).to.deep.equal(['over-balance', 'open'])
    // What the lease to Cat then says names the one to Bob as the entry before it.
    await leave(ann, cat, { subject: large(1), size: 64 * 4096 })
    const shown = facts.filter((fact) => fact.kind !== 'lease' || fact.holderPerson === cat.person)
    expect(viewOf(shown, people).missing(ann.person)).to.deep.equal([{ device: ann.id, from: 2, to: 2 }])
    expect([door(shown, 2), balance(ann).free, door(facts, 2)]).to.deep.equal([
      'ledger-incomplete',
      -64,
      'over-balance',
    ])
  })

  it('[Q24] removing the device that forked brings its person back, with the branch that the removal names', async () => {
    await write(ann2, pledgeOf(ann2, 2))
    await write(ann, pledgeOf(ann, 1))
    const face = fork(ann, 2)
    await leave(ann, bob)
    const { hash, seq } = ann.faces[0]!.entries.at(-1)!
    const stolen = await write(ann, leaseOf(ann, cat, { block: 3 }), { face })
    await tell(receiptFor(cat, stolen))
    expect(balance(ann)).to.include({ given: 0, used: 0 })
    const person = people[0]!
    const removal = await removeDevice(person.chain, ann.byte, [{ logId: 3, seq, hash }], { who: 0 })
    const after = people.with(0, { ...person, state: await stateOf([...person.chain, removal]) })
    expect(balance(ann, NOW, after)).to.include({ given: 2 * 64, used: 2 })
    expect([balance(bob, NOW, after).held, balance(cat, NOW, after).held]).to.deep.equal([2, 0])
  })

  it('[Q26] positions that must be there and were not shown are named', async () => {
    for (let slots = 1; slots <= 9; slots++) await write(ann, pledgeOf(ann, slots))
    const without = (...hidden: number[]) => facts.filter((fact) => !('seq' in fact && hidden.includes(fact.seq)))
    const missing = (...hidden: number[]) => viewOf(without(...hidden), people).missing(ann.person)
    expect(missing()).to.deep.equal([])
    expect(missing(1, 2, 5)).to.deep.equal([
      { device: ann.id, from: 1, to: 2 },
      { device: ann.id, from: 5, to: 5 },
    ])
    // The newest can be kept back; nobody can tell before somebody shows them.
    expect(missing(9)).to.deep.equal([])
  })

  it('[Q16] whose key events are not known does not count yet', async () => {
    await write(ann, pledgeOf(ann, 4))
    await leave(bob, ann)
    const others = people.slice(1)
    expect(balance(ann, NOW, others)).to.include({ given: 0, held: 0 })
    expect(balance(bob, NOW, others)).to.include({ used: 2, pending: 2 })
  })
})
