/** Records that anybody may bring through a host: what a device agreed to keep, and nothing else. */
import { expect } from 'chai'
import { GROUP_ZERO, NETWORK_ZERO } from '../../../src/core/limits.ts'
import { createLocator } from '../../../src/core/records/locator.ts'
import { decodeRecord, signRecord } from '../../../src/core/records/record.ts'
import type { PublicRecord } from '../../../src/core/records/record-types.ts'
import { PATHS, publicStorageKey } from '../../../src/core/records/storage-key.ts'
import { StoreFullError } from '../../../src/node-worker/stores/store.ts'
import { testCrypto, testSigner } from '../../support/ed25519.ts'
import { openTestStore } from '../../support/open-store.ts'
import { createTestPlatform } from '../../support/platform.ts'
import { describe, it } from '../../support/runner.ts'
import { startNode, type TestNode } from '../../support/test-node.ts'

const SOON = 1_700_000_000_000 + 86_400_000

const personOf = async (node: TestNode, name: string): Promise<string> =>
  (await node.get('create-person', { name })).person

/** A record of the node's person, signed by its device. */
const recordOf = async (node: TestNode, change: Partial<PublicRecord> = {}, signer = deviceOf(node)) => {
  const { person } = node.services.account.self()!
  const path = change.path ?? PATHS.heads
  const state = await node.services.persons.keyState(person)
  return signRecord(
    {
      version: 1,
      kind: 'public',
      key: publicStorageKey(person, path),
      person,
      path,
      network: NETWORK_ZERO,
      group: GROUP_ZERO,
      epoch: 0,
      seq: 2_000_000_000_000,
      value: { logs: [] },
      expires: SOON,
      signer: signer.publicKey,
      keyEvent: state!.newest,
      ...change,
    },
    signer,
  )
}
const deviceOf = (node: TestNode) => node.services.account.self()!.device.signer

const privateRecord = async (seq: number) => {
  const signer = await testSigner(60)
  const { publicKey } = signer
  const fields = {
    version: 1,
    kind: 'private',
    network: NETWORK_ZERO,
    group: GROUP_ZERO,
    epoch: 0,
    expires: SOON,
  } as const
  return signRecord({ ...fields, key: publicKey, signer: publicKey, seq, value: new Uint8Array(4) }, signer)
}

/** Records that are of no own person: those of one's own are signed anew meanwhile. */
const foreignRecords = async (node: TestNode): Promise<number> => {
  const rows = await node.platform.store.read(['records'], (tx) => tx.list<Uint8Array>('records'))
  const own = node.services.account.self()!.person
  return rows.filter(({ value }) => {
    const decoded = decodeRecord(value)
    return !(decoded.ok && decoded.value.record.kind === 'public' && decoded.value.record.person === own)
  }).length
}

/** Two persons; `bob` follows `ann` once `meet` has been called. */
const twoNodes = async () => {
  const [ann, bob] = [await startNode('offer-ann'), await startNode('offer-bob')]
  const person = await personOf(ann, 'Ann')
  await personOf(bob, 'Bob')
  const meet = async (): Promise<void> => {
    await bob.get('follow', { link: `https://host.example/@${person}` })
    await bob.services.persons.applyKeyEvents(person, ann.services.persons.get(person)!.events)
  }
  return { ann, bob, meet, stop: () => Promise.all([ann.stop(), bob.stop()]) }
}

