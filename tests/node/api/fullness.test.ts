import { expect } from 'chai'
import { PATHS, publicStorageKey } from '../../../src/core/records/storage-key.ts'
import { type FaultyStore, faultyStore } from '../../support/faulty-store.ts'
import { openTestStore } from '../../support/open-store.ts'
import { createTestPlatform } from '../../support/platform.ts'
import { describe, it } from '../../support/runner.ts'
import { replicate, startNode, type TestNode } from '../../support/test-node.ts'
import { until } from '../../support/wait.ts'

interface Scene {
  readonly ann: TestNode
  readonly person: string
  readonly bob: TestNode
  readonly disk: FaultyStore
  stop(): Promise<void>
}

/** Waits until the node has signed its own records by itself: a full disk would refuse them as well. */
const ownRecordsOf = async ({ services }: TestNode): Promise<void> => {
  const paths = [PATHS.heads, PATHS.profile, PATHS.secret, PATHS.keys, PATHS.locator]
  const keys = paths.map((path) => publicStorageKey(services.account.self()!.person, path))
  await until(
    async () => (await Promise.all(keys.map((key) => services.records.get(key)))).every(Boolean),
    'the records of its own',
  )
}

/** Ann has written; Bob follows her and has nothing of hers yet. His disk can be filled. */
const startScene = async (): Promise<Scene> => {
  const ann = await startNode(`ann-${Math.random()}`)
  const { person } = await ann.get('create-person', { name: 'Ann' })
  await ann.get('publish-post', { text: 'one', pictures: [] })
  const disk = faultyStore(await openTestStore())
  const platform = await createTestPlatform(`bob-${Math.random()}`, { store: disk })
  const bob = await startNode('bob', { platform })
  await bob.get('create-person', { name: 'Bob' })
  await bob.get('follow', { link: person })
  await ownRecordsOf(bob)
  const stop = async (): Promise<void> => {
    await ann.stop()
    await bob.stop()
  }
  return { ann, person, bob, disk, stop }
}

const isSaidToBeFull = async ({ bob }: Scene): Promise<boolean> => {
  const [storage, connection] = [await bob.query('storage', {}), await bob.query('connection', {})]
  expect(connection.full).to.equal(storage.full)
  return storage.full
}

/** Does `take` on a full disk, then with room. */
const onFullDisk = async (scene: Scene, take: () => Promise<unknown>): Promise<void> => {
  scene.disk.room = 0
  await take().catch(() => undefined)
  expect(await isSaidToBeFull(scene)).to.equal(true)
  // What changes nothing, and what only deletes, is no proof of room.
  await scene.bob.get('my-link', {})
  expect(await isSaidToBeFull(scene)).to.equal(true)
  scene.disk.room = Number.POSITIVE_INFINITY
  await take()
  expect(await isSaidToBeFull(scene)).to.equal(false)
}

describe('a disk that fills up while things come in', () => {
  it('[N24] key events, entries, records and blocks that find no room are told, each until it comes in', async () => {
    const scene = await startScene()
    const { ann, bob, person } = scene
    const events = ann.services.persons.get(person)!.events
    await onFullDisk(scene, () => bob.services.persons.applyKeyEvents(person, events))
    const { publicKey } = ann.services.account.self()!.device.signer
    const run = await ann.services.logs.readSegment(publicKey, 0, 1, 65_536)
    await onFullDisk(scene, () => bob.services.logs.ingest(person, run!.bytes))
    const key = publicStorageKey(person, PATHS.profile)
    const record = (await ann.services.records.get(key))!
    await onFullDisk(scene, () => bob.services.records.put(key, record))
    await ann.get('save-profile', {
      name: 'Ann',
      about: '',
      avatar: { bytes: new Uint8Array(5000), mediaType: 'image/png', width: 1, height: 1, alt: '' },
    })
    await replicate(ann, bob, person)
    const manifest = ann.services.persons.get(person)!.profile!.avatar!
    const bytes = (await ann.services.files.get(manifest))!
    await onFullDisk(scene, () => bob.services.files.put(manifest, bytes))
    await scene.stop()
  })

  it('[N24] live queries hear of it, and it counts as no damaged or forged piece', async () => {
    const scene = await startScene()
    const { ann, bob, person, disk } = scene
    await bob.services.persons.applyKeyEvents(person, ann.services.persons.get(person)!.events)
    const { publicKey } = ann.services.account.self()!.device.signer
    const run = await ann.services.logs.readSegment(publicKey, 0, 1, 65_536)
    const storage = bob.live('storage', {})
    const connection = bob.live('connection', {})
    await connection.until(({ full }) => !full)
    await storage.until(({ full }) => !full)
    disk.room = 0
    expect(await bob.services.logs.ingest(person, run!.bytes)).to.deep.equal({ ok: false, error: { type: 'full' } })
    await connection.until(({ full }) => full)
    await storage.until(({ full }) => full)
    expect(bob.services.logs.refused()).to.deep.equal({})
    storage.end()
    connection.end()
    await scene.stop()
  })

  it('[N24] a node that starts on a full disk says so at once', async () => {
    const store = faultyStore(await openTestStore())
    store.room = 0
    const node = await startNode('late', { platform: await createTestPlatform('late', { store }) })
    expect((await node.query('storage', {})).full).to.equal(true)
    await node.stop()
  })
})
