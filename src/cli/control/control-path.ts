/** Where the peer that holds a data folder listens for commands: a socket that only its user can reach. */
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Longest path of a Unix socket that every system takes. */
const MAX_SOCKET_PATH = 100

/** The address for `node:net`. */
export function controlPath(dataDir: string): string {
  const name = `kith-${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}`
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`
  const path = join(dataDir, 'control.sock')
  return path.length <= MAX_SOCKET_PATH ? path : join(tmpdir(), `${name}.sock`)
}
