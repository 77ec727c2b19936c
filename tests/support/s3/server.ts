/**
 * A real server of the S3 protocol that verifies SigV4: KITH_S3_SERVER names the script that starts and stops one
 * (`start DIR PORT`, `stop DIR`). What it unpacks stays in .cache for the next run.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { AwsClient } from 'aws4fetch'
import { paths } from '../../../scripts/lib/paths.mjs'
import { skipWithout } from '../missing.ts'
import type { TestContext } from '../runner.ts'

/** What the server's one user signs with. */
export const KEYS = { accessKey: 'test:tester', secret: 'testing', region: 'us-east-1' } as const

/** A running server. */
export interface S3Server {
  readonly url: string
  /** Makes a bucket of that name with a number behind it, which anyone may read when `isPublic`. */
  bucket(name: string, isPublic?: boolean): Promise<string>
  /** Where objects of a bucket are read without keys: this server has that elsewhere than its S3 doors. */
  publicUrl(bucket: string): string
  /** Names and sizes of all objects, asked for with the keys. */
  list(bucket: string): Promise<ReadonlyMap<string, number>>
  stop(): Promise<void>
}

const FOLDER = join(paths.cache, 's3-server')
/** Ports that one server takes, from the first on. */
const PORTS = 4
const FIRST_PORT = 18_500

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer()
  const outcome = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => resolve(true))
  })
  server.close()
  return outcome
}

/** A port with a folder made for it first: the server's own settings stand in there. */
const choosePort = async (): Promise<number> => {
  await mkdir(FOLDER, { recursive: true })
  const made = (await readdir(FOLDER)).map(Number).filter(Number.isInteger)
  const others = Array.from({ length: 50 }, (_, i) => FIRST_PORT + i * PORTS)
  for (const port of [...made, ...others]) {
    const free = await Promise.all(Array.from({ length: PORTS }, (_, i) => isFree(port + i)))
    if (free.every(Boolean)) return port
  }
  throw new Error('no free ports for an S3 server')
}

const run = async (script: string, ...args: readonly string[]): Promise<void> => {
  const child = spawn(script, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, NODE_OPTIONS: '' } })
  let said = ''
  child.stderr.on('data', (bytes) => (said += String(bytes)))
  // Not `close`: the server that it leaves behind may keep the streams open.
  const [code] = await once(child, 'exit')
  child.stderr.destroy()
  if (code !== 0) throw new Error(`${script} ${args[0]} ended with ${code}:\n${said}`)
}

const isUp = (url: string): Promise<boolean> =>
  fetch(`${url}/healthcheck`).then(
    ({ ok }) => ok,
    () => false,
  )

/** Milliseconds that it is waited for when the script has stopped waiting, which a busy machine is too slow for. */
const PATIENCE = 180_000

const start = async (script: string, folder: string, url: string): Promise<void> => {
  try {
    await run(script, 'start', folder, new URL(url).port)
  } catch (error) {
    if (!String(error).includes('did not come up')) throw error
    for (const end = Date.now() + PATIENCE; Date.now() < end; await delay(500)) if (await isUp(url)) return
    // What was too slow would otherwise come up later, and nobody would end it.
    await run(script, 'stop', folder)
    throw error
  }
}

/** Starts the server; skips the test of `context` where there is none. */
export const startS3 = async (context: TestContext): Promise<S3Server | undefined> => {
  const script = process.env.KITH_S3_SERVER
  if (!script) {
    skipWithout(context, 'no S3 server (KITH_S3_SERVER names the script that starts one)')
    return undefined
  }
  const port = await choosePort()
  const folder = join(FOLDER, String(port))
  const url = `http://127.0.0.1:${port}`
  await start(script, folder, url)
  return { ...createVerbs(url), url, stop: () => run(script, 'stop', folder) }
}

const createVerbs = (url: string): Omit<S3Server, 'url' | 'stop'> => {
  const client = new AwsClient({
    accessKeyId: KEYS.accessKey,
    secretAccessKey: KEYS.secret,
    region: KEYS.region,
    service: 's3',
  })
  const ask = async (path: string, init: RequestInit): Promise<string> => {
    const response = await client.fetch(url + path, init)
    if (!response.ok) throw new Error(`${init.method} ${path}: ${response.status} ${await response.text()}`)
    return response.text()
  }
  return {
    async bucket(name, isPublic = false) {
      const bucket = `${name}-${Date.now()}`
      await ask(`/${bucket}`, { method: 'PUT' })
      if (isPublic) await ask(`/${bucket}?acl`, { method: 'PUT', headers: { 'x-amz-acl': 'public-read' } })
      return bucket
    },
    publicUrl: (bucket) => `${url}/v1/AUTH_test/${bucket}/`,
    async list(bucket) {
      const xml = await ask(`/${bucket}?list-type=2`, { method: 'GET' })
      const found = xml.matchAll(/<Key>([^<]+)<\/Key>.*?<Size>(\d+)<\/Size>/gs)
      return new Map([...found].map(([, key, size]) => [key!, Number(size)]))
    },
  }
}
