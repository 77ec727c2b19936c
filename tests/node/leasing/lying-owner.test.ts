/** Owners that mean no good, at the door of a node that keeps things for others. */
import { expect } from 'chai'
import { type Block, cidToString, rawCid } from '../../../src/core/blocks/cid.ts'
import { hexToBytes } from '../../../src/core/bytes.ts'
import { encodeCbor } from '../../../src/core/cbor.ts'
import { USUAL_TERM } from '../../../src/core/economy/economy-limits.ts'
import { merkleRoot } from '../../../src/core/economy/merkle.ts'
import { STRANGER_RATION } from '../../../src/core/economy/occupation.ts'
import { type Lease, type LedgerBody, LedgerType } from '../../../src/core/economy/statement-types.ts'
import { STEP_BYTES } from '../../../src/core/economy/units.ts'
import { MAX_LEASE_MESSAGE_BYTES, MAX_LEASES_PER_MESSAGE } from '../../../src/core/sync/lease-codec.ts'
import { listKept } from '../../../src/node-worker/files/kept-blocks.ts'
import { MAX_WAITING } from '../../../src/node-worker/leasing/holding.ts'
import type { Session } from '../../../src/node-worker/sessions/types.ts'
import { afterEach, beforeEach, describe, it } from '../../support/runner.ts'
import { until } from '../../support/wait.ts'
import { picture } from '../replication/block-scene.ts'
import { meet, openOwner, type Party, type RawOwner, startParty, writeLeases } from './lying-scene.ts'

const HOUR = 3_600_000
const blockOf = (byte: number, size = 5000): Block => {
  const bytes = new Uint8Array(size).fill(byte)
  return { cid: rawCid(bytes), bytes }
}

