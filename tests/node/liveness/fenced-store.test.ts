import { expect } from 'chai'
import { fenceStore, SupersededError } from '../../../src/node-worker/liveness/fenced-store.ts'
import { type Store, StoreFullError } from '../../../src/node-worker/stores/store.ts'
import { openTestStore } from '../../support/open-store.ts'
import { afterEach, beforeEach, describe, it } from '../../support/runner.ts'

const outcomeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (error: unknown) => error,
  )

/** The same store on a disk that can be filled. */
const withDisk = (store: Store) => {
  let isFull = false
  const write: Store['write'] = (tables, durability, run) =>
    isFull ? Promise.reject(new StoreFullError('full')) : store.write(tables, durability, run)
  const fill = (next: boolean): void => {
    isFull = next
  }
  return { store: { ...store, write }, fill }
}

const put = (store: Store, value: string) => store.write(['notes'], 'relaxed', (tx) => tx.put('notes', ['a'], value))
const get = (store: Store) => store.read(['notes'], (tx) => tx.get('notes', ['a']))

describe('a fenced store', () => {
  let disk: ReturnType<typeof withDisk>
  beforeEach(async () => {
    disk = withDisk(await openTestStore())
  })
  afterEach(() => disk.store.destroy())

  it('[T10] refuses writes of a node that has been replaced', async () => {
    const first = await fenceStore(disk.store)
    await put(first.store, 'first')
    const second = await fenceStore(disk.store)
    expect(second.epoch).to.equal(first.epoch + 1)
    expect(await outcomeOf(put(first.store, 'late'))).to.be.instanceOf(SupersededError)
    expect(await get(second.store)).to.equal('first')
  })

  it('[T10] opens for reading on a full disk, and takes over with the first write that finds room', async () => {
    const first = await fenceStore(disk.store)
    await put(first.store, 'first')
    disk.fill(true)
    const second = await fenceStore(disk.store)
    expect(await get(second.store)).to.equal('first')
    expect(await outcomeOf(put(second.store, 'second'))).to.be.instanceOf(StoreFullError)
    disk.fill(false)
    await Promise.all([put(second.store, 'second'), put(second.store, 'again')])
    expect(await outcomeOf(put(first.store, 'late'))).to.be.instanceOf(SupersededError)
    expect(await get(second.store)).to.equal('again')
  })
})
