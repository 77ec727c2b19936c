/** The built `kith`, as processes of their own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url))

/** What a command did. */
export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

const start = (args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess =>
  spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })

/** Runs a command to its end. */
export const kith = async (args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Outcome> => {
  const child = start(args, env)
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr?.on('data', (chunk) => {
    stderr += chunk
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}

/** Runs a command whose output is closed at once. @returns the exit code */
export const kithUnread = async (args: readonly string[]): Promise<number | null> => {
  const child = start(args)
  child.stdout?.destroy()
  child.stderr?.destroy()
  const [code] = (await once(child, 'close')) as [number | null]
  return code
}

/** A peer that runs until stopped. */
export interface RunningPeer {
  readonly link: string
  /** What it has said on standard error. */
  notes(): string
  /** @returns the exit code; null after a kill */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<number | null>
}

/** Starts `kith peer`; resolves once it has said its link. */
export const startPeer = async (args: readonly string[]): Promise<RunningPeer> => {
  const child = start(['peer', ...args])
  const closed = once(child, 'close') as Promise<[number | null]>
  let notes = ''
  child.stderr?.on('data', (chunk) => {
    notes += chunk
  })
  const [line] = (await once(child.stdout!, 'data')) as [Buffer]
  return {
    link: String(line).trim(),
    notes: () => notes,
    async stop(signal = 'SIGTERM') {
      child.kill(signal)
      const [code] = await closed
      return code
    },
  }
}

/** A folder that is gone after the test. */
export const freshFolder = async (): Promise<{ path: string; remove(): Promise<void> }> => {
  const path = await mkdtemp(join(tmpdir(), 'kith-cli-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}
