/** The node in a SharedWorker: one for all tabs of this origin, if this engine lets a SharedWorker keep keys. */
import { err, type Result } from '../../core/result.ts'
import type { KithError } from '../../rpc/errors.ts'
import { type AmongPages, LEADER_CHANNEL, NODE_LOCK } from '../../rpc/hello.ts'
import { holdLock } from '../../rpc/liveness.ts'
import { toKithError } from '../api/errors.ts'
import { createWebCrypto } from '../crypto/web-crypto.ts'
import { canKeepKeys } from '../keys/probe.ts'
import type { PeerNode } from '../node.ts'
import { createDexieStore } from '../stores/dexie-store.ts'
import { createBrowserPlatform, DATABASES } from './browser-platform.ts'
import { serveShared } from './serve-shared.ts'
import { startNode } from './start-node.ts'

/** How long to wait for the node of an older version of the app, which ends with its last tab. */
const LOCK_MS = 8_000

/** Heard by a node that serves nobody any more. */
const askToYield = (): void => {
  const channel = new BroadcastChannel(LEADER_CHANNEL)
  channel.postMessage({ type: 'waiting' } satisfies AmongPages)
  channel.close()
}

const startUnderLock = async (release: () => void): Promise<Result<PeerNode, KithError>> => {
  const node = await startNode(() => createDexieStore(DATABASES.store), createBrowserPlatform)
  if (!node.ok) release()
  return node
}

const start = async (): Promise<Result<PeerNode, KithError>> => {
  try {
    if (!(await canKeepKeys(DATABASES.keys, createWebCrypto()))) return err({ type: 'no-key-storage' })
  } catch (thrown) {
    return err(toKithError(thrown))
  }
  const lock = holdLock(navigator.locks, NODE_LOCK, AbortSignal.timeout(LOCK_MS))
  askToYield()
  return lock.then(startUnderLock, () => err({ type: 'in-use' }))
}

serveShared(globalThis as unknown as SharedWorkerGlobalScope, start())
