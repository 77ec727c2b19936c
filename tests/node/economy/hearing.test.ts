import { expect } from 'chai'
import type { Challenge, Lease, SignedStatement } from '../../../src/core/economy/statement-types.ts'
import {
  LEASE_MEMORY,
  MAX_ENDS_PER_LEASE,
  MAX_UNSIGNED_LEASES,
} from '../../../src/node-worker/economy/ledger-limits.ts'
import {
  answer,
  append,
  challengeOf,
  createPerson,
  DAY,
  leaseOf,
  NOW,
  noticeOf,
  type Person,
  pledgeOf,
  receiptFor,
  releaseOf,
} from '../../core/economy/world.ts'
import { faultyStore } from '../../support/faulty-store.ts'
import { createTestPlatform } from '../../support/platform.ts'
import { describe, it } from '../../support/runner.ts'
import { startNode } from '../../support/test-node.ts'
import { introduce, type Keeper, type Left, leave, restart, startKeeper } from './scene.ts'

const meetBob = async (): Promise<{ ann: Keeper; bob: Person }> => {
  const ann = await startKeeper('ann')
  const bob = await createPerson(1, 1)
  await introduce(ann, bob)
  return { ann, bob }
}

const hearEntry = ({ book }: Keeper, { evidence }: Pick<Left, 'evidence'>) => book.hear({ kind: 'entry', evidence })
const hear = ({ book }: Keeper, { bytes }: { readonly bytes: Uint8Array }) => book.hear({ kind: 'statement', bytes })

/** What was refused, as its type. */
const typeOf = (result: Awaited<ReturnType<Keeper['book']['hear']>>): string => (result.ok ? 'ok' : result.error.type)

const kept = ({ book }: Keeper): number => [...book.all()].length

