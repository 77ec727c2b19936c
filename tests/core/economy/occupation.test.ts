/** The door: what is refused, and what the refusal says is missing. */
import { expect } from 'chai'
import { CLOCK_SKEW, PROOF_LIFE } from '../../../src/core/economy/economy-limits.ts'
import type { Fact } from '../../../src/core/economy/ledger-facts.ts'
import { checkOccupation, provenSteps, STRANGER_RATION } from '../../../src/core/economy/occupation.ts'
import { subjectKey } from '../../../src/core/economy/verify-statement.ts'
import { beforeEach, describe, it } from '../../support/runner.ts'
import {
  afresh,
  answer,
  append,
  BLOCKS,
  challengeOf,
  contextOf,
  createPerson,
  DAY,
  type Device,
  factOf,
  fork,
  leaseOf,
  NOW,
  type Person,
  pledgeOf,
  receiptFor,
  viewOf,
} from './world.ts'

const STEP = 4096
const made = Promise.all([1, 2, 1, 1].map((devices, who) => createPerson(who, devices)))

describe('occupation', () => {
  let people: Person[]
  let ann: Device
  let bob: Device
  let bob2: Device
  let cat: Device
  let dan: Device
  let facts: Fact[]

  const key = new Uint8Array(32).fill(5)
  const thing = { kind: 'log', device: key, log: 0, seq: 1 } as const

  const write = async (...[device, said, options]: Parameters<typeof append>) => {
    const evidence = await append(device, said, options)
    facts.push(await factOf({ kind: 'entry', evidence }, contextOf(people)))
    return evidence
  }
  const leave = async (owner: Device, holder: Device, change: Parameters<typeof leaseOf>[2] = {}) => {
    const said = leaseOf(owner, holder, change)
    const evidence = await write(owner, said)
    const { bytes } = await receiptFor(holder, evidence.id)
    facts.push(await factOf({ kind: 'statement', bytes }, contextOf(people)))
    return { ...evidence, body: said.body }
  }
  const prove = async (lease: Awaited<ReturnType<typeof leave>>, holder: Device, challenger: Device, time = NOW) => {
    const asked = await challengeOf(challenger, lease.id, holder.device, 1, time)
    const proof = await answer(holder, lease, asked, { block: BLOCKS[3]! })
    const { entry, payload } = lease
    const evidence = { lease: { entry, payload }, challenge: asked.bytes, proof: proof.bytes }
    facts.push(await factOf({ kind: 'proof', evidence }, contextOf(people)))
  }
  const ask = (holders: Device[], steps = 1, trusted: Device[] = [ann], now = NOW) => {
    const occupation = { owner: ann.person, subject: subjectKey(thing), size: steps * STEP, holders }
    const trusts = (person: string) => trusted.some((device) => device.person === person)
    const checked = checkOccupation(viewOf(facts, people, now), occupation, trusts)
    return checked.ok ? 'open' : checked.error
  }

  beforeEach(async () => {
    people = afresh(await made)
    ;[ann, bob, bob2, cat, dan] = people.flatMap((person) => person.devices) as [Device, Device, Device, Device, Device]
    facts = []
    for (const device of [ann, bob, bob2, cat, dan]) await write(device, pledgeOf(device, 10))
  })

  it('[Q27] what balance, room and persons allow is let in', () => {
    expect(ask([bob, cat, dan], 64)).to.equal('open')
    expect(ask([])).to.equal('open')
  })

  it('[Q27] nobody leaves copies with, or of, a cheater, nor with what is no device of a person', async () => {
    await write(bob2, pledgeOf(bob2, 1), { face: fork(bob2, 1) })
    expect(ask([cat, bob])).to.include({ type: 'barred', person: bob.person, device: bob2.id, offence: 'fork' })
    await write(ann, pledgeOf(ann, 1), { face: fork(ann, 1) })
    expect(ask([cat])).to.include({ type: 'barred', person: ann.person })
    const stranger = { ...cat, device: dan.device }
    facts = facts.filter((fact) => fact.person !== ann.person)
    expect(ask([stranger])).to.deep.equal({ type: 'not-a-device', person: cat.person, device: dan.id })
  })

  it('[Q27] who does not show the whole ledger is told which part is missing', async () => {
    await leave(ann, bob)
    await leave(ann, cat)
    facts = facts.filter((fact) => !(fact.kind === 'lease' && fact.holderPerson === bob.person))
    const missing = [{ device: ann.id, from: 2, to: 2 }]
    expect(ask([dan])).to.deep.equal({ type: 'ledger-incomplete', missing })
  })

  it('[Q28] one person has one copy, those that are there already included', async () => {
    const refusal = { type: 'same-person', person: bob.person }
    expect(ask([bob, bob2])).to.deep.equal(refusal)
    expect(ask([bob, bob])).to.deep.equal(refusal)
    await leave(ann, bob, { subject: thing, size: STEP })
    expect(ask([cat, bob2])).to.deep.equal(refusal)
    expect(ask([bob, cat])).to.equal('open')
  })

  it('[Q29] a holder without room for it is named, with the room it has', async () => {
    await write(bob, pledgeOf(bob, 1))
    expect(ask([cat, bob], 64)).to.equal('open')
    expect(ask([cat, bob], 65)).to.deep.equal({ type: 'no-room', device: bob.id, needed: 65, room: 64 })
    await leave(dan, bob)
    expect(ask([bob], 64)).to.include({ type: 'no-room', room: 62 })
  })

  it('[Q30] more than the balance is refused with what is missing; renewals cost only what they grow', async () => {
    await write(ann, pledgeOf(ann, 2))
    expect(ask([bob, cat], 64)).to.equal('open')
    expect(ask([bob, cat], 65)).to.deep.equal({ type: 'over-balance', needed: 130, free: 128, missing: 2 })
    for (const holder of [bob, cat]) await leave(ann, holder, { subject: thing, size: 64 * STEP })
    expect(ask([bob, cat], 64)).to.equal('open')
    expect(ask([bob, cat], 65)).to.deep.equal({ type: 'over-balance', needed: 2, free: 0, missing: 2 })
    await write(ann, pledgeOf(ann, 1))
    // Below zero: what is there may be renewed, and nothing added.
    expect(ask([bob, cat], 64)).to.equal('open')
    expect(ask([dan], 1)).to.deep.equal({ type: 'over-balance', needed: 1, free: -64, missing: 65 })
  })

  it('[Q30] copies that nobody signed for yet count: the same balance does not open the door twice', async () => {
    await write(ann, pledgeOf(ann, 1))
    await write(ann, leaseOf(ann, bob, { subject: { ...thing, log: 1 }, size: 64 * STEP }))
    expect(ask([cat])).to.include({ type: 'over-balance', free: 0 })
  })

  it('[Q31] a stranger has a small ration, whatever it says it gives', async () => {
    expect(STRANGER_RATION).to.equal(256)
    expect(ask([bob, cat], 128, [])).to.equal('open')
    const refusal = { type: 'over-ration', needed: 258, ration: 256, used: 0, missing: 2 }
    expect(ask([bob, cat], 129, [])).to.deep.equal(refusal)
    expect(ask([bob, cat], 129, [ann])).to.equal('open')
    // Copies of its own cost nobody else anything.
    expect(ask([ann], 300, [])).to.equal('open')
  })

  it('[Q25] a right proof speaks for 31 days, and not before its time', async () => {
    const lease = await leave(bob, ann, { block: 3, ends: NOW + 300 * DAY })
    await prove(lease, ann, bob)
    const proven = (now: number) => provenSteps(viewOf(facts, people, now), ann.person, (id) => id === bob.person)
    const times = [NOW - CLOCK_SKEW - 1, NOW - CLOCK_SKEW, NOW + PROOF_LIFE - 1, NOW + PROOF_LIFE]
    expect(times.map(proven)).to.deep.equal([0, 5, 5, 0])
  })

  it('[Q31] the ration grows by what it lately proved to hold for those who are trusted', async () => {
    const lease = await leave(bob, ann, { block: 3, ends: NOW + 300 * DAY })
    const trusts =
      (...trusted: Device[]) =>
      (person: string) =>
        trusted.some((device) => device.person === person)
    const proven = (now: number, ...trusted: Device[]) =>
      provenSteps(viewOf(facts, people, now), ann.person, trusts(...trusted))
    expect(proven(NOW, bob)).to.equal(0)
    await prove(lease, ann, bob)
    // Five steps are 20,480 bytes.
    expect(proven(NOW, bob)).to.equal(5)
    expect(proven(NOW, cat)).to.equal(0)
    expect(ask([bob], 261, [bob])).to.equal('open')
    expect(ask([bob], 262, [bob])).to.include({ type: 'over-ration', ration: 261, missing: 1 })
  })

  it('[Q31] proofs to strangers, of the future, or for people who are not trusted add nothing', async () => {
    const trusts = (person: string) => person === bob.person
    const proven = () => provenSteps(viewOf(facts, people), ann.person, trusts)
    await prove(await leave(cat, ann, { block: 3 }), ann, bob)
    const lease = await leave(bob, ann, { block: 3 })
    await prove(lease, ann, dan)
    expect(proven()).to.equal(0)
    await prove(lease, ann, bob, NOW + CLOCK_SKEW + 1)
    expect(proven()).to.equal(0)
    await prove(lease, ann, bob2, NOW)
    expect(proven()).to.equal(5)
  })
})
