import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PATHS, publicStorageKey } from '../../src/core/records/storage-key.ts'
import {
  MAX_ANNOUNCED_KEYS,
  MAX_HOLDERS_PER_KEY,
  MAX_KEYS_PER_MESSAGE,
  MAX_WATCHED_KEYS,
} from '../../src/core/swarm/host-limits.ts'
import { OWN_PUSH_INTERVAL } from '../../src/host/index/pushes.ts'
import { type Client, enter } from './support/client.ts'
import { startHost, type TestHost } from './support/host.ts'
import { createDevice, type TestDevice } from './support/people.ts'

let host: TestHost
let ann: TestDevice
let bob: TestDevice

before(async () => {
  host = await startHost()
  ann = await createDevice(1)
  bob = await createDevice(2)
})
after(() => host.close())

let lastKey = 0
/** A storage key that no other test uses. */
const newKey = (): Uint8Array => {
  const key = new Uint8Array(32)
  new DataView(key.buffer).setUint32(0, ++lastKey)
  return key
}

const devicesOf = async (client: Client): Promise<Uint8Array[]> =>
  (await client.next('holders')).holders.map(({ device }) => new Uint8Array(device))

describe('index', () => {
  it('[H6] a watcher hears of the holders now, and of every change', async () => {
    const key = newKey()
    const [holder, watcher] = [await enter(host.origin, ann), await enter(host.origin, bob)]
    watcher.tell({ type: 'watch', keys: [key] })
    assert.deepEqual(await devicesOf(watcher), [])
    holder.tell({ type: 'announce', keys: [key] })
    const { holders, key: about } = await watcher.next('holders')
    assert.deepEqual(new Uint8Array(about), key)
    assert.deepEqual(holders, [{ device: ann.device, person: ann.person }])
    holder.tell({ type: 'withdraw', keys: [key] })
    assert.deepEqual(await devicesOf(watcher), [])
    await Promise.all([holder.close(), watcher.close()])
  })

  it('[H6] what a device announced is forgotten when its connection ends', async () => {
    const key = newKey()
    const [holder, watcher] = [await enter(host.origin, ann), await enter(host.origin, bob)]
    holder.tell({ type: 'announce', keys: [key] })
    watcher.tell({ type: 'watch', keys: [key] })
    await watcher.next('holders')
    await holder.close()
    assert.deepEqual(await devicesOf(watcher), [])
    await watcher.close()
  })

  it('[H6] who no longer watches hears nothing', async () => {
    const key = newKey()
    const [holder, watcher] = [await enter(host.origin, ann), await enter(host.origin, bob)]
    watcher.tell({ type: 'watch', keys: [key] })
    await watcher.next('holders')
    watcher.tell({ type: 'unwatch', keys: [key] })
    await quiet(watcher)
    holder.tell({ type: 'announce', keys: [key] })
    await quiet(holder)
    await new Promise((resolve) => setTimeout(resolve, 150))
    assert.deepEqual(watcher.backlog, [])
    await Promise.all([holder.close(), watcher.close()])
  })

  it("[H7] watching a device's id is presence", async () => {
    const watcher = await enter(host.origin, bob)
    watcher.tell({ type: 'watch', keys: [ann.device] })
    assert.deepEqual(await devicesOf(watcher), [])
    const present = await enter(host.origin, ann)
    assert.deepEqual(await devicesOf(watcher), [ann.device])
    present.tell({ type: 'withdraw', keys: [ann.device] })
    await quiet(present)
    await present.close()
    assert.deepEqual(await devicesOf(watcher), [])
    await watcher.close()
  })

  it('[H7] a device that connects again is present throughout for those who look', async () => {
    const watcher = await enter(host.origin, bob)
    const older = await enter(host.origin, ann)
    watcher.tell({ type: 'watch', keys: [ann.device] })
    assert.deepEqual(await devicesOf(watcher), [ann.device])
    const newer = await enter(host.origin, ann)
    await older.closed
    // For its watchers nothing has changed: they are told nothing, and when they ask, that it is here.
    await new Promise((resolve) => setTimeout(resolve, 2 * OWN_PUSH_INTERVAL))
    assert.deepEqual(watcher.backlog, [])
    watcher.tell({ type: 'unwatch', keys: [ann.device] })
    watcher.tell({ type: 'watch', keys: [ann.device] })
    assert.deepEqual(await devicesOf(watcher), [ann.device])
    await Promise.all([newer.close(), watcher.close()])
  })

  it('[H8] networks never mix', async () => {
    const key = newKey()
    const elsewhere = await enter(host.origin, ann, new Uint8Array(32).fill(9))
    const here = await enter(host.origin, bob)
    elsewhere.tell({ type: 'announce', keys: [key] })
    await quiet(elsewhere)
    here.tell({ type: 'watch', keys: [key, ann.device] })
    assert.deepEqual(await devicesOf(here), [])
    assert.deepEqual(await devicesOf(here), [])
    here.tell({ type: 'signal', to: ann.device, data: 'hello' })
    assert.deepEqual(new Uint8Array((await here.next('absent')).device), ann.device)
    await Promise.all([elsewhere.close(), here.close()])
  })

  it('[H9] a signal arrives with the device and person that its sender proved to be', async () => {
    const [one, two] = [await enter(host.origin, ann), await enter(host.origin, bob)]
    one.tell({ type: 'signal', to: bob.device, data: '{"type":"offer"}' })
    const signal = await two.next('signal')
    assert.deepEqual(signal, { type: 'signal', from: ann.device, person: ann.person, data: '{"type":"offer"}' })
    await Promise.all([one.close(), two.close()])
  })

  it('[H9] a signal to nobody comes back as absent', async () => {
    const client = await enter(host.origin, ann)
    client.tell({ type: 'signal', to: bob.device, data: 'x' })
    assert.deepEqual(new Uint8Array((await client.next('absent')).device), bob.device)
    await client.close()
  })

  it('[H15] keys over the limit are left out, and the client is told which limit it was', async () => {
    const client = await enter(host.origin, ann)
    const keys = Array.from({ length: MAX_KEYS_PER_MESSAGE }, newKey)
    for (let sent = 0; sent < MAX_ANNOUNCED_KEYS; sent += keys.length)
      client.tell({ type: 'announce', keys: keys.map(newKey) })
    const error = await client.next('error')
    assert.deepEqual(error, { type: 'error', code: 'limit', detail: 'announced-keys' })
    await quiet(client)
    await client.close()
  })

  it('[H15] a connection watches no more keys than the limit, and is told so', async () => {
    const client = await enter(host.origin, ann)
    for (let sent = 0; sent <= MAX_WATCHED_KEYS; sent += MAX_KEYS_PER_MESSAGE)
      client.tell({ type: 'watch', keys: Array.from({ length: MAX_KEYS_PER_MESSAGE }, newKey) })
    const error = await client.next('error')
    assert.deepEqual(error, { type: 'error', code: 'limit', detail: 'watched-keys' })
    await client.close()
  })

  it("[H6] a person's own devices are named before others that hold the person's log", async () => {
    const key = publicStorageKey(ann.person, PATHS.heads)
    const [follower, owner] = [await enter(host.origin, bob), await enter(host.origin, ann)]
    follower.tell({ type: 'announce', keys: [key] })
    await quiet(follower)
    owner.tell({ type: 'announce', keys: [key] })
    owner.tell({ type: 'watch', keys: [key] })
    assert.deepEqual(await devicesOf(owner), [ann.device, bob.device])
    await Promise.all([follower.close(), owner.close()])
  })

  it('[H15] of very many holders the longest-standing are named', async () => {
    const key = newKey()
    const crowd = await Promise.all(
      Array.from({ length: MAX_HOLDERS_PER_KEY + 6 }, (_, i) => createDevice(i + 3, i % 10)),
    )
    const clients: Client[] = []
    for (const device of crowd) {
      const client = await enter(host.origin, device)
      client.tell({ type: 'announce', keys: [key] })
      await quiet(client)
      clients.push(client)
    }
    const watcher = await enter(host.origin, ann)
    watcher.tell({ type: 'watch', keys: [key] })
    const expected = crowd.slice(0, MAX_HOLDERS_PER_KEY).map(({ device }) => device)
    assert.deepEqual(await devicesOf(watcher), expected)
    await Promise.all([...clients, watcher].map((client) => client.close()))
  })
})

/** Everything sent so far has been dealt with. */
const quiet = async (client: Client): Promise<void> => {
  client.tell({ type: 'ping', n: 1 })
  await client.next('pong')
}
