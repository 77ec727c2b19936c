import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { runInPeer } from '../../src/cli/control/client.ts'
import { type Ask, MAX_LINE } from '../../src/cli/control/lines.ts'
import { serveCommands } from '../../src/cli/control/server.ts'
import type { NodeClient } from '../../src/host/api.ts'
import { until } from '../support/wait.ts'
import { freshFolder, kith, startPeer } from './support/kith.ts'

/** Requests that are never done. */
let waiting = 0

/** A node whose link is known, whose state is long and whose posts are never done. */
const client = {
  request(name: string) {
    if (name === 'my-link') return Promise.resolve({ ok: true, value: { link: 'a-link' } })
    waiting += 1
    return new Promise(() => {})
  },
  watch(_: string, __: unknown, onValue: (value: unknown) => void) {
    queueMicrotask(() => onValue(Array.from({ length: 3000 }, () => 'x'.repeat(500))))
    return () => {}
  },
} as unknown as NodeClient

const ask = (command: string, args: readonly string[] = []): Ask => ({ version: 1, command, args, folder: '/' })

const createOutput = () => {
  const lines: string[] = []
  return { lines, write: (line: string) => void lines.push(line), note: (line: string) => void lines.push(line) }
}

describe('the socket on which a peer takes commands', () => {
  let folder: Awaited<ReturnType<typeof freshFolder>>
  let path: string
  let control: { close(): Promise<void> }
  beforeEach(async () => {
    folder = await freshFolder()
    path = join(folder.path, 'control.sock')
    control = await serveCommands(path, client)
  })
  afterEach(async () => {
    await control.close()
    await folder.remove()
  })

  const dial = async (): Promise<Socket> => {
    const socket = connect(path)
    await once(socket, 'connect')
    socket.on('error', () => {})
    return socket
  }
  const ended = (socket: Socket): Promise<void> =>
    new Promise((resolve) => socket.resume().once('close', () => resolve()))

  it('[CL1] garbage ends that connection and no other', async () => {
    for (const garbage of ['\n', 'garbage\n', '{"version":1}\n', '[]\n', 'null\n', '\u0000\uffff\n', '{"a":\n']) {
      const socket = await dial()
      socket.write(garbage)
      await ended(socket)
    }
    const output = createOutput()
    expect(await runInPeer(path, ask('link'), output)).to.equal(0)
    expect(output.lines[0]).to.equal('a-link')
  })

  it('[CL1] a command named like a property of every object is no command', async () => {
    for (const command of ['constructor', '__proto__', 'toString']) {
      expect(await runInPeer(path, ask(command), createOutput())).to.equal(2)
    }
  })

  it('[CL1] a line without end is refused before it is kept', async () => {
    const socket = await dial()
    const closed = ended(socket)
    let sent = 0
    let isOpen = true
    socket.on('close', () => {
      isOpen = false
    })
    const part = 'x'.repeat(65_536)
    while (isOpen && sent < 64 * MAX_LINE) {
      sent += part.length
      socket.write(part)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await closed
    expect(sent).to.be.below(8 * MAX_LINE)
  })

  it('[CL1] what a command writes may be longer than one message', async () => {
    const output = createOutput()
    expect(await runInPeer(path, ask('status'), output)).to.equal(0)
    expect(output.lines.join('\n').length).to.be.above(MAX_LINE)
  })

  it('[CL2] a peer stops although somebody is connected and says nothing, or waits for a command', async () => {
    const idle = await dial()
    const before = waiting
    const busy = runInPeer(path, ask('post', ['never done']), createOutput())
    await until(() => waiting > before, 'the command to have begun')
    await Promise.all([control.close(), ended(idle)])
    expect(await busy).to.equal(1)
    control = { close: async () => {} }
  })

  it('[CL3] a socket that a killed peer left is no peer, and the next one takes it over', async () => {
    await control.close()
    const abandoned = createServer()
    await new Promise<void>((resolve) => abandoned.listen(path, resolve))
    // Closed without unlinking: what a kill leaves.
    abandoned.removeAllListeners()
    expect(await runInPeer(join(folder.path, 'nobody.sock'), ask('link'), createOutput())).to.equal(undefined)
    control = await serveCommands(path, client)
    expect(await runInPeer(path, ask('link'), createOutput())).to.equal(0)
    abandoned.close()
  })

  it('[CL1] a peer that says garbage makes the command fail, not hang', async () => {
    const other = join(folder.path, 'liar.sock')
    const liar = createServer((socket) => socket.end('{"wri'))
    await new Promise<void>((resolve) => liar.listen(other, resolve))
    expect(await runInPeer(other, ask('link'), createOutput())).to.equal(1)
    liar.close()
  })
})

describe('what is typed into a command', () => {
  it('[CL4] standard input is read where the command was typed, not where the peer runs', async () => {
    const folder = await freshFolder()
    const data = join(folder.path, 'peer')
    const peer = await startPeer(['--data', data, '--host', 'http://127.0.0.1:9', '--name', 'Ann'])
    const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
    const child = spawn(process.execPath, [main, 'post', '--data', data, '-'], { stdio: ['pipe', 'ignore', 'inherit'] })
    child.stdin.end('--not an option, and\ntwo lines')
    expect((await once(child, 'close'))[0]).to.equal(0)
    const feed: { text: string }[] = JSON.parse((await kith(['feed', '--data', data, '--json'])).stdout)
    expect(feed.map(({ text }) => text)).to.deep.equal(['--not an option, and\ntwo lines'])
    await peer.stop()
    await folder.remove()
  })
})
