/** The records of one's own: that they do not run out, and that they say what is so. */
import { expect } from 'chai'
import { cidToString } from '../../../src/core/blocks/cid.ts'
import { equalBytes } from '../../../src/core/bytes.ts'
import { signRemoveDevice } from '../../../src/core/identity/key-events.ts'
import { decodeKeyList, joinKeyEvents } from '../../../src/core/identity/key-list.ts'
import { rootSeed } from '../../../src/core/identity/ladder.ts'
import { wordsToEntropy } from '../../../src/core/identity/words.ts'
import { GROUP_ZERO, NETWORK_ZERO } from '../../../src/core/limits.ts'
import { decodeRecord } from '../../../src/core/records/record.ts'
import type { SignedRecord } from '../../../src/core/records/record-types.ts'
import { PATHS, publicStorageKey } from '../../../src/core/records/storage-key.ts'
import { verifyRecord } from '../../../src/core/records/verify-record.ts'
import type { InternalServices } from '../../../src/node-worker/internal-services.ts'
import {
  keepOwnRecords,
  RECORD_DELAY,
  RENEWAL_INTERVAL,
  RENEWAL_SHARE,
} from '../../../src/node-worker/person/own-records.ts'
import { MAX_ABOUT_LENGTH, MAX_NAME_LENGTH } from '../../../src/node-worker/person/profile.ts'
import { CONTENT_RECORD_DAYS, DAY, IDENTITY_RECORD_DAYS } from '../../../src/node-worker/person/records.ts'
import { faultyStore } from '../../support/faulty-store.ts'
import { createManualTimers, type ManualTimers } from '../../support/manual-timers.ts'
import { openTestStore } from '../../support/open-store.ts'
import { createTestPlatform, type TestPlatform } from '../../support/platform.ts'
import { describe, it } from '../../support/runner.ts'
import { startNode, type TestNode } from '../../support/test-node.ts'
import { until } from '../../support/wait.ts'
import { archiveOf, restoreFrom, wordsOf } from '../transfer/archive.ts'

type Path = (typeof PATHS)[keyof typeof PATHS]
type Shown = Readonly<Record<Path, SignedRecord>>

/** Those that everybody has; who asked nobody to keep anything has no record of keepers. */
const OWN_PATHS = Object.values(PATHS).filter((path) => path !== PATHS.keepers)

/** The largest delay that a browser's setTimeout takes; a longer one fires at once. */
const MAX_DELAY = 2_147_483_647

interface Stage {
  readonly node: TestNode
  readonly timers: ManualTimers
  readonly platform: TestPlatform
}

const start = async (seed: string): Promise<Stage> => {
  const timers = createManualTimers()
  const platform = { ...(await createTestPlatform(seed)), timers }
  return { node: await startNode(seed, { platform }), timers, platform }
}

const me = (node: TestNode): string => node.services.account.self()!.person

const held = async (node: TestNode, path: Path): Promise<SignedRecord | undefined> => {
  const bytes = await node.services.records.get(publicStorageKey(me(node), path))
  const decoded = bytes && decodeRecord(bytes)
  return decoded?.ok ? decoded.value : undefined
}

const allHeld = async (node: TestNode): Promise<Shown | undefined> => {
  const records = await Promise.all(OWN_PATHS.map(async (path) => [path, await held(node, path)] as const))
  return records.every(([, record]) => record) ? (Object.fromEntries(records) as unknown as Shown) : undefined
}

/** Waits until the records held are as wanted; signing and storing take their time. */
const untilHeld = (node: TestNode, fits: (records: Shown) => boolean): Promise<Shown> =>
  until(async () => {
    const records = await allHeld(node)
    return records && fits(records) && records
  }, 'records as wanted')

const daysLeft = (records: Shown, path: Path, now: number): number => (records[path].record.expires! - now) / DAY

