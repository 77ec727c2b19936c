/** A SharedWorker that can be the node. */
import { serveShared } from '../../../src/node-worker/entries/serve-shared.ts'
import { startTestNode } from './test-node.ts'

const database = new URL(location.href).searchParams.get('database') ?? ''
serveShared(
  globalThis as unknown as Parameters<typeof serveShared>[0],
  startTestNode(database).then((value) => ({ ok: true, value })),
)
