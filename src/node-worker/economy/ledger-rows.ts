/**
 * What is kept of the economy beside the ledger logs: statements of others, and those of this device that stand alone.
 * A row has the fact, so that a start folds it without decoding or verifying anything, and the bytes that show it.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '../../core/bytes.ts'
import type { Fact } from '../../core/economy/ledger-facts.ts'
import type { Durability, Store, WriteTransaction } from '../stores/store.ts'

/** A fact that was verified here, with what others need to verify it. */
export interface Kept {
  readonly fact: Fact
  /**
   * Of a ledger entry its bytes and its payload, of a proof the challenge and the proof, else the statement alone. The
   * lease of a proof is kept by itself.
   */
  readonly shown: readonly Uint8Array[]
  /** When it was heard here, milliseconds since 1970; 0 for what stands in a ledger log, which says nothing of it. */
  readonly heard: number
}

/** Where a statement is kept. Of two with one place the later takes it: a newer proof, the last pledge of a device. */
export const placeOf = ({ fact, shown }: Pick<Kept, 'fact' | 'shown'>): string => {
  switch (fact.kind) {
    case 'lease':
      return `lease/${fact.id}`
    case 'pledge':
      return `pledge/${fact.device}`
    case 'receipt':
      return `receipt/${fact.lease}`
    case 'proof':
      return `proof/${fact.lease}`
    case 'warrant':
      return `warrant/${fact.person}/${fact.device}`
    default:
      return `${fact.kind}/${bytesToHex(sha256(shown[0]!))}`
  }
}

/** Stores know no undefined: what a fact does not have is absent. */
const toRow = (kept: Kept): Kept => ({
  ...kept,
  fact: Object.fromEntries(Object.entries(kept.fact).filter(([, value]) => value !== undefined)) as unknown as Fact,
})

/** Key events of somebody who is not followed here, in the order in which they were accepted. */
export interface KeptKeys {
  readonly person: string
  readonly events: readonly Uint8Array[]
}

/** The table. */
export interface LedgerRows {
  /** In the order in which they were heard. */
  all(): Promise<readonly Kept[]>
  put(kept: Kept, keys: readonly KeptKeys[], durability: Durability): Promise<void>
  putKeys(keys: readonly KeptKeys[]): Promise<void>
  drop(places: readonly string[], persons: readonly string[]): Promise<void>
  allKeys(): Promise<readonly KeptKeys[]>
}

/** Over the table `economy`: ['said', place] → {@link Kept}, ['keys', person] → {@link KeptKeys}. */
export const createLedgerRows = (store: Store): LedgerRows => {
  const list = async <T>(kind: 'said' | 'keys'): Promise<T[]> => {
    const rows = await store.read(['economy'], (tx) => tx.list<T>('economy', { prefix: [kind] }))
    return rows.map(({ value }) => value)
  }
  const writeKeys = async (tx: WriteTransaction, keys: readonly KeptKeys[]): Promise<void> => {
    for (const row of keys) await tx.put('economy', ['keys', row.person], row)
  }
  return {
    all: async () => (await list<Kept>('said')).sort((a, b) => a.heard - b.heard),
    allKeys: () => list<KeptKeys>('keys'),
    put: (kept, keys, durability) =>
      store.write(['economy'], durability, async (tx) => {
        await tx.put('economy', ['said', placeOf(kept)], toRow(kept))
        await writeKeys(tx, keys)
      }),
    putKeys: (keys) => store.write(['economy'], 'relaxed', (tx) => writeKeys(tx, keys)),
    drop: (places, persons) =>
      store.write(['economy'], 'relaxed', async (tx) => {
        for (const place of places) await tx.delete('economy', ['said', place])
        for (const person of persons) await tx.delete('economy', ['keys', person])
      }),
  }
}
