/** What those with whom things are left might try. */
import { expect } from 'chai'
import { cidToString } from '../../../src/core/blocks/cid.ts'
import { bytesToHex } from '../../../src/core/bytes.ts'
import { decodeStatement } from '../../../src/core/economy/statement-codec.ts'
import type { Challenge, SignedStatement } from '../../../src/core/economy/statement-types.ts'
import type { Ask, Sign } from '../../../src/core/sync/lease-messages.ts'
import { SIGNING_PATIENCE } from '../../../src/node-worker/leasing/plan.ts'
import { PROOF_INTERVAL } from '../../../src/node-worker/leasing/proving.ts'
import { answer, createPerson, type Device, NOW, noticeOf, type Person, receiptFor } from '../../core/economy/world.ts'
import { picture } from '../../support/picture.ts'
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

  /** Signs for everything that was asked until now. */
  const signAll = async (foe: Foe, device: Device): Promise<void> => {
    for (const id of asked(foe)) await foe.holds({ type: 'signed', receipts: [(await receiptFor(device, id)).bytes] })
  }
  /** A picture is left with Mallory, and a week later a proof is asked for. */
  const challenged = async () => {
    // One copy elsewhere: who is asked beside the first holder is asked in its place.
    await duel.get('save-settings', { copies: 2 })
    await duel.get('publish-post', { text: '', pictures: [picture('left')] })
    const foe = await offer(mallory)
    await until(() => copiesAt(mallory).some(({ subject }) => subject.startsWith('block ')), 'a block is left')
    await signAll(foe, mallory)
    await until(async () => {
      await signAll(foe, mallory)
      return copiesAt(mallory).every(({ held }) => held > 0)
    }, 'all of it is signed for')
    duel.platform.clock.advance(PROOF_INTERVAL)
    await foe.holds(ENDLESS)
    const { statement: bytes } = await until(() => foe.asked().find(({ type }) => type === 'challenge') as Ask, 'asked')
    const decoded = decodeStatement(bytes)
    if (!decoded.ok || decoded.value.statement.kind !== 'challenge') throw new Error('no challenge')
    const challenge = decoded.value as SignedStatement<Challenge>
    const { lease } = challenge.statement
    const { lease: body } = duel.book.lease(bytesToHex(lease))!
    if (body.subject.kind !== 'block') throw new Error('no block')
    const block = (await duel.services.files.get(cidToString(body.subject.cid)))!
    return { foe, challenge, lease: { body, id: lease }, block, key: `block ${cidToString(body.subject.cid)}` }
  }

  it('[EC12] [Q24] a wrong proof is a warrant: its holder is barred, and the copy is placed elsewhere', async () => {
    const { foe, challenge, lease, block, key } = await challenged()
    const wrong = await answer(mallory, lease, challenge, { block, spoil: true })
    const before = asked(foe).length
    await foe.holds({ type: 'proof', statement: wrong.bytes })
    expect(duel.services.refusals.counts()).to.have.property('wrong-proof', 1)
    expect(duel.book.view().barred(mallory.person)).to.not.equal(undefined)
    expect(copiesAt(mallory).reduce((sum, { held }) => sum + held, 0)).to.equal(0)
    await offer(eve)
    await until(() => copiesAt(eve).some(({ subject }) => subject === key), 'the copy is left with Eve')
    expect(asked(foe)).to.have.length(before)
  })

  it('[EC12] a holder that lost a block says so, and the block is left with somebody else', async () => {
    const { foe, lease, key } = await challenged()
    const now = duel.platform.clock.now()
    await foe.holds({ type: 'notice', statement: (await noticeOf(mallory, now, lease.id)).bytes })
    // Eve is there before time goes on: once Mallory has rested, a plan that knows nobody else asks her again.
    await duel.meet(eve).holds(ENDLESS)
    const isAt = (device: Device): boolean => copiesAt(device).some(({ subject }) => subject === key)
    await until(() => isAt(eve) || isAt(mallory), 'it is left with somebody')
    // A renewal that was on its way when the notice came waits for a signature that does not come.
    if (!isAt(eve)) duel.platform.clock.advance(SIGNING_PATIENCE)
    await until(() => isAt(eve), 'the copy is left with Eve')
    expect(duel.book.view().barred(mallory.person)).to.equal(undefined)
  })
})
