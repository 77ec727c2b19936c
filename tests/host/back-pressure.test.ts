import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Carrier } from '../../src/core/ports.ts'
import { CIRCUIT_WINDOW, MAX_CIRCUIT_MESSAGE } from '../../src/core/swarm/host-limits.ts'
import { settle, until } from '../support/wait.ts'
import { enter } from './support/client.ts'
import { startHost, type TestHost } from './support/host.ts'
import { connected, createLink } from './support/link.ts'
import { createDevice, type TestDevice } from './support/people.ts'

const MiB = 1_048_576

let host: TestHost
let ann: TestDevice
let bob: TestDevice

before(async () => {
  host = await startHost()
  ann = await createDevice(1)
  bob = await createDevice(2)
})
after(() => host.close())

/** External memory holds what sockets and frames hold. */
const memory = (): number => process.memoryUsage().external + process.memoryUsage().heapUsed

/** Hands everything to a carrier as a session does: at most 2 MiB waiting. Returns the most that waited. */
const sendAll = async (carrier: Carrier, total: number): Promise<number> => {
  let most = 0
  for (let sent = 0; sent < total; sent += 65_536) {
    carrier.send(new Uint8Array(65_536).fill(sent / 65_536))
    most = Math.max(most, carrier.buffered())
    if (carrier.buffered() < 2 * MiB) continue
    await new Promise<void>((resolve) => {
      carrier.ondrain = resolve
    })
  }
  return most
}

describe('back-pressure', () => {
  it('[H12] 20 MB pass whole through a circuit, never more than two mebibytes waiting at the sender', async () => {
    const hashes: number[] = []
    const [one, two] = [
      createLink(host.origin, ann),
      createLink(host.origin, bob, (carrier) => {
        carrier.onmessage = (message) => hashes.push(message[0]!)
      }),
    ]
    await Promise.all([connected(one), connected(two)])
    const opened = await one.openCircuit(bob.device)
    assert.ok(opened.ok)
    const most = await sendAll(opened.value, 20 * MiB)
    await until(() => hashes.length === 320, 'all of it')
    assert.deepEqual(
      hashes,
      Array.from({ length: 320 }, (_, n) => n & 0xff),
    )
    assert.ok(most <= 2 * MiB + 65_536, `${most} bytes waited`)
    one.close()
    two.close()
  })

  it('[H12] a reader that stops leaves no more than a window with the host', async () => {
    const [one, slow] = [createLink(host.origin, ann), await enter(host.origin, bob)]
    await connected(one)
    const opening = one.openCircuit(bob.device)
    slow.tell({ type: 'accept', circuit: (await slow.next('incoming')).circuit })
    const opened = await opening
    assert.ok(opened.ok)
    slow.socket.pause()
    const before = memory()
    for (let sent = 0; sent < 20 * MiB; sent += MAX_CIRCUIT_MESSAGE)
      opened.value.send(new Uint8Array(MAX_CIRCUIT_MESSAGE).fill(1))
    await until(() => opened.value.buffered() <= 20 * MiB - CIRCUIT_WINDOW, 'a full window')
    await settle(200)
    // What could not leave waits at the sender, which in a session would not have handed it over.
    assert.equal(opened.value.buffered(), 20 * MiB - CIRCUIT_WINDOW)
    assert.ok(memory() - before < 20 * MiB + 8 * MiB, `${(memory() - before) / MiB} MiB more`)
    one.close()
    slow.socket.terminate()
  })
})