describe('records that strangers bring', () => {
  it('[H47] of the own person and of persons followed are kept, newer ones in place of older', async () => {
    const { ann, bob, meet, stop } = await twoNodes()
    await meet()
    for (const node of [ann, bob]) {
      const { record, bytes } = await recordOf(ann)
      expect(await node.services.records.offer(record.key, bytes)).to.equal('stored')
      expect(await node.services.records.get(record.key)).to.deep.equal(bytes)
      expect(await node.services.records.offer(record.key, bytes)).to.equal('outdated')
      const older = await recordOf(ann, { seq: 1 })
      expect(await node.services.records.offer(record.key, older.bytes)).to.equal('outdated')
      const newer = await recordOf(ann, { seq: record.seq + 1 })
      expect(await node.services.records.offer(record.key, newer.bytes)).to.equal('stored')
    }
    await stop()
  })

  it('[H47] of strangers, blocked persons and at paths of their own choice are not', async () => {
    const { ann, bob, meet, stop } = await twoNodes()
    const before = await foreignRecords(bob)
    const { record, bytes } = await recordOf(ann)
    const offer = (key: Uint8Array, given: Uint8Array) => bob.services.records.offer(key, given)
    expect(await offer(record.key, bytes)).to.equal('not-wanted')
    await meet()
    const elsewhere = await recordOf(ann, { path: '/anything' })
    expect(await offer(elsewhere.record.key, elsewhere.bytes)).to.equal('not-wanted')
    expect(await offer(new Uint8Array(32), bytes)).to.equal('not-wanted')
    expect(await offer(record.key, new Uint8Array([1]))).to.equal('not-wanted')
    await bob.get('block', { person: record.person })
    expect(await offer(record.key, bytes)).to.equal('not-wanted')
    expect(await foreignRecords(bob)).to.equal(before)
    // At home any path will do.
    expect(await ann.services.records.offer(elsewhere.record.key, elsewhere.bytes)).to.equal('stored')
    await stop()
  })

  it('[H47] that no device of the person signed, or after key events that are not here, are not', async () => {
    const { ann, bob, meet, stop } = await twoNodes()
    await meet()
    const stranger = await recordOf(ann, {}, await testSigner(61))
    const { key } = stranger.record
    expect(await bob.services.records.offer(key, stranger.bytes)).to.equal('not-a-device')
    const ahead = await recordOf(ann, { keyEvent: bob.services.account.self()!.person })
    expect(await bob.services.records.offer(key, ahead.bytes)).to.equal('unknown-key-event')
    const expired = await recordOf(ann, { expires: 1000 })
    expect(await bob.services.records.offer(key, expired.bytes)).to.equal('not-wanted')
    const forged = (await recordOf(ann)).bytes.slice()
    forged[forged.length - 1]! ^= 1
    expect(await bob.services.records.offer(key, forged)).to.equal('not-wanted')
    expect(await bob.services.records.get(key)).to.equal(undefined)
    await stop()
  })

  it('[H47] that carry their own key are kept only in place of one that is here', async () => {
    const node = await startNode('offer-private')
    const person = await personOf(node, 'Ann')
    const { records } = node.services
    const [first, second] = [await privateRecord(1), await privateRecord(2)]
    expect(await records.offer(first.record.key, first.bytes)).to.equal('not-wanted')
    await node.platform.store.write(['records'], 'relaxed', (tx) => tx.put('records', [first.record.key], first.bytes))
    expect(await records.offer(first.record.key, second.bytes)).to.equal('stored')
    const held = decodeRecord((await records.get(first.record.key))!)
    expect(held.ok && held.value.record.seq).to.equal(2)
    // Anybody can make locators that name a person: each would be one more record to keep.
    const entropy = new Uint8Array(16).fill(9)
    const locator = await createLocator({ entropy, person, network: NETWORK_ZERO, group: GROUP_ZERO }, testCrypto)
    expect(await records.offer(locator.record.key, locator.bytes)).to.equal('not-wanted')
    await node.stop()
  })

  it('[H47] find a full disk', async () => {
    const store = await openTestStore()
    let isFull = false
    const platform = await createTestPlatform('offer-full', {
      store: {
        ...store,
        write: (tables, durability, run) => {
          if (isFull) throw new StoreFullError('full')
          return store.write(tables, durability, run)
        },
      },
    })
    const node = await startNode('offer-full', { platform })
    await personOf(node, 'Ann')
    const { record, bytes } = await recordOf(node)
    isFull = true
    expect(await node.services.records.offer(record.key, bytes)).to.equal('full')
    isFull = false
    expect(await node.services.records.offer(record.key, bytes)).to.equal('stored')
    await node.stop()
  })
})
