/** What those might try who have things kept here in place of holders that were lost. */
import { expect } from 'chai'
import { cidToString, rawCid } from '../../../src/core/blocks/cid.ts'
import { bytesToHex } from '../../../src/core/bytes.ts'
import { USUAL_TERM } from '../../../src/core/economy/economy-limits.ts'
import { STEP_BYTES, STEPS_PER_SLOT } from '../../../src/core/economy/units.ts'
import { encodeSegment } from '../../../src/core/logs/segment-codec.ts'
import { SURPLUS_PATIENCE_MS } from '../../../src/core/placement/surplus.ts'
import { listSubstituted } from '../../../src/node-worker/leasing/repair/substituted.ts'
import { SUBSTITUTED_SHARE } from '../../../src/node-worker/leasing/repair/substituting.ts'
import { LOG_ACCOUNT, LOG_FEED } from '../../../src/node-worker/log/log-service.ts'
import {
  append,
  BLOCKS,
  createPerson,
  type Device,
  NOW,
  type Person,
  pledgeOf,
  runOf,
} from '../../core/economy/world.ts'
import { afterEach, beforeEach, describe, it } from '../../support/runner.ts'
import { until } from '../../support/wait.ts'
import { type Left, leave } from '../economy/scene.ts'
import { type Duel, type Foe, startDuel } from './duel.ts'

const nameOf = (block: number): string => cidToString(rawCid(BLOCKS[block]!))

