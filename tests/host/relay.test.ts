import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { encodeCircuitData, encodeCredit } from '../../src/core/swarm/host-frames.ts'
import {
  CIRCUIT_WINDOW,
  MAX_CIRCUIT_MESSAGE,
  MAX_CIRCUITS,
  MAX_CIRCUITS_PER_PAIR,
  MAX_INCOMING_CIRCUITS,
} from '../../src/core/swarm/host-limits.ts'
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

/** Two connections with one circuit: number 1 for the opener, `given` for the other. */
const openPair = async (): Promise<{ opener: Client; asked: Client; given: number; close: () => Promise<unknown> }> => {
  const [opener, asked] = [await enter(host.origin, ann), await enter(host.origin, bob)]
  opener.tell({ type: 'open', circuit: 1, to: bob.device })
  const { circuit: given, from, person } = await asked.next('incoming')
  assert.deepEqual([new Uint8Array(from), person], [ann.device, ann.person])
  asked.tell({ type: 'accept', circuit: given })
  assert.equal((await opener.next('accept')).circuit, 1)
  return { opener, asked, given, close: () => Promise.all([opener.close(), asked.close()]) }
}

describe('relay', () => {
  it('[H10] bytes pass both ways, each side under its own number', async () => {
    const { opener, asked, given, close } = await openPair()
    assert.equal(given % 2, 0)
    opener.send(encodeCircuitData(1, new Uint8Array([1, 2, 3])))
    const there = await asked.next('data')
    assert.deepEqual([there.circuit, new Uint8Array(there.bytes)], [given, new Uint8Array([1, 2, 3])])
    asked.send(encodeCircuitData(given, new Uint8Array([4])))
    const back = await opener.next('data')
    assert.deepEqual([back.circuit, new Uint8Array(back.bytes)], [1, new Uint8Array([4])])
    await close()
  })

  it('[H10] a circuit to a device that is not here is closed as absent', async () => {
    const client = await enter(host.origin, ann)
    client.tell({ type: 'open', circuit: 1, to: bob.device })
    assert.deepEqual(await client.next('close'), { type: 'close', circuit: 1, reason: 'absent' })
    await client.close()
  })

  it('[H10] closing reaches the other side, and so does the end of a connection', async () => {
    const { opener, asked, given, close } = await openPair()
    opener.tell({ type: 'close', circuit: 1, reason: 'closed' })
    assert.deepEqual(await asked.next('close'), { type: 'close', circuit: given, reason: 'closed' })
    opener.tell({ type: 'open', circuit: 3, to: bob.device })
    const second = await asked.next('incoming')
    assert.notEqual(second.circuit, given)
    await asked.close()
    assert.deepEqual(await opener.next('close'), { type: 'close', circuit: 3, reason: 'absent' })
    await close()
  })

  it('[H10] frames for a circuit that has ended are dropped', async () => {
    const { opener, asked, given, close } = await openPair()
    opener.tell({ type: 'close', circuit: 1, reason: 'closed' })
    await asked.next('close')
    asked.send(encodeCircuitData(given, new Uint8Array(10)))
    asked.send(encodeCredit(given, 10))
    asked.tell({ type: 'close', circuit: given, reason: 'closed' })
    asked.tell({ type: 'ping', n: 1 })
    await asked.next('pong')
    await close()
  })

  it('[H10] a number that was used before ends the connection', async () => {
    const { opener, asked } = await openPair()
    opener.tell({ type: 'open', circuit: 1, to: bob.device })
    assert.equal((await opener.next('error')).code, 'malformed')
    await asked.close()
  })

  it('[H10] bytes before the far end has accepted close the circuit', async () => {
    const [opener, asked] = [await enter(host.origin, ann), await enter(host.origin, bob)]
    opener.tell({ type: 'open', circuit: 1, to: bob.device })
    await asked.next('incoming')
    opener.send(encodeCircuitData(1, new Uint8Array(1)))
    assert.equal((await opener.next('close')).reason, 'over-window')
    assert.equal((await asked.next('close')).reason, 'over-window')
    await Promise.all([opener.close(), asked.close()])
  })

  it('[H11] a sender may have one window under way, and not a byte more', async () => {
    const { opener, asked, close } = await openPair()
    const message = new Uint8Array(MAX_CIRCUIT_MESSAGE)
    for (let sent = 0; sent < CIRCUIT_WINDOW; sent += message.length) opener.send(encodeCircuitData(1, message))
    for (let got = 0; got < CIRCUIT_WINDOW; got += message.length) await asked.next('data')
    opener.send(encodeCircuitData(1, new Uint8Array(1)))
    assert.equal((await opener.next('close')).reason, 'over-window')
    assert.equal((await asked.next('close')).reason, 'over-window')
    await close()
  })

  it('[H11] credit reaches the sender and allows exactly so much more', async () => {
    const { opener, asked, given, close } = await openPair()
    const message = new Uint8Array(MAX_CIRCUIT_MESSAGE)
    for (let sent = 0; sent < CIRCUIT_WINDOW; sent += message.length) opener.send(encodeCircuitData(1, message))
    await asked.next('data')
    asked.send(encodeCredit(given, message.length))
    const credit = await opener.next('credit')
    assert.deepEqual([credit.circuit, credit.bytes], [1, message.length])
    opener.send(encodeCircuitData(1, message))
    for (let got = 0; got < CIRCUIT_WINDOW; got += message.length) await asked.next('data')
    await close()
  })

  it('[H11] credit beyond a window closes the circuit', async () => {
    const { opener, asked, given, close } = await openPair()
    asked.send(encodeCredit(given, 1))
    assert.equal((await asked.next('close')).reason, 'over-window')
    assert.equal((await opener.next('close')).reason, 'over-window')
    await close()
  })

  it('[H15] a connection has at most MAX_CIRCUITS circuits', async () => {
    const opener = await enter(host.origin, ann)
    const others = await crowd(MAX_CIRCUITS / MAX_CIRCUITS_PER_PAIR + 1)
    for (let n = 0; n <= MAX_CIRCUITS; n++)
      opener.tell({ type: 'open', circuit: 2 * n + 1, to: others[Math.floor(n / MAX_CIRCUITS_PER_PAIR)]!.who.device })
    assert.deepEqual(await opener.next('close'), { type: 'close', circuit: 2 * MAX_CIRCUITS + 1, reason: 'too-many' })
    await Promise.all([opener, ...others.map(({ client }) => client)].map((client) => client.close()))
  })
})

