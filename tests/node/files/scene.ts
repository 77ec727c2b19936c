/** A book of files over a store of its own, and pictures as their senders would cut them. */
import { type Block, type Cid, cidToString, dagCborCid, rawCid } from '../../../src/core/blocks/cid.ts'
import { encodeManifest } from '../../../src/core/blocks/manifest.ts'
import { MAX_BLOCK_BYTES } from '../../../src/core/limits.ts'
import type { Hasher } from '../../../src/core/ports.ts'
import { createChanges } from '../../../src/node-worker/changes.ts'
import { createFiles, type FileBook, type WantedBlock } from '../../../src/node-worker/files/files.ts'
import { type Reference, referFile, unreferFile } from '../../../src/node-worker/files/references.ts'
import type { Store, WriteTransaction } from '../../../src/node-worker/stores/store.ts'
import { testCrypto } from '../../support/ed25519.ts'
import { openTestStore } from '../../support/open-store.ts'

/** See the module's doc. */
export interface Scene {
  readonly store: Store
  readonly files: FileBook
  /** Every block that anyone was told is wanted. */
  readonly told: readonly WantedBlock[]
  write(run: (tx: WriteTransaction) => Promise<void>): Promise<void>
  refer(file: string, reference: Reference): Promise<void>
  unrefer(file: string, reference: Reference): Promise<void>
  /** Names of all blocks that are wanted now. */
  wanted(): Promise<string[]>
  /** Blocks that are here, and their bytes in all. */
  held(): Promise<{ readonly blocks: number; readonly bytes: number }>
  /** Reads a file and brings `blocks` as they become wanted. */
  look(file: string, blocks: readonly Block[]): ReturnType<FileBook['read']>
  /** Lets all the time pass that anyone waits for. */
  giveUp(): void
}

/** Opens a scene; destroy its store at the end. `around` wraps the store that the files see. */
export const openScene = async ({
  around = (store: Store): Store => store,
  hasher = testCrypto as Hasher,
} = {}): Promise<Scene> => {
  const store = around(await openTestStore())
  const waiting = new Map<object, () => void>()
  const timers = {
    setTimeout(run: () => void): object {
      const handle = {}
      waiting.set(handle, run)
      return handle
    },
    clearTimeout: (handle: unknown): void => void waiting.delete(handle as object),
  }
  const onError = (error: unknown): never => {
    throw error
  }
  const files = createFiles({ store, hasher, timers, changes: createChanges(onError), onError })
  const told: WantedBlock[] = []
  files.onWanted((block) => void told.push(block))
  const write: Scene['write'] = (run) => store.write(['meta', 'blocks', 'blockMeta', 'queue'], 'relaxed', run)
  return {
    store,
    files,
    told,
    write,
    refer: (file, reference) => write((tx) => referFile(tx, file, reference)),
    unrefer: (file, reference) => write((tx) => unreferFile(tx, file, reference)),
    wanted: async () => (await files.wanted(10_000)).map(({ cid }) => cid),
    async held() {
      const rows = await store.read(['blocks'], (tx) => tx.list<Uint8Array>('blocks'))
      return { blocks: rows.length, bytes: rows.reduce((sum, { value }) => sum + value.length, 0) }
    },
    async look(file, blocks) {
      const byName = new Map(blocks.map(({ cid, bytes }) => [cidToString(cid), bytes]))
      const stop = files.onWanted(({ cid }) => {
        const bytes = byName.get(cid)
        if (bytes) void files.put(cid, bytes)
      })
      const result = await files.read(file)
      stop()
      return result
    },
    giveUp() {
      for (const run of [...waiting.values()]) run()
    },
  }
}

/** The manifest of a file of chunks, each a whole block. */
export const manifestOf = (chunks: readonly Cid[]): Block => {
  const bytes = encodeManifest({
    version: 1,
    mediaType: 'image/png',
    size: chunks.length * MAX_BLOCK_BYTES,
    chunks,
    redundancy: { type: 'copies', copies: 1 },
  })
  return { cid: dagCborCid(bytes), bytes }
}

/** A picture of so many chunks that no other seed shares. */
export const pictureOf = (seed: number, chunks: number): { readonly file: string; readonly blocks: Block[] } => {
  const parts = Array.from({ length: chunks }, (_, i): Block => {
    const bytes = new Uint8Array(MAX_BLOCK_BYTES)
    new DataView(bytes.buffer).setUint32(0, seed * 65_536 + i)
    return { cid: rawCid(bytes), bytes }
  })
  const manifest = manifestOf(parts.map(({ cid }) => cid))
  return { file: cidToString(manifest.cid), blocks: [manifest, ...parts] }
}
