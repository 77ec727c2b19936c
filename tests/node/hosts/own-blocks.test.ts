import { expect } from 'chai'
import { cidToBytes, rawCid } from '../../../src/core/blocks/cid.ts'
import { bytesToHex, utf8Encode } from '../../../src/core/bytes.ts'
import { blockStorageKey } from '../../../src/core/records/storage-key.ts'
import { createChanges } from '../../../src/node-worker/changes.ts'
import { followOwnBlocks, MAX_ANNOUNCED_BLOCKS } from '../../../src/node-worker/hosts/own-blocks.ts'
import type { Store } from '../../../src/node-worker/stores/store.ts'
import { openTestStore } from '../../support/open-store.ts'
import { describe, it } from '../../support/runner.ts'
import { until } from '../../support/wait.ts'

const nameOf = (text: string): Uint8Array => cidToBytes(rawCid(utf8Encode(text)))

const add = (store: Store, person: string, texts: readonly string[], size = 1, kind = 'firm'): Promise<void> =>
  store.write(['blockMeta'], 'relaxed', (tx) =>
    tx.putMany<unknown>(
      'blockMeta',
      texts.flatMap((text) => [
        { key: [nameOf(text)], value: { size } },
        { key: [nameOf(text), kind, person, kind === 'leased' ? '' : 'x'], value: 0 },
      ]),
    ),
  )

const follow = (store: Store) => {
  const told: Uint8Array[][] = []
  const due: (() => void)[] = []
  const logged: unknown[] = []
  const changes = createChanges((error) => logged.push(error))
  const stop = followOwnBlocks({
    platform: {
      store,
      timers: { setTimeout: (run) => due.push(run), clearTimeout: () => due.splice(0) },
      log: (event) => logged.push(event),
    },
    changes,
    person: 'me',
    onKeys: (keys) => told.push([...keys]),
  })
  /** Lets what is due happen, and waits for what it tells. */
  const next = async (): Promise<string[]> => {
    const before = told.length
    for (const run of due.splice(0)) run()
    await until(() => told.length > before, 'what hosts are told')
    return told.at(-1)!.map(bytesToHex)
  }
  return { changes, due, logged, next, stop, told }
}

describe('blocks that hosts are told of', () => {
  it('[EC6] [H40] behind those of the own person are those that are kept under leases', async () => {
    const store = await openTestStore()
    await add(store, 'someone', ['followed'])
    await add(store, 'me', ['mine'])
    await add(store, 'someone', ['leased'], 1, 'leased')
    await add(store, 'someone', ['leased, on its way'], 0, 'leased')
    const followed = follow(store)
    const expected = ['mine', 'leased'].map((text) => bytesToHex(blockStorageKey(nameOf(text))))
    expect(await followed.next()).to.deep.equal(expected)
    followed.stop()
    await store.destroy()
  })

  it('[H40] are those of the own person that are here', async () => {
    const store = await openTestStore()
    await add(store, 'me', ['mine'])
    await add(store, 'someone', ['theirs'])
    await add(store, 'me', ['on its way'], 0)
    const followed = follow(store)
    expect(await followed.next()).to.deep.equal([bytesToHex(blockStorageKey(nameOf('mine')))])
    await add(store, 'me', ['another'])
    followed.changes.emit('people')
    expect(followed.due).to.have.length(0)
    followed.changes.emit('storage')
    followed.changes.emit('storage')
    expect(followed.due).to.have.length(1)
    expect(await followed.next()).to.have.length(2)
    followed.stop()
    followed.changes.emit('storage')
    expect(followed.due).to.have.length(0)
    expect(followed.logged).to.deep.equal([])
    await store.close()
  })

  it('[H40] are no more than leaves room for what else is announced', async () => {
    const store = await openTestStore()
    const texts = Array.from({ length: MAX_ANNOUNCED_BLOCKS + 300 }, (_, i) => `block ${i}`)
    await add(store, 'someone', texts.slice(0, 200))
    await add(store, 'me', texts.slice(200))
    const followed = follow(store)
    const first = await followed.next()
    expect(new Set(first).size).to.equal(MAX_ANNOUNCED_BLOCKS)
    followed.changes.emit('storage')
    // The same ones each time: hosts are told of differences.
    expect(await followed.next()).to.deep.equal(first)
    followed.stop()
    await store.close()
  })
})