describe('holders who wish their substitutes ill', () => {
  let people: Person[]
  let duel: Duel
  let owner: Device
  let holder: Device
  let other: Device

  beforeEach(async () => {
    people = await Promise.all([2, 3, 4].map((seed) => createPerson(seed, 1)))
    ;[owner, holder, other] = people.map(({ devices }) => devices[0]!) as [Device, Device, Device]
    duel = await startDuel(people)
  })
  afterEach(() => duel.close())

  /** The owner's ledger comes as any log does. */
  const ledgerComes = async (): Promise<void> => {
    duel.standing.asks(owner.person, holder)
    const taken = await duel.services.logs.ingest(owner.person, encodeSegment(runOf(owner, 0)))
    expect(taken).to.have.property('ok', true)
  }
  const pledge = (slots = 64) => append(owner, pledgeOf(owner, slots))
  const left = (to: Device | Duel['me'], block: number): Promise<Left> =>
    leave(owner, to, { block, ends: NOW + USUAL_TERM })
  const asks = (foe: Foe, ...leases: readonly Left[]): Promise<void> =>
    foe.owns({ type: 'substitute', owner: owner.person, leases: leases.map(({ id }) => id) })
  const refusedFor = (foe: Foe, reason: string) =>
    until(() => foe.answers().find((said) => said.type === 'refused' && said.reason === reason), reason)
  const told = (foe: Foe): string[] =>
    foe.answers().flatMap((said) => (said.type === 'substituting' ? said.leases.map(bytesToHex) : []))
  const kept = async (): Promise<string[]> =>
    (await listSubstituted(duel.platform.store)).map(({ subject }) => subject.slice('block '.length))
  const wanted = (block: number) =>
    until(async () => (await duel.services.files.wanted(9)).some(({ cid }) => cid === nameOf(block)), 'it is wanted')

  it('[EC15] [EC17] keeps what a holder has and the owner pays for, once all of it is here, and tells everybody whom it concerns', async () => {
    await pledge()
    const [lease] = [await left(holder, 2), await left(other, 2)]
    await ledgerComes()
    const [asker, coHolder, back] = [duel.meet(holder), duel.meet(other), duel.meet(owner)]
    for (const foe of [coHolder, back]) await foe.owns({ type: 'ask-room' })
    await asks(asker, lease!)
    await wanted(2)
    expect(told(asker)).to.deep.equal([])
    await duel.services.files.put(nameOf(2), BLOCKS[2]!)
    await asker.owns({ type: 'ask-room' })
    for (const foe of [asker, coHolder, back]) await until(() => told(foe).length > 0, 'they are told')
    expect(await kept()).to.deep.equal([nameOf(2)])
    // Nothing is signed: nobody left it here.
    expect(duel.book.receipt(lease!.hex)).to.equal(undefined)
    expect(duel.standing.owners()).to.include(owner.person)

    // [EC17] Both first holders are here all the while: after a week it is kept no more.
    for (const foe of [asker, coHolder]) await foe.holds({ type: 'room', steps: 0, availability: 'tab', family: null })
    duel.platform.clock.advance(SURPLUS_PATIENCE_MS - 1000)
    await asker.owns({ type: 'ask-room' })
    expect(await kept()).to.deep.equal([nameOf(2)])
    duel.platform.clock.advance(2000)
    await until(async () => (await kept()).length === 0, 'it goes')
    for (const foe of [asker, coHolder, back]) await refusedFor(foe, 'let-go')
  })

  it('[EC15] refuses what the asker does not hold, what is held here already, and what is over', async () => {
    await pledge()
    const [others, mine, released] = [await left(other, 1), await left(duel.me, 2), await left(holder, 2)]
    await ledgerComes()
    const foe = duel.meet(holder)
    await asks(foe, others)
    await refusedFor(foe, 'not-yours')
    await asks(foe, released)
    await refusedFor(foe, 'same-person')
    expect(mine.hex).to.not.equal(released.hex)
    await foe.owns({ type: 'substitute', owner: other.person, leases: [released.id] })
    await until(() => foe.answers().filter((said) => said.type === 'refused').length === 3, 'another owner')
    duel.platform.clock.advance(USUAL_TERM)
    const late = await left(holder, 3)
    await ledgerComes()
    await asks(foe, late)
    await refusedFor(foe, 'not-in-force')
    expect(await kept()).to.deep.equal([])
  })

  it('[EC15] keeps nothing for owners who are blocked, or take more than they give', async () => {
    const lease = await left(holder, 2)
    await ledgerComes()
    const foe = duel.meet(holder)
    await asks(foe, lease)
    await refusedFor(foe, 'over-balance')
    await duel.get('block', { person: owner.person })
    await asks(foe, lease)
    await refusedFor(foe, 'blocked')
    expect(await kept()).to.deep.equal([])
  })

  it('[EC15] what is kept in place of others takes no more than a share of what is given', async () => {
    await duel.book.say([pledgeOf(duel.me, 1)])
    await pledge()
    const size = STEPS_PER_SLOT * SUBSTITUTED_SHARE * STEP_BYTES
    const log = (number: number) => ({ kind: 'log', device: owner.device, log: number, seq: 1 }) as const
    const when = { ends: NOW + USUAL_TERM }
    const tooMuch = await leave(owner, holder, { ...when, subject: log(LOG_FEED), size: size + 1 })
    const fits = await leave(owner, holder, { ...when, subject: log(LOG_ACCOUNT), size })
    const more = await left(holder, 2)
    await ledgerComes()
    const foe = duel.meet(holder)
    await asks(foe, tooMuch)
    await refusedFor(foe, 'no-room')
    await asks(foe, fits)
    await until(() => duel.standing.logRoom(owner.person, owner.device, LOG_ACCOUNT) === size, 'what fits is wanted')
    await asks(foe, more)
    await until(() => foe.answers().filter((said) => said.type === 'refused').length === 2, 'there is room no more')
  })

  it('[EC15] what nobody asks for any more is not waited for; another who asks meanwhile changes nothing', async () => {
    await pledge()
    const lease = await left(holder, 2)
    await ledgerComes()
    const [asker, thief] = [duel.meet(holder), duel.meet(other)]
    await asks(asker, lease)
    await wanted(2)
    await asks(thief, lease)
    await refusedFor(thief, 'not-yours')
    asker.asOwner.stream.onclose?.('done')
    await duel.services.files.put(nameOf(2), BLOCKS[2]!)
    await thief.owns({ type: 'ask-room' })
    await until(() => thief.answers().some(({ type }) => type === 'room'), 'a look')
    expect(await kept()).to.deep.equal([])
  })

  it('[EC15] a disk that is full keeps nothing in place of others, and says so', async () => {
    await pledge()
    const lease = await left(holder, 2)
    await ledgerComes()
    const foe = duel.meet(holder)
    await asks(foe, lease)
    await wanted(2)
    await duel.services.files.put(nameOf(2), BLOCKS[2]!)
    duel.disk.room = 0
    await foe.owns({ type: 'ask-room' })
    await refusedFor(foe, 'full')
    expect(await kept()).to.deep.equal([])
    expect(told(foe)).to.deep.equal([])
  })

  it('[EC13] claims of whoever holds nothing, and of owners unknown here, are heard and forgotten', async () => {
    const foe = duel.meet(other)
    await foe.owns({ type: 'claim', owner: owner.person, ticket: 0, at: NOW })
    await foe.holds({ type: 'substituting', leases: [new Uint8Array(32)] })
    expect([foe.asOwner.ended(), foe.asHolder.ended()]).to.deep.equal([undefined, undefined])
  })
})
