/** What a device keeps under the key of a share: renewed, changed, ended, and not to be had by whoever writes too much. */
import { expect } from 'chai'
import { encodeSharedNote, encodeSharedValue } from '../../../src/core/capabilities/shared-note.ts'
import { sealSlot } from '../../../src/core/capabilities/slot-record.ts'
import { compareRecords } from '../../../src/core/records/record.ts'
import { listThings } from '../../../src/node-worker/leasing/things.ts'
import { RENEWAL_INTERVAL } from '../../../src/node-worker/person/own-records.ts'
import { CONTENT_RECORD_DAYS, DAY } from '../../../src/node-worker/person/records.ts'
import { SHARE_DELAY } from '../../../src/node-worker/sharing/keep-shares.ts'
import { isShareReference, listSharedKeys } from '../../../src/node-worker/sharing/share-keys.ts'
import { faultyStore } from '../../support/faulty-store.ts'
import { createManualTimers } from '../../support/manual-timers.ts'
import { openTestStore } from '../../support/open-store.ts'
import { createTestPlatform } from '../../support/platform.ts'
import { describe, it } from '../../support/runner.ts'
import { startNode, type TestNode } from '../../support/test-node.ts'
import { until } from '../../support/wait.ts'
import { wordsOf } from '../transfer/archive.ts'
import { carry, startSecondDevice } from '../transfer/second-device.ts'
import { capabilityOf, recordOf, shareNew, write } from './scene.ts'

const LONG = 'word '.repeat(2000)

/** Ada as she is, for what takes more than one device. */
const startAda = async (seed: string): Promise<TestNode> => {
  const ada = await startNode(seed)
  await ada.get('create-person', { name: 'Ada' })
  return ada
}

/** Ada, whose timers the test moves, and what lets what waits for them happen. */
const start = async (seed: string) => {
  const timers = createManualTimers()
  const platform = { ...(await createTestPlatform(seed)), timers }
  const ada = await startNode(seed, { platform })
  await ada.get('create-person', { name: 'Ada' })
  return { ada, platform, timers, tick: () => timers.pass(SHARE_DELAY) }
}

const shareBlocks = async ({ platform }: TestNode): Promise<number> =>
  (await platform.store.read(['blockMeta'], (tx) => tx.list('blockMeta'))).filter(
    ({ key }) => key.length > 1 && isShareReference(String(key[3])),
  ).length

const sharedKeys = ({ platform }: TestNode) => platform.store.read(['meta'], listSharedKeys)
const sharesOf = (node: TestNode, note: string) => node.query('shares', { note })

