/** Who may connect, and how much those of one address may take. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { describe, it } from 'node:test'
import WebSocket from 'ws'
import { NETWORK_ZERO } from '../../src/core/limits.ts'
import { LOGIN_TIMEOUT } from '../../src/core/swarm/host-limits.ts'
import { createDirectory } from '../../src/host/index/directory.ts'
import { createKeyBudget } from '../../src/host/index/key-budget.ts'
import { createKeyTable } from '../../src/host/index/key-table.ts'
import type { Peer } from '../../src/host/index/peer.ts'
import {
  MAX_CONNECTIONS,
  MAX_CONNECTIONS_PER_ADDRESS,
  MAX_KEYS,
  MAX_KEYS_PER_ADDRESS,
  MAX_WAITING_CONNECTIONS,
  MAX_WAITING_PER_ADDRESS,
  WAITING_GRACE,
} from '../../src/host/limits.ts'
import { createAddressOf } from '../../src/host/socket/addresses.ts'
import { createAdmission } from '../../src/host/socket/admission.ts'
import { until } from '../support/wait.ts'
import { enter } from './support/client.ts'
import { startHost, type TestHost } from './support/host.ts'
import { createDevice } from './support/people.ts'

const addressOf = (behindProxy: boolean, peer: string, forwarded?: string): string | undefined =>
  createAddressOf(
    behindProxy,
    () => undefined,
  )({
    socket: { remoteAddress: peer },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  })

describe('the address that a connection counts for', () => {
  it('[H33] is its own, and none for this machine; what it says of itself counts for nothing', () => {
    assert.equal(addressOf(false, '203.0.113.7', '198.51.100.1'), '203.0.113.7')
    assert.equal(addressOf(false, '::ffff:203.0.113.7'), '203.0.113.7')
    assert.equal(addressOf(false, '2001:db8::7'), '2001:db8:0:0')
    assert.equal(addressOf(false, 'fe80::1%eth0'), addressOf(false, 'fe80::2'))
    assert.equal(addressOf(false, '127.0.0.1', '198.51.100.1'), undefined)
    assert.equal(addressOf(false, '::1'), undefined)
  })

  it('[H33] behind a proxy is the one that the proxy has seen, not those that a visitor has put before it', () => {
    assert.equal(addressOf(true, '127.0.0.1', '10.9.9.9, 203.0.113.7'), '203.0.113.7')
    assert.equal(addressOf(true, '::ffff:172.17.0.1', '2001:db8::7'), '2001:db8:0:0')
    assert.equal(addressOf(true, '203.0.113.9', '198.51.100.1'), '203.0.113.9')
    assert.equal(addressOf(true, '127.0.0.1'), undefined)
  })

  it('[H33] a proxy that nobody told of is told of once', () => {
    const told: string[] = []
    const of = createAddressOf(false, (line) => told.push(line))
    for (const peer of ['203.0.113.9', '127.0.0.1', '127.0.0.1'])
      of({ socket: { remoteAddress: peer }, headers: { 'x-forwarded-for': '203.0.113.7' } })
    assert.equal(told.length, 1)
    assert.match(told[0]!, /--behind-proxy/)
  })
})

describe('admission', () => {
  const create = () => {
    let now = 0
    const admission = createAdmission(() => now)
    const evicted: string[] = []
    const take = (address: string | undefined, name = '') => admission.enter(address, () => evicted.push(name))
    return { ...admission, take, evicted, pass: (milliseconds: number) => (now += milliseconds) }
  }

  it('[H33] holds one address to its waiting connections, and others not', () => {
    const { take, isFull, size } = create()
    const places = Array.from({ length: MAX_WAITING_PER_ADDRESS }, () => take('a'))
    assert.ok(isFull('a'))
    assert.ok(!isFull('b'))
    assert.ok(!isFull(undefined))
    places[0]!.settle()
    assert.ok(!isFull('a'))
    take('a')
    places[1]!.leave()
    places[1]!.leave()
    assert.ok(!isFull('a'))
    assert.equal(size(), MAX_WAITING_PER_ADDRESS)
  })

  it('[H33] holds one address to its logged-in connections, and lets it have their places back', () => {
    const { take, isFull } = create()
    const places = Array.from({ length: MAX_CONNECTIONS_PER_ADDRESS }, () => {
      const place = take('a')
      place.settle()
      return place
    })
    assert.ok(isFull('a'))
    assert.ok(!isFull('b'))
    for (const place of places) place.leave()
    assert.ok(!isFull('a'))
  })

  it('[H33] this machine, which a proxy may be, is held to what all are held to', () => {
    const { take, isFull } = create()
    for (let n = 0; n < MAX_CONNECTIONS; n++) take(undefined).settle()
    assert.ok(isFull(undefined))
    assert.ok(isFull('a'))
  })

  it('[H33] those who connect and say nothing make room for the next, once they had their time', () => {
    const { take, isFull, evicted, pass } = create()
    const first = take(undefined, 'first')
    first.settle()
    for (let n = 1; n <= MAX_WAITING_CONNECTIONS; n++) {
      const place = take(undefined, `idle ${n}`)
      place.leave()
      take(undefined, `idle ${n}`)
    }
    pass(WAITING_GRACE - 1)
    assert.ok(isFull('a'))
    pass(1)
    assert.ok(!isFull('a'))
    take('a')
    assert.deepEqual(evicted, ['idle 1'])
  })
})

describe('keys of many connections', () => {
  let last = 0
  const newKeys = (count: number): Uint8Array[] =>
    Array.from({ length: count }, () => {
      const key = new Uint8Array(32)
      new DataView(key.buffer).setUint32(0, ++last)
      return key
    })
  const createPeer = (address: string | undefined): Peer => ({
    device: newKeys(1)[0]!,
    person: 'p',
    network: NETWORK_ZERO,
    address,
    send: () => undefined,
    forward: () => undefined,
    congested: () => false,
    end: () => undefined,
  })

  it('[H33] of one address have an end, others go on; what is given up is there again', () => {
    const budget = createKeyBudget()
    const directory = createDirectory(
      createKeyTable(() => undefined),
      budget,
    )
    const [one, two, three] = [createPeer('a'), createPeer('a'), createPeer('b')]
    for (const peer of [one, two, three]) directory.enter(peer)
    for (let n = 4; n < MAX_KEYS_PER_ADDRESS; n++) assert.equal(budget.take('a'), undefined)
    const keys = newKeys(4)
    assert.equal(directory.announce(one, keys.slice(0, 2)), undefined)
    assert.equal(directory.watch(two, keys.slice(0, 2)), undefined)
    // Those that are there already take no more room.
    assert.equal(directory.announce(one, keys.slice(0, 2)), undefined)
    assert.equal(directory.announce(two, keys.slice(2)), 'keys-of-address')
    assert.equal(directory.watch(one, keys.slice(2)), 'keys-of-address')
    assert.equal(directory.announce(three, keys), undefined)
    directory.withdraw(one, keys.slice(0, 1))
    directory.unwatch(two, keys.slice(0, 1))
    assert.equal(directory.announce(two, keys.slice(2)), undefined)
    assert.equal(directory.announce(one, keys), 'keys-of-address')
    directory.leave(two)
    assert.equal(directory.watch(one, keys.slice(0, 3)), undefined)
    assert.equal(directory.watch(one, keys), 'keys-of-address')
  })

  it('[H33] have an end in all', () => {
    const budget = createKeyBudget()
    for (let n = 0; n < MAX_KEYS; n++) assert.equal(budget.take(undefined), undefined)
    assert.equal(budget.take(undefined), 'keys-of-host')
    assert.equal(budget.take('a'), 'keys-of-host')
    budget.give(undefined)
    assert.equal(budget.take('a'), undefined)
  })
})

/** Answered with its status, or open. */
const visit = async (host: TestHost, forwarded: string): Promise<WebSocket | string> => {
  const socket = new WebSocket(`${host.origin.replace('http', 'ws')}/kith`, {
    headers: { 'x-forwarded-for': forwarded },
  })
  return new Promise((resolve) => {
    socket.once('open', () => resolve(socket))
    socket.once('error', (error) => resolve(error.message))
  })
}

