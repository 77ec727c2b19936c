import assert from 'node:assert/strict'
import { connect as connectTcp, type Socket } from 'node:net'
import { after, afterEach, before, beforeEach, describe, it, mock } from 'node:test'
import { cidToBytes, cidToString } from '../../src/core/blocks/cid.ts'
import { bytesToHex } from '../../src/core/bytes.ts'
import { MAX_BLOCK_BYTES } from '../../src/core/limits.ts'
import { encodeCircuitData, encodeControl, encodePiece } from '../../src/core/swarm/host-frames.ts'
import { MAX_PIECE_BYTES, MAX_TUNNEL_REQUESTS, TUNNEL_TIMEOUT } from '../../src/core/swarm/host-limits.ts'
import type { RequestOutcome } from '../../src/core/swarm/host-protocol.ts'
import {
  ANSWER_READ_TIMEOUT,
  BODY_TIMEOUT,
  CALLER_BURST,
  CALLER_BYTES_BURST,
  CALLER_BYTES_PER_SECOND,
  CALLER_PER_SECOND,
  CALLER_REQUESTS,
  CONTROL_BURST,
  DEVICE_BURST,
  MAX_TUNNEL_ANSWERS,
  MAX_WRONG_ANSWERS,
} from '../../src/host/limits.ts'
import { until } from '../support/wait.ts'
import { enter } from './support/client.ts'
import { startHost, type TestHost } from './support/host.ts'
import { type Answer, ask, codeOf, newCaller } from './support/http.ts'
import { createDevice, type TestDevice } from './support/people.ts'
import { blockOf, held, type Serving, serve } from './support/serving.ts'
import { holdStopwatch } from './support/stopwatch.ts'

const block = blockOf(MAX_BLOCK_BYTES)
const path = `/b/${cidToString(block.cid)}`

let host: TestHost
let ann: TestDevice
let device: Serving

before(async () => {
  host = await startHost({ behindProxy: true })
  ann = await createDevice(1)
})
after(() => host.close())
beforeEach(async () => {
  device = await serve(host, ann, [held(block)])
})
afterEach(() => device.client.close())

/** Blocks that no socket's buffers hold, and a device may send at once. */
const MANY = 80

const silent = (): void => undefined
const get = (caller = newCaller()): Promise<Answer> =>
  ask(`${device.url}${path}`, { headers: { 'X-Forwarded-For': caller } })
const statuses = async (answers: readonly Promise<Answer>[]): Promise<number[]> =>
  (await Promise.all(answers)).map(({ status }) => status).sort()
const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make)
const health = async () => JSON.parse(String((await ask(`${host.origin}/healthz`)).body))
/** Waits until the device has been asked so often. */
const asked = (count: number) => until(() => device.asked.length >= count, `${count} requests`)
/** Sends what no answer is; the host says why it ends the connection. */
const endsConnection = async (): Promise<void> => {
  assert.equal((await device.client.next('error')).code, 'malformed')
  await device.client.closed
}

