/** The node in the worker of an elected tab, whose page holds the lock of the node for it. */
import { createDexieStore } from '../stores/dexie-store.ts'
import { createBrowserPlatform, DATABASES } from './browser-platform.ts'
import { serveDedicated } from './serve-dedicated.ts'
import { startNode } from './start-node.ts'

serveDedicated(
  globalThis as unknown as DedicatedWorkerGlobalScope,
  startNode(() => createDexieStore(DATABASES.store), createBrowserPlatform),
)
