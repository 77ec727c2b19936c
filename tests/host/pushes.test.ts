/** When watchers hear of the holders of a key. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { NETWORK_ZERO } from '../../src/core/limits.ts'
import { MAX_HOLDERS_PER_KEY } from '../../src/core/swarm/host-limits.ts'
import { createKeyTable } from '../../src/host/index/key-table.ts'
import { mapKey, type Peer } from '../../src/host/index/peer.ts'
import { OWN_PUSH_INTERVAL, PUSH_DELAY, PUSH_INTERVAL } from '../../src/host/index/pushes.ts'

const KEY = mapKey(new Uint8Array(32).fill(9))

const createPeer = (n: number): Peer & { heard: number } => ({
  device: new Uint8Array(32).fill(n),
  person: `person ${n}`,
  network: NETWORK_ZERO,
  address: undefined,
  heard: 0,
  send: () => undefined,
  forward() {
    this.heard += 1
  },
  congested: () => false,
  end: () => undefined,
})

/** A table whose time passes when the test says so, and somebody who watches KEY. */
const createWorld = () => {
  let now = 0
  const waiting: { at: number; run: () => void }[] = []
  const table = createKeyTable((run, milliseconds) => waiting.push({ at: now + milliseconds, run }))
  const watcher = createPeer(1)
  table.watch(watcher, KEY)
  watcher.heard = 0
  const pass = (milliseconds: number): void => {
    const end = now + milliseconds
    while (waiting[0] && waiting[0].at <= end) {
      const { at, run } = waiting.shift()!
      now = at
      run()
    }
    now = end
  }
  return { table, watcher, pass, isIdle: () => waiting.length === 0 }
}

describe('pushes', () => {
  it('[H35] come a moment after a change, gathered', () => {
    const { table, watcher, pass } = createWorld()
    for (let n = 2; n < 12; n++) table.hold(createPeer(n), KEY, false)
    assert.equal(watcher.heard, 0)
    pass(PUSH_DELAY)
    assert.equal(watcher.heard, 1)
  })

  it('[H35] of what others change come once a second, however often they do', () => {
    const { table, watcher, pass, isIdle } = createWorld()
    const stranger = createPeer(2)
    const steps = (10 * PUSH_INTERVAL) / PUSH_DELAY
    for (let n = 0; n < steps; n++) {
      if (n % 2 === 0) table.hold(stranger, KEY, false)
      else table.release(stranger, KEY, false)
      pass(PUSH_DELAY)
    }
    assert.ok(watcher.heard <= 11, `${watcher.heard} pushes in ten seconds`)
    pass(2 * PUSH_INTERVAL)
    assert.ok(isIdle(), 'nothing is waited for any more')
  })

  it("[H35] of the key's own person do not wait for those of others", () => {
    const { table, watcher, pass } = createWorld()
    table.hold(createPeer(2), KEY, false)
    pass(PUSH_DELAY)
    table.hold(createPeer(3), KEY, false)
    table.hold(createPeer(4), KEY, true)
    pass(OWN_PUSH_INTERVAL)
    assert.equal(watcher.heard, 2)
    table.hold(createPeer(5), KEY, false)
    pass(PUSH_INTERVAL - PUSH_DELAY)
    assert.equal(watcher.heard, 2)
    pass(PUSH_DELAY)
    assert.equal(watcher.heard, 3)
  })

  it('[H35] are left out when the same devices hold the key again, or the change is not among those named', () => {
    const { table, watcher, pass } = createWorld()
    const holder = createPeer(2)
    table.hold(holder, KEY, false)
    table.release(holder, KEY, false)
    pass(PUSH_INTERVAL)
    assert.equal(watcher.heard, 0)
    table.hold(holder, KEY, false)
    pass(PUSH_DELAY)
    // The device connects again.
    table.release(holder, KEY, false)
    table.hold(createPeer(2), KEY, false)
    pass(2 * PUSH_INTERVAL)
    assert.equal(watcher.heard, 1)
    for (let n = 0; n < MAX_HOLDERS_PER_KEY; n++) table.hold(createPeer(100 + n), KEY, false)
    pass(2 * PUSH_INTERVAL)
    assert.equal(watcher.heard, 2)
    table.hold(createPeer(250), KEY, false)
    pass(2 * PUSH_INTERVAL)
    assert.equal(watcher.heard, 2)
  })

  it('[H35] reach whoever was told of a change that was taken back', () => {
    const { table, watcher, pass } = createWorld()
    const holder = createPeer(2)
    table.hold(holder, KEY, false)
    const late = createPeer(3)
    table.watch(late, KEY)
    assert.equal(late.heard, 1)
    table.release(holder, KEY, false)
    pass(PUSH_DELAY)
    assert.deepEqual([late.heard, watcher.heard], [2, 1])
  })
})