describe('what is kept for shares', () => {
  it('[CP12] a record is signed again when less than half of its life is left, and names the same blocks', async () => {
    const { ada, platform, timers } = await start('renewal')
    const { share } = await shareNew(ada, 'Long', LONG)
    const capability = await capabilityOf(ada, share)
    const first = (await recordOf(ada, capability))!
    expect(first.record.expires).to.equal(platform.clock.now() + CONTENT_RECORD_DAYS * DAY)
    const blocks = await platform.store.read(['blocks'], (tx) => tx.list('blocks'))
    platform.clock.advance(16 * DAY)
    timers.pass(RENEWAL_INTERVAL)
    const second = await until(async () => {
      const record = await recordOf(ada, capability)
      return record && compareRecords(record, first) > 0 && record
    }, 'a newer record')
    expect(second.record.expires).to.equal(platform.clock.now() + CONTENT_RECORD_DAYS * DAY)
    expect(await platform.store.read(['blocks'], (tx) => tx.list('blocks'))).to.deep.equal(blocks)
    await ada.stop()
  })

  it('[CP12] [CP14] blocks go when the note gets short, are left with nobody, and are no files', async () => {
    const { ada, tick } = await start('blocks')
    const { note } = await shareNew(ada, 'Long', LONG)
    expect(await shareBlocks(ada)).to.equal(1)
    expect((await ada.query('storage', {})).own.files).to.equal(0)
    const { person } = ada.services.account.self()!
    const { logs, settings } = ada.services
    const things = await listThings(ada.platform.store, person, await logs.heads(person), settings.wanted())
    expect(things.filter(({ key }) => key.startsWith('block ')).length).to.equal(
      (await ada.platform.store.read(['blocks'], (tx) => tx.count('blocks'))) - 1,
    )
    await write(ada, note, 'Short', 'now')
    tick()
    await until(async () => (await shareBlocks(ada)) === 0, 'the block to go')
    await ada.stop()
  })

  it('[CP12] after a restart the shares are kept up as before', async () => {
    const { ada, platform, timers } = await start('restart')
    const { note, share } = await shareNew(ada, 'Before', 'x')
    const capability = await capabilityOf(ada, share)
    const first = (await recordOf(ada, capability))!
    const again = await startNode('restart', { platform })
    await write(again, note, 'After', 'y')
    await until(async () => {
      timers.pass(SHARE_DELAY)
      const record = await recordOf(again, capability)
      return record && compareRecords(record, first) > 0
    }, 'a newer record')
    await again.stop()
  })

  it('[CP13] a share that was stopped says so for a month, then nothing is left but that it was there', async () => {
    const { ada, platform, timers } = await start('stopped')
    const { note, share } = await shareNew(ada, 'Long', LONG)
    const capability = await capabilityOf(ada, share)
    const before = (await recordOf(ada, capability))!
    await ada.get('unshare', { share })
    const last = (await recordOf(ada, capability))!
    expect(compareRecords(last, before)).to.be.above(0)
    expect(last.record.expires).to.be.closeTo(platform.clock.now() + CONTENT_RECORD_DAYS * DAY, 1)
    expect(await shareBlocks(ada)).to.equal(0)
    expect(await sharesOf(ada, note)).to.deep.equal([
      { id: share, note, ended: 'stopped', rewritten: false, tooLong: false },
    ])
    expect(await sharedKeys(ada)).to.have.length(1)
    for (const [name, kind] of [
      ['unshare', {}],
      ['share-link', { kind: 'read' }],
    ] as const) {
      const refused = await ada.ask(name, { share, ...kind } as never)
      expect(refused.ok || refused.error, name).to.deep.equal({ type: 'not-found', what: 'share' })
    }
    platform.clock.advance(CONTENT_RECORD_DAYS * DAY + 1)
    timers.pass(RENEWAL_INTERVAL)
    await until(async () => (await sharedKeys(ada)).length === 0, 'the last word to go')
    expect(await recordOf(ada, capability)).to.equal(undefined)
    expect(await sharesOf(ada, note)).to.deep.equal([])
    await ada.stop()
  })

  it('[CP13] who hears of the end a month later keeps nothing of it', async () => {
    const ada = await startAda('late')
    const { note, share } = await shareNew(ada, 'Long', LONG)
    const second = await startSecondDevice(ada)
    await until(async () => (await shareBlocks(second)) === 1, 'the second device to have it')
    await ada.get('unshare', { share })
    second.platform.clock.advance((CONTENT_RECORD_DAYS + 1) * DAY)
    await carry(ada, second, ada.services.account.self()!.person)
    await until(async () => (await sharedKeys(second)).length === 0, 'it to go')
    expect(await shareBlocks(second)).to.equal(0)
    expect(await sharesOf(second, note)).to.deep.equal([])
    for (const node of [ada, second]) await node.stop()
  })

  it('[CP11] with its note a share ends', async () => {
    const { ada, tick } = await start('deleted')
    const { note, share } = await shareNew(ada, 'Gone', 'soon')
    const capability = await capabilityOf(ada, share)
    const before = (await recordOf(ada, capability))!
    await ada.get('delete-note', { note })
    await until(async () => {
      tick()
      const [shown] = await sharesOf(ada, note)
      const record = await recordOf(ada, capability)
      return shown?.ended === 'note-deleted' && record && compareRecords(record, before) > 0
    }, 'the share to end')
    await ada.stop()
  })

  it('[CP11] a removed device ends what was shared: under the new epoch, which it cannot outbid at the others', async () => {
    const ada = await startAda('removed')
    const { note, share } = await shareNew(ada, 'Before', 'removal')
    const words = await wordsOf(ada)
    const second = await startSecondDevice(ada)
    const capability = await capabilityOf(ada, share)
    const device = (await second.query('devices', {})).find(({ here, removed }) => !here && removed === undefined)!.id
    await until(async () => recordOf(second, capability), 'the second device to show it')
    await second.get('remove-device', { device, words })
    const last = await until(async () => {
      const record = await recordOf(second, capability)
      return record?.record.epoch === 1 && record
    }, 'the last word')
    expect((await sharesOf(second, note))[0]?.ended).to.equal('device-removed')
    const terms = { epoch: 9, seq: second.platform.clock.now(), expires: second.platform.clock.now() + DAY }
    const forged = await sealSlot(capability, new Uint8Array(3), terms, ada.platform.crypto, ada.platform.random)
    expect(await second.services.records.offer(forged.record.key, forged.bytes)).to.equal('not-wanted')
    expect((await recordOf(second, capability))!.bytes).to.deep.equal(last.bytes)
    const { share: next } = await second.get('share-note', { note })
    expect((await recordOf(second, await capabilityOf(second, next)))!.record.epoch).to.equal(1)
    for (const node of [ada, second]) await node.stop()
  })

  it('[CP15] whoever has a link to write may, but not so that nobody could write after them', async () => {
    const { ada, platform, tick } = await start('offered')
    const { note, share } = await shareNew(ada, 'Mine', 'text')
    const capability = await capabilityOf(ada, share)
    const offer = async (seq: number, epoch = 0) => {
      const terms = { epoch, seq, expires: platform.clock.now() + DAY }
      const { record, bytes } = await sealSlot(capability, new Uint8Array(3), terms, platform.crypto, platform.random)
      return ada.services.records.offer(record.key, bytes)
    }
    expect(await offer(Number.MAX_SAFE_INTEGER)).to.equal('not-wanted')
    expect(await offer(platform.clock.now() + 2 * DAY)).to.equal('not-wanted')
    expect(await offer(platform.clock.now(), 1)).to.equal('not-wanted')
    expect(await offer(1)).to.equal('outdated')
    expect(await offer(platform.clock.now() + DAY / 2)).to.equal('stored')
    const theirs = (await recordOf(ada, capability))!
    expect((await sharesOf(ada, note))[0]?.rewritten).to.equal(true)
    // [CP12] It stands while the note stays as it is, though it opens to nothing.
    tick()
    await write(ada, note, 'Mine', 'again')
    const mine = await until(async () => {
      tick()
      const record = await recordOf(ada, capability)
      return record && record.record.seq !== theirs.record.seq && record
    }, 'the note to be shown again')
    expect(mine.record.seq).to.equal(theirs.record.seq + 1)
    expect((await sharesOf(ada, note))[0]?.rewritten).to.equal(false)
    await ada.get('unshare', { share })
    expect(await offer(platform.clock.now() + DAY / 2 + 9)).to.equal('not-wanted')
    await ada.stop()
  })

  it('[CP12] a note that is too long for a link is said to be, and the link stays as it was', async () => {
    const ada = await startAda('too long')
    const { note, share } = await shareNew(ada, 'Start', 'x')
    const capability = await capabilityOf(ada, share)
    const second = await startSecondDevice(ada)
    const before = (await recordOf(ada, capability))!
    // Each stays under what one device lets a note grow to; together they do not.
    await write(ada, note, 'Ada', 'a'.repeat(800_000))
    await write(second, note, 'Second', 'b'.repeat(800_000))
    await carry(second, ada, ada.services.account.self()!.person)
    await until(async () => (await sharesOf(ada, note))[0]?.tooLong, 'it to be said')
    expect(compareRecords((await recordOf(ada, capability))!, before)).to.be.at.least(0)
    for (const node of [ada, second]) await node.stop()
  })

  it('[CP12] what found no room on a full disk is shown once something fits there again', async () => {
    const timers = createManualTimers()
    const disk = faultyStore(await openTestStore())
    const platform = { ...(await createTestPlatform('full')), timers, store: disk }
    const ada = await startNode('full', { platform })
    await ada.get('create-person', { name: 'Ada' })
    const { note, share } = await shareNew(ada, 'First', 'x')
    const capability = await capabilityOf(ada, share)
    const before = (await recordOf(ada, capability))!
    await write(ada, note, 'Second', 'y')
    disk.room = 0
    timers.pass(SHARE_DELAY)
    await until(async () => (await ada.query('storage', {})).full, 'a full disk')
    expect((await recordOf(ada, capability))!.bytes).to.deep.equal(before.bytes)
    disk.room = Number.POSITIVE_INFINITY
    await ada.get('save-settings', { theme: 'dark' })
    await until(async () => {
      timers.pass(SHARE_DELAY)
      return compareRecords((await recordOf(ada, capability))!, before) > 0
    }, 'the note to be shown')
    expect(platform.logged.filter(({ level }) => level === 'error')).to.deep.equal([])
    await ada.stop()
  })

  it('[CP18] the person reads what their share shows, from here, whoever wrote it', async () => {
    const { ada, platform } = await start('read')
    const { share } = await shareNew(ada, 'Long', LONG)
    expect(await ada.get('read-share', { share })).to.deep.include({ title: 'Long', text: LONG })
    const capability = await capabilityOf(ada, share)
    const note = encodeSharedNote({ title: 'Theirs', text: 'short', updated: 1 })!
    const terms = { epoch: 0, seq: platform.clock.now() + 1000, expires: platform.clock.now() + DAY }
    const write = async (content: Uint8Array, seq = terms.seq) => {
      const { record, bytes } = await sealSlot(capability, content, { ...terms, seq }, platform.crypto, platform.random)
      expect(await ada.services.records.offer(record.key, bytes)).to.equal('stored')
    }
    await write(encodeSharedValue({ version: 1, kind: 'inline', note }))
    expect(await ada.get('read-share', { share })).to.deep.equal({ title: 'Theirs', text: 'short', updated: 1 })
    await write(new Uint8Array(3), terms.seq + 1)
    const damaged = await ada.ask('read-share', { share })
    expect(damaged.ok || damaged.error).to.deep.equal({ type: 'share-unreadable', reason: 'damaged' })
    const unknown = await ada.ask('read-share', { share: 'x' })
    expect(unknown.ok || unknown.error).to.deep.equal({ type: 'not-found', what: 'share' })
    await ada.stop()
  })

  it('[CP10] only a note that is here is shared, and nothing without a person', async () => {
    const nobody = await startNode('nobody')
    expect(await nobody.query('shares', {})).to.deep.equal([])
    for (const [name, input] of [
      ['share-note', { note: 'x' }],
      ['share-link', { share: 'x', kind: 'read' }],
      ['read-share', { share: 'x' }],
      ['unshare', { share: 'x' }],
    ] as const) {
      const refused = await nobody.ask(name, input as never)
      expect(refused.ok || refused.error.type, name).to.equal('no-person')
    }
    await nobody.stop()
    const { ada } = await start('missing')
    const refused = await ada.ask('share-note', { note: 'a'.repeat(26) })
    expect(refused.ok || refused.error).to.deep.equal({ type: 'not-found', what: 'note' })
    await ada.stop()
  })
})
