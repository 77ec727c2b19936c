import { expect } from 'chai'
import fc from 'fast-check'
import { startNode } from '../../../src/node-worker/entries/start-node.ts'
import { SCHEMA_KEY, SCHEMA_VERSION } from '../../../src/node-worker/stores/schema.ts'
import { type Key, type KeyPart, type Store, StoreUnavailableError } from '../../../src/node-worker/stores/store.ts'
import { isBrowser } from '../../support/node-module.ts'
import { freshStoreName, openNamedStore, openTestStore } from '../../support/open-store.ts'
import { afterEach, beforeEach, describe, it } from '../../support/runner.ts'

const bytes = (...values: number[]) => Uint8Array.from(values)

/** The order of store.ts, written down a second time: numbers, strings by code unit, bytes; short before long. */
const compareKeys = (a: Key, b: Key): number => {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compareParts(a[i] as KeyPart, b[i] as KeyPart)
    if (order !== 0) return order
  }
  return a.length - b.length
}
const rank = (part: KeyPart) => (typeof part === 'number' ? 0 : typeof part === 'string' ? 1 : 2)
const compareParts = (a: KeyPart, b: KeyPart): number => {
  if (rank(a) !== rank(b)) return rank(a) - rank(b)
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareKeys([...a], [...b])
  return a < b ? -1 : a > b ? 1 : 0
}

const keyPart = fc.oneof(
  fc.integer(),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.uint8Array({ maxLength: 6 }),
) as fc.Arbitrary<KeyPart>
const anyKey = fc.array(keyPart, { minLength: 1, maxLength: 3 })

