/** Records as rows, and the blocks that the record at `/keys` names: kept as long as the record held names them. */
import { type Block, type Cid, cidToString } from '../../core/blocks/cid.ts'
import { isBytes } from '../../core/cbor.ts'
import { decodeKeyList } from '../../core/identity/key-list.ts'
import { compareRecords, decodeRecord } from '../../core/records/record.ts'
import type { LocatorRecord, SignedRecord } from '../../core/records/record-types.ts'
import { PATHS, publicStorageKey } from '../../core/records/storage-key.ts'
import { referFile, storeBlock, unreferFile } from '../files/references.ts'
import { applyKeepers } from '../keeping/keepers.ts'
import { isShareReference } from '../sharing/share-keys.ts'
import type { ReadTransaction, Table, WriteTransaction } from '../stores/store.ts'

/** What {@link putRecord} and {@link dropRecords} touch. */
export const RECORD_TABLES: readonly Table[] = ['meta', 'persons', 'records', 'blocks', 'blockMeta', 'queue']

const KEYS = 'keys/'

/** The name under which the blocks of a person's key events are kept. */
const keysReference = (person: string): string => `${KEYS}${person}`

/** Whether a block is kept for key events or for a share: it is part of no file, and every device makes its own. */
export const isMadeHere = (name: string): boolean => name.startsWith(KEYS) || isShareReference(name)

/** The blocks that a record names; none but those of the record at `/keys`. */
export const blocksNamedBy = ({ record }: SignedRecord): readonly Cid[] => {
  if (record.kind !== 'public' || record.path !== PATHS.keys) return []
  const list = decodeKeyList(record.value)
  return list.ok ? list.value.blocks : []
}

/** [RC1] The locator that the record at `/locator` carries, if it names the record's own person. Not verified. */
export const locatorIn = ({ record }: SignedRecord): SignedRecord<LocatorRecord> | undefined => {
  if (record.kind !== 'public' || record.path !== PATHS.locator || !isBytes(record.value)) return undefined
  const signed = decodeRecord(record.value)
  if (!signed.ok || signed.value.record.kind !== 'locator') return undefined
  const locator = signed.value as SignedRecord<LocatorRecord>
  return locator.record.value.person === record.person ? locator : undefined
}

/** Keeps the locator that `next` carries under its own key as well, in place of the one that `held` carried. */
const exchangeLocators = async (
  tx: WriteTransaction,
  held: SignedRecord | undefined,
  next: SignedRecord | undefined,
): Promise<void> => {
  const before = held && locatorIn(held)
  const after = next && locatorIn(next)
  if (before) await tx.delete('records', [before.record.key])
  if (after) await tx.put('records', [after.record.key], after.bytes.slice())
}

/** The record held under a storage key. */
export const heldRecord = async (tx: ReadTransaction, storageKey: Uint8Array): Promise<SignedRecord | undefined> => {
  const bytes = await tx.get<Uint8Array>('records', [storageKey])
  const decoded = bytes && decodeRecord(bytes)
  return decoded?.ok ? decoded.value : undefined
}

/** Keeps what `next` names and lets go of what only `held` named. Without their bytes at hand blocks are not fetched. */
const exchangeBlocks = async (
  tx: WriteTransaction,
  person: string,
  held: readonly Cid[],
  next: readonly Cid[],
  blocks: readonly Block[],
): Promise<void> => {
  const name = keysReference(person)
  const here = new Set(blocks.map(({ cid }) => cidToString(cid)))
  for (const cid of next.map(cidToString)) await referFile(tx, cid, { name, person, lazy: !here.has(cid) })
  for (const { cid, bytes } of blocks) await storeBlock(tx, cid, bytes)
  const named = new Set(next.map(cidToString))
  for (const cid of held) if (!named.has(cidToString(cid))) await unreferFile(tx, cidToString(cid), { name, person })
}

/**
 * Writes a record inside a transaction over {@link RECORD_TABLES}, unless the same or a higher one is there.
 * @param blocks those that the record names, as far as they are at hand
 */
export const putRecord = async (
  tx: WriteTransaction,
  signed: SignedRecord,
  blocks: readonly Block[] = [],
): Promise<boolean> => {
  const held = await heldRecord(tx, signed.record.key)
  if (held && compareRecords(signed, held) <= 0) return false
  await tx.put('records', [signed.record.key], signed.bytes.slice())
  if (signed.record.kind !== 'public') return true
  await exchangeLocators(tx, held, signed)
  await applyKeepers(tx, signed)
  await exchangeBlocks(tx, signed.record.person, held ? blocksNamedBy(held) : [], blocksNamedBy(signed), blocks)
  return true
}

/** Deletes the records of a person, with what only they named, inside a transaction over {@link RECORD_TABLES}. */
export const dropRecords = async (tx: WriteTransaction, person: string): Promise<void> => {
  for (const path of Object.values(PATHS)) {
    const key = publicStorageKey(person, path)
    const held = await heldRecord(tx, key)
    if (held) await exchangeBlocks(tx, person, blocksNamedBy(held), [], [])
    await exchangeLocators(tx, held, undefined)
    await tx.delete('records', [key])
  }
}
