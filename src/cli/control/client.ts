/** Asks the peer that holds a data folder to run a command. */
import { connect, type Socket } from 'node:net'
import type { Output } from '../command.ts'
import { type Ask, type Told, tell, values } from './lines.ts'

/** @returns the exit code, or undefined when no peer runs over that folder */
export async function runInPeer(path: string, ask: Ask, output: Output): Promise<number | undefined> {
  const socket = await dial(path)
  if (!socket) return undefined
  tell(socket, ask)
  try {
    for await (const value of values(socket)) {
      const told = value as Told
      if ('exit' in told) return told.exit
      if ('write' in told) output.write(told.write)
      else output.note(told.note)
    }
  } catch {
    // A peer that was killed in the midst of a line, or a connection that broke.
  } finally {
    socket.destroy()
  }
  output.note('The running peer ended before it was done.')
  return 1
}

function dial(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => resolve(socket))
    // Once connected, an error ends the reading of it.
    socket.on('error', () => resolve(undefined))
  })
}
