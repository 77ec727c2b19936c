import { execFile } from 'node:child_process'
import { mkdtemp, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { openLmdbStore } from '../../src/node-worker/stores/lmdb-store.ts'
import { type Store, StoreFullError } from '../../src/node-worker/stores/store.ts'
import { skipWithout } from '../support/missing.ts'

const run = promisify(execFile)
const BLOCK = 65_536
const BLOCKS_THAT_CANNOT_FIT = 100

/**
 * A disk of three mebibytes, where the machine lets us mount one. Nothing less will do: the store asks the disk itself
 * whether it is full, so a limit on the size of files (which ends in another error anyway) is no stand-in. Mounting
 * needs root with CAP_SYS_ADMIN; root in a container has it only when the container was given it.
 */
const mountSmallDisk = async (): Promise<string | undefined> => {
  const folder = await mkdtemp(join(tmpdir(), 'kith-small-disk-'))
  const mounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', folder]).catch(() => undefined)
  if (mounted) return folder
  await rmdir(folder)
  return undefined
}

describe('a full disk', () => {
  let disk: string | undefined
  let store: Store | undefined
  before(async () => {
    disk = await mountSmallDisk()
    if (disk) store = await openLmdbStore(join(disk, 'data'))
  })
  after(async () => {
    await store?.close()
    if (!disk) return
    await run('umount', [disk])
    await rmdir(disk)
  })

  const putBlock = (n: number) =>
    store!.write(['blocks'], 'strict', (tx) => tx.put('blocks', [n], new Uint8Array(BLOCK)))
  const fill = async (): Promise<{ count: number; error: unknown }> => {
    for (let count = 0; count < BLOCKS_THAT_CANNOT_FIT; count++) {
      const error = await putBlock(count).then(
        () => undefined,
        (reason: unknown) => reason,
      )
      if (error) return { count, error }
    }
    throw new Error('the small disk never filled')
  }

  it('[ST11] refuses the write with its own error, keeps all before it, and takes writes again after a deletion', async (t) => {
    if (!store) return skipWithout(t, 'only root may mount the small disk that this fills')
    const { count, error } = await fill()
    expect(error).to.be.instanceOf(StoreFullError)
    expect(await store.read(['blocks'], (tx) => tx.count('blocks'))).to.equal(count)
    expect(await store.read(['blocks'], (tx) => tx.get<Uint8Array>('blocks', [0]))).to.have.length(BLOCK)
    await store.write(['blocks'], 'strict', (tx) => tx.deleteRange('blocks', { after: [5] }))
    // LMDB takes up freed pages one transaction later.
    await store.write(['meta'], 'strict', (tx) => tx.put('meta', ['next'], 1))
    await putBlock(6)
    expect(await store.read(['blocks'], (tx) => tx.count('blocks'))).to.equal(7)
  })
})
