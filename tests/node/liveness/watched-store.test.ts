import { expect } from 'chai'
import { PROOF_OF_ROOM_BYTES, watchStore } from '../../../src/node-worker/liveness/watched-store.ts'
import { type Store, StoreFullError } from '../../../src/node-worker/stores/store.ts'
import { faultyStore } from '../../support/faulty-store.ts'
import { openTestStore } from '../../support/open-store.ts'
import { afterEach, beforeEach, describe, it } from '../../support/runner.ts'

const put = (store: Store, length: number): Promise<void> =>
  store.write(['blocks'], 'relaxed', (tx) => tx.put('blocks', ['a'], new Uint8Array(length)))

const refusedPut = async (store: Store, length: number): Promise<void> => {
  const error = await put(store, length).catch((thrown: unknown) => thrown)
  expect(error).to.be.instanceOf(StoreFullError)
}

describe('a watched store', () => {
  let disk: ReturnType<typeof faultyStore>
  let watched: ReturnType<typeof watchStore>
  let heard: boolean[]
  const store = (): Store => watched.store
  const fill = (isFull: boolean): void => {
    disk.room = isFull ? 0 : Number.POSITIVE_INFINITY
  }
  beforeEach(async () => {
    disk = faultyStore(await openTestStore())
    watched = watchStore(disk)
    heard = []
    watched.fullness.onChange((isFull) => heard.push(isFull))
  })
  afterEach(() => watched.store.destroy())

  it('[N24] is full from the first write that finds no room until as much is stored', async () => {
    await put(store(), 1000)
    expect(watched.fullness.isFull()).to.equal(false)
    fill(true)
    await refusedPut(store(), 1000)
    await refusedPut(store(), 1000)
    expect(watched.fullness.isFull()).to.equal(true)
    fill(false)
    await put(store(), 1000)
    expect(watched.fullness.isFull()).to.equal(false)
    expect(heard).to.deep.equal([true, false])
  })

  it('[N24] reading, deleting and looking prove no room, nor does less than what did not fit', async () => {
    await put(store(), 10)
    fill(true)
    await refusedPut(store(), 50_000)
    fill(false)
    await store().read(['blocks'], (tx) => tx.get('blocks', ['a']))
    await store().write(['blocks'], 'relaxed', (tx) => tx.count('blocks'))
    await store().write(['blocks'], 'relaxed', (tx) => tx.delete('blocks', ['a']))
    await store().write(['blocks'], 'relaxed', (tx) => tx.deleteRange('blocks', {}))
    await put(store(), 10)
    expect(watched.fullness.isFull()).to.equal(true)
    await store().write(['blocks'], 'relaxed', (tx) =>
      tx.putMany('blocks', [{ key: ['b'], value: { parts: [new Uint8Array(50_000)] } }]),
    )
    expect(watched.fullness.isFull()).to.equal(false)
  })

  it('[N24] a small write that is refused too does not stand for a large one', async () => {
    fill(true)
    await refusedPut(store(), 50_000)
    await refusedPut(store(), 10)
    fill(false)
    await put(store(), 10)
    expect(watched.fullness.isFull()).to.equal(true)
  })

  it('[N24] a write that nobody tries again is forgotten once a block was stored in small pieces', async () => {
    fill(true)
    await refusedPut(store(), 4 * PROOF_OF_ROOM_BYTES)
    fill(false)
    for (let stored = 0; stored < PROOF_OF_ROOM_BYTES; stored += 65_536) {
      expect(watched.fullness.isFull()).to.equal(true)
      await put(store(), 65_536)
    }
    expect(watched.fullness.isFull()).to.equal(false)
  })

  it('[N24] a deletion that finds no room says so as well; other failures are nobody’s fault', async () => {
    await put(store(), 10)
    const broken = store().write(['blocks'], 'relaxed', async () => {
      throw new Error('a bug')
    })
    expect(await broken.catch((error: unknown) => error)).to.be.instanceOf(Error)
    expect(watched.fullness.isFull()).to.equal(false)
    fill(true)
    const deleted = store().write(['blocks'], 'relaxed', (tx) => tx.delete('blocks', ['a']))
    expect(await deleted.catch((error: unknown) => error)).to.be.instanceOf(StoreFullError)
    expect(watched.fullness.isFull()).to.equal(true)
  })
})
