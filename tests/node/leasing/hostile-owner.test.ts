/** What those who leave things here might try. */
import { expect } from 'chai'
import { cidToString, rawCid } from '../../../src/core/blocks/cid.ts'
import { bytesToHex } from '../../../src/core/bytes.ts'
import { CLOCK_SKEW, USUAL_TERM } from '../../../src/core/economy/economy-limits.ts'
import { encodeWarrant } from '../../../src/core/economy/warrant.ts'
import { type Entry, signEntry } from '../../../src/core/logs/entry.ts'
import { lipmaaOf, needsLipmaa } from '../../../src/core/logs/lipmaa.ts'
import type { Segment } from '../../../src/core/logs/segment.ts'
import { encodeSegment } from '../../../src/core/logs/segment-codec.ts'
import type { Refused } from '../../../src/core/sync/lease-messages.ts'
import { LOG_ACCOUNT } from '../../../src/node-worker/log/log-service.ts'
import {
  append,
  BLOCKS,
  createPerson,
  type Device,
  fork,
  NOW,
  type Person,
  pledgeOf,
  runOf,
} from '../../core/economy/world.ts'
import { afterEach, beforeEach, describe, it } from '../../support/runner.ts'
import { until } from '../../support/wait.ts'
import { type Left, leave } from '../economy/scene.ts'
import { type Duel, type Foe, startDuel } from './duel.ts'

/** What is left when a test says nothing else. */
const BLOCK = cidToString(rawCid(BLOCKS[2]!))
const LATER = { ends: NOW + USUAL_TERM }

/** An account log with payloads of so many bytes. */
const chainOf = async ({ device, signer }: Device, sizes: readonly number[]): Promise<Segment> => {
  const entries: Entry[] = []
  const payloads = sizes.map((size) => new Uint8Array(size))
  for (const [i, payload] of payloads.entries()) {
    const lipmaa = needsLipmaa(i + 1) ? entries[lipmaaOf(i + 1) - 1]!.hash : undefined
    const draft = { logId: LOG_ACCOUNT, seq: i + 1, backlink: entries.at(-1)?.hash, lipmaa, payload }
    entries.push(await signEntry(draft, signer))
  }
  return { author: device, logId: LOG_ACCOUNT, firstSeq: 1, entries, payloads }
}

