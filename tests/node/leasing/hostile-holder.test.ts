/** What those with whom things are left might try. */
import { expect } from 'chai'
import type { Sign } from '../../../src/core/sync/lease-messages.ts'
import { SIGNING_PATIENCE } from '../../../src/node-worker/leasing/plan.ts'
import { createPerson, type Device, NOW, noticeOf, type Person, receiptFor } from '../../core/economy/world.ts'
import { afterEach, beforeEach, describe, it } from '../../support/runner.ts'
import { until } from '../../support/wait.ts'
import { type Duel, type Foe, startDuel } from './duel.ts'

const ENDLESS = { type: 'room', steps: Number.MAX_SAFE_INTEGER, availability: 'host', family: null } as const

describe('holders who wish their owners ill', () => {
  let people: Person[]
  let duel: Duel
  let mallory: Device
  let eve: Device

  beforeEach(async () => {
    people = [await createPerson(2, 1), await createPerson(3, 1)]
    ;[mallory, eve] = people.map(({ devices }) => devices[0]!) as [Device, Device]
    duel = await startDuel(people)
  })
  afterEach(() => duel.close())

  /** Leases that the node asked to sign for. */
  const asked = (foe: Foe): Uint8Array[] =>
    foe
      .asked()
      .filter((said): said is Sign => said.type === 'sign')
      .flatMap(({ leases }) => leases)
  const offer = async (device: Device): Promise<Foe> => {
    const foe = duel.meet(device)
    await foe.holds(ENDLESS)
    await until(() => asked(foe).length > 0, 'something is left')
    return foe
  }
  const copiesAt = ({ id }: Device) =>
    duel.book
      .view()
      .copiesOf(duel.me.person)
      .filter(({ holderDevice }) => holderDevice === id)
  const heldAt = (device: Device): number => copiesAt(device).reduce((sum, { held }) => sum + held, 0)
  const counted = (): number => duel.services.refusals.counts()['bad-statement'] ?? 0

  it('[EC1] receipts for what was not asked, forged ones and those of others are counted and kept nowhere', async () => {
    const foe = await offer(mallory)
    const [lease] = asked(foe) as [Uint8Array]
    const right = (await receiptFor(mallory, lease)).bytes
    const receipts = [
      (await receiptFor(mallory, new Uint8Array(32))).bytes,
      (await receiptFor(eve, lease)).bytes,
      right.map((byte, i) => (i === right.length - 1 ? byte ^ 1 : byte)),
      Uint8Array.of(1, 2, 3),
    ]
    await foe.holds({ type: 'signed', receipts })
    expect(counted()).to.equal(4)
    expect(heldAt(mallory)).to.equal(0)
    await foe.holds({ type: 'signed', receipts: [right] })
    expect(heldAt(mallory)).to.be.above(0)
    expect(counted()).to.equal(4)
  })

  it('[EC8] refusing what another was asked for, or what is signed already, ends nothing', async () => {
    const [foe, other] = [await offer(mallory), await offer(eve)]
    const leases = asked(foe)
    await other.holds({ type: 'refused', leases, reason: 'full', missing: 0 })
    const receipts = await Promise.all(leases.slice(0, 60).map((id) => receiptFor(mallory, id)))
    await foe.holds({ type: 'signed', receipts: receipts.map(({ bytes }) => bytes) })
    const held = heldAt(mallory)
    expect(held).to.be.above(0)
    await foe.holds({ type: 'refused', leases, reason: 'full', missing: 0 })
    expect(heldAt(mallory)).to.equal(held)
  })

  it('[EC12] a notice of one who does not hold the copy ends nothing and is counted', async () => {
    const [foe, other] = [await offer(mallory), await offer(eve)]
    const [lease] = asked(foe) as [Uint8Array]
    await foe.holds({ type: 'signed', receipts: [(await receiptFor(mallory, lease)).bytes] })
    const held = heldAt(mallory)
    await other.holds({ type: 'notice', statement: (await noticeOf(eve, NOW, lease)).bytes })
    expect(counted()).to.equal(1)
    expect(heldAt(mallory)).to.equal(held)
  })

  it('[EC8] who says endless room and signs nothing is given up after ten minutes, and asked no more for as long', async () => {
    const foe = await offer(mallory)
    const first = asked(foe).length
    duel.platform.clock.advance(SIGNING_PATIENCE)
    await until(() => foe.asked().some(({ type }) => type === 'end'), 'the release')
    await foe.holds(ENDLESS)
    const patient = await offer(eve)
    expect(asked(patient).length).to.be.above(0)
    expect(asked(foe)).to.have.length(first)
    expect(copiesAt(mallory)).to.deep.equal([])
    duel.platform.clock.advance(SIGNING_PATIENCE)
    await until(() => asked(foe).length > first, 'it is asked again')
  })
})
