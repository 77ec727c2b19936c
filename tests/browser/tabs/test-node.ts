/** A node small enough to look through: it counts effects in a store, once an id, as the real one must. */
import { ok } from '../../../src/core/result.ts'
import { fenceStore } from '../../../src/node-worker/liveness/fenced-store.ts'
import { createDexieStore } from '../../../src/node-worker/stores/dexie-store.ts'
import type { Store } from '../../../src/node-worker/stores/store.ts'
import type { KithNode } from '../../../src/rpc/contract.ts'
import type { ServedNode } from '../../../src/rpc/serve.ts'

const COUNT = ['effects'] as const

/** One effect an id: the outcome is remembered in the transaction that has the effect. */
const createNoteOnce = (store: Store, id: string): Promise<{ readonly count: number; readonly isNew: boolean }> =>
  store.write(['meta', 'requests'], 'strict', async (tx) => {
    const before = await tx.get<number>('requests', [id])
    if (before !== undefined) return { count: before, isNew: false }
    const count = ((await tx.get<number>('meta', COUNT)) ?? 0) + 1
    await tx.put('meta', COUNT, count)
    await tx.put('requests', [id], count)
    return { count, isNew: true }
  })

/** `create-note` answers with the number of effects so far; `notes` pushes it after each, prefixed by the epoch. */
export const startTestNode = async (database: string): Promise<ServedNode> => {
  const { store, epoch } = await fenceStore(await createDexieStore(database))
  const ports = new Set<MessagePort>()
  const push = async (port: MessagePort): Promise<void> => {
    const count = await store.read(['meta'], (tx) => tx.get<number>('meta', COUNT))
    port.postMessage({ type: 'result', value: [{ id: String(epoch), title: String(count ?? 0) }] })
  }
  const request = async (envelope: { readonly id: string; readonly name: string }) => {
    const { count, isNew } = await createNoteOnce(store, envelope.id)
    for (const port of ports) void push(port)
    // A test ends this node between the effect and its answer, which another node gives then.
    if (isNew && envelope.name === 'delete-note') await new Promise(() => {})
    return ok({ note: String(count) })
  }
  const subscribe: KithNode['subscribe'] = (query, _input, port) => {
    if (query === 'people') {
      port.postMessage({ type: 'result', value: ports.size })
      return
    }
    ports.add(port)
    port.onmessage = () => ports.delete(port)
    void push(port)
  }
  return {
    api: { request: request as unknown as KithNode['request'], subscribe },
    modems: { attach: () => undefined },
    epoch,
  }
}
