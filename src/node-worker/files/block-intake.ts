/**
 * Takes blocks in that were wanted. Each is verified before anything else; those that came while others were being
 * stored are stored together, in one transaction: a transaction of its own for each costs more than the block. [SY25]
 */
import { type Cid, Codec, parseCid, verifyBlockBy } from '../../core/blocks/cid.ts'
import type { Hasher } from '../../core/ports.ts'
import type { Store, WriteTransaction } from '../stores/store.ts'
import { storeBlock, storeWantedChunks } from './references.ts'

/** What became of a block. `forged`: its bytes do not fit the CID, whether it was wanted or not. */
export type Outcome = 'kept' | 'unwanted' | 'forged'

/** The tables that files are kept in. */
export const FILE_TABLES = ['meta', 'blocks', 'blockMeta', 'queue'] as const

/** Blocks in one transaction: others that need these tables wait for as long as it takes. */
export const MAX_STORED_AT_ONCE = 16

/** What the intake is built from. */
export interface BlockIntakePorts {
  readonly store: Store
  readonly hasher: Hasher
  /** Whether somebody waits for a block at this moment: then it is wanted, though nowhere written down. */
  isAwaited(text: string): boolean
  /** Called with the names of those that were stored together. */
  onKept(texts: readonly string[]): void
}

/** A verified block that waits to be stored. */
interface Arrival {
  readonly text: string
  readonly cid: Cid
  readonly bytes: Uint8Array
  resolve(outcome: Outcome): void
  reject(error: unknown): void
}

/** Creates an intake over the store. @returns takes in one block; rejects when the store does, as on a full disk */
export const createBlockIntake = (ports: BlockIntakePorts): ((text: string, bytes: Uint8Array) => Promise<Outcome>) => {
  const { store } = ports
  const arrivals: Arrival[] = []
  let isStoring = false

  const storeAwaited = async (tx: WriteTransaction, { text, cid, bytes }: Arrival): Promise<Outcome> => {
    if (!ports.isAwaited(text) && (await tx.get('queue', ['want', text])) === undefined) return 'unwanted'
    return (await storeBlock(tx, cid, bytes)) ? 'kept' : 'unwanted'
  }
  /** Most blocks are chunks that are wanted; the others may change what is wanted, and take their turns. */
  const storeIn = async (tx: WriteTransaction, batch: readonly Arrival[]): Promise<Map<Arrival, Outcome>> => {
    const outcomes = new Map<Arrival, Outcome>()
    const chunks = batch.filter(({ cid }) => cid.code === Codec.raw)
    const areWanted = await storeWantedChunks(tx, chunks)
    for (const [i, chunk] of chunks.entries()) if (areWanted[i]) outcomes.set(chunk, 'kept')
    for (const arrival of batch) if (!outcomes.has(arrival)) outcomes.set(arrival, await storeAwaited(tx, arrival))
    return outcomes
  }
  /** @returns the names of those that were kept */
  const storeAll = async (batch: readonly Arrival[]): Promise<readonly string[]> => {
    const outcomes = await store.write(FILE_TABLES, 'relaxed', (tx) => storeIn(tx, batch))
    for (const [{ resolve }, outcome] of outcomes) resolve(outcome)
    return batch.filter((arrival) => outcomes.get(arrival) === 'kept').map(({ text }) => text)
  }
  /** Where not all fit, those that do are stored all the same: one block must not take others with it. */
  const storeWhatFits = async (batch: readonly Arrival[]): Promise<readonly string[]> => {
    try {
      return await storeAll(batch)
    } catch (error) {
      if (batch.length === 1) batch[0]!.reject(error)
      const kept: string[] = []
      if (batch.length > 1) for (const arrival of batch) kept.push(...(await storeWhatFits([arrival])))
      return kept
    }
  }
  const work = async (): Promise<void> => {
    isStoring = true
    while (arrivals.length > 0) {
      const kept = await storeWhatFits(arrivals.splice(0, MAX_STORED_AT_ONCE))
      if (kept.length > 0) ports.onKept(kept)
    }
    isStoring = false
  }

  return async (text, bytes) => {
    const cid = parseCid(text)
    if (!cid.ok || !(await verifyBlockBy(ports.hasher, cid.value, bytes))) return 'forged'
    return new Promise((resolve, reject) => {
      arrivals.push({ text, cid: cid.value, bytes, resolve, reject })
      if (!isStoring) void work()
    })
  }
}
