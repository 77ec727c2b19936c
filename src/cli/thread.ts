/** Opens the peer of a data folder in this process. */
import { mkdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { err, type Result } from '../core/result.ts'
import { type KithError, type PeerThread, startPeer } from '../host/api.ts'

/** Options that every command takes. */
export interface GlobalOptions {
  /** Absolute. */
  readonly data: string
  readonly hosts: readonly string[]
  readonly publicUrl?: string
  /** Of a person that is made by `peer`. */
  readonly name?: string
}

/** Starts the thread; the folder is made if it is not there. */
export async function openThread(
  { data, publicUrl }: GlobalOptions,
  hosts: readonly string[],
): Promise<Result<PeerThread, KithError>> {
  try {
    await mkdir(data, { recursive: true, mode: 0o700 })
  } catch {
    return err({ type: 'no-storage' })
  }
  const deviceName = `Peer on ${hostname()}`
  return startPeer({ dataDir: data, hosts, deviceName, ...(publicUrl === undefined ? {} : { publicUrl }) })
}
