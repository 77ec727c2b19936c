/** The running peer's side of commands: each connection asks for one command, which runs here. */
import { chmod, unlink } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import type { NodeClient } from '../../host/api.ts'
import { type Output, TYPED_WRONGLY } from '../command.ts'
import { COMMANDS } from '../commands/index.ts'
import { type Ask, tell, values } from './lines.ts'

/** Listens at `path` until closed. */
export async function serveCommands(path: string, client: NodeClient): Promise<{ close(): Promise<void> }> {
  // Whoever holds the data folder is alone: a socket that is there was left by a peer that died.
  if (process.platform !== 'win32') await unlink(path).catch(() => undefined)
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    serveOne(socket, client).catch(() => socket.destroy())
  })
  await listen(server, path)
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        // Whoever is still connected, idle or in a long command, must not keep the peer from stopping.
        for (const socket of sockets) socket.destroy()
      }),
  }
}

async function listen(server: Server, path: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  if (process.platform !== 'win32') await chmod(path, 0o600)
}

async function serveOne(socket: Socket, client: NodeClient): Promise<void> {
  const gone = new AbortController()
  socket.on('close', () => gone.abort())
  const asked = await values(socket).next()
  if (asked.done) return
  // Nothing more is listened to, but the end of the socket still has to be heard.
  socket.resume()
  tell(socket, { exit: await runAsked(asked.value, client, outputTo(socket), gone.signal) })
  socket.end()
}

async function runAsked(value: unknown, client: NodeClient, output: Output, signal: AbortSignal): Promise<number> {
  const ask = isAsk(value) ? value : undefined
  const command = ask && Object.hasOwn(COMMANDS, ask.command) ? COMMANDS[ask.command] : undefined
  if (!ask || !command) {
    output.note('The running peer does not know this command: it may be of another version.')
    return TYPED_WRONGLY
  }
  return command.run({ client, args: ask.args, hosts: [], folder: ask.folder, output, signal })
}

// Line by line: the whole of what a command writes may be more than one message holds.
const outputTo = (socket: Socket): Output => ({
  write(text) {
    for (const line of text.split('\n')) tell(socket, { write: line })
  },
  note(text) {
    for (const line of text.split('\n')) tell(socket, { note: line })
  },
})

function isAsk(value: unknown): value is Ask {
  if (typeof value !== 'object' || value === null) return false
  const { version, command, args, folder } = value as Record<string, unknown>
  const areArgs = Array.isArray(args) && args.every((arg) => typeof arg === 'string')
  return version === 1 && typeof command === 'string' && areArgs && typeof folder === 'string'
}
