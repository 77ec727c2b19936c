/** `kith` as people run it: an always-on peer as a process of its own, and commands beside it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { paths } from '../../../scripts/lib/paths.mjs'
import { waitFor } from '../../support/e2e.ts'

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** What a command came to. */
export interface Outcome {
  readonly code: number | null
  readonly out: string
  readonly notes: string
}

/** A peer over a folder of its own. */
export interface Peer {
  /** The link that it printed. */
  readonly link: string
  /** Runs one command over the same folder; a failure throws what it said. */
  readonly run: (...words: readonly string[]) => Promise<string>
  /** Runs one command whatever it comes to. */
  readonly tryRun: (...words: readonly string[]) => Promise<Outcome>
  /** Folder for files of the test. */
  readonly folder: string
  readonly close: () => Promise<void>
}

const launch = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
  const program = join(process.env.KITH_DIST ?? paths.dist, 'cli/main.js')
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '', ...env },
  })
  running.add(child)
  child.on('exit', () => running.delete(child))
  let out = ''
  let notes = ''
  child.stdout.on('data', (bytes) => (out += String(bytes)))
  child.stderr.on('data', (bytes) => (notes += String(bytes)))
  return { child, out: () => out, notes: () => notes }
}

/** Starts `kith peer` and waits for its link. */
export const startPeer = async (name: string, host: string): Promise<Peer> => {
  const folder = await mkdtemp(join(tmpdir(), 'kith-peer-'))
  const where = ['--data', join(folder, 'data'), '--host', host]
  const { child, out, notes } = launch(['peer', '--name', name, ...where])
  const link = await waitFor('the link of the peer', () => {
    if (child.exitCode !== null) throw new Error(`the peer ended with ${child.exitCode}: ${out()}${notes()}`)
    return out().match(/https?:\/\/\S+/)?.[0]
  })
  const tryRun: Peer['tryRun'] = (...words) => kith([...words, ...where])
  const run: Peer['run'] = async (...words) => {
    const { code, out, notes } = await tryRun(...words)
    if (code !== 0) throw new Error(`kith ${words.join(' ')} ended with ${code}: ${out}${notes}`)
    return out.trim()
  }
  const close = async () => {
    if (child.exitCode === null) {
      child.kill('SIGTERM')
      await once(child, 'exit')
    }
    await rm(folder, { recursive: true, force: true })
  }
  return { link, run, tryRun, folder, close }
}

/** Runs `kith` over a folder in which no peer runs. */
export const kith = async (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> => {
  const command = launch(args, env)
  const [code] = await once(command.child, 'close')
  return { code, out: command.out(), notes: command.notes() }
}
