/** Blocks that are kept for their owners under leases. */
import { expect } from 'chai'
import { cidToBytes, cidToString } from '../../../src/core/blocks/cid.ts'
import { publicFile } from '../../../src/core/blocks/file.ts'
import { listKept, listLeased } from '../../../src/node-worker/files/kept-blocks.ts'
import {
  endBlockLease,
  leaseBlock,
  referFile,
  storeBlock,
  unreferFile,
} from '../../../src/node-worker/files/references.ts'
import type { Store, WriteTransaction } from '../../../src/node-worker/stores/store.ts'
import { openTestStore } from '../../support/open-store.ts'
import { afterEach, beforeEach, describe, it } from '../../support/runner.ts'

const TABLES = ['meta', 'blocks', 'blockMeta', 'queue'] as const
const { manifest, chunks } = publicFile(new Uint8Array(300_000).fill(3), {
  mediaType: 'image/png',
  redundancy: { type: 'copies', copies: 3 },
})
const [chunk] = chunks as [(typeof chunks)[0]]

describe('leased blocks', () => {
  let store: Store
  const write = (run: (tx: WriteTransaction) => Promise<unknown>): Promise<void> =>
    store.write(TABLES, 'relaxed', async (tx) => void (await run(tx)))
  const wanted = async (): Promise<string[]> =>
    (await store.read(['queue'], (tx) => tx.list('queue', { prefix: ['want'] }))).map(({ key }) => String(key[1]))
  const isHere = async (cid: typeof chunk.cid): Promise<boolean> =>
    (await store.read(['blocks'], (tx) => tx.get('blocks', [cidToBytes(cid)]))) !== undefined
  const rows = async (): Promise<number> => {
    const counts = await store.read(TABLES, (tx) => Promise.all(TABLES.slice(1).map((table) => tx.count(table))))
    return counts.reduce((sum, count) => sum + count, 0)
  }

  beforeEach(async () => {
    store = await openTestStore()
  })
  afterEach(() => store.destroy())

  it('[EC6] is wanted until it is here, and what it lists is not wanted for it', async () => {
    await write((tx) => leaseBlock(tx, manifest.cid, 'ann'))
    expect(await wanted()).to.deep.equal([cidToString(manifest.cid)])
    await write((tx) => storeBlock(tx, manifest.cid, manifest.bytes))
    expect(await wanted()).to.deep.equal([])
    expect(await isHere(manifest.cid)).to.equal(true)
    const kept = await store.read(['blockMeta'], (tx) => listKept(tx, () => true))
    expect(kept.map(({ persons }) => persons)).to.deep.equal([['ann']])
  })

  it('[EC6] whoever follows the owner later wants what it lists', async () => {
    await write(async (tx) => {
      await leaseBlock(tx, manifest.cid, 'ann')
      await storeBlock(tx, manifest.cid, manifest.bytes)
      await referFile(tx, cidToString(manifest.cid), { name: 'post', person: 'ann' })
    })
    expect(await wanted()).to.have.members(chunks.map(({ cid }) => cidToString(cid)))
    await write((tx) => unreferFile(tx, cidToString(manifest.cid), { name: 'post', person: 'ann' }))
    expect(await wanted()).to.deep.equal([])
    expect(await isHere(manifest.cid)).to.equal(true)
  })

  it('[EC9] goes with the last lease, and stays while anybody else needs it', async () => {
    await write(async (tx) => {
      for (const owner of ['ann', 'bob']) await leaseBlock(tx, chunk.cid, owner)
      await storeBlock(tx, chunk.cid, chunk.bytes)
    })
    expect((await store.read(['blockMeta'], listLeased)).map(({ owner }) => owner)).to.have.members(['ann', 'bob'])
    await write((tx) => endBlockLease(tx, chunk.cid, 'ann'))
    expect(await isHere(chunk.cid)).to.equal(true)
    await write((tx) => endBlockLease(tx, chunk.cid, 'stranger'))
    await write((tx) => endBlockLease(tx, chunk.cid, 'bob'))
    expect(await rows()).to.equal(0)
    await write(async (tx) => {
      await referFile(tx, cidToString(chunk.cid), { name: 'post', person: 'me' })
      await leaseBlock(tx, chunk.cid, 'ann')
      await storeBlock(tx, chunk.cid, chunk.bytes)
      await endBlockLease(tx, chunk.cid, 'ann')
    })
    expect(await isHere(chunk.cid)).to.equal(true)
    await write((tx) => unreferFile(tx, cidToString(chunk.cid), { name: 'post', person: 'me' }))
    expect(await rows()).to.equal(0)
  })

  it('[EC9] what never came is not looked for any more', async () => {
    await write((tx) => leaseBlock(tx, chunk.cid, 'ann'))
    await write((tx) => endBlockLease(tx, chunk.cid, 'ann'))
    expect(await rows()).to.equal(0)
  })
})
