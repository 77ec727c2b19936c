import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it, mock } from 'node:test'
import type { WebSocket } from 'ws'
import { CIRCUIT_OPEN_TIMEOUT, LOGIN_TIMEOUT } from '../../src/core/swarm/host-limits.ts'
import { CONGESTED_BYTES, CONGESTION_TIMEOUT, MAX_UNSENT_BYTES, MIN_TAKEN_BYTES } from '../../src/host/limits.ts'
import { createOutbox } from '../../src/host/socket/outbox.ts'
import { connect, enter } from './support/client.ts'
import { startHost, type TestHost } from './support/host.ts'
import { createDevice } from './support/people.ts'

let host: TestHost

before(async () => {
  host = await startHost()
})
after(() => host.close())

// Sockets stay real; only the waiting is made short.
beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }))
afterEach(() => mock.timers.reset())

describe('a connection that does not log in', () => {
  it('[H1] is ended after ten seconds, and not before', async () => {
    const client = await connect(host.origin)
    await client.next('challenge')
    mock.timers.tick(LOGIN_TIMEOUT - 1)
    assert.equal(client.socket.readyState, client.socket.OPEN)
    assert.deepEqual(client.backlog, [])
    mock.timers.tick(1)
    assert.equal((await client.next('error')).code, 'too-late')
    assert.deepEqual(await client.closed, { code: 1008, reason: 'too-late' })
  })

  it('[H1] one that does is left alone', async () => {
    const client = await enter(host.origin, await createDevice(1))
    mock.timers.tick(LOGIN_TIMEOUT)
    client.tell({ type: 'ping', n: 1 })
    assert.equal((await client.next('pong')).n, 1)
    await client.close()
  })
})

describe('a circuit that is not accepted', () => {
  const ask = async () => {
    const [ann, bob] = [await createDevice(1), await createDevice(2)]
    const [opener, asked] = [await enter(host.origin, ann), await enter(host.origin, bob)]
    opener.tell({ type: 'open', circuit: 1, to: bob.device })
    const { circuit } = await asked.next('incoming')
    return { opener, asked, circuit, close: () => Promise.all([opener.close(), asked.close()]) }
  }

  it('[H10] is closed on both sides after ten seconds', async () => {
    const { opener, asked, circuit, close } = await ask()
    mock.timers.tick(CIRCUIT_OPEN_TIMEOUT)
    assert.deepEqual(await opener.next('close'), { type: 'close', circuit: 1, reason: 'refused' })
    assert.deepEqual(await asked.next('close'), { type: 'close', circuit, reason: 'refused' })
    // Too late: nothing is there to accept any more.
    asked.tell({ type: 'accept', circuit })
    asked.tell({ type: 'ping', n: 2 })
    await asked.next('pong')
    assert.deepEqual(opener.backlog, [])
    await close()
  })

  it('[H10] stays open once it was', async () => {
    const { opener, asked, circuit, close } = await ask()
    asked.tell({ type: 'accept', circuit })
    await opener.next('accept')
    mock.timers.tick(CIRCUIT_OPEN_TIMEOUT)
    opener.tell({ type: 'ping', n: 3 })
    await opener.next('pong')
    assert.deepEqual([...opener.backlog, ...asked.backlog], [])
    await close()
  })
})

/** A reader whose socket holds as much as the test says. */
const createReader = () => {
  const socket = { OPEN: 1, readyState: 1, bufferedAmount: 0, send: () => undefined }
  const givenUp: string[] = []
  const outbox = createOutbox(socket as unknown as WebSocket, (why) => givenUp.push(why))
  const hand = (bytes: number): void => {
    socket.bufferedAmount += bytes
    outbox.forward(new Uint8Array(bytes))
  }
  hand(CONGESTED_BYTES)
  hand(1)
  const take = (bytes: number): void => {
    socket.bufferedAmount -= bytes
  }
  return { outbox, givenUp, hand, take }
}

describe('a reader that has stopped', () => {
  it('[H12] is given up when it takes next to nothing for twenty seconds', () => {
    const { outbox, givenUp, hand, take } = createReader()
    assert.ok(outbox.congested())
    mock.timers.tick(CONGESTION_TIMEOUT / 2)
    // Neither more that comes for it nor a little that it takes is a reason to wait longer.
    hand(MIN_TAKEN_BYTES)
    take(MIN_TAKEN_BYTES - 1)
    mock.timers.tick(CONGESTION_TIMEOUT / 2 - 1)
    assert.deepEqual(givenUp, [])
    mock.timers.tick(1)
    assert.deepEqual(givenUp, ['reads too slowly'])
  })

  it('[H12] and one that is slow but reads on is left in peace, however much comes for it', () => {
    const { outbox, givenUp, hand, take } = createReader()
    for (let n = 0; n < 5; n++) {
      hand(MIN_TAKEN_BYTES)
      take(MIN_TAKEN_BYTES)
      mock.timers.tick(CONGESTION_TIMEOUT)
    }
    assert.ok(outbox.congested())
    assert.deepEqual(givenUp, [])
    mock.timers.tick(CONGESTION_TIMEOUT)
    assert.deepEqual(givenUp, ['reads too slowly'])
  })

  it('[H12] and one that has caught up is watched no more', () => {
    const { outbox, givenUp, hand, take } = createReader()
    take(1)
    assert.ok(!outbox.congested())
    mock.timers.tick(CONGESTION_TIMEOUT)
    hand(1)
    mock.timers.tick(CONGESTION_TIMEOUT - 1)
    assert.deepEqual(givenUp, [])
    outbox.close()
    mock.timers.tick(CONGESTION_TIMEOUT)
    assert.deepEqual(givenUp, [])
  })

  it('[H12] is given up at once with too much waiting', () => {
    const { givenUp, hand } = createReader()
    hand(MAX_UNSENT_BYTES)
    assert.deepEqual(givenUp, ['too much waits to be read'])
  })
})
