/** Keeps a store as busy as a node does while it starts, until somebody ends it. */
import { createDexieStore } from '../../src/node-worker/stores/dexie-store.ts'
import type { Table } from '../../src/node-worker/stores/store.ts'

const KEY = ['x']
const BYTES = new Uint8Array(2_000)

addEventListener('message', async ({ data: name }: MessageEvent<string>) => {
  const store = await createDexieStore(name)
  const write = async (...tables: Table[]): Promise<never> => {
    for (;;)
      await store.write(tables, 'relaxed', async (tx) => {
        for (const table of tables) await tx.put(table, KEY, BYTES)
      })
  }
  const read = async (...tables: Table[]): Promise<never> => {
    for (;;)
      await store.read(tables, async (tx) => {
        for (const table of tables) await tx.get(table, KEY)
      })
  }
  await store.write(['meta'], 'strict', (tx) => tx.put('meta', KEY, BYTES))
  globalThis.postMessage('wrote')
  void write('meta', 'logs')
  void write('meta', 'notes')
  void read('meta', 'logs', 'notes')
  void read('meta', 'persons')
})