describe('a device that does not answer well', () => {
  it('[H42] with other bytes is 502 without any of them, counted, and not asked again after a few', async () => {
    const wrong = block.bytes.slice()
    wrong[200_000]! ^= 1
    const counted = (await health()).wrongAnswers
    device.onRequest = ({ request }) => device.send(request, wrong)
    for (let n = 0; n < MAX_WRONG_ANSWERS; n++) {
      const answer = await get()
      assert.equal(answer.status, 502)
      assert.equal(codeOf(answer), 'wrong-bytes')
    }
    assert.equal((await health()).wrongAnswers, counted + MAX_WRONG_ANSWERS)
    assert.equal(codeOf(await get()), 'wrong-bytes')
    assert.equal(device.asked.length, MAX_WRONG_ANSWERS)
    device.client.tell({ type: 'ping', n: 1 })
    await device.client.next('pong')
  })

  it('[H48] more than was asked for ends its connection before it is kept', async () => {
    device.onRequest = ({ request }) =>
      device.client.send(encodePiece(request, MAX_BLOCK_BYTES, block.bytes.subarray(0, MAX_PIECE_BYTES)))
    const answer = await get()
    assert.equal(answer.status, 502)
    assert.equal(codeOf(answer), 'wrong-bytes')
    await endsConnection()
  })

  it('[H48] so do pieces that do not add up', async () => {
    device.onRequest = ({ request }) => {
      device.client.send(encodePiece(request, 100, new Uint8Array(50)))
      device.client.send(encodePiece(request, 100, new Uint8Array(50)))
    }
    assert.equal(codeOf(await get()), 'wrong-bytes')
    await endsConnection()
  })

  it('[H48] so do an outcome of another kind, one after bytes, and bytes for a write', async () => {
    device.onRequest = ({ request }) => device.tell(request, 'stored')
    assert.equal(codeOf(await get()), 'wrong-bytes')
    await endsConnection()
    device = await serve(host, ann)
    device.onRequest = ({ request }) => {
      device.client.send(encodePiece(request, 1, new Uint8Array(1)))
      device.tell(request, 'absent')
    }
    assert.equal(codeOf(await get()), 'wrong-bytes')
    await endsConnection()
  })

  it('[H48] frames for requests that nobody made end its connection', async () => {
    const frames = [
      encodePiece(1, 0, new Uint8Array(1)),
      encodeControl({ type: 'outcome', request: 7, outcome: 'absent' }),
    ]
    for (const frame of frames) {
      device.client.send(frame)
      await endsConnection()
      device = await serve(host, ann, [held(block)])
    }
    assert.equal((await get()).status, 200)
    // Answered already: nobody waits for it any more.
    device.client.send(encodePiece(device.asked[0]!.request, 0, new Uint8Array(1)))
    await endsConnection()
  })

  it('[H48] a device answers for itself only', async () => {
    const bob = await serve(host, await createDevice(2))
    device.onRequest = silent
    const answer = get()
    await asked(1)
    bob.send(device.asked[0]!.request, block.bytes)
    assert.equal((await bob.client.next('error')).code, 'malformed')
    device.send(device.asked[0]!.request, block.bytes)
    assert.equal((await answer).status, 200)
  })

  it('[H42] that vanishes half way is 502, and no byte of the half goes out', async () => {
    device.onRequest = ({ request }) => {
      device.client.send(encodePiece(request, MAX_PIECE_BYTES, block.bytes.subarray(0, MAX_PIECE_BYTES)))
      device.client.socket.terminate()
    }
    const answer = await get()
    assert.equal(answer.status, 502)
    assert.equal(codeOf(answer), 'device-gone')
  })

  it('[H50] never is 504 after a time; what it was asked keeps its place until it has answered', async () => {
    mock.timers.enable({ apis: ['setTimeout'] })
    try {
      device.onRequest = silent
      const answers = times(MAX_TUNNEL_REQUESTS, () => get())
      while (device.asked.length < MAX_TUNNEL_REQUESTS) await new Promise((resolve) => setImmediate(resolve))
      const full = await get()
      assert.equal(full.status, 503)
      assert.equal(codeOf(full), 'device-busy')
      assert.equal(full.headers['retry-after'], '1')
      mock.timers.tick(TUNNEL_TIMEOUT - 1)
      device.send(device.asked[0]!.request, block.bytes)
      assert.equal((await answers[0]!).status, 200)
      mock.timers.tick(1)
      for (const answer of await Promise.all(answers.slice(1))) {
        assert.equal(answer.status, 504)
        assert.equal(codeOf(answer), 'no-answer')
      }
    } finally {
      mock.timers.reset()
    }
    const late = get()
    await asked(MAX_TUNNEL_REQUESTS + 1)
    assert.equal(codeOf(await get()), 'device-busy')
    // Too late for who asked, and no offence: the places are free again.
    for (const { request } of device.asked.slice(1)) device.send(request, block.bytes)
    assert.equal((await late).status, 200)
    device.onRequest = ({ request }) => device.send(request, block.bytes)
    assert.equal((await get()).status, 200)
  })

  it('[H49] outcomes that the host asked for never count as a flood', async () => {
    device.onRequest = ({ request }) => device.tell(request, 'absent')
    for (let n = 0; n < CONTROL_BURST - 5; n++) device.client.tell({ type: 'ping', n: 1 })
    const answers = await statuses(times(DEVICE_BURST / 2, () => get()))
    assert.ok(answers.filter((status) => status === 404).length > 10)
    device.client.tell({ type: 'ping', n: 2 })
    while ((await device.client.next('pong')).n !== 2);
  })

  it('[H49] is asked no more than it should be, by however many callers', async (context) => {
    context.after(holdStopwatch())
    device.onRequest = ({ request }) => device.tell(request, 'absent')
    const refused: Answer[] = []
    for (let n = 0; n < 2 * DEVICE_BURST; n++) {
      const answer = await get()
      if (answer.status === 503) refused.push(answer)
    }
    assert.ok(device.asked.length <= DEVICE_BURST, `${device.asked.length} requests, ${DEVICE_BURST} allowed`)
    assert.equal(codeOf(refused[0]!), 'device-busy')
    assert.ok(Number(refused[0]!.headers['retry-after']) >= 1)
  })
})

