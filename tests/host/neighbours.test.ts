/** What one client can do to another through the host: at most to itself. */
import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { encodeCircuitData } from '../../src/core/swarm/host-frames.ts'
import { CIRCUIT_WINDOW, MAX_CIRCUIT_MESSAGE, MAX_CIRCUITS_PER_PAIR } from '../../src/core/swarm/host-limits.ts'
import {
  CONGESTED_BYTES,
  CONGESTED_CIRCUIT_BYTES,
  CONTROL_BURST,
  CONTROL_PER_SECOND,
  PAIR_OPENS_BURST,
  PAIR_SIGNALS_BURST,
  SIGNAL_REPLIES,
} from '../../src/host/limits.ts'
import { until } from '../support/wait.ts'
import { type Client, enter } from './support/client.ts'
import { startHost, type TestHost } from './support/host.ts'
import { createDevice, type TestDevice } from './support/people.ts'
import { holdStopwatch } from './support/stopwatch.ts'

let host: TestHost
let mallory: TestDevice
let vic: TestDevice

before(async () => {
  host = await startHost()
  mallory = await createDevice(1)
  vic = await createDevice(2)
})
after(() => host.close())

/** Opens a circuit that the other side takes; the number it has there. */
const join = async (from: Client, number: number, to: Client, device: Uint8Array): Promise<number> => {
  from.tell({ type: 'open', circuit: number, to: device })
  const { circuit } = await to.next('incoming')
  to.tell({ type: 'accept', circuit })
  await from.next('accept')
  return circuit
}

/** The host still reads what this client sends, and answers. */
const isServed = async (client: Client): Promise<void> => {
  client.tell({ type: 'ping', n: 7 })
  assert.equal((await client.next('pong')).n, 7)
}

/** More than what systems keep for a reader that has stopped, so that the rest waits with the host. */
const SYSTEM_BYTES = 16 * 1_048_576
const FULL = CONGESTED_BYTES + SYSTEM_BYTES

/** Stops reading as `reader`, and has others send until its connection is congested. */
const congest = async (reader: Client, device: Uint8Array): Promise<readonly Client[]> => {
  const senders = Math.ceil(FULL / (CIRCUIT_WINDOW * MAX_CIRCUITS_PER_PAIR))
  const clients: Client[] = []
  for (let i = 0; i < senders; i++) {
    const client = await enter(host.origin, await createDevice(20 + i, i % 10))
    for (let n = 0; n < MAX_CIRCUITS_PER_PAIR; n++) await join(client, 2 * n + 1, reader, device)
    clients.push(client)
  }
  reader.socket.pause()
  const message = new Uint8Array(MAX_CIRCUIT_MESSAGE)
  for (const client of clients)
    for (let n = 0; n < MAX_CIRCUITS_PER_PAIR; n++)
      for (let sent = 0; sent < CIRCUIT_WINDOW; sent += message.length)
        client.send(encodeCircuitData(2 * n + 1, message))
  for (const client of clients) await isServed(client)
  return clients
}

describe('a client that stops reading', () => {
  it('[H12] holds up nobody who sends to it: only circuits with much under way end', async () => {
    const [reader, victim] = [await enter(host.origin, mallory), await enter(host.origin, vic)]
    const [small, large] = [await join(reader, 1, victim, vic.device), await join(reader, 3, victim, vic.device)]
    const crowd = await congest(reader, mallory.device)
    victim.send(encodeCircuitData(small, new Uint8Array(200)))
    await isServed(victim)
    const part = new Uint8Array(CONGESTED_CIRCUIT_BYTES / 2)
    for (let n = 0; n < 2; n++) victim.send(encodeCircuitData(large, part))
    await isServed(victim)
    victim.send(encodeCircuitData(large, new Uint8Array(1)))
    assert.deepEqual(await victim.next('close'), { type: 'close', circuit: large, reason: 'congested' })
    victim.send(encodeCircuitData(small, new Uint8Array(200)))
    await isServed(victim)
    assert.deepEqual(victim.backlog, [])
    reader.socket.terminate()
    assert.deepEqual(await victim.next('close'), { type: 'close', circuit: small, reason: 'absent' })
    await Promise.all([...crowd, victim].map((client) => client.close()))
  })

  it('[H12] cannot be buried under signals: those who send them hear that nobody is there', async () => {
    const [reader, victim] = [await enter(host.origin, mallory), await enter(host.origin, vic)]
    const crowd = await congest(reader, mallory.device)
    victim.tell({ type: 'signal', to: mallory.device, data: 'x' })
    assert.deepEqual(new Uint8Array((await victim.next('absent')).device), mallory.device)
    reader.socket.terminate()
    await Promise.all([...crowd, victim].map((client) => client.close()))
  })

  it('[H9] a signal to oneself finds nobody', async () => {
    const client = await enter(host.origin, mallory)
    client.tell({ type: 'signal', to: mallory.device, data: 'x' })
    await client.next('absent')
    await client.close()
  })
})

/** Sends `total` messages no faster than the host allows a connection, and waits until all were read. */
const paced = async (client: Client, total: number, send: (n: number) => void): Promise<void> => {
  for (let sent = 0; sent < total; sent += 64) {
    for (let n = sent; n < Math.min(total, sent + 64); n++) send(n)
    await isServed(client)
    if (sent > CONTROL_BURST / 2) await new Promise((resolve) => setTimeout(resolve, (1000 * 66) / CONTROL_PER_SECOND))
  }
}

