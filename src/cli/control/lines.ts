/** JSON, one value a line, over a socket. */
import type { Socket } from 'node:net'

/** Longest line that is read: a command with its words. */
export const MAX_LINE = 1 << 20

/** Sent by the typed command, once. */
export interface Ask {
  readonly version: 1
  readonly command: string
  readonly args: readonly string[]
  readonly folder: string
}

/** Sent by the peer: lines of output, then the exit code. */
export type Told = { readonly write: string } | { readonly note: string } | { readonly exit: number }

/** Sends one value. */
export const tell = (socket: Socket, value: Ask | Told): void => {
  socket.write(`${JSON.stringify(value)}\n`)
}

/**
 * The values that come, until the socket ends. A line that grows too long is refused before all of it has come.
 * @throws SyntaxError or RangeError on what is none
 */
export async function* values(socket: Socket): AsyncGenerator<unknown> {
  let rest = ''
  socket.setEncoding('utf8')
  // The socket stays open when its reader has heard enough: answers are still to be sent.
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    const lines = (rest + (chunk as string)).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield readLine(line)
    if (rest.length > MAX_LINE) throw tooLong()
  }
  if (rest !== '') yield readLine(rest)
}

const readLine = (line: string): unknown => {
  if (line.length > MAX_LINE) throw tooLong()
  return JSON.parse(line)
}

const tooLong = (): RangeError => new RangeError(`a line of more than ${MAX_LINE} characters`)