const withHost = async (options: Parameters<typeof startHost>[0], test: (host: TestHost) => Promise<void>) => {
  const host = await startHost(options)
  try {
    await test(host)
  } finally {
    await host.close()
  }
}

describe('a host behind a proxy', () => {
  it('[H33] answers 503 to the address that has too many, and lets others in', () =>
    withHost({ behindProxy: true }, async (host) => {
      for (let n = 0; n < MAX_WAITING_PER_ADDRESS; n++) {
        const socket = await visit(host, `6.6.6.6, 203.0.113.7`)
        assert.ok(typeof socket !== 'string')
      }
      assert.match(String(await visit(host, '9.9.9.9, 203.0.113.7')), /503/)
      const other = await visit(host, '203.0.113.8')
      assert.ok(typeof other !== 'string')
      const device = await enter(host.origin, await createDevice(1))
      await device.close()
    }))
})

const UPGRADE = (path: string): string =>
  `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n'

/** A client that neither ends its side nor answers a closing frame. */
const dialRaw = (host: TestHost, path: string): Socket => {
  const socket = connectTcp({ port: host.port, host: '127.0.0.1', allowHalfOpen: true })
  socket.on('error', () => undefined)
  socket.resume()
  socket.write(UPGRADE(path))
  return socket
}

/** Long after REFUSAL_GRACE, for a slow machine, and before the time to log in ends it anyway. Milliseconds. */
const SOON = LOGIN_TIMEOUT - 1_000

/** Sockets that this process serves. */
const served = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length

describe('who is refused', () => {
  it('[H34] is let go of at the other end of a refused upgrade', () =>
    withHost({}, async (host) => {
      const before = served()
      const sockets = Array.from({ length: 20 }, () => dialRaw(host, '/elsewhere'))
      try {
        await Promise.all(sockets.map((socket) => once(socket, 'end')))
        // Only the test's own ends are left, which it does not close.
        await until(() => served() - before <= sockets.length, 'the host lets go', SOON)
      } finally {
        for (const socket of sockets) socket.destroy()
      }
    }))

  it('[H34] before the log-in is gone soon, whether it closes or not', () =>
    withHost({}, async (host) => {
      const connections = async (): Promise<number> => {
        const health = (await (await fetch(`${host.origin}/healthz`)).json()) as { connections: number }
        return health.connections
      }
      const socket = dialRaw(host, '/kith')
      try {
        await once(socket, 'data')
        assert.equal(await connections(), 1)
        // A text frame, masked with zeros: not what a client says first.
        socket.write(Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0x61]))
        await until(async () => (await connections()) === 0, 'no longer counted', SOON)
      } finally {
        socket.destroy()
      }
    }))
})
