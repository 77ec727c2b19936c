import { expect } from 'chai'
import { type Block, cidToString } from '../../../src/core/blocks/cid.ts'
import type { Hasher } from '../../../src/core/ports.ts'
import { MAX_STORED_AT_ONCE } from '../../../src/node-worker/files/block-intake.ts'
import { storeBlock } from '../../../src/node-worker/files/references.ts'
import { type Store, StoreFullError, type WriteTransaction } from '../../../src/node-worker/stores/store.ts'
import { testCrypto } from '../../support/ed25519.ts'
import { describe, it } from '../../support/runner.ts'
import { openScene, pictureOf, type Scene } from './scene.ts'

const POST = { name: 'post', person: 'ann' }

const put = (scene: Scene, { cid, bytes }: Block): Promise<string> => scene.files.put(cidToString(cid), bytes)

/** What became of blocks that all come at one time; the name of the error where one was not stored. */
const putAll = (scene: Scene, blocks: readonly Block[]): Promise<string[]> =>
  Promise.all(blocks.map((block) => put(scene, block).catch((error: Error) => error.name)))

/** A hasher that keeps its answers until it was asked `count` times: then all of that many blocks come at one moment. */
const hashTogether = (count: number): Hasher => {
  let asked = 0
  let release = (): void => {}
  const all = new Promise<void>((resolve) => {
    release = resolve
  })
  return {
    async sha256(bytes) {
      const digest = await testCrypto.sha256(bytes)
      asked++
      if (asked >= count) release()
      await all
      return digest
    },
  }
}

/** A picture whose manifest is here already, alone. */
const referTo = async (scene: Scene, { file, blocks }: ReturnType<typeof pictureOf>): Promise<Block[]> => {
  await scene.refer(file, POST)
  const [manifest, ...chunks] = blocks
  await scene.write(async (tx) => void (await storeBlock(tx, manifest!.cid, manifest!.bytes)))
  return chunks
}

/** A disk for so many blocks: a transaction that leaves more of them finds it full. */
const diskFor =
  (blocks: () => number) =>
  (store: Store): Store => ({
    ...store,
    write: (tables, durability, run) =>
      store.write(tables, durability, async (tx) => {
        const value = await run(tx)
        if (tables.includes('blocks') && (await tx.count('blocks')) > blocks())
          throw new StoreFullError('full in this test')
        return value
      }),
  })

describe('blocks that come together', () => {
  it('[SY25] are stored by the batch: a few transactions for many blocks, at most so many in one', async () => {
    const sizes: number[] = []
    const countRows = (tx: WriteTransaction): WriteTransaction => ({
      ...tx,
      putMany(table, rows) {
        if (table === 'blocks') sizes.push(rows.length)
        return tx.putMany(table, rows)
      },
    })
    const around = (store: Store): Store => ({
      ...store,
      write: (tables, durability, run) => store.write(tables, durability, (tx) => run(countRows(tx))),
    })
    const scene = await openScene({ around, hasher: hashTogether(32) })
    const chunks = [...(await referTo(scene, pictureOf(1, 16))), ...(await referTo(scene, pictureOf(2, 16)))]
    expect(new Set(await putAll(scene, chunks))).to.deep.equal(new Set(['kept']))
    expect(sizes).to.deep.equal([1, MAX_STORED_AT_ONCE, 32 - 1 - MAX_STORED_AT_ONCE])
    expect(await scene.wanted()).to.deep.equal([])
    expect(await scene.held()).to.include({ blocks: 34 })
    await scene.store.destroy()
  })

  it('[SY25] manifests, their chunks and one of them twice: nothing is wanted any more', async () => {
    const scene = await openScene({ hasher: hashTogether(6) })
    const [large, small] = [pictureOf(1, 4), pictureOf(1, 2)]
    const chunks = await referTo(scene, large)
    await scene.refer(small.file, { ...POST, name: 'other' })
    const outcomes = await putAll(scene, [...chunks, small.blocks[0]!, chunks[3]!])
    expect(outcomes.slice(0, 5)).to.deep.equal(['kept', 'kept', 'kept', 'kept', 'kept'])
    expect(await scene.wanted()).to.deep.equal([])
    expect(await scene.held()).to.include({ blocks: 6 })
    await scene.unrefer(large.file, POST)
    expect(await scene.held()).to.include({ blocks: 3 })
    await scene.store.destroy()
  })

  it('[SY25] one that is forged or not wanted leaves the others alone', async () => {
    const scene = await openScene()
    const [first, second, third] = await referTo(scene, pictureOf(1, 3))
    const forged = { ...second!, bytes: third!.bytes }
    const strange = pictureOf(2, 1).blocks
    const outcomes = await putAll(scene, [first!, forged, ...strange, third!])
    expect(outcomes).to.deep.equal(['kept', 'forged', 'unwanted', 'unwanted', 'kept'])
    expect(await scene.wanted()).to.deep.equal([cidToString(second!.cid)])
    await scene.store.destroy()
  })

  it('[SY9] [SY25] a full disk: what fits is stored, the others say why they are not, and fit when there is room', async () => {
    let room = 4
    const scene = await openScene({ around: diskFor(() => room), hasher: hashTogether(5) })
    const chunks = await referTo(scene, pictureOf(1, 5))
    const outcomes = await putAll(scene, chunks)
    expect(outcomes.filter((outcome) => outcome === 'kept')).to.have.length(3)
    expect(outcomes.filter((outcome) => outcome === 'StoreFullError')).to.have.length(2)
    expect(await scene.held()).to.include({ blocks: 4 })
    expect(await scene.wanted()).to.have.length(2)
    room = 6
    await putAll(scene, chunks)
    expect(await scene.wanted()).to.deep.equal([])
    await scene.store.destroy()
  })
})
