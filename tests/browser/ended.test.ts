/** Workers that end in the middle of their work, as an elected tab's does with each navigation. */
import { expect } from 'chai'
import { createDexieStore } from '../../src/node-worker/stores/dexie-store.ts'
import { freshStoreName } from '../support/open-store.ts'
import { describe, it } from '../support/runner.ts'

const ROUNDS = 40

/** Ends a worker over the store while it reads and writes. */
const endOneAtWork = async (name: string): Promise<void> => {
  const worker = new Worker(new URL('./ended.worker.js', import.meta.url), { type: 'module' })
  await new Promise((resolve) => {
    worker.onmessage = resolve
    worker.postMessage(name)
  })
  // Somewhere else in its work each time.
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 20))
  worker.terminate()
}

describe('a store whose worker ended', () => {
  it('[T14] is written to by the next one', async () => {
    const name = freshStoreName()
    for (let round = 0; round < ROUNDS; round++) await endOneAtWork(name)
    const store = await createDexieStore(name)
    await store.write(['meta', 'notes'], 'strict', (tx) => tx.put('meta', ['last'], 1))
    expect(await store.read(['meta'], (tx) => tx.get('meta', ['last']))).to.equal(1)
    // Not destroyed: WebKitGTK may still count the connections of workers that ended, and would wait for them.
    await store.close()
  })
})
