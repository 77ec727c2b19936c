/** Owners that mean no good, at the door of a node that keeps things for others. */
import { expect } from 'chai'
import { type Block, cidToString, rawCid } from '../../../src/core/blocks/cid.ts'
import { hexToBytes } from '../../../src/core/bytes.ts'
import { USUAL_TERM } from '../../../src/core/economy/economy-limits.ts'
import { merkleRoot } from '../../../src/core/economy/merkle.ts'
import { type Lease, type LedgerBody, LedgerType } from '../../../src/core/economy/statement-types.ts'
import { listKept } from '../../../src/node-worker/files/kept-blocks.ts'
import type { Session } from '../../../src/node-worker/sessions/types.ts'
import { afterEach, beforeEach, describe, it } from '../../support/runner.ts'
import { until } from '../../support/wait.ts'
import { picture } from '../replication/block-scene.ts'
import { meet, openOwner, type Party, type RawOwner, startParty, writeLeases } from './lying-scene.ts'

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

  beforeEach(async () => {
    bob = await start('Bob', { leases: true })
    mallory = await start('Mallory')
    session = await meet(mallory, bob)
    stream = openOwner(session)
  })
  afterEach(async () => {
    for (const party of parties.splice(0)) await party.stop()
  })

  const leaseOf = ({ bytes, cid }: Block, change: Partial<Lease> = {}): LedgerBody => {
    const now = bob.platform.clock.now()
    const subject = { kind: 'block', cid, root: merkleRoot(bytes) } as const
    const holder = { person: bob.id, device: bob.device }
    const when = { time: now, ends: now + USUAL_TERM }
    const said = { version: 1, person: mallory.id, subject, size: bytes.length, copies: 2 } as const
    const body = { ...said, holder, ...when, ...change }
    return { type: LedgerType.lease, body }
  }
  const ask = async (bodies: readonly LedgerBody[]): Promise<readonly string[]> => {
    const ids = await writeLeases(mallory, bob, bodies)
    await stream.say({ type: 'sign', leases: ids.map(hexToBytes) })
    return ids
  }
  /** The one answer to each of these leases. */
  const answers = async (ids: readonly string[]): Promise<(string | undefined)[]> => {
    await until(() => ids.every((id) => stream.refused()[id]), 'every lease to be refused')
    expect(stream.signed()).to.deep.equal([])
    for (const id of ids) expect(bob.book.receipt(id)).to.equal(undefined)
    return ids.map((id) => stream.refused()[id])
  }

  it('[EC5] a lease for another device is refused', async () => {
    const elsewhere = { person: bob.id, device: mallory.device }
    const ids = await ask([leaseOf(blockOf(1), { holder: elsewhere })])
    expect(await answers(ids)).to.deep.equal(['not-this-device'])
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
})
