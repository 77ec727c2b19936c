import { expect } from 'chai'
import fc from 'fast-check'
import { cidToString, rawCid } from '../../../src/core/blocks/cid.ts'
import { referFile, storeBlock, unreferFile } from '../../../src/node-worker/files/references.ts'
import type { Store, WriteTransaction } from '../../../src/node-worker/stores/store.ts'
import { openTestStore } from '../../support/open-store.ts'
import { describe, it } from '../../support/runner.ts'

const bytes = Uint8Array.of(1, 2, 3)
const cid = rawCid(bytes)
const file = cidToString(cid)

const write = (store: Store, run: (tx: WriteTransaction) => Promise<unknown>): Promise<void> =>
  store.write(['meta', 'blocks', 'blockMeta', 'queue'], 'relaxed', async (tx) => {
    await run(tx)
  })
const refer = (store: Store, names: readonly string[]): Promise<void> =>
  write(store, async (tx) => {
    for (const name of names) await referFile(tx, file, { name, person: 'ann' })
  })
const unrefer = (store: Store, names: readonly string[]): Promise<void> =>
  write(store, async (tx) => {
    for (const name of names) await unreferFile(tx, file, { name, person: 'ann' })
  })
/** Rows that are left of the block, over all tables. */
const rows = async (store: Store): Promise<number> => {
  const tables = ['blocks', 'blockMeta', 'queue'] as const
  const counts = await store.read(tables, (tx) => Promise.all(tables.map((table) => tx.count(table))))
  return counts.reduce((sum, count) => sum + count, 0)
}
const isKept = (store: Store): Promise<boolean> => store.read(['blocks'], async (tx) => (await tx.count('blocks')) > 0)

const many = (count: number): string[] => Array.from({ length: count }, (_, i) => `entry${i}`)

describe('references to blocks', () => {
  it('[N11] a block with any number of references goes with the last of them, whichever that is', async () => {
    const names = many(200)
    for (const order of [names, names.toReversed()]) {
      const store = await openTestStore()
      await refer(store, names)
      await write(store, (tx) => storeBlock(tx, cid, bytes))
      await unrefer(store, order.slice(0, -1))
      expect(await isKept(store)).to.equal(true)
      await unrefer(store, order.slice(-1))
      expect(await rows(store)).to.equal(0)
      await store.destroy()
    }
  })

  it('[N11] a block is kept exactly while something refers to it, whatever comes in which order', async () => {
    const step = fc.record({ name: fc.integer({ min: 0, max: 16 }), add: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const store = await openTestStore()
        const expected = new Set(many(8))
        await refer(store, [...expected])
        await write(store, (tx) => storeBlock(tx, cid, bytes))
        for (const { name, add } of steps) {
          const entry = `entry${name}`
          if (add) expected.add(entry)
          else expected.delete(entry)
          await (add ? refer : unrefer)(store, [entry])
        }
        expect(await isKept(store)).to.equal(expected.size > 0)
        await unrefer(store, [...expected])
        expect(await rows(store)).to.equal(0)
        await store.destroy()
      }),
      { numRuns: 15 },
    )
  })
})
