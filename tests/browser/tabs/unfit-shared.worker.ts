/** A SharedWorker that cannot keep keys, as in WebKitGTK: it only brokers. */
import { err } from '../../../src/core/result.ts'
import { serveShared } from '../../../src/node-worker/entries/serve-shared.ts'

serveShared(
  globalThis as unknown as Parameters<typeof serveShared>[0],
  Promise.resolve(err({ type: 'no-key-storage' as const })),
)
