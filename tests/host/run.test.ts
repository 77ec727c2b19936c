import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { readOptions } from '../../src/host/options.ts'
import { enter } from './support/client.ts'
import { createDevice } from './support/people.ts'

const MAIN = new URL('../../src/host/main.ts', import.meta.url).pathname

let data: string

before(async () => {
  data = await mkdtemp(join(tmpdir(), 'kith-data-'))
})
after(() => rm(data, { recursive: true }))

const options = async (...args: string[]) => readOptions(['--data', data, ...args])

const complaint = async (...args: string[]): Promise<string> => {
  const read = await options(...args)
  return read.ok ? 'accepted' : read.error.message
}

describe('options', () => {
  it('[H22] have defaults', async () => {
    assert.deepEqual(await options(), { ok: true, value: { port: 8484, data, ice: [] } })
  })

  it('[H22] public addresses become origins', async () => {
    const read = await options('--public-url', 'https://Kith.example.org/')
    assert.ok(read.ok && read.value !== 'help')
    assert.equal(read.value.publicUrl, 'https://kith.example.org')
  })

  it('[H22] what cannot be used is named', async () => {
    assert.match(await complaint('--port', '70000'), /--port: "70000"/)
    assert.match(await complaint('--public-url', 'kith.example.org'), /--public-url/)
    assert.match(await complaint('--public-url', 'https://kith.example.org/path'), /--public-url/)
    assert.match(await complaint('--public-url', 'https://[2001:db8::1]'), /use a name/)
    assert.match(await complaint('--cert', 'cert.pem'), /belong together/)
    assert.match(await complaint('--ice', 'http://example.org'), /--ice/)
    assert.match(await complaint('--prot', '1'), /--prot/)
    assert.match(await complaint('extra'), /extra/)
  })

  it('[H22] may stand in a file, which the command line overrides', async () => {
    const file = join(data, 'host.json')
    await writeFile(file, '{"port": 4000, "ice": ["stun:a.example:1"]}')
    const read = await options('--port', '5000')
    assert.deepEqual(read, { ok: true, value: { port: 5000, data, ice: ['stun:a.example:1'] } })
    await writeFile(file, '{"behind-proxy": true}')
    assert.deepEqual(await options(), { ok: true, value: { port: 8484, data, ice: [], behindProxy: true } })
    await writeFile(file, '{"prot": 4000}')
    assert.match(await complaint(), /host\.json: unknown option "prot"/)
    await writeFile(file, '{')
    assert.match(await complaint(), /host\.json/)
    for (const text of ['[1]', 'null', '{"ice": "stun:a"}', '{"cert": 1, "key": 2}', '{"behind-proxy": 1}']) {
      await writeFile(file, text)
      assert.match(await complaint(), /host\.json/, text)
    }
    await rm(file)
  })
})

/** Runs the host as `npm start` does and waits for its address. */
const start = async (...args: string[]): Promise<{ child: ChildProcess; url: string; output: () => string }> => {
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, '--data', data, ...args], { stdio: 'pipe' })
  let output = ''
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (text) => (output += String(text)))
  while (!/http\S+/.test(output)) {
    if (child.exitCode !== null) throw new Error(output)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return { child, url: output.match(/http\S+/)![0], output: () => output }
}

describe('process', () => {
  it('[H22] prints its address first, warns that it is localhost, and ends on SIGTERM with clients told', async () => {
    const { child, url, output } = await start('--port', '0', '--address', '127.0.0.1')
    const origin = url.replace('localhost', '127.0.0.1')
    const health = (await (await fetch(`${origin}/healthz`)).json()) as { status: string; version: string }
    assert.equal(health.status, 'ok')
    assert.match(health.version, /^\d+\.\d+\.\d+/)
    const client = await enter(origin, await createDevice(1))
    child.kill('SIGTERM')
    assert.equal((await client.next('error')).code, 'busy')
    assert.equal((await client.closed).code, 1001)
    assert.deepEqual(await once(child, 'exit'), [0, null])
    assert.match(output(), /--public-url/)
  })

  it('[H22] says which port is taken', async () => {
    const { child, url } = await start('--port', '0', '--address', '127.0.0.1')
    const port = new URL(url).port
    await assert.rejects(start('--port', port, '--address', '127.0.0.1'), new RegExp(`Port ${port} is taken`))
    child.kill('SIGINT')
    assert.deepEqual(await once(child, 'exit'), [0, null])
  })
})
