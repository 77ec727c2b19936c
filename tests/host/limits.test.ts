import assert from 'node:assert/strict'
import { connect as connectTcp } from 'node:net'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import WebSocket from 'ws'
import { encodeCbor } from '../../src/core/cbor.ts'
import { encodeControl } from '../../src/core/swarm/host-frames.ts'
import { MAX_HOST_FRAME, MAX_KEYS_PER_MESSAGE, MAX_SIGNAL_BYTES } from '../../src/core/swarm/host-limits.ts'
import type { ClientMessage } from '../../src/core/swarm/host-protocol.ts'
import { CONTROL_BURST } from '../../src/host/limits.ts'
import { connect, enter } from './support/client.ts'
import { startHost, type TestHost } from './support/host.ts'
import { createDevice, type TestDevice } from './support/people.ts'
import { holdStopwatch } from './support/stopwatch.ts'

let host: TestHost
let ann: TestDevice

before(async () => {
  host = await startHost()
  ann = await createDevice(1)
})
after(() => host.close())

const control = (body: Uint8Array): Uint8Array => new Uint8Array([1, 0, ...body])

/** Logs in, sends a frame, and tells the reason for which the host ends the connection. */
const reasonFor = async (frame: Uint8Array): Promise<string> => {
  const client = await enter(host.origin, ann)
  client.send(frame)
  const { code } = await client.next('error')
  await client.closed
  return code
}

describe('hostile frames', () => {
  const key = new Uint8Array(32)
  const wrong: Record<string, Uint8Array> = {
    'an empty frame': new Uint8Array(0),
    'a frame of one byte': new Uint8Array([1]),
    'an unknown kind': new Uint8Array([1, 9, 0, 0]),
    'bytes that are no dag-cbor': control(new Uint8Array([0xff, 0xff])),
    'a message that is no map': control(encodeCbor([1, 2])),
    'an unknown type': control(encodeCbor({ type: 'constructor' })),
    'a missing field': control(encodeCbor({ type: 'announce' })),
    'a field too many': control(encodeCbor({ type: 'ping', n: 1, m: 2 })),
    'a key that is too short': control(encodeCbor({ type: 'watch', keys: [new Uint8Array(31)] })),
    'more keys than a message holds': control(
      encodeCbor({ type: 'watch', keys: Array.from({ length: MAX_KEYS_PER_MESSAGE + 1 }, () => key) }),
    ),
    'a signal that is too long': encodeControl({ type: 'signal', to: key, data: 'x'.repeat(MAX_SIGNAL_BYTES + 1) }),
    'a message of the host': control(encodeCbor({ type: 'absent', device: key })),
    'a circuit 0': new Uint8Array([1, 1, 0, 0, 0, 0, 1]),
    'a circuit frame without a body': new Uint8Array([1, 1, 0, 0, 0, 1]),
    'credit that is not a number': new Uint8Array([1, 2, 0, 0, 0, 1, 0]),
  }
  for (const [what, frame] of Object.entries(wrong))
    it(`[H13] ${what} ends the connection`, async () => {
      assert.equal(await reasonFor(frame), 'malformed')
    })

  it('[H13] a text frame ends the connection', async () => {
    const client = await enter(host.origin, ann)
    client.socket.send('hello')
    assert.equal((await client.next('error')).code, 'malformed')
  })

  it('[H13] a frame over the limit is refused while it is still arriving', async () => {
    const client = await enter(host.origin, ann)
    client.send(new Uint8Array(MAX_HOST_FRAME + 1))
    assert.equal((await client.closed).code, 1009)
  })

  it('[H13] the host goes on serving others', async () => {
    const other = await enter(host.origin, await createDevice(2))
    await reasonFor(new Uint8Array([1, 9, 0, 0]))
    other.tell({ type: 'ping', n: 5 })
    assert.equal((await other.next('pong')).n, 5)
    await other.close()
  })
})

describe('flood', () => {
  let letGo = (): void => {}
  beforeEach(() => {
    letGo = holdStopwatch()
  })
  afterEach(() => letGo())

  it('[H14] more control messages than the burst end the connection', async () => {
    const client = await enter(host.origin, ann)
    for (let n = 0; n < CONTROL_BURST + 200; n++) client.tell({ type: 'ping', n })
    assert.equal((await client.next('error')).code, 'flood')
    await client.closed
  })

  it('[H14] many keys cost as much as many messages', async () => {
    const client = await enter(host.origin, ann)
    const keys = Array.from({ length: MAX_KEYS_PER_MESSAGE }, (_, i) => new Uint8Array(32).fill(i & 0xff))
    const message: ClientMessage = { type: 'announce', keys }
    for (let n = 0; n < 160; n++) client.tell(message)
    assert.equal((await client.next('error')).code, 'flood')
    await client.closed
  })
})

describe('upgrades', () => {
  it('[H13] a websocket at another path is refused', async () => {
    const socket = new WebSocket(`${host.origin.replace('http', 'ws')}/elsewhere`)
    const message = await new Promise<string>((resolve) => socket.on('error', (error) => resolve(error.message)))
    assert.match(message, /404/)
  })

  it('[H13] bytes that are no HTTP do not disturb the host', async () => {
    const socket = connectTcp(host.port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.resume()
    socket.write(Buffer.alloc(100_000, 0x41))
    await new Promise((resolve) => socket.on('close', resolve))
    const client = await connect(host.origin)
    await client.next('challenge')
    await client.close()
  })
})
