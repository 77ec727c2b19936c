/** What a holder signs for: a lease is judged by what was said before it, whatever was said after. */
import { expect } from 'chai'
import { hexToBytes } from '../../../src/core/bytes.ts'
import type { Fact, LeaseFact } from '../../../src/core/economy/ledger-facts.ts'
import { STRANGER_RATION } from '../../../src/core/economy/occupation.ts'
import { checkSigning } from '../../../src/core/economy/signing.ts'
import { STEPS_PER_SLOT } from '../../../src/core/economy/units.ts'
import { beforeEach, describe, it } from '../../support/runner.ts'
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
  type Person,
  pledgeOf,
  receiptFor,
  releaseOf,
  viewOf,
} from './world.ts'

const STEP = 4096
const made = Promise.all([1, 2, 1].map((devices, who) => createPerson(who + 20, devices)))

describe('signing for a lease', () => {
  let people: Person[]
  let ann: Device
  let bob: Device
  let bob2: Device
  let cat: Device
  let facts: Fact[]

  const thing = (log: number) => ({ kind: 'log', device: new Uint8Array(32).fill(5), log, seq: 1 }) as const
  const hear = async (told: Parameters<typeof factOf>[0]) => {
    const fact = await factOf(told, contextOf(people))
    facts.push(fact)
    return fact
  }
  const write = async (...[device, said]: Parameters<typeof append>) =>
    hear({ kind: 'entry', evidence: await append(device, said) })
  const leave = async (holder: Device, steps: number, log = 0): Promise<LeaseFact> =>
    (await write(ann, leaseOf(ann, holder, { subject: thing(log), size: steps * STEP }))) as LeaseFact
  const signs = async (holder: Device, lease: LeaseFact) => {
    const id = hexToBytes(lease.id)
    await hear({ kind: 'statement', bytes: (await receiptFor(holder, id)).bytes })
  }
  const judge = (lease: LeaseFact, trusted: Device[] = [ann], now = NOW) => {
    const trusts = (person: string) => trusted.some((device) => device.person === person)
    const checked = checkSigning(viewOf(facts, people, now), lease, trusts)
    return checked.ok ? 'signed' : checked.error
  }

  beforeEach(async () => {
    people = afresh(await made)
    ;[ann, bob, bob2, cat] = people.flatMap((person) => person.devices) as [Device, Device, Device, Device]
    facts = []
    for (const device of [ann, bob, bob2, cat]) await write(device, pledgeOf(device, 10))
  })

  it('[EC5] what the balance covers is signed for, and what goes beyond it is not', async () => {
    const first = await leave(bob, 10 * STEPS_PER_SLOT)
    const second = await leave(cat, 1)
    expect(judge(first)).to.equal('signed')
    expect(judge(second)).to.deep.equal({ type: 'over-balance', needed: 1, free: 0, missing: 1 })
  })

  it('[EC5] of a stranger no more than the ration, and no less for what was said afterwards', async () => {
    const first = await leave(bob, STRANGER_RATION)
    const second = await leave(cat, 1, 1)
    expect(judge(first, [])).to.equal('signed')
    expect(judge(second, [])).to.deep.include({ type: 'over-ration', missing: 1 })
    expect(judge(second, [ann])).to.equal('signed')
  })

  it('[EC5] [Q28] not by two devices of one person', async () => {
    const first = await leave(bob, 1)
    await signs(bob, first)
    expect(judge(await leave(bob2, 1))).to.deep.equal({ type: 'same-person', person: bob.person })
  })

  it('[EC5] [Q29] only with room, and a renewal needs none', async () => {
    const full = await leave(bob, 5 * STEPS_PER_SLOT)
    await signs(bob, full)
    await write(bob, pledgeOf(bob, 1))
    expect(judge(await leave(bob, 1, 1))).to.deep.include({ type: 'no-room', needed: 1 })
    expect(judge(await leave(bob, 5 * STEPS_PER_SLOT))).to.equal('signed')
  })

  it('[EC5] [Q27] nobody barred, no device that is none, nothing over or released', async () => {
    const lease = await leave(bob, 1)
    expect(judge(lease, [ann], NOW + 8 * DAY)).to.deep.equal({ type: 'not-in-force' })
    const stranger = { ...bob, device: new Uint8Array(32).fill(9) }
    expect(judge(await leave(stranger, 1, 1))).to.deep.equal({ type: 'not-in-force' })
    const id = hexToBytes(lease.id)
    await hear({ kind: 'statement', bytes: (await releaseOf(ann, id)).bytes })
    expect(judge(lease)).to.deep.equal({ type: 'not-in-force' })
    const other = await leave(cat, 1, 2)
    const face = fork(ann, ann.faces[0]!.entries.length)
    await hear({ kind: 'entry', evidence: await append(ann, pledgeOf(ann, 3), { face }) })
    expect(judge(other)).to.deep.include({ type: 'barred', offence: 'fork' })
  })
})