describe('owners who wish their holders ill', () => {
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

  /** Writes a pledge; it comes with the leases behind it. */
  const pledge = async (device: Device, slots = 64): Promise<void> => {
    await append(device, pledgeOf(device, slots))
  }
  /** Writes a lease, and the ledger comes as any log does. */
  const left = async (device: Device, change: Parameters<typeof leave>[2] = LATER): Promise<Left> => {
    const lease = await leave(device, duel.me, change)
    duel.standing.asks(device.person, device)
    const taken = await duel.services.logs.ingest(device.person, encodeSegment(runOf(device, 0)))
    expect(taken).to.have.property('ok', true)
    await until(() => duel.book.lease(lease.hex), 'the lease')
    return lease
  }
  const refusals = (foe: Foe): Refused[] => foe.answers().filter((said) => said.type === 'refused')
  const refusedFor = async (foe: Foe, reason: string): Promise<Refused> =>
    until(() => refusals(foe).find((said) => said.reason === reason), reason)

  it('[EC1] what is no message ends the stream and is counted', async () => {
    const foe = duel.meet(mallory)
    await foe.asOwner.say(Uint8Array.of(0x82, 0x01, 0xff))
    expect(foe.asOwner.ended()).to.equal('failed')
    const other = duel.meet(eve)
    await other.asOwner.say(new Uint8Array(70_000))
    await other.asHolder.say(Uint8Array.of(1))
    expect([other.asOwner.ended(), other.asHolder.ended()]).to.deep.equal(['failed', 'failed'])
    const counts = Object.values(duel.services.refusals.counts())
    expect(counts.reduce((sum, count) => sum + count, 0)).to.be.at.least(3)
  })

  it('[EC5] who asks for a lease of somebody else is refused, and whoever wrote it is answered all the same', async () => {
    await pledge(mallory)
    const lease = await left(mallory)
    const [owner, thief] = [duel.meet(mallory), duel.meet(eve)]
    await owner.owns({ type: 'sign', leases: [lease.id] })
    await thief.owns({ type: 'sign', leases: [lease.id] })
    await refusedFor(thief, 'not-yours')
    await until(async () => (await duel.services.files.wanted(9)).length === 1, 'the block is wanted')
    await duel.services.files.put(BLOCK, BLOCKS[2]!)
    await until(() => owner.answers().some(({ type }) => type === 'signed'), 'the receipt')
    await thief.owns({ type: 'sign', leases: [lease.id] })
    await until(() => refusals(thief).length === 2, 'refused though there is a receipt')
    expect(thief.answers().some(({ type }) => type === 'signed')).to.equal(false)
  })

  it('[EC5] leases that never come are waited for up to a number, and answered with nothing', async () => {
    const foe = duel.meet(mallory)
    const ids = Array.from({ length: 10_000 }, (_, i) => {
      const id = new Uint8Array(32)
      new DataView(id.buffer).setUint32(0, i)
      return id
    })
    for (let at = 0; at < ids.length; at += 256) await foe.owns({ type: 'sign', leases: ids.slice(at, at + 256) })
    // What is beyond the number is not looked at, and nobody else waits because of it.
    await pledge(eve)
    const lease = await left(eve, { ...LATER, size: 4 })
    const other = duel.meet(eve)
    await other.owns({ type: 'sign', leases: [lease.id] })
    await until(async () => (await duel.services.files.wanted(9)).length === 1, 'the block is wanted')
    expect(foe.answers().filter(({ type }) => type !== 'room')).to.deep.equal([])
  })

  it('[EC6] a disk that is full refuses what comes then, and what was signed for before stays', async () => {
    await pledge(mallory)
    const [first, second] = [await left(mallory), await left(mallory, { ...LATER, block: 1 })]
    const foe = duel.meet(mallory)
    await foe.owns({ type: 'sign', leases: [first.id] })
    await until(async () => (await duel.services.files.wanted(9)).length === 1, 'the block is wanted')
    await duel.services.files.put(BLOCK, BLOCKS[2]!)
    await until(() => foe.answers().some(({ type }) => type === 'signed'), 'the receipt')
    duel.disk.room = 0
    await foe.owns({ type: 'sign', leases: [second.id] })
    await refusedFor(foe, 'full')
    expect(duel.book.receipt(first.hex)).to.not.equal(undefined)
    expect(await duel.services.files.get(BLOCK)).to.deep.equal(BLOCKS[2])
    duel.disk.room = Number.POSITIVE_INFINITY
    await foe.owns({ type: 'sign', leases: [second.id] })
    await until(async () => (await duel.services.files.wanted(9)).length === 1, 'there is room again')
  })

  it('[EC6] [Q10] a lease whose size or root is not that of the block is refused', async () => {
    await pledge(mallory)
    const lease = await left(mallory, { ...LATER, size: BLOCKS[2]!.length - 1 })
    const foe = duel.meet(mallory)
    await foe.owns({ type: 'sign', leases: [lease.id] })
    await until(async () => (await duel.services.files.wanted(9)).length === 1, 'the block is wanted')
    await duel.services.files.put(BLOCK, BLOCKS[2]!)
    await refusedFor(foe, 'not-the-block')
    expect(duel.book.receipt(lease.hex)).to.equal(undefined)
  })

  it('[EC5] [Q9] a lease that runs too long, is over, or is of another time is refused with that reason', async () => {
    await pledge(mallory)
    const foe = duel.meet(mallory)
    const early = await left(mallory, { ...LATER, block: 1, time: NOW - CLOCK_SKEW - 1 })
    const short = await left(mallory, { block: 3, ends: NOW + 1000 })
    duel.platform.clock.advance(1000)
    await foe.owns({ type: 'sign', leases: [early.id, short.id] })
    for (const [lease, reason] of [
      [early, 'clocks-differ'],
      [short, 'lease-over'],
    ] as const)
      expect((await refusedFor(foe, reason)).leases.map(bytesToHex)).to.deep.equal([lease.hex])
    duel.platform.clock.set(NOW)
    const longer = await left(mallory, { block: 1, ends: NOW + USUAL_TERM + CLOCK_SKEW + 1 })
    await foe.owns({ type: 'sign', leases: [longer.id] })
    await refusedFor(foe, 'term-too-long')
    expect(await duel.services.files.wanted(9)).to.have.length(0)
  })

  it('[EC5] who gives nothing is told what is missing, and nothing of theirs is wanted', async () => {
    const lease = await left(mallory)
    const foe = duel.meet(mallory)
    await foe.owns({ type: 'sign', leases: [lease.id] })
    expect((await refusedFor(foe, 'over-balance')).missing).to.equal(2)
    expect(await duel.services.files.wanted(9)).to.deep.equal([])
  })

  it('[EC5] a stranger beyond the ration is told what is missing', async () => {
    await pledge(mallory, 1000)
    const log = { kind: 'log', device: mallory.device, log: 1, seq: 1 } as const
    const lease = await left(mallory, { ...LATER, subject: log, size: 4096 * 300 })
    const foe = duel.meet(mallory)
    await foe.owns({ type: 'sign', leases: [lease.id] })
    expect((await refusedFor(foe, 'over-ration')).missing).to.equal(300 - 4 * 64)
  })

  it('[EC5] [Q24] who forked a ledger is barred: nothing is signed, the warrant is kept', async () => {
    await pledge(mallory)
    const lease = await left(mallory)
    const face = fork(mallory, 1)
    await append(mallory, pledgeOf(mallory, 9), { face })
    const runs = [runOf(mallory, 0), runOf(mallory, face)].map((run) => encodeSegment(run)) as [Uint8Array, Uint8Array]
    const bytes = encodeWarrant({ version: 1, kind: 'fork', person: mallory.person, runs })
    const foe = duel.meet(mallory)
    expect(await duel.book.hear({ kind: 'warrant', bytes })).to.have.property('ok', true)
    await foe.owns({ type: 'sign', leases: [lease.id] })
    await refusedFor(foe, 'barred')
    expect(duel.book.receipt(lease.hex)).to.equal(undefined)
    expect([...duel.book.all()].some(({ fact }) => fact.kind === 'warrant')).to.equal(true)
  })

  it('[EC2] a log grows as far as is paid for, whether its entries are large or empty', async () => {
    await pledge(mallory)
    const log = { kind: 'log', device: mallory.device, log: LOG_ACCOUNT, seq: 1 } as const
    const lease = await left(mallory, { ...LATER, subject: log, size: 8192 })
    const foe = duel.meet(mallory)
    await foe.owns({ type: 'sign', leases: [lease.id] })
    await until(() => duel.standing.logRoom(mallory.person, mallory.device, LOG_ACCOUNT) > 0, 'it is accepted')
    const take = (run: Segment) => duel.services.logs.ingest(mallory.person, encodeSegment(run))
    const refused = { ok: false, error: { type: 'over-lease' } }
    expect(await take(await chainOf(mallory, [9000]))).to.deep.equal(refused)
    const small = await chainOf(mallory, new Array(50).fill(1))
    expect(await take(small)).to.deep.equal(refused)
    expect(await duel.services.logs.head(mallory.device, LOG_ACCOUNT)).to.equal(undefined)
    const few = { ...small, entries: small.entries.slice(0, 30), payloads: small.payloads.slice(0, 30) }
    expect(await take(few)).to.have.property('ok', true)
    const more = { ...small, firstSeq: 31, entries: small.entries.slice(30), payloads: small.payloads.slice(30) }
    expect(await take(more)).to.deep.equal(refused)
    expect((await duel.services.logs.head(mallory.device, LOG_ACCOUNT))!.seq).to.equal(30)
    await until(() => foe.answers().some(({ type }) => type === 'signed'), 'what is paid for is signed for')
  })
})
