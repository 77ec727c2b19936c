/** A host's idle connections and relayed messages, against a bare `ws` server that echoes. Each is a process. */
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import WebSocket from 'ws'
import { decodeHostFrame, encodeCircuitData, encodeCredit } from '../src/core/swarm/host-frames.ts'
import { enter } from '../tests/host/support/client.ts'
import { benchDevice } from './support/bench-device.ts'
import { withDistCopy } from './support/dist-copy.ts'
import { report } from './support/report.ts'
import { type Server, startServer } from './support/server-process.ts'
import { alternate, perSecond, row } from './support/stats.ts'

const ROUNDS = 3
const CONNECTIONS = 1_000
const MESSAGES = 40_000
const MESSAGE_BYTES = 300
/** Messages under way at once; well within a circuit's window. */
const IN_FLIGHT = 256

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const devices = await Promise.all(Array.from({ length: CONNECTIONS }, (_, i) => benchDevice(i)))

/** KiB of the server's memory for each connection that is open and does nothing. */
const idleMemory = async (server: Server, connect: (i: number) => Promise<{ close(): unknown }>): Promise<number> => {
  const warm = await connect(0)
  await warm.close()
  await pause(300)
  const before = await server.memory()
  const open: { close(): unknown }[] = []
  for (let i = 0; i < CONNECTIONS; i++) open.push(await connect(i))
  await pause(500)
  const after = await server.memory()
  for (const connection of open) await connection.close()
  await pause(300)
  return (after - before) / CONNECTIONS
}

const dialEcho = async (url: string): Promise<WebSocket> => {
  const socket = new WebSocket(url.replace('http', 'ws'), { perMessageDeflate: false })
  await once(socket, 'open')
  return socket
}

/** Messages a second through `send`, of which each arrival calls `arrived`. */
const stream = (send: () => void, onArrival: (arrived: () => void) => void): Promise<number> =>
  new Promise((resolve) => {
    const start = performance.now()
    let sent = 0
    let got = 0
    onArrival(() => {
      got++
      if (sent < MESSAGES) {
        sent++
        send()
      } else if (got === MESSAGES) resolve(perSecond(MESSAGES, performance.now() - start))
    })
    for (; sent < IN_FLIGHT; sent++) send()
  })

const echoed = async (url: string): Promise<number> => {
  const socket = await dialEcho(url)
  const message = new Uint8Array(MESSAGE_BYTES)
  const rate = await stream(
    () => socket.send(message),
    (arrived) => socket.on('message', arrived),
  )
  socket.close()
  return rate
}

const relayed = async (url: string): Promise<number> => {
  const [from, to] = [await enter(url, devices[0]!), await enter(url, devices[1]!)]
  from.tell({ type: 'open', circuit: 1, to: devices[1]!.device })
  const { circuit } = await to.next('incoming')
  to.tell({ type: 'accept', circuit })
  await from.next('accept')
  const frame = encodeCircuitData(1, new Uint8Array(MESSAGE_BYTES))
  to.socket.removeAllListeners('message')
  const rate = await stream(
    () => from.send(frame),
    (arrived) =>
      to.socket.on('message', (data: Buffer) => {
        const received = decodeHostFrame(data)
        if (!received.ok || received.value.kind !== 'data') return
        to.send(encodeCredit(circuit, MESSAGE_BYTES))
        arrived()
      }),
  )
  from.socket.terminate()
  to.socket.terminate()
  return rate
}

await withDistCopy(async (dist) => {
  const data = await mkdtemp(join(tmpdir(), 'kith-bench-host-'))
  const host = await startServer([join(dist, 'host/main.js'), '--port', '0', '--data', data])
  const echo = await startServer(['--import', 'tsx', 'bench/support/echo-server.ts'])
  try {
    const values = await alternate(ROUNDS, {
      echoMemory: () => idleMemory(echo, () => dialEcho(echo.url)),
      memory: () => idleMemory(host, (i) => enter(host.url, devices[i]!)),
      echoRate: () => echoed(echo.url),
      rate: () => relayed(host.url),
    })
    // Later rounds reuse what the first one made the process take.
    const [echoMemory, memory] = [values.echoMemory.slice(0, 1), values.memory.slice(0, 1)]
    report('host', `A host with ${CONNECTIONS} connections, and messages of ${MESSAGE_BYTES} bytes`, [
      row('echo: memory an idle connection', 'KiB', echoMemory),
      row('host: memory an idle connection', 'KiB', memory, { against: { name: 'echo', values: echoMemory } }),
      row('echo: messages there and back', 'messages/s', values.echoRate),
      row('host: messages relayed, with credit', 'messages/s', values.rate, {
        against: { name: 'echo', values: values.echoRate },
      }),
    ])
  } finally {
    await host.close()
    await echo.close()
    await rm(data, { recursive: true })
  }
})