/** Others, connected. */
const crowd = (size: number): Promise<{ who: TestDevice; client: Client }[]> =>
  Promise.all(
    Array.from({ length: size }, async (_, i) => {
      const who = await createDevice(i + 10, i % 10)
      return { who, client: await enter(host.origin, who) }
    }),
  )

describe('circuits between two devices', () => {
  it('[H32] are four at most, whichever of them opens', async () => {
    const [one, two, third] = [
      await enter(host.origin, ann),
      await enter(host.origin, bob),
      await enter(host.origin, await createDevice(3)),
    ]
    one.tell({ type: 'open', circuit: 1, to: bob.device })
    for (let n = 1; n < MAX_CIRCUITS_PER_PAIR; n++) two.tell({ type: 'open', circuit: 2 * n + 1, to: ann.device })
    for (let n = 1; n < MAX_CIRCUITS_PER_PAIR; n++) await one.next('incoming')
    for (const [client, to] of [
      [one, bob],
      [two, ann],
    ] as const) {
      client.tell({ type: 'open', circuit: 101, to: to.device })
      assert.deepEqual(await client.next('close'), { type: 'close', circuit: 101, reason: 'too-many' })
    }
    third.tell({ type: 'open', circuit: 1, to: bob.device })
    two.tell({ type: 'accept', circuit: (await two.next('incoming')).circuit })
    third.tell({ type: 'open', circuit: 3, to: bob.device })
    assert.deepEqual(new Uint8Array((await two.next('incoming')).from), (await createDevice(3)).device)
    await Promise.all([one.close(), two.close(), third.close()])
  })

  it('[H32] that others open leave room for those that a device opens itself', async () => {
    const asked = await enter(host.origin, ann)
    const others = await crowd(MAX_INCOMING_CIRCUITS / MAX_CIRCUITS_PER_PAIR + 1)
    for (const { client } of others)
      for (let n = 0; n < MAX_CIRCUITS_PER_PAIR; n++) client.tell({ type: 'open', circuit: 2 * n + 1, to: ann.device })
    await Promise.all(
      others.map(async ({ client }) => {
        client.tell({ type: 'ping', n: 1 })
        await client.next('pong')
      }),
    )
    asked.tell({ type: 'ping', n: 1 })
    await asked.next('pong')
    const late = await enter(host.origin, bob)
    late.tell({ type: 'open', circuit: 1, to: ann.device })
    assert.equal((await late.next('close')).reason, 'too-many')
    asked.tell({ type: 'open', circuit: 1, to: bob.device })
    late.tell({ type: 'accept', circuit: (await late.next('incoming')).circuit })
    assert.equal((await asked.next('accept')).circuit, 1)
    await Promise.all([asked, late, ...others.map(({ client }) => client)].map((client) => client.close()))
  })
})