describe('hearing what others say about storage', () => {
  it('[Q33] what is not true is not kept', async () => {
    const { ann, bob } = await meetBob()
    const left = await leave(bob.devices[0]!, ann.me)
    const entry = left.evidence.entry.slice()
    entry[entry.length - 1]! ^= 1
    expect(typeOf(await hearEntry(ann, { evidence: { ...left.evidence, entry } }))).to.equal('forged')
    expect(typeOf(await hear(ann, { bytes: new Uint8Array(5_000) }))).to.equal('malformed')
    const unknown = await createPerson(2, 1)
    const strange = await leave(unknown.devices[0]!, ann.me)
    expect(typeOf(await hearEntry(ann, strange))).to.equal('unknown-person')
    expect(kept(ann)).to.equal(0)
    await ann.stop()
  })

  it('[Q33] what is no concern of this person is not kept, nor what is said of a lease that nobody showed', async () => {
    const { ann, bob } = await meetBob()
    const carl = await createPerson(2, 1)
    await introduce(ann, carl)
    const [b, c] = [bob.devices[0]!, carl.devices[0]!]
    expect(typeOf(await hearEntry(ann, await leave(b, c)))).to.equal('no-concern')
    const { entry, payload } = await append(b, pledgeOf(b, 16))
    expect(typeOf(await hearEntry(ann, { evidence: { entry, payload } }))).to.equal('no-concern')
    const over = await leave(b, ann.me, { time: NOW - 2 * DAY, ends: NOW - DAY })
    expect(typeOf(await hearEntry(ann, over))).to.equal('lease-over')
    const left = await leave(b, ann.me)
    expect(typeOf(await hear(ann, await releaseOf(b, left.id)))).to.equal('unknown-lease')
    expect(typeOf(await hearEntry(ann, left))).to.equal('ok')
    expect(typeOf(await hear(ann, await receiptFor(c, left.id)))).to.equal('no-concern')
    expect(typeOf(await hear(ann, await releaseOf(c, left.id)))).to.equal('no-concern')
    expect(typeOf(await hear(ann, await noticeOf(b, NOW, left.id)))).to.equal('no-concern')
    expect(typeOf(await hear(ann, await challengeOf(b, left.id, ann.me.device)))).to.equal('no-fact')
    expect(kept(ann)).to.equal(1)
    await ann.stop()
  })

  it('[Q33] of somebody who leaves something here the newest pledge is kept, over a restart as well', async () => {
    const { ann, bob } = await meetBob()
    const device = bob.devices[0]!
    await hearEntry(ann, await leave(device, ann.me))
    const older = await append(device, pledgeOf(device, 16))
    const newer = await append(device, pledgeOf(device, 20))
    for (const evidence of [newer, older]) {
      const { entry, payload } = evidence
      expect(typeOf(await hearEntry(ann, { evidence: { entry, payload } }))).to.equal('ok')
    }
    expect(ann.book.view().balance(bob.id).given).to.equal(20 * 64)
    const again = await restart(ann)
    expect(again.book.view().balance(bob.id).given).to.equal(20 * 64)
    expect(kept(again)).to.equal(2)
    await again.stop()
  })

  it('[Q33] a receipt that is heard makes a copy held, a release ends it, and the same again changes nothing', async () => {
    const { ann, bob } = await meetBob()
    const [id] = await ann.book.say([leaseOf(ann.me, bob.devices[0]!)])
    const lease = Uint8Array.from(id!.match(/../g)!, (byte) => Number.parseInt(byte, 16))
    expect(ann.book.view().balance(ann.me.person)).to.include({ used: 2, pending: 2 })
    const receipt = await receiptFor(bob.devices[0]!, lease)
    expect(typeOf(await hear(ann, receipt))).to.equal('ok')
    expect(typeOf(await hear(ann, receipt))).to.equal('ok')
    expect(ann.book.view().balance(ann.me.person)).to.include({ used: 2, pending: 0 })
    expect(ann.book.statementsOf(id!)).to.deep.equal([receipt.bytes])
    await ann.book.sign({ kind: 'release', leases: [lease] })
    expect(ann.book.view().balance(ann.me.person).used).to.equal(0)
    expect((await restart(ann)).book.statementsOf(id!)).to.have.length(2)
    await ann.stop()
  })

  it('[Q34] more leases than this device answers are refused, until it signed for some', async () => {
    const { ann, bob } = await meetBob()
    const device = bob.devices[0]!
    const lefts: Left[] = []
    for (let i = 0; i <= MAX_UNSIGNED_LEASES; i++) lefts.push(await leave(device, ann.me, { ends: NOW + DAY + i }))
    for (const left of lefts.slice(0, -1)) expect(typeOf(await hearEntry(ann, left))).to.equal('ok')
    const last = lefts.at(-1)!
    const refused = await hearEntry(ann, last)
    expect(refused).to.deep.equal({
      ok: false,
      error: { type: 'too-many', what: 'leases', limit: MAX_UNSIGNED_LEASES },
    })
    await ann.book.sign({ kind: 'receipt', lease: lefts[0]!.id })
    expect(typeOf(await hearEntry(ann, last))).to.equal('ok')
    await ann.stop()
  })

  it('[Q34] of one lease so many ends are kept and no more', async () => {
    const { ann, bob } = await meetBob()
    const device = bob.devices[0]!
    const left = await leave(device, ann.me)
    await hearEntry(ann, left)
    for (let i = 0; i < MAX_ENDS_PER_LEASE; i++) {
      const other = new Uint8Array(32).fill(i)
      expect(typeOf(await hear(ann, await releaseOf(device, left.id, other)))).to.equal('ok')
    }
    expect(typeOf(await hear(ann, await releaseOf(device, left.id)))).to.equal('too-many')
    await ann.stop()
  })

  it('[Q35] a day after its end a lease is forgotten with what was said of it, and with the keys of its owner', async () => {
    const { ann, bob } = await meetBob()
    const device = bob.devices[0]!
    const left = await leave(device, ann.me, { ends: NOW + DAY })
    await hearEntry(ann, left)
    await ann.book.sign({ kind: 'receipt', lease: left.id })
    ann.platform.clock.set(NOW + DAY + LEASE_MEMORY - 1)
    const before = await restart(ann)
    expect(before.book.lease(left.hex)).not.to.equal(undefined)
    expect(before.book.view().balance(ann.me.person).held).to.equal(0)
    ann.platform.clock.set(NOW + DAY + LEASE_MEMORY)
    const after = await restart(before)
    expect(after.book.lease(left.hex)).to.equal(undefined)
    expect(await after.platform.store.read(['economy'], (tx) => tx.count('economy'))).to.equal(0)
    await after.stop()
  })

  it('[Q36] a wrong proof is a warrant where the receipt is here, and refused where it is not', async () => {
    const { ann, bob } = await meetBob()
    const holder = bob.devices[0]!
    const body = leaseOf(ann.me, holder)
    const [id] = await ann.book.say([body])
    const { evidence } = ann.book.lease(id!)!
    const lease = Uint8Array.from(id!.match(/../g)!, (byte) => Number.parseInt(byte, 16))
    const asked = (await ann.book.sign({
      kind: 'challenge',
      lease,
      holder: holder.device,
      salt: new Uint8Array(32),
    })) as SignedStatement<Challenge>
    const said = { body: body.body as Lease, id: lease }
    const wrong = await answer(holder, said, asked, { spoil: true })
    const told = { kind: 'proof', evidence: { lease: evidence, challenge: asked.bytes, proof: wrong.bytes } } as const
    expect(typeOf(await ann.book.hear(told))).to.equal('wrong-proof')
    await hear(ann, await receiptFor(holder, lease))
    const right = await answer(holder, said, asked)
    const told2 = { kind: 'proof', evidence: { lease: evidence, challenge: asked.bytes, proof: right.bytes } } as const
    expect(await ann.book.hear(told2)).to.have.nested.property('value.kind', 'proof')
    expect(await ann.book.hear(told)).to.have.nested.property('value.kind', 'warrant')
    expect(ann.book.view().barred(bob.id)).to.include({ offence: 'wrong-proof' })
    const again = await restart(ann)
    expect(again.book.view().barred(bob.id)).to.include({ offence: 'wrong-proof' })
    await again.stop()
  })

  it('[Q33] a full disk keeps nothing and says so; what was said before stands', async () => {
    const platform = await createTestPlatform(`full ${Math.random()}`)
    const store = faultyStore(platform.store)
    const ann = await startKeeper('ann', { ...platform, store })
    const bob = await createPerson(1, 1)
    await introduce(ann, bob)
    const left = await leave(bob.devices[0]!, ann.me)
    store.room = 0
    expect(typeOf(await hearEntry(ann, left))).to.equal('full')
    expect(kept(ann)).to.equal(0)
    expect(await ann.ask('give-storage', { slots: 3 })).to.have.nested.property('error.type', 'storage-full')
    store.room = Number.POSITIVE_INFINITY
    expect(typeOf(await hearEntry(ann, left))).to.equal('ok')
    await ann.stop()
  })

  it('[Q33] where nobody is signed in nothing is kept', async () => {
    const node = await startNode('nobody')
    const bob = await createPerson(1, 1)
    await introduce(node, bob)
    const book = await node.services.ledger()
    const { evidence } = await leave(bob.devices[0]!, bob.devices[0]!)
    expect(typeOf(await book.hear({ kind: 'entry', evidence }))).to.equal('no-person')
    await node.stop()
  })

  it('[Q33] what is said is listed, newest first, and no more than was asked for', async () => {
    const { ann, bob } = await meetBob()
    await ann.get('give-storage', { slots: 3 })
    const left = await leave(bob.devices[0]!, ann.me)
    await hearEntry(ann, left)
    ann.platform.clock.advance(1000)
    await ann.book.sign({ kind: 'receipt', lease: left.id })
    const all = await ann.query('statements', { limit: 10 })
    expect(all.map(({ kind }) => kind)).to.deep.equal(['receipt', 'lease', 'pledge'])
    expect(all[1]).to.deep.include({ bytes: 8192, leases: [left.hex], time: NOW })
    expect(all[2]).to.include({ slots: 3 })
    expect(await ann.query('statements', { limit: 1 })).to.deep.equal(all.slice(0, 1))
    expect(await ann.query('statements', { limit: 0 })).to.deep.equal([])
    await ann.stop()
  })
})
