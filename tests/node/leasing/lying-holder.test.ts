/** Holders that mean no good, asked by a node that leaves its things with others. */
import { expect } from 'chai'
import { bytesToHex } from '../../../src/core/bytes.ts'
import { encodeCbor } from '../../../src/core/cbor.ts'
import type { Session } from '../../../src/node-worker/sessions/types.ts'
import { afterEach, beforeEach, describe, it } from '../../support/runner.ts'
import { settle, until } from '../../support/wait.ts'
import { meet, type Party, type RawHolder, startParty, takeHolder } from './lying-scene.ts'

const ROOM = { type: 'room', steps: 10_000, availability: 'tab', family: null } as const

describe('a holder that means no good', () => {
  let ann: Party
  let mallory: Party
  let session: Session
  let stream: RawHolder

  beforeEach(async () => {
    ann = await startParty('Ann', { leases: true })
    mallory = await startParty('Mallory')
    session = await meet(ann, mallory)
    stream = takeHolder(await until(() => mallory.served[0], 'the lease stream'))
  })
  afterEach(async () => {
    await mallory.stop()
    await ann.stop()
  })

  const asked = (): Uint8Array[] =>
    stream.heard.flatMap((message) => (message.type === 'sign' ? [...message.leases] : []))
  const untilAsked = async (): Promise<Uint8Array[]> => {
    await stream.say(ROOM)
    await until(() => asked().length > 0, 'a lease to sign for')
    return asked()
  }
  const badStatements = (): number => ann.services.refusals.counts()['bad-statement'] ?? 0
  const copiesThere = () =>
    ann.book
      .view()
      .copiesOf(ann.id)
      .filter(({ holderDevice }) => holderDevice === bytesToHex(mallory.device))

  it('[EC1] an owner’s word, or nothing that can be read, ends the stream and is counted', async () => {
    await stream.send(encodeCbor([1, { type: 'ask-room' }]))
    await until(stream.isEnded, 'the end')
    expect(ann.services.refusals.counts()).to.deep.equal({ 'malformed-sync': 1 })
    ann.timers.skip()
    const again = takeHolder(await until(() => mallory.served[1], 'another stream'))
    await again.send(new Uint8Array(3))
    await until(again.isEnded, 'the end')
    expect(ann.services.refusals.counts()).to.deep.equal({ 'malformed-sync': 2 })
  })

  it('[EC1] notice of what is not its own ends nothing, and a proof nobody asked for is counted', async () => {
    await untilAsked()
    const before = copiesThere().length
    const notice = await mallory.book.sign({ kind: 'notice', leases: [new Uint8Array(32).fill(8)], ends: 1 })
    await stream.say({ type: 'notice', statement: notice.bytes })
    await stream.say({ type: 'proof', statement: new Uint8Array(20) })
    await until(() => badStatements() === 2, 'both to be counted')
    expect(copiesThere()).to.have.length(before)
  })

  it('[EC8] refusing what was not asked releases nothing, refusing what was asked releases that', async () => {
    const leases = await untilAsked()
    await stream.say({ type: 'refused', leases: [new Uint8Array(32)], reason: 'full', missing: 0 })
    await settle(1000)
    expect(copiesThere().length).to.be.above(0)
    await stream.say({ type: 'refused', leases, reason: 'full', missing: 0 })
    await until(() => copiesThere().length === 0, 'the release')
    expect(session.carrier()).to.not.equal('none')
  })

  it('[EC7] who says that there is room without end is left what the balance pays, and no more', async () => {
    await stream.say({ ...ROOM, steps: Number.MAX_SAFE_INTEGER })
    await until(() => asked().length > 0, 'a lease to sign for')
    expect(ann.book.view().balance(ann.id).free).to.be.at.least(0)
  })
})