describe('a client that is asked too much', () => {
  let letGo = (): void => {}
  beforeEach(() => {
    letGo = holdStopwatch()
  })
  afterEach(() => letGo())

  it('[H31] pays for none of the answers: circuits that others open, and close at once', async () => {
    const victim = await enter(host.origin, vic)
    victim.socket.on('message', () => {
      for (const received of victim.backlog.splice(0)) {
        if ('type' in received && received.type === 'incoming') {
          victim.tell({ type: 'accept', circuit: received.circuit })
          victim.tell({ type: 'close', circuit: received.circuit, reason: 'closed' })
        } else victim.backlog.push(received)
      }
    })
    const crowd = await Promise.all(
      Array.from({ length: 40 }, async (_, i) => enter(host.origin, await createDevice(20 + i, i % 10))),
    )
    // Its own allowance is used up but for a little, as on a busy day.
    for (let n = 0; n < CONTROL_BURST - 50; n++) victim.tell({ type: 'ping', n })
    await until(() => victim.backlog.length >= CONTROL_BURST - 50, 'all its pings answered')
    for (let n = 0; n < PAIR_OPENS_BURST; n++) {
      for (const client of crowd) client.tell({ type: 'open', circuit: 2 * n + 1, to: vic.device })
      for (const client of crowd) await client.next('close')
    }
    assert.equal(victim.socket.readyState, victim.socket.OPEN)
    victim.tell({ type: 'ping', n: 3 })
    await until(() => victim.backlog.some((received) => 'n' in received && received.n === 3), 'an answer')
    await Promise.all([...crowd, victim].map((client) => client.close()))
  })

  it('[H31] nor of those to signals, as many as a session description needs', async () => {
    const victim = await enter(host.origin, vic)
    const askers = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const who = await createDevice(20 + i, i % 10)
        return { who, client: await enter(host.origin, who) }
      }),
    )
    for (const { client } of askers) client.tell({ type: 'signal', to: vic.device, data: 'offer' })
    for (let n = 0; n < askers.length; n++) await victim.next('signal')
    for (let n = 0; n < CONTROL_BURST - 50; n++) victim.tell({ type: 'ping', n })
    for (const { who } of askers)
      for (let n = 0; n < SIGNAL_REPLIES; n++) victim.tell({ type: 'signal', to: who.device, data: 'answer' })
    for (const { client } of askers) for (let n = 0; n < SIGNAL_REPLIES; n++) await client.next('signal')
    assert.equal(victim.socket.readyState, victim.socket.OPEN)
    // What is left is soon used up by answers that nobody allowed.
    for (let n = 0; n < CONTROL_BURST; n++) victim.tell({ type: 'signal', to: mallory.device, data: 'more' })
    assert.equal((await victim.next('error')).code, 'flood')
    await Promise.all(askers.map(({ client }) => client.close()))
  })

  it('[H31] an answer allows no answers: two devices do not go on for ever for nothing', async () => {
    const [ann, bob] = [await createDevice(6), await createDevice(7)]
    const [one, two] = [await enter(host.origin, ann), await enter(host.origin, bob)]
    let isOver = false
    void one.closed.then(() => {
      isOver = true
    })
    for (let n = 0; n < CONTROL_BURST; n++) one.tell({ type: 'ping', n })
    const rounds = PAIR_SIGNALS_BURST - 1
    for (let n = 0; n < rounds && !isOver; n++) {
      one.tell({ type: 'signal', to: bob.device, data: 'x' })
      await Promise.race([two.next('signal'), one.closed])
      two.tell({ type: 'signal', to: ann.device, data: 'x' })
      await Promise.race([one.next('signal'), one.closed])
    }
    assert.ok(isOver, 'all of it was free')
    await two.close()
  })

  it('[H31] but no `accept` or `close` beyond those for which it was asked is free', async () => {
    const victim = await enter(host.origin, vic)
    for (let n = 0; n < CONTROL_BURST + 200; n++) victim.tell({ type: 'close', circuit: 2, reason: 'closed' })
    assert.equal((await victim.next('error')).code, 'flood')
    await victim.closed
  })
})

describe('between two devices', () => {
  let letGo = (): void => {}
  beforeEach(() => {
    letGo = holdStopwatch()
  })
  afterEach(() => letGo())

  it('[H32] circuits are opened only so fast: the opener is refused, also when it connects anew', async () => {
    const [asker, victim] = [await enter(host.origin, await createDevice(3)), await enter(host.origin, vic)]
    let number = 1
    for (let n = 0; n < PAIR_OPENS_BURST; n++, number += 2) {
      asker.tell({ type: 'open', circuit: number, to: vic.device })
      const { circuit } = await victim.next('incoming')
      victim.tell({ type: 'close', circuit, reason: 'refused' })
      await asker.next('close')
    }
    const refused = async (client: Client): Promise<void> => {
      // One may have been refilled by now.
      for (let n = 0; n < 3; n++, number += 2) client.tell({ type: 'open', circuit: number, to: vic.device })
      assert.equal((await client.next('close')).reason, 'too-many')
    }
    await refused(asker)
    await asker.close()
    const again = await enter(host.origin, await createDevice(3))
    await refused(again)
    const other = await enter(host.origin, await createDevice(4))
    other.tell({ type: 'open', circuit: 1, to: vic.device })
    await victim.next('incoming')
    await Promise.all([again.close(), other.close(), victim.close()])
  })

  it('[H32] signals pass only so fast, and their sender hears of it', async () => {
    const [asker, victim] = [await enter(host.origin, await createDevice(5)), await enter(host.origin, vic)]
    await paced(asker, 2 * PAIR_SIGNALS_BURST, () => asker.tell({ type: 'signal', to: vic.device, data: 'x' }))
    asker.tell({ type: 'signal', to: vic.device, data: 'x' })
    assert.deepEqual(await asker.next('error'), { type: 'error', code: 'limit', detail: 'signals' })
    await isServed(victim)
    await Promise.all([asker.close(), victim.close()])
  })
})