const isFresh = (records: Shown, now: number): boolean =>
  daysLeft(records, PATHS.heads, now) >= CONTENT_RECORD_DAYS * RENEWAL_SHARE &&
  daysLeft(records, PATHS.profile, now) >= IDENTITY_RECORD_DAYS * RENEWAL_SHARE &&
  daysLeft(records, PATHS.secret, now) >= IDENTITY_RECORD_DAYS * RENEWAL_SHARE &&
  daysLeft(records, PATHS.keys, now) >= IDENTITY_RECORD_DAYS * RENEWAL_SHARE &&
  daysLeft(records, PATHS.locator, now) >= IDENTITY_RECORD_DAYS * RENEWAL_SHARE

/** What anyone else says to them at this moment. */
const verdicts = async ({ node, platform }: Stage, records: Shown): Promise<string[]> => {
  const keyState = (await node.services.persons.keyState(me(node)))!
  const context = { verifier: platform.crypto, now: platform.clock.now(), network: NETWORK_ZERO, group: GROUP_ZERO }
  const results = Object.values(records).map((record) => verifyRecord(record, { ...context, keyState }))
  return (await Promise.all(results)).map((result) => (result.ok ? 'accepted' : result.error.type))
}

const ACCEPTED = ['accepted', 'accepted', 'accepted', 'accepted', 'accepted']

const rootSignerOf = async ({ crypto }: TestPlatform, words: string) => {
  const entropy = await wordsToEntropy(words)
  if (!entropy.ok) throw new Error('words that are none')
  return crypto.signerFromSeed(rootSeed(entropy.value, 0))
}

const picture = { bytes: Uint8Array.of(1), mediaType: 'image/png' as const, width: 1, height: 1, alt: '' }

/** Made, and its first records signed. */
const startAlice = async (seed: string): Promise<Stage & { readonly first: Shown }> => {
  const stage = await start(seed)
  await stage.node.get('create-person', { name: 'Alice' })
  stage.timers.pass(RECORD_DELAY)
  return { ...stage, first: await untilHeld(stage.node, () => true) }
}

