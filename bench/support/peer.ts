/** The built `kith peer` and commands that run in it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A running peer. */
export interface Peer {
  readonly link: string
  /** Runs `kith COMMAND` on it. @returns what it printed */
  run(...args: readonly string[]): Promise<string>
  close(): Promise<void>
}

const collect = (child: ChildProcess): (() => string) => {
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (bytes) => (printed += String(bytes)))
  return () => printed
}

const node = (dist: string, args: readonly string[], flags: readonly string[] = []): ChildProcess =>
  spawn(process.execPath, [...flags, join(dist, 'cli/main.js'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '' },
  })

/** Starts a peer with a new person. `flags` go to Node, a profiler's for example. */
export const startPeer = async (dist: string, hostUrl: string, flags: readonly string[] = []): Promise<Peer> => {
  const data = await mkdtemp(join(tmpdir(), 'kith-bench-peer-'))
  const child = node(dist, ['peer', '--data', data, '--host', hostUrl, '--name', 'Fortunes'], flags)
  const printed = collect(child)
  const deadline = Date.now() + 20_000
  while (!/\/@\S+/.test(printed())) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`the peer did not start:\n${printed()}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return {
    link: printed().match(/\S+\/@\S+/)![0],
    async run(...args) {
      const command = node(dist, [...args, '--data', data])
      const output = collect(command)
      const [code] = await once(command, 'exit')
      if (code !== 0) throw new Error(`kith ${args[0]} ended with ${code}:\n${output()}`)
      return output()
    },
    async close() {
      child.kill('SIGTERM')
      if (child.exitCode === null) await once(child, 'exit')
      await rm(data, { recursive: true, force: true })
    },
  }
}