describe('a caller that asks much', () => {
  it('[H49] has a number of requests at a time, and others have theirs', async () => {
    device.onRequest = silent
    const flooder = newCaller()
    const waiting = times(CALLER_REQUESTS, () => get(flooder))
    await asked(CALLER_REQUESTS)
    const refused = await get(flooder)
    assert.equal(refused.status, 429)
    assert.equal(codeOf(refused), 'too-many-requests')
    assert.equal(refused.headers['retry-after'], '1')
    const other = get()
    await asked(CALLER_REQUESTS + 1)
    for (const { request } of device.asked) device.send(request, block.bytes)
    assert.deepEqual(
      await statuses([...waiting, other]),
      times(CALLER_REQUESTS + 1, () => 200),
    )
  })

  it('[H49] has a number of requests over time, over which it is told when to come back', async (context) => {
    context.after(holdStopwatch())
    device.onRequest = ({ request }) => device.tell(request, 'absent')
    const flooder = newCaller()
    const refused: Answer[] = []
    for (let n = 0; n < 2 * CALLER_BURST; n++) {
      const answer = await get(flooder)
      if (answer.status === 429) refused.push(answer)
    }
    assert.ok(refused.length > 0, 'never refused')
    assert.ok(Number(refused[0]!.headers['retry-after']) >= 1)
    assert.equal((await get()).status, 404)
  })

  it('[H49] has a number of bytes over time: what goes over is paid off before the next', async (context) => {
    context.after(holdStopwatch())
    const flooder = newCaller()
    const most = CALLER_BYTES_BURST / MAX_BLOCK_BYTES
    let got = 0
    for (let n = 0; n < 2 * most; n++) if ((await get(flooder)).status === 200) got += 1
    assert.ok(got >= most, `${got} blocks`)
    assert.ok(got < 2 * most, 'never refused')
    assert.equal((await get()).status, 200)
  })

  it('[H49] does not slow down the sessions of the device', async () => {
    const bob = await enter(host.origin, await createDevice(2))
    bob.tell({ type: 'open', circuit: 1, to: ann.device })
    const { circuit } = await device.client.next('incoming')
    device.client.tell({ type: 'accept', circuit })
    await bob.next('accept')
    const flooder = newCaller()
    const started = performance.now()
    let isOver = false
    const flood = async (): Promise<void> => {
      while (!isOver) await get(flooder)
    }
    const floods = times(4 * CALLER_REQUESTS, flood)
    await asked(10)
    try {
      for (let n = 0; n < 50; n++) {
        bob.send(encodeCircuitData(1, new Uint8Array([n])))
        assert.deepEqual([...(await device.client.next('data')).bytes], [n])
      }
      assert.equal((await get()).status, 200)
    } finally {
      isOver = true
      await Promise.all(floods)
    }
    const seconds = (performance.now() - started) / 1000
    const requests = device.asked.length - 1
    assert.ok(requests <= CALLER_BURST + CALLER_PER_SECOND * seconds + 1, `${requests} requests in ${seconds} s`)
    // Bytes are known when they have come: what is under way at that moment goes over.
    const most = CALLER_BYTES_BURST + CALLER_BYTES_PER_SECOND * seconds + CALLER_REQUESTS * MAX_BLOCK_BYTES
    assert.ok(requests * MAX_BLOCK_BYTES <= most, `${requests} blocks in ${seconds} s`)
    await bob.close()
  })

  it('[H49] and all together have no more answers under way than the host holds', async () => {
    device.onRequest = silent
    const others = await Promise.all(
      times(MAX_TUNNEL_ANSWERS / MAX_TUNNEL_REQUESTS, () => 0).map((_, n) => newServing(n)),
    )
    const waiting = others.flatMap(({ url }) => times(MAX_TUNNEL_REQUESTS, () => ask(`${url}${path}`)))
    await until(() => others.every((other) => other.asked.length === MAX_TUNNEL_REQUESTS), 'all are asked')
    const refused = await get()
    assert.equal(refused.status, 503)
    assert.equal(codeOf(refused), 'host-busy')
    for (const other of others) await other.client.close()
    assert.deepEqual(new Set(await statuses(waiting)), new Set([502]))
    device.onRequest = ({ request }) => device.send(request, block.bytes)
    assert.equal((await get()).status, 200)
  })
})

const newServing = async (n: number): Promise<Serving> => {
  const serving = await serve(host, await createDevice(20 + n))
  serving.onRequest = silent
  return serving
}

/** A request as bytes, so that the test can stop in the middle of it. */
const open = async (
  head: readonly string[],
): Promise<{ socket: Socket; received: () => string; ended: Promise<void> }> => {
  const socket = connectTcp(host.port, '127.0.0.1')
  let received = ''
  socket.on('data', (data) => {
    received += data.toString('latin1')
  })
  socket.on('error', () => undefined)
  const ended = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  return { socket, received: () => received, ended }
}
const pathOf = (): string => new URL(`${device.url}${path}`).pathname