describe('own records', () => {
  it('[R10] are signed again when less than half of their life is left, saying the same', async () => {
    const stage = await startAlice('renewal')
    const { node, timers, platform, first } = stage
    platform.clock.advance(16 * DAY)
    timers.pass(RENEWAL_INTERVAL)
    const second = await untilHeld(node, (records) => isFresh(records, platform.clock.now()))
    expect(second[PATHS.heads].record.seq).to.be.above(first[PATHS.heads].record.seq)
    expect(second[PATHS.heads].record.value).to.deep.equal(first[PATHS.heads].record.value)
    for (const path of [PATHS.profile, PATHS.secret, PATHS.keys])
      expect(second[path].bytes).to.deep.equal(first[path].bytes)
    platform.clock.advance(185 * DAY)
    timers.pass(RENEWAL_INTERVAL)
    const third = await untilHeld(node, (records) => isFresh(records, platform.clock.now()))
    for (const path of OWN_PATHS) {
      expect(third[path].record.seq, path).to.be.above(second[path].record.seq)
      expect(third[path].record.value, path).to.deep.equal(first[path].record.value)
    }
    expect(await verdicts(stage, third)).to.deep.equal(ACCEPTED)
    await node.stop()
  })

  it('[R10] on a peer that idles for years none ever runs out, and no timer is too long for a browser', async () => {
    const stage = await startAlice('idle')
    const { node, timers, platform } = stage
    for (let day = 0; day < 1000; day += 25) {
      platform.clock.advance(25 * DAY)
      expect(await verdicts(stage, (await allHeld(node))!), `day ${day}`).to.deep.equal(ACCEPTED)
      timers.pass(RENEWAL_INTERVAL)
      await untilHeld(node, (records) => isFresh(records, platform.clock.now()))
    }
    expect(Math.max(...timers.asked)).to.be.below(MAX_DELAY)
    await node.stop()
  })

  it('[R10] what ran out while the node was not running is signed at start', async () => {
    const { timers, platform, first } = await startAlice('asleep')
    platform.clock.advance(500 * DAY)
    const node = await startNode('asleep', { platform })
    timers.pass(RECORD_DELAY)
    const records = await untilHeld(node, (shown) => isFresh(shown, platform.clock.now()))
    expect(records[PATHS.secret].record.value).to.deep.equal(first[PATHS.secret].record.value)
    expect(await verdicts({ node, timers, platform }, records)).to.deep.equal(ACCEPTED)
    await node.stop()
  })

  it('[R10] what neither changed nor runs out is not signed again', async () => {
    const { node, platform, first } = await startAlice('still')
    const own = keepOwnRecords(node.services as InternalServices)
    for (const advance of [0, 1000, 15 * DAY]) {
      platform.clock.advance(advance)
      await own.flush()
      for (const path of OWN_PATHS) {
        expect((await held(node, path))?.bytes, path).to.deep.equal(first[path].bytes)
      }
    }
    own.close()
    await node.stop()
  })

  it('[R10] what found no room on a full disk is signed once something fits there again', async () => {
    const timers = createManualTimers()
    const disk = faultyStore(await openTestStore())
    const platform = { ...(await createTestPlatform('full')), timers, store: disk }
    const node = await startNode('full', { platform })
    await node.get('create-person', { name: 'Alice' })
    disk.room = 0
    const tried = disk.writes
    timers.pass(RECORD_DELAY)
    await until(async () => (await node.query('storage', {})).full, 'a full disk')
    expect(disk.writes).to.equal(tried + 1)
    expect(await allHeld(node)).to.equal(undefined)
    disk.room = Number.POSITIVE_INFINITY
    await node.get('publish-post', { text: 'there is room again. '.repeat(100), pictures: [] })
    expect((await node.query('storage', {})).full).to.equal(false)
    timers.pass(RECORD_DELAY)
    const records = await untilHeld(node, () => true)
    expect(await verdicts({ node, timers, platform }, records)).to.deep.equal(ACCEPTED)
    expect(platform.logged).to.deep.equal([])
    await node.stop()
  })

  it('[RC1] whoever has a locator from before it had a path of its own signs the record that carries it', async () => {
    const { node, platform, first } = await startAlice('upgrade')
    const key = publicStorageKey(me(node), PATHS.locator)
    await platform.store.write(['records'], 'relaxed', (tx) => tx.delete('records', [key]))
    const own = keepOwnRecords(node.services as InternalServices)
    await own.flush()
    expect((await held(node, PATHS.locator))?.record.value).to.deep.equal(first[PATHS.locator].record.value)
    own.close()
    await node.stop()
  })

  it('[R10] a clock that jumps ahead and is set back takes nothing back: a newer record has the higher seq', async () => {
    const { node, timers, platform, first } = await startAlice('jumps')
    const home = platform.clock.now()
    platform.clock.advance(3650 * DAY)
    timers.pass(RENEWAL_INTERVAL)
    const ahead = await untilHeld(node, (records) => isFresh(records, platform.clock.now()))
    platform.clock.set(home)
    await node.get('publish-post', { text: 'back again', pictures: [] })
    timers.pass(RECORD_DELAY)
    const back = await untilHeld(node, (records) => records[PATHS.heads].record.seq > ahead[PATHS.heads].record.seq)
    expect(back[PATHS.heads].record.value).to.not.deep.equal(first[PATHS.heads].record.value)
    expect(daysLeft(back, PATHS.heads, home)).to.be.within(CONTENT_RECORD_DAYS - 1, CONTENT_RECORD_DAYS + 1)
    await node.stop()
  })

  it('[R10] what a device signed that was removed since is signed again by one that is there', async () => {
    const { node, timers, platform } = await startAlice('removal')
    const words = await wordsOf(node)
    const second = await startNode('removed device')
    second.platform.clock.set(platform.clock.now() + 1000)
    await restoreFrom(second, words, await archiveWhile(timers, node))
    const { signer } = second.services.account.self()!.device
    const state = (await second.services.persons.keyState(me(node)))!
    const own = keepOwnRecords(second.services as InternalServices)
    await second.get('save-profile', { name: 'Alice 2', about: '' })
    await own.flush()
    own.close()
    await node.services.persons.applyKeyEvents(me(node), state.chain)
    const theirs = (await held(second, PATHS.profile))!
    expect(await node.services.records.put(theirs.record.key, theirs.bytes)).to.deep.equal({ type: 'kept' })
    expect((await held(node, PATHS.profile))!.record.signer).to.deep.equal(signer.publicKey)

    const root = await rootSignerOf(platform, words)
    const removal = await signRemoveDevice({ state, device: signer.publicKey, logs: [], time: 1 }, root)
    await node.services.persons.applyKeyEvents(me(node), [...state.chain, removal.bytes])
    timers.pass(RECORD_DELAY)
    const mine = node.services.account.self()!.device.signer.publicKey
    const records = await untilHeld(node, (shown) => equalBytes(shown[PATHS.profile].record.signer, mine))
    expect(records[PATHS.profile].record.value).to.deep.equal(theirs.record.value)
    expect(records[PATHS.profile].record.seq).to.be.above(theirs.record.seq)
    for (const started of [node, second]) await started.stop()
  })

  it('[R3] the longest profile fits its record', async () => {
    const { node, timers, first } = await startAlice('long')
    const [name, about] = ['語'.repeat(MAX_NAME_LENGTH), '語'.repeat(MAX_ABOUT_LENGTH)]
    await node.get('save-profile', { name, about, avatar: picture })
    timers.pass(RECORD_DELAY)
    const records = await untilHeld(node, (shown) => shown[PATHS.profile].record.seq > first[PATHS.profile].record.seq)
    expect(records[PATHS.profile].record.value).to.include({ name, about })
    await node.stop()
  })

  it('[R9] a key event more: another list and another sealed secret take their place, old blocks go', async () => {
    const { node, timers, platform, first } = await startAlice('two devices')
    const second = await startNode('second device')
    second.platform.clock.set(platform.clock.now())
    expect(await restoreFrom(second, await wordsOf(node), await archiveWhile(timers, node))).to.include({
      state: 'done',
    })
    const { events } = second.services.persons.get(me(node))!
    expect((await node.services.persons.applyKeyEvents(me(node), events)).ok).to.equal(true)
    timers.pass(RECORD_DELAY)
    const records = await untilHeld(node, (shown) => shown[PATHS.keys].record.seq > first[PATHS.keys].record.seq)
    const [before, after] = [first, records].map((shown) => {
      const list = decodeKeyList(shown[PATHS.keys].record.value)
      if (!list.ok) throw new Error(list.error.type)
      return list.value
    })
    const contents = await Promise.all(after!.blocks.map((cid) => node.services.files.get(cidToString(cid))))
    const joined = joinKeyEvents(after!, contents as Uint8Array[])
    expect(joined).to.deep.equal({ ok: true, value: { chain: [...events], proof: [] } })
    for (const cid of before!.blocks) expect(await node.services.files.has(cidToString(cid))).to.equal(false)
    const blocks = await platform.store.read(['blocks'], (tx) => tx.count('blocks'))
    expect(blocks).to.equal(after!.blocks.length)
    // The new device opens it too.
    expect(records[PATHS.secret].record.value).to.not.deep.equal(first[PATHS.secret].record.value)
    for (const started of [node, second]) await started.stop()
  })
})

/** Views of a job arrive with time: an export on manual timers needs it to pass meanwhile. */
const archiveWhile = async (timers: ManualTimers, node: TestNode): Promise<Blob> => {
  const moving = setInterval(() => timers.pass(100), 5)
  try {
    return await archiveOf(node)
  } finally {
    clearInterval(moving)
  }
}
