import { expect } from 'chai'
import { decodeLedgerPayload } from '../../../src/core/economy/ledger-body.ts'
import { STEPS_PER_SLOT } from '../../../src/core/economy/units.ts'
import { decodeSegment } from '../../../src/core/logs/segment-codec.ts'
import { createPerson, leaseOf, pledgeOf } from '../../core/economy/world.ts'
import { removeDevice, rotate } from '../../core/identity/people.ts'
import { describe, it } from '../../support/runner.ts'
import { until } from '../../support/wait.ts'
import { startPeer } from '../replication/copied-device.ts'
import { introduce, type Keeper, leave, restart, startKeeper } from './scene.ts'

const givenBy = ({ book, me }: Keeper): number => book.view().balance(me.person).given

describe('the ledger of a node', () => {
  it('[Q32] a device whose ledger forked writes no further entry in it, and says so', async () => {
    const ann = await startPeer('ann')
    await ann.get('give-storage', { slots: 1 })
    const copy = await ann.copy()
    await copy.get('give-storage', { slots: 2 })
    await ann.get('give-storage', { slots: 3 })
    const run = await copy.services.logs.readSegment(ann.device, 3, 1, 65_536)
    expect(await ann.services.logs.ingest(ann.id, run!.bytes)).to.have.nested.property('error.type', 'fork')
    const refused = await ann.ask('give-storage', { slots: 4 })
    expect(refused).to.deep.equal({ ok: false, error: { type: 'device-spent' } })
    const logs = (await ann.services.logs.heads(ann.id)).map(({ log }) => log)
    expect(logs).not.to.include(7)
    await copy.stop()
    await ann.stop()
  })

  it('[Q32] what this device pledges and leases stands in its ledger log, unsealed, and counts', async () => {
    const ann = await startKeeper('ann')
    const ids = await ann.book.say([pledgeOf(ann.me, 16), leaseOf(ann.me, ann.me)])
    expect(givenBy(ann)).to.equal(16 * STEPS_PER_SLOT)
    expect(ann.book.view().balance(ann.me.person)).to.include({ used: 2, pending: 0, held: 2 })
    const run = await ann.services.logs.readSegment(ann.me.device, 3, 1, 65_536)
    const decoded = decodeSegment(run!.bytes)
    if (!decoded.ok) throw new Error(decoded.error.type)
    const said = decoded.value.payloads.map((payload) => decodeLedgerPayload(payload!))
    expect(said.map((payload) => payload.ok && payload.value.type)).to.deep.equal(['kith/pledge', 'kith/lease'])
    const lease = ann.book.lease(ids[1]!)!
    expect(lease.lease).to.deep.equal(leaseOf(ann.me, ann.me).body)
    expect(ann.book.lease(ids[0]!)).to.equal(undefined)
    await ann.stop()
  })

  it('[Q32] a body that nobody would take is not written', async () => {
    const ann = await startKeeper('ann')
    const refused = await ann.book.say([pledgeOf(ann.me, -1)]).catch((error: unknown) => error)
    expect(refused).to.be.instanceOf(RangeError)
    expect(await ann.services.logs.head(ann.me.device, 3)).to.equal(undefined)
    await ann.stop()
  })

  it('[Q33] a lease is heard, signed for and held, and is there after a restart', async () => {
    const ann = await startKeeper('ann')
    const bob = await createPerson(1, 1)
    await introduce(ann, bob)
    const left = await leave(bob.devices[0]!, ann.me)
    await ann.book.say([pledgeOf(ann.me, 16)])
    expect(await ann.book.hear({ kind: 'entry', evidence: left.evidence })).to.have.nested.property(
      'value.id',
      left.hex,
    )
    expect(ann.book.view().balance(ann.me.person).held).to.equal(0)
    const receipt = await ann.book.sign({ kind: 'receipt', lease: left.id })
    expect(ann.book.view().balance(ann.me.person).held).to.equal(2)
    const again = await restart(ann)
    expect(again.book.lease(left.hex)!.evidence).to.deep.equal(left.evidence)
    expect(again.book.statementsOf(left.hex)).to.deep.equal([receipt.bytes])
    expect(again.book.view().balance(ann.me.person)).to.include({ given: 16 * STEPS_PER_SLOT, held: 2 })
    await again.stop()
  })

  it('[Q33] a device that a stranger removed holds nothing from then on, after a restart neither', async () => {
    const ann = await startKeeper('ann')
    const bob = await createPerson(1, 2)
    await introduce(ann, bob)
    const holder = bob.devices[0]!
    await ann.book.say([leaseOf(ann.me, holder)])
    const left = ({ book }: Keeper) => book.view().copiesOf(ann.me.person).length
    expect(left(ann)).to.equal(1)
    const removal = await removeDevice(bob.chain, holder.byte, [], { who: bob.who })
    await introduce(ann, { ...bob, chain: [...bob.chain, removal] })
    await until(() => left(ann) === 0)
    const again = await restart(ann)
    expect(left(again)).to.equal(0)
    await again.stop()
  })

  it('[Q33] a device that a rotation took back holds nothing after a restart, though there are as many events', async () => {
    const ann = await startKeeper('ann')
    const bob = await createPerson(1, 2)
    await introduce(ann, bob)
    const thief = bob.devices[1]!
    await ann.book.say([leaseOf(ann.me, thief)])
    // Hears something of Bob's, so that his keys are kept.
    const { evidence } = await leave(bob.devices[0]!, ann.me)
    expect(await ann.book.hear({ kind: 'entry', evidence })).to.have.property('ok', true)
    const before = bob.chain.slice(0, 2)
    await introduce(ann, { ...bob, chain: [...before, await rotate(before, 1, { who: bob.who })] })
    const left = ({ book }: Keeper) => book.view().copiesOf(ann.me.person).length
    await until(() => left(ann) === 0)
    const again = await restart(ann)
    expect(left(again)).to.equal(0)
    await again.stop()
  })
})