describe('a caller that is slow', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }))
  afterEach(() => mock.timers.reset())

  /** Timers stand still: what is waited for comes over sockets. */
  const turnsUntil = async (holds: () => boolean): Promise<void> => {
    for (const end = Date.now() + 60_000; !holds() && Date.now() < end; ) await turn()
    assert.ok(holds())
  }
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  /** All that an answer takes, many times: a way over the device's connection, and the check of the bytes. */
  const manyAnswers = async (): Promise<void> => {
    for (let n = 0; n < 50; n++) {
      device.client.tell({ type: 'ping', n })
      await device.client.next('pong')
      await crypto.subtle.digest('SHA-256', block.bytes.slice())
      await turn()
    }
  }

  it('[H50] to send a record is given up', async () => {
    const key = new URL(`${device.url}/k/${'a'.repeat(52)}`).pathname
    const { socket, received, ended } = await open([`PUT ${key} HTTP/1.1`, 'Host: x', 'Content-Length: 100'])
    socket.write('half')
    await turnsUntil(() => {
      mock.timers.tick(BODY_TIMEOUT / 10)
      return received() !== ''
    })
    await ended
    assert.match(received(), /^HTTP\/1.1 408 /)
    assert.match(received(), /"body-timeout"/)
    assert.deepEqual(device.asked, [])
  })

  it('[H50] and goes away half way through a record leaves nothing behind', async () => {
    const key = new URL(`${device.url}/k/${'a'.repeat(52)}`).pathname
    const caller = newCaller()
    const head = [`PUT ${key} HTTP/1.1`, 'Host: x', 'Content-Length: 100', `X-Forwarded-For: ${caller}`]
    const sockets = await Promise.all(times(CALLER_REQUESTS, () => open(head)))
    for (const { socket } of sockets) socket.write('half')
    let answer = await get(caller)
    for (let turn = 0; turn < 200 && answer.status === 200; turn++) answer = await get(caller)
    assert.equal(answer.status, 429)
    for (const { socket } of sockets) socket.destroy()
    // Their places are free again although the time for a record, which the test holds, is not over.
    for (let turn = 0; turn < 2_000 && answer.status !== 200; turn++) answer = await get(caller)
    assert.equal(answer.status, 200)
    assert.ok(device.asked.every(({ type }) => type === 'read-block'))
  })

  it('[H50] to read an answer is given up', async () => {
    // Many blocks in a row on one connection, of which none is read: soon the socket takes no more.
    const { socket, ended } = await open([`GET ${pathOf()} HTTP/1.1`, 'Host: x'])
    socket.pause()
    for (let n = 0; n < MANY; n++)
      socket.write(`GET ${pathOf()} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: ${newCaller()}\r\n\r\n`)
    let isOver = false
    void ended.then(() => {
      isOver = true
    })
    let before = -1
    while (before !== device.asked.length) {
      before = device.asked.length
      await manyAnswers()
    }
    assert.ok(before > 1 && before < MANY, `${before} were asked for`)
    mock.timers.tick(ANSWER_READ_TIMEOUT - 1)
    await turn()
    assert.equal(isOver, false)
    mock.timers.tick(1)
    socket.resume()
    await ended
    assert.equal(device.asked.length, before)
  })

  it('[H50] that goes away before the answer leaves nothing behind', async () => {
    device.onRequest = silent
    const caller = newCaller()
    const head = [`GET ${pathOf()} HTTP/1.1`, 'Host: x', `X-Forwarded-For: ${caller}`]
    const sockets = await Promise.all(times(CALLER_REQUESTS, () => open(head)))
    await turnsUntil(() => device.asked.length === CALLER_REQUESTS)
    for (const { socket } of sockets) socket.destroy()
    // It has its place until the device has answered, so that going away does not buy another one.
    assert.equal((await get(caller)).status, 429)
    device.onRequest = ({ request }) => device.send(request, block.bytes)
    for (const message of device.asked.slice()) device.onRequest(message)
    let answer = await get(caller)
    for (let turn = 0; turn < 200 && answer.status !== 200; turn++) answer = await get(caller)
    assert.equal(answer.status, 200)
  })
})

describe('questions', () => {
  it('[H48] are numbered upwards and name what is asked for', async () => {
    device.onRequest = ({ request }) => device.tell(request, 'absent' satisfies RequestOutcome)
    await get()
    await get()
    assert.deepEqual(
      device.asked.map(({ request }) => request),
      [1, 2],
    )
    const [first] = device.asked
    assert.ok(first?.type === 'read-block')
    assert.equal(bytesToHex(first.cid), bytesToHex(cidToBytes(block.cid)))
  })
})