describe('an owner that means no good', () => {
  let bob: Party
  let mallory: Party
  let session: Session
  let stream: RawOwner
  const parties: Party[] = []

  const start = async (...given: Parameters<typeof startParty>): Promise<Party> => {
    const party = await startParty(...given)
    parties.push(party)
    return party
  }
  const reach = async (owner: Party): Promise<RawOwner> => openOwner(await meet(owner, bob))

  beforeEach(async () => {
    bob = await start('Bob', { leases: true })
    mallory = await start('Mallory')
    session = await meet(mallory, bob)
    stream = openOwner(session)
  })
  afterEach(async () => {
    for (const party of parties.splice(0)) await party.stop()
  })

  const leaseOf = ({ bytes, cid }: Block, change: Partial<Lease> = {}, owner = mallory): LedgerBody => {
    const now = bob.platform.clock.now()
    const subject = { kind: 'block', cid, root: merkleRoot(bytes) } as const
    const holder = { person: bob.id, device: bob.device }
    const when = { time: now, ends: now + USUAL_TERM }
    const body = { version: 1, person: owner.id, subject, size: bytes.length, holder, ...when, ...change } as const
    return { type: LedgerType.lease, body }
  }
  const ask = async (bodies: readonly LedgerBody[], to = stream): Promise<readonly string[]> => {
    const ids = await writeLeases(mallory, bob, bodies)
    await to.say({ type: 'sign', leases: ids.map(hexToBytes) })
    return ids
  }
  /** The one answer to each of these leases. */
  const answers = async (ids: readonly string[]): Promise<(string | undefined)[]> => {
    await until(() => ids.every((id) => stream.refused()[id]), 'every lease to be refused')
    expect(stream.signed()).to.deep.equal([])
    for (const id of ids) expect(bob.book.receipt(id)).to.equal(undefined)
    return ids.map((id) => stream.refused()[id])
  }

  it('[EC1] what is malformed, too long or a holder’s word ends the stream and is counted', async () => {
    const wrong: readonly [Uint8Array, string][] = [
      [Uint8Array.of(1, 2, 3), 'malformed-sync'],
      [encodeCbor([2, { type: 'ask-room' }]), 'unknown-sync-version'],
      [encodeCbor([1, { type: 'ask-room', more: 1 }]), 'malformed-sync'],
      [encodeCbor([1, { type: 'room', steps: 1, availability: 'tab', family: null }]), 'malformed-sync'],
      [encodeCbor([1, { type: 'sign', leases: [new Uint8Array(31)] }]), 'malformed-sync'],
      [
        encodeCbor([
          1,
          { type: 'sign', leases: Array.from({ length: MAX_LEASES_PER_MESSAGE + 1 }, () => new Uint8Array(32)) },
        ]),
        'malformed-sync',
      ],
      [new Uint8Array(MAX_LEASE_MESSAGE_BYTES + 1), 'malformed-sync'],
    ]
    const counted: Record<string, number> = {}
    for (const [bytes, reason] of wrong) {
      const raw = openOwner(session)
      await raw.send(bytes)
      await until(raw.isEnded, `the end after ${reason}`)
      counted[reason] = (counted[reason] ?? 0) + 1
      expect(bob.services.refusals.counts()).to.deep.include(counted)
    }
  })

  it('[EC5] leases that never come are waited for up to a number, and others are answered', async () => {
    for (let sent = 0; sent < 10_000; sent += MAX_LEASES_PER_MESSAGE)
      await stream.say({
        type: 'sign',
        leases: Array.from({ length: MAX_LEASES_PER_MESSAGE }, (_, i) => {
          const id = new Uint8Array(32)
          new DataView(id.buffer).setUint32(0, sent + i + 1)
          return id
        }),
      })
    expect(MAX_WAITING).to.be.below(10_000)
    const other = openOwner(session)
    const [id] = await ask([leaseOf(blockOf(1), { ends: bob.platform.clock.now() + 40 * 24 * HOUR })], other)
    await until(() => other.refused()[id!], 'an answer on another stream')
    expect(stream.heard.filter(({ type }) => type !== 'room')).to.deep.equal([])
  })

  it('[EC5] [Q9] a lease that is too long, over, or of another time is refused with that reason', async () => {
    const now = bob.platform.clock.now()
    const ids = await ask([
      leaseOf(blockOf(1), { ends: now + USUAL_TERM + 2 * HOUR }),
      leaseOf(blockOf(2), { time: now - 2 * HOUR, ends: now - 1 }),
      leaseOf(blockOf(3), { time: now + 2 * HOUR }),
    ])
    expect(await answers(ids)).to.deep.equal(['term-too-long', 'lease-over', 'clocks-differ'])
    expect(await bob.services.files.wanted(10)).to.deep.equal([])
  })

  it('[EC5] a lease for another device is refused', async () => {
    const elsewhere = { person: bob.id, device: mallory.device }
    const ids = await ask([leaseOf(blockOf(1), { holder: elsewhere })])
    expect(await answers(ids)).to.deep.equal(['not-this-device'])
  })

  it('[EC5] nobody asks for a lease of somebody else, nor gets its receipt', async () => {
    const ids = await ask([leaseOf(blockOf(1))])
    await until(() => bob.book.lease(ids[0]!), 'the lease')
    const eve = await start('Eve')
    const theirs = await reach(eve)
    await theirs.say({ type: 'sign', leases: ids.map(hexToBytes) })
    await until(() => theirs.refused()[ids[0]!] === 'not-yours', 'a refusal')
    // It was not taken from its owner.
    expect(stream.refused()).to.deep.equal({})
  })

  it('[EC6] [Q10] a block of another size or root than its lease says is not signed for', async () => {
    await mallory.get('publish-post', { text: 'bait', pictures: [picture(5)] })
    const [block] = await mallory.platform.store.read(['blockMeta'], (tx) => listKept(tx, () => true))
    const bytes = (await mallory.services.files.get(cidToString(block!.cid)))!
    const kept = { cid: block!.cid, bytes }
    const root = new Uint8Array(32).fill(1)
    const ids = await ask([
      leaseOf(kept, { size: bytes.length + 1 }),
      leaseOf(kept, { subject: { kind: 'block', cid: kept.cid, root } }),
    ])
    expect(await answers(ids)).to.deep.equal(['not-the-block', 'not-the-block'])
    // What is as it says is signed for.
    const [fair] = await ask([leaseOf(kept)])
    await until(() => stream.signed().length === 1, 'a receipt')
    expect(bob.book.receipt(fair!)?.bytes).to.deep.equal(stream.signed()[0])
  })

  it('[EC5] of a stranger no more than the ration, and what is missing is said', async () => {
    const steps = STRANGER_RATION / 4
    const size = STEP_BYTES * steps
    const device = mallory.device
    const bodies = Array.from({ length: 5 }, (_, log) =>
      leaseOf(blockOf(1), { subject: { kind: 'log', device, log: log * 4, seq: 1 } as const, size }),
    )
    const ids = await ask(bodies)
    await until(() => stream.refused()[ids.at(-1)!], 'a refusal')
    const said = stream.heard.find(({ type }) => type === 'refused')
    expect(said).to.deep.include({ reason: 'over-ration', missing: steps })
    expect(Object.keys(stream.refused())).to.deep.equal([ids.at(-1)])
  })

  it('[EC5] whoever gives nothing leaves nothing', async () => {
    const poor = await start('Poor', { slots: 0 })
    const raw = await reach(poor)
    const ids = await writeLeases(poor, bob, [leaseOf(blockOf(1), {}, poor)])
    await raw.say({ type: 'sign', leases: ids.map(hexToBytes) })
    await until(() => raw.refused()[ids[0]!], 'a refusal')
    expect(raw.heard.find(({ type }) => type === 'refused')).to.deep.include({ reason: 'over-balance', missing: 2 })
  })
})
