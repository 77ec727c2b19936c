/** The node on Node.js, in a worker thread: an always-on peer over the embedded store. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { WebSocket } from 'ws'
import type { Hello } from '../../rpc/hello.ts'
import { createNodeServer } from '../../rpc/serve.ts'
import { createWebCrypto, type KithCrypto } from '../crypto/web-crypto.ts'
import { createNodeHttp } from '../foreign/node-http.ts'
import { createFileVault } from '../keys/file-vault.ts'
import type { Platform, ScratchSpace, WebSocketLike } from '../platform.ts'
import { openLmdbStore } from '../stores/lmdb-store.ts'
import type { Store } from '../stores/store.ts'
import { startNode } from './start-node.ts'
import type { ThreadData, ToThread } from './thread-data.ts'

const options = workerData as ThreadData

/** In folders beside the peer's own store and keys. */
const createScratch = (crypto: KithCrypto): ScratchSpace => {
  const folder = join(options.dataDir, 'drill')
  const clear = (): Promise<void> => rm(folder, { recursive: true, force: true })
  const keys = join(options.dataDir, 'drill-keys')
  const vault = createFileVault(keys, crypto)
  return {
    clear,
    async open() {
      await clear()
      await mkdir(keys, { recursive: true, mode: 0o700 })
      return openLmdbStore(folder)
    },
    keys: vault,
  }
}

const createPlatform = (store: Store): Platform => {
  const crypto = createWebCrypto()
  return {
    store,
    crypto,
    clock: { now: () => Date.now() },
    random: crypto,
    keys: createFileVault(options.dataDir, crypto),
    timers: { setTimeout, clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout) },
    webSocket: (url) => new WebSocket(url) as unknown as WebSocketLike,
    fetch: (url, init) => fetch(url, init),
    http: createNodeHttp(options.hosts[0] ?? 'null'),
    defaultHosts: options.hosts,
    namedHosts: options.hosts,
    ...(options.publicUrl ? { publicUrl: options.publicUrl } : {}),
    deviceName: options.deviceName,
    alwaysOn: true,
    scratch: createScratch(crypto),
    // A disk has no quota that Node.js could ask for.
    storageEstimate: async () => ({ used: (await store.estimate()).used, persisted: true }),
    log: ({ level, what, detail = '' }) => console.error(`${level}: ${what} ${detail}`),
  }
}

const starting = startNode(() => openLmdbStore(options.dataDir), createPlatform)
const server = createNodeServer({ starting })

/** Ends cleanly: running work is finished and the store closed before the thread is gone. */
const stop = async (): Promise<void> => {
  server.close()
  const node = await starting
  if (node.ok) await node.value.close()
  parentPort?.close()
}

parentPort?.on('message', (message: ToThread | Hello) => {
  if (message.type === 'hello') server.accept(message)
  else void stop()
})