describe('store contract', () => {
  let store: Store
  beforeEach(async () => {
    store = await openTestStore()
    // The schema's row would be in the way of tests that look at a whole table.
    await store.write(['meta'], 'relaxed', (tx) => tx.deleteRange('meta', {}))
  })
  afterEach(() => store.destroy())

  const fill = (rows: readonly (readonly [Key, unknown])[]) =>
    store.write(['meta'], 'relaxed', (tx) =>
      tx.putMany(
        'meta',
        rows.map(([key, value]) => ({ key, value })),
      ),
    )
  const keysOf = async (range?: Parameters<Parameters<Parameters<Store['read']>[1]>[0]['list']>[1]) =>
    (await store.read(['meta'], (tx) => tx.list('meta', range))).map((row) => row.key)

  it('[ST1] a value comes back as it was put', async () => {
    const value = { text: 'hé', list: [1, null, true], nested: { bytes: bytes(0, 255) }, big: 2 ** 40 }
    await store.write(['meta'], 'strict', (tx) => tx.put('meta', ['a', 1, bytes(0, 1)], value))
    expect(await store.read(['meta'], (tx) => tx.get('meta', ['a', 1, bytes(0, 1)]))).to.deep.equal(value)
    expect(await store.read(['meta'], (tx) => tx.get('meta', ['b']))).to.equal(undefined)
  })

  it('[ST1] many values come back in the order asked for', async () => {
    await fill([
      [['a'], 1],
      [['b'], 2],
    ])
    const values = await store.read(['meta'], (tx) => tx.getMany('meta', [['b'], ['x'], ['a']]))
    expect(values).to.deep.equal([2, undefined, 1])
  })

  it('[ST2] keys are ordered element by element: numbers, texts, bytes, shorter first', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyKey, { maxLength: 12 }), async (keys) => {
        await store.write(['meta'], 'relaxed', (tx) => tx.deleteRange('meta', {}))
        await fill(keys.map((key) => [key, 0] as const))
        const sorted = [...keys]
          .sort(compareKeys)
          .filter((key, i, all) => i === 0 || compareKeys(key, all[i - 1]!) !== 0)
        expect(await keysOf()).to.deep.equal(sorted.map((key) => key.map((part) => (part === 0 ? 0 : part))))
      }),
      { numRuns: 30 },
    )
  })

  it('[ST3] a range holds everything under its prefix, cut at both ends exclusively', async () => {
    await fill([['a'], ['a', 1], ['a', 2], ['a', 2, 'x'], ['a', 3], ['b', 1]].map((key) => [key, 0] as const))
    expect(await keysOf({ prefix: ['a'] })).to.deep.equal([['a'], ['a', 1], ['a', 2], ['a', 2, 'x'], ['a', 3]])
    expect(await keysOf({ prefix: ['a'], after: ['a', 1], before: ['a', 3] })).to.deep.equal([
      ['a', 2],
      ['a', 2, 'x'],
    ])
    expect(await keysOf({ prefix: ['a'], reverse: true, limit: 2 })).to.deep.equal([
      ['a', 3],
      ['a', 2, 'x'],
    ])
    expect(await keysOf({ prefix: ['a'], limit: 0 })).to.deep.equal([])
    expect(await store.read(['meta'], (tx) => tx.count('meta', { prefix: ['a'], after: ['a'] }))).to.equal(4)
  })

  it('[ST4] a transaction reads its own writes, in ranges too', async () => {
    await fill([
      [['a', 1], 'old'],
      [['a', 3], 'old'],
    ])
    const seen = await store.write(['meta'], 'relaxed', async (tx) => {
      await tx.put('meta', ['a', 2], 'new')
      await tx.delete('meta', ['a', 1])
      return tx.list('meta', { prefix: ['a'], limit: 2 })
    })
    expect(seen.map((row) => row.key)).to.deep.equal([
      ['a', 2],
      ['a', 3],
    ])
  })

  it('[ST5] a throw inside a transaction undoes all of it', async () => {
    const failure = new Error('on purpose')
    const result = await store
      .write(['meta', 'posts'], 'strict', async (tx) => {
        await tx.put('meta', ['a'], 1)
        await tx.put('posts', ['b'], 1)
        throw failure
      })
      .catch((error: unknown) => error)
    expect(result).to.equal(failure)
    expect(await keysOf()).to.deep.equal([])
  })

  it('[ST6] transactions that read, then write the same row do not lose an update', async () => {
    const increment = () =>
      store.write(['meta'], 'relaxed', async (tx) => {
        const count = (await tx.get<number>('meta', ['count'])) ?? 0
        await tx.put('meta', ['count'], count + 1)
      })
    await Promise.all(Array.from({ length: 20 }, increment))
    expect(await store.read(['meta'], (tx) => tx.get('meta', ['count']))).to.equal(20)
  })

  it('[ST7] deleting a range leaves its neighbours', async () => {
    await fill(
      [
        ['a', 1],
        ['a', 2],
        ['b', 1],
      ].map((key) => [key, 0] as const),
    )
    await store.write(['meta'], 'relaxed', (tx) => tx.deleteRange('meta', { prefix: ['a'] }))
    expect(await keysOf()).to.deep.equal([['b', 1]])
  })

  it('[ST8] what was written is there after closing and opening again', async () => {
    const name = freshStoreName()
    const first = await openNamedStore(name)
    await first.write(['meta'], 'strict', (tx) => tx.put('meta', ['kept'], 1))
    await first.close()
    const second = await openNamedStore(name)
    expect(await second.read(['meta'], (tx) => tx.get('meta', ['kept']))).to.equal(1)
    await second.destroy()
  })

  it('[ST9] one process a data folder: a second opening is refused as in-use', async (context) => {
    if (isBrowser) context.skip('one origin has one node; IndexedDB itself may be opened twice')
    const name = freshStoreName()
    const first = await openNamedStore(name)
    const refused = await openNamedStore(name).catch((error: unknown) => error)
    expect(refused).to.be.instanceOf(StoreUnavailableError)
    expect((refused as StoreUnavailableError).reason).to.equal('in-use')
    await first.destroy()
  })

  it('[ST10] an estimate says how much is used', async () => {
    const { used } = await store.estimate()
    expect(used).to.be.at.least(0)
  })

  it('[ST11] a store that was written with a newer schema is refused as such, and left as it is', async () => {
    const name = freshStoreName()
    const newer = await openNamedStore(name)
    await newer.write(['meta'], 'strict', async (tx) => {
      expect(await tx.get('meta', SCHEMA_KEY)).to.equal(SCHEMA_VERSION)
      await tx.put('meta', SCHEMA_KEY, SCHEMA_VERSION + 1)
    })
    await newer.close()
    for (let tries = 0; tries < 2; tries++) {
      const refused = await openNamedStore(name).catch((error: unknown) => error)
      expect(refused).to.be.instanceOf(StoreUnavailableError)
      expect((refused as StoreUnavailableError).reason).to.equal('newer-version')
    }
    const started = await startNode(
      () => openNamedStore(name),
      () => expect.fail('a node over it'),
    )
    expect(started).to.deep.equal({ ok: false, error: { type: 'newer-version' } })
  })
})
