import { expect } from 'chai'
import { MAX_SLOTS } from '../../../src/core/economy/economy-limits.ts'
import { SLOT_BYTES } from '../../../src/core/economy/units.ts'
import {
  firstSlots,
  LEAST_FIRST_SLOTS,
  MOST_FIRST_SLOTS,
  mostSlots,
  SLOTS_UNTOLD,
} from '../../../src/node-worker/economy/giving.ts'
import { createTestPlatform, type TestPlatform } from '../../support/platform.ts'
import { describe, it } from '../../support/runner.ts'
import { startNode, type TestNode } from '../../support/test-node.ts'
import { carry, startSecondDevice } from '../transfer/second-device.ts'

const GIB = 2 ** 30

const withQuota = async (quota: number | undefined): Promise<TestPlatform> => ({
  ...(await createTestPlatform(`quota ${quota} ${Math.random()}`)),
  storageEstimate: async () => ({ used: 0, persisted: false, ...(quota !== undefined && { quota }) }),
})

const startPerson = async (quota: number | undefined, givesUnasked = false): Promise<TestNode> => {
  const node = await startNode('giver', { platform: await withQuota(quota), options: { givesUnasked } })
  await node.get('create-person', { name: 'Ann' })
  return node
}

const slotsGiven = async (node: TestNode): Promise<number> => (await node.query('economy', {})).given / SLOT_BYTES

const pledgesOf = async (node: TestNode): Promise<number> => {
  const { device } = node.services.account.self()!
  return (await node.services.logs.head(device.signer.publicKey, 3))?.seq ?? 0
}

describe('what a device gives', () => {
  it('[Q37] is a tenth of what the browser allows, within bounds, and 64 MiB where it tells nothing', () => {
    expect(firstSlots({ quota: 10 * GIB })).to.equal(GIB / SLOT_BYTES)
    expect(firstSlots({ quota: 1000 * GIB })).to.equal(MOST_FIRST_SLOTS)
    expect(firstSlots({ quota: 1_000_000 })).to.equal(LEAST_FIRST_SLOTS)
    expect(firstSlots({})).to.equal(SLOTS_UNTOLD)
  })

  it('[Q37] is pledged once, as soon as there is a person, and not again at the next start', async () => {
    const node = await startPerson(10 * GIB, true)
    const live = node.live('economy', {})
    const { given, slotsHere } = await live.until((view) => view.given > 0)
    live.end()
    expect([given, slotsHere]).to.deep.equal([GIB, GIB / SLOT_BYTES])
    const ledger = await node.services.ledger()
    await ledger.close()
    const again = await startNode('giver', { platform: node.platform, options: { givesUnasked: true } })
    expect(await slotsGiven(again)).to.equal(GIB / SLOT_BYTES)
    expect(await pledgesOf(again)).to.equal(1)
    await again.stop()
  })

  it('[Q37] what a person chose, nothing included, is not followed by what is given unasked', async () => {
    const node = await startPerson(10 * GIB)
    await node.get('give-storage', { slots: 0 })
    await (await node.services.ledger()).close()
    const again = await startNode('giver', { platform: node.platform, options: { givesUnasked: true } })
    expect(await slotsGiven(again)).to.equal(0)
    expect(await pledgesOf(again)).to.equal(1)
    await again.stop()
  })

  it('[Q38] is chosen: from nothing to what the disk has', async () => {
    const node = await startPerson(1000 * SLOT_BYTES)
    for (const slots of [1000, 0, 7]) {
      await node.get('give-storage', { slots })
      expect(await slotsGiven(node)).to.equal(slots)
    }
    for (const slots of [1001, -1, 1.5, Number.NaN]) {
      expect(await node.ask('give-storage', { slots })).to.deep.equal({
        ok: false,
        error: { type: 'out-of-range', what: 'slots', least: 0, most: 1000 },
      })
    }
    expect(await pledgesOf(node)).to.equal(3)
    await node.stop()
  })

  it('[Q38] is at most what a pledge can say, and needs a person', async () => {
    expect(mostSlots({ quota: 2 ** 50 })).to.equal(MAX_SLOTS)
    expect(mostSlots({})).to.equal(MAX_SLOTS)
    const node = await startNode('nobody')
    expect(await node.ask('give-storage', { slots: 1 })).to.deep.equal({ ok: false, error: { type: 'no-person' } })
    expect(await node.query('economy', {})).to.include({ given: 0, used: 0, slotsHere: 0 })
    await node.stop()
  })

  it('[Q38] a choice that is sent twice is written once', async () => {
    const node = await startPerson(undefined)
    await node.ask('give-storage', { slots: 5 }, { id: 'same' })
    await node.get('give-storage', { slots: 6 })
    await node.ask('give-storage', { slots: 5 }, { id: 'same' })
    expect(await slotsGiven(node)).to.equal(6)
    await node.stop()
  })

  it('[Q39] copies are wanted three times, or as often as the person says, on all devices', async () => {
    const node = await startPerson(undefined)
    await node.get('publish-post', { text: 'something to keep', pictures: [] })
    const before = await node.query('economy', {})
    expect(before.copies).to.equal(3)
    expect(before.own).to.be.greaterThan(0)
    expect(before.needed).to.equal(3 * before.own)
    await node.get('save-settings', { copies: 5 })
    const live = node.live('economy', {})
    await live.until(({ copies, needed, own }) => copies === 5 && needed === 5 * own)
    live.end()
    for (const copies of [0, 65, 2.5, Number.NaN]) {
      expect(await node.ask('save-settings', { copies })).to.deep.equal({
        ok: false,
        error: { type: 'out-of-range', what: 'copies', least: 1, most: 64 },
      })
    }
    await node.stop()
  })

  it('[Q38] of two devices each says what it gives, and the other knows', async () => {
    const first = await startPerson(undefined)
    await first.get('give-storage', { slots: 5 })
    const second = await startSecondDevice(first)
    await second.get('give-storage', { slots: 7 })
    await carry(first, second, first.services.account.self()!.person)
    const live = second.live('economy', {})
    const { devices } = await live.until(({ given }) => given === 12 * SLOT_BYTES)
    live.end()
    expect(devices.map(({ here, given }) => [here, given / SLOT_BYTES])).to.have.deep.members([
      [true, 7],
      [false, 5],
    ])
    await first.stop()
    await second.stop()
  })
})
