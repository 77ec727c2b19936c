/** A host as its own process, as people run it; from the build in KITH_DIST where that is set. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { paths } from '../../../scripts/lib/paths.mjs'
import { waitFor } from './wait.ts'

/** `data` is kept when given, else a temporary folder that goes with the host; `args` go to the host as they are. */
export interface HostOptions {
  readonly port?: number
  readonly data?: string
  readonly args?: readonly string[]
}

export interface Host {
  /** Address that it printed, without a trailing slash. */
  readonly url: string
  readonly port: number
  /** What it printed so far. */
  readonly output: () => string
  /** Ends the process and leaves its data, so that `restart` finds it. */
  readonly stop: () => Promise<void>
  /** Starts it again on the same port with the same data. */
  readonly restart: () => Promise<void>
  /** Ends it for good and removes a temporary data folder. */
  readonly close: () => Promise<void>
}

const STOP_TIMEOUT_MS = 30_000

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

interface Running {
  readonly child: ChildProcess
  readonly output: () => string
  readonly url: string
}

const start = async (port: number, data: string, args: readonly string[]): Promise<Running> => {
  const program = join(process.env.KITH_DIST ?? paths.dist, 'host/main.js')
  const child = spawn(process.execPath, [program, '--port', String(port), '--data', data, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Without the test runner's loader: this is the built host.
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  running.add(child)
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (printed += String(bytes)))
  const url = await waitFor('the host to print its address', () => {
    if (child.exitCode !== null) throw new Error(`the host ended with ${child.exitCode}:\n${printed}`)
    return printed.match(/https?:\/\/[^\s/]+/)?.[0]
  })
  return { child, output: () => printed, url }
}

const end = async ({ child }: Running): Promise<void> => {
  running.delete(child)
  if (child.exitCode !== null || child.signalCode) return
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
  await once(child, 'exit')
  clearTimeout(timer)
}

/** Starts the built host on a free port of this machine. */
export const startHost = async ({ port = 0, data, args = [] }: HostOptions = {}): Promise<Host> => {
  const folder = data ?? (await mkdtemp(join(tmpdir(), 'kith-host-')))
  let current = await start(port, folder, args)
  const actualPort = Number(new URL(current.url).port)
  const stop = () => end(current)
  return {
    url: current.url,
    port: actualPort,
    output: () => current.output(),
    stop,
    restart: async () => {
      await stop()
      current = await start(actualPort, folder, args)
    },
    close: async () => {
      await stop()
      if (!data) await rm(folder, { recursive: true, force: true })
    },
  }
}
