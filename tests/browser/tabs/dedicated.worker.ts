/** The node of an elected tab. */
import { serveDedicated } from '../../../src/node-worker/entries/serve-dedicated.ts'
import { startTestNode } from './test-node.ts'

const database = new URL(location.href).searchParams.get('database') ?? ''
serveDedicated(
  globalThis as unknown as Parameters<typeof serveDedicated>[0],
  startTestNode(database).then((value) => ({ ok: true, value })),
)
