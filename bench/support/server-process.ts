/** A server in a process of its own, whose memory can be read without the garbage that it has not collected yet. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import WebSocket from 'ws'

/** A running server. */
export interface Server {
  readonly url: string
  /** Resident memory in KiB, after garbage was collected. */
  memory(): Promise<number>
  close(): Promise<void>
}

/** The first match of `pattern` in what a stream prints. */
const printed = (stream: NodeJS.ReadableStream, pattern: RegExp): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = ''
    stream.on('data', (bytes) => {
      text += String(bytes)
      const found = text.match(pattern)?.[0]
      if (found) resolve(found)
    })
    stream.on('end', () => reject(new Error(`the server ended and printed only: ${text}`)))
  })

const collectGarbage = async (debuggerUrl: string): Promise<void> => {
  const socket = new WebSocket(debuggerUrl)
  await once(socket, 'open')
  socket.send(JSON.stringify({ id: 1, method: 'HeapProfiler.collectGarbage' }))
  await once(socket, 'message')
  socket.close()
}

/** Starts Node with `args` and waits for the address that the program prints. */
export const startServer = async (args: readonly string[]): Promise<Server> => {
  const child: ChildProcess = spawn(process.execPath, ['--inspect=127.0.0.1:0', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [debuggerUrl, url] = await Promise.all([
    printed(child.stderr!, /ws:\/\/\S+/),
    printed(child.stdout!, /https?:\/\/[^\s/]+/),
  ])
  return {
    url,
    async memory() {
      await collectGarbage(debuggerUrl)
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8')
      return Number(status.match(/VmRSS:\s+(\d+)/)![1])
    },
    async close() {
      child.kill('SIGTERM')
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}
