/**
 * Why blocks are kept. Every reason is a row of its own: an entry or profile of some person, or the manifest that lists
 * the block. The last one gone, the block goes. Reasons are firm, leased or lazy. A block with a firm or leased one that
 * is not here is wanted: a row in `queue` that says who is worth asking. A lease is for one block: what that lists is not
 * wanted for it. What has lazy reasons only, because only strangers refer to it, is stored when somebody looks at it,
 * within the strangers' ration.
 */
import { type Block, type Cid, Codec, cidToBytes, cidToString, parseCid } from '../../core/blocks/cid.ts'
import type { Key, ReadTransaction, WriteTransaction } from '../stores/store.ts'
import { readPictureManifest } from './picture.ts'
import { type Charge, chargeStranger, refundStranger, roomOf, takeFirst } from './strangers.ts'

/** Persons that are worth asking for one block. Where more refer to it, these are enough. */
export const MAX_ASKED_PERSONS = 32

/** Row of `blockMeta` under [CID]. */
export interface BlockMeta {
  /** Bytes; 0 while the block is not here. */
  readonly size: number
  /** There when it was stored for a look at what only strangers refer to. */
  readonly charge?: Charge
}

/** Row of `queue` under ['want', CID]. */
export interface Want {
  /** Whose content refers to it: whoever holds their log is worth asking. */
  readonly persons: readonly string[]
}

/** One reason to keep a block. */
export interface Reference {
  readonly name: string
  readonly person: string
  /** Stored only when somebody looks at it: what strangers refer to costs nothing until then. */
  readonly lazy?: boolean
}

/** Parts of the keys of reasons: ['CID', kind, person or manifest, name]. */
export type Kind = 'firm' | 'lazy' | 'leased'
/** The name of a manifest's reason for its chunks. */
export const LISTED = 'listed'
/** The name of an owner's reason: one for each block, however many leases there are. */
export const LEASED = ''
/** Reasons that are read in one go. */
const OWNERS_AT_ONCE = 16
/** Sorts after every name. */
const BEHIND_NAMES = '\uffff'

const metaOf = (tx: ReadTransaction, cid: Cid): Promise<BlockMeta | undefined> =>
  tx.get<BlockMeta>('blockMeta', [cidToBytes(cid)])

const wantKey = (cid: Cid): Key => ['want', cidToString(cid)]

const reasonKey = (cid: Cid, kind: Kind, owner: string, name: string): Key => [cidToBytes(cid), kind, owner, name]

/** Whether there is a reason of a kind, or one of that kind of one person or manifest. */
const has = async (tx: ReadTransaction, cid: Cid, kind: Kind, owner?: string): Promise<boolean> => {
  const prefix = [cidToBytes(cid), kind, ...(owner === undefined ? [] : [owner])]
  return (await tx.count('blockMeta', { prefix, limit: 1 })) > 0
}

/** Whether a block is kept on purpose, whoever looks at it. */
const isHeldFirmly = async (tx: ReadTransaction, cid: Cid): Promise<boolean> =>
  (await has(tx, cid, 'firm')) || has(tx, cid, 'leased')

/** Persons whose content refers to a block, of a chunk those of its manifests; at most {@link MAX_ASKED_PERSONS}. */
const personsOf = async (tx: ReadTransaction, cid: Cid, kind: Kind): Promise<string[]> => {
  const persons = new Set<string>()
  const prefix = [cidToBytes(cid), kind]
  let after: Key | undefined
  for (let step = 0; step < MAX_ASKED_PERSONS && persons.size < MAX_ASKED_PERSONS; step++) {
    const rows = await tx.list('blockMeta', { prefix, limit: OWNERS_AT_ONCE, ...(after && { after }) })
    const owners = new Map(rows.map(({ key }) => [key[2] as string, key[3] as string]))
    for (const [owner, name] of owners) {
      const manifest = name === LISTED ? parseCid(owner) : undefined
      for (const person of manifest?.ok ? await personsOf(tx, manifest.value, kind) : [owner]) persons.add(person)
    }
    if (rows.length < OWNERS_AT_ONCE) break
    after = [...prefix, rows.at(-1)!.key[2]!, BEHIND_NAMES]
  }
  return [...persons].slice(0, MAX_ASKED_PERSONS)
}

/** The chunks that a held manifest lists. */
const chunksOf = async (tx: ReadTransaction, manifest: Cid): Promise<readonly Cid[]> => {
  const bytes = manifest.code === Codec.dagCbor ? await tx.get<Uint8Array>('blocks', [cidToBytes(manifest)]) : undefined
  const picture = bytes && readPictureManifest(bytes)
  return picture?.ok ? picture.value.chunks : []
}

/** For whom a block is kept on purpose. */
const personsWanting = async (tx: ReadTransaction, cid: Cid): Promise<string[]> =>
  [...new Set([...(await personsOf(tx, cid, 'firm')), ...(await personsOf(tx, cid, 'leased'))])].slice(
    0,
    MAX_ASKED_PERSONS,
  )

/** Brings the row of a want up to date with the reasons for its block. */
const updateWant = async (tx: WriteTransaction, cid: Cid): Promise<void> => {
  const isMissing = (await metaOf(tx, cid))?.size === 0
  const persons = isMissing ? await personsWanting(tx, cid) : []
  if (persons.length > 0) await tx.put('queue', wantKey(cid), { persons } satisfies Want)
  else await tx.delete('queue', wantKey(cid))
}

const updateWants = async (tx: WriteTransaction, cid: Cid, chunks: readonly Cid[]): Promise<void> => {
  for (const missing of [cid, ...chunks]) await updateWant(tx, missing)
}

/** Counts a block no longer against a ration. */
const release = async (tx: WriteTransaction, cid: Cid): Promise<void> => {
  const meta = await metaOf(tx, cid)
  if (!meta?.charge) return
  await refundStranger(tx, meta.charge, meta.size)
  await tx.put('blockMeta', [cidToBytes(cid)], { size: meta.size } satisfies BlockMeta)
}

const listChunks = async (tx: WriteTransaction, manifest: Cid, chunks: readonly Cid[], lazy: boolean) => {
  for (const chunk of chunks) await refer(tx, chunk, { name: LISTED, person: cidToString(manifest), lazy })
}

/** Adds a reason to keep a block; a firm one replaces a lazy one of that name, and wants the block if it is not here. */
const refer = async (tx: WriteTransaction, cid: Cid, { name, person, lazy = false }: Reference): Promise<void> => {
  if ((await tx.get('blockMeta', reasonKey(cid, 'firm', person, name))) !== undefined) return
  const isNew = (await metaOf(tx, cid)) === undefined
  if (isNew) await tx.put('blockMeta', [cidToBytes(cid)], { size: 0 } satisfies BlockMeta)
  const isKnown = !isNew && !lazy && (await has(tx, cid, 'firm', person))
  await tx.put('blockMeta', reasonKey(cid, lazy ? 'lazy' : 'firm', person, name), 0)
  if (lazy) return
  await tx.delete('blockMeta', reasonKey(cid, 'lazy', person, name))
  if (isKnown) return
  // Most references are the only one of a block that is not here: hundreds of them may come at once.
  if (isNew) {
    const persons = name === LISTED ? await personsOf(tx, cid, 'firm') : [person]
    return tx.put('queue', wantKey(cid), { persons } satisfies Want)
  }
  await release(tx, cid)
  const chunks = await chunksOf(tx, cid)
  await listChunks(tx, cid, chunks, false)
  await updateWants(tx, cid, chunks)
}

/** Lets go what a block lists. */
const unlistChunks = async (tx: WriteTransaction, cid: Cid): Promise<void> => {
  for (const chunk of await chunksOf(tx, cid)) await unrefer(tx, chunk, cidToString(cid), LISTED)
}

/** Lets the bytes of a block go, and what it lists. The reasons for it stay. */
const drop = async (tx: WriteTransaction, cid: Cid): Promise<void> => {
  await unlistChunks(tx, cid)
  await release(tx, cid)
  await tx.delete('blocks', [cidToBytes(cid)])
  await tx.put('blockMeta', [cidToBytes(cid)], { size: 0 } satisfies BlockMeta)
}

/** Removes a reason. The last firm one gone, the bytes go, and what they list; the last of all gone, nothing is left. */
const unrefer = async (tx: WriteTransaction, cid: Cid, person: string, name: string): Promise<void> => {
  const [firm, lazy] = [reasonKey(cid, 'firm', person, name), reasonKey(cid, 'lazy', person, name)]
  const [wasFirm, wasLazy] = await tx.getMany('blockMeta', [firm, lazy])
  if (wasFirm === undefined && wasLazy === undefined) return
  await tx.delete('blockMeta', firm)
  await tx.delete('blockMeta', lazy)
  if (await has(tx, cid, 'firm', person)) return
  if (await has(tx, cid, 'firm')) return updateWants(tx, cid, await chunksOf(tx, cid))
  if (await has(tx, cid, 'leased')) {
    if (wasFirm !== undefined) await unlistChunks(tx, cid)
    return updateWant(tx, cid)
  }
  await settleWithoutFirm(tx, cid, wasFirm !== undefined)
}

/** The last reason to keep a block on purpose is gone, or there was none. */
const settleWithoutFirm = async (tx: WriteTransaction, cid: Cid, wasHeld: boolean): Promise<void> => {
  const isLeft = await has(tx, cid, 'lazy')
  if (wasHeld || !isLeft) await drop(tx, cid)
  if (!isLeft) await tx.delete('blockMeta', [cidToBytes(cid)])
  await tx.delete('queue', wantKey(cid))
}

/** [EC6] Keeps a block for its owner under a lease; it is wanted while it is not here. */
export const leaseBlock = async (tx: WriteTransaction, cid: Cid, owner: string): Promise<void> => {
  if ((await metaOf(tx, cid)) === undefined)
    await tx.put('blockMeta', [cidToBytes(cid)], { size: 0 } satisfies BlockMeta)
  await tx.put('blockMeta', reasonKey(cid, 'leased', owner, LEASED), 0)
  await release(tx, cid)
  await updateWant(tx, cid)
}

/** [EC9] The owner has no lease for a block any more. */
export const endBlockLease = async (tx: WriteTransaction, cid: Cid, owner: string): Promise<void> => {
  const key = reasonKey(cid, 'leased', owner, LEASED)
  if ((await tx.get('blockMeta', key)) === undefined) return
  await tx.delete('blockMeta', key)
  if (await isHeldFirmly(tx, cid)) return updateWant(tx, cid)
  await settleWithoutFirm(tx, cid, true)
}

/** Adds a reason to keep a file. `file` must be a CID's text. */
export const referFile = async (tx: WriteTransaction, file: string, reference: Reference): Promise<void> => {
  const cid = parseCid(file)
  if (cid.ok) await refer(tx, cid.value, reference)
}

/** Removes a reason to keep a file. */
export const unreferFile = async (
  tx: WriteTransaction,
  file: string,
  { name, person }: Omit<Reference, 'lazy'>,
): Promise<void> => {
  const cid = parseCid(file)
  if (cid.ok) await unrefer(tx, cid.value, person, name)
}

/** Whose ration has room for more of a file that only strangers refer to. */
const strangerWithRoom = async (tx: ReadTransaction, cid: Cid, size: number): Promise<string | undefined> => {
  for (const person of await personsOf(tx, cid, 'lazy')) if ((await roomOf(tx, person)) >= size) return person
  return undefined
}

/** Makes room for a block of strangers and counts it. @returns undefined when no ration has room for it */
const charge = async (tx: WriteTransaction, cid: Cid, size: number): Promise<Charge | undefined> => {
  if ((await strangerWithRoom(tx, cid, size)) === undefined) return undefined
  for (let first = await takeFirst(tx, size); first; first = await takeFirst(tx, size)) {
    const giving = parseCid(first)
    if (giving.ok) await drop(tx, giving.value)
  }
  // Asked again: what gave way may have been the manifest that lists this block.
  const person = await strangerWithRoom(tx, cid, size)
  return person === undefined ? undefined : chargeStranger(tx, person, cidToString(cid), size)
}

/**
 * Stores a block that is referred to. The chunks of a picture become wanted in turn, those of anything larger do not.
 * Needs a transaction over meta, blocks, blockMeta and queue.
 * @returns false when nothing refers to it, or only strangers whose ration is used up
 */
export const storeBlock = async (tx: WriteTransaction, cid: Cid, bytes: Uint8Array): Promise<boolean> => {
  const meta = await metaOf(tx, cid)
  if (!meta) return false
  if (meta.size > 0) return true
  const isHeld = await isHeldFirmly(tx, cid)
  const charged = isHeld ? undefined : await charge(tx, cid, bytes.length)
  if (!isHeld && !charged) return false
  await tx.put('blocks', [cidToBytes(cid)], bytes.slice())
  await tx.put('blockMeta', [cidToBytes(cid)], { size: bytes.length, ...(charged && { charge: charged }) })
  await tx.delete('queue', wantKey(cid))
  const isFirm = await has(tx, cid, 'firm')
  if (isFirm || (await has(tx, cid, 'lazy'))) await listChunks(tx, cid, await chunksOf(tx, cid), !isFirm)
  return true
}

/**
 * Stores those of `chunks` that are wanted, all at once and with no look at the reasons: what stands in `queue` is
 * missing, and somebody has a firm reason for it. Needs a transaction over blocks, blockMeta and queue.
 * @param chunks raw blocks: they list nothing
 * @returns whether each was wanted
 */
export const storeWantedChunks = async (tx: WriteTransaction, chunks: readonly Block[]): Promise<boolean[]> => {
  const wants = await tx.getMany(
    'queue',
    chunks.map(({ cid }) => wantKey(cid)),
  )
  const wanted = chunks.filter((_, i) => wants[i] !== undefined)
  const rows = wanted.map(({ cid, bytes }) => ({ key: [cidToBytes(cid)], bytes }))
  await Promise.all([
    tx.putMany(
      'blocks',
      rows.map(({ key, bytes }) => ({ key, value: bytes.slice() })),
    ),
    tx.putMany(
      'blockMeta',
      rows.map(({ key, bytes }) => ({ key, value: { size: bytes.length } satisfies BlockMeta })),
    ),
    ...wanted.map(({ cid }) => tx.delete('queue', wantKey(cid))),
  ])
  return wants.map((want) => want !== undefined)
}

/** Whether a block is here. */
export const isHere = async (tx: ReadTransaction, cid: Cid): Promise<boolean> =>
  ((await metaOf(tx, cid))?.size ?? 0) > 0

/**
 * Who is worth asking for a block that somebody looks at.
 * @param size bytes that the look takes in all
 * @returns undefined when nothing refers to it, or only strangers whose ration has no room for as much
 */
export const personsToAsk = async (tx: ReadTransaction, cid: Cid, size: number): Promise<string[] | undefined> => {
  const firm = await personsWanting(tx, cid)
  if (firm.length === 0 && (await strangerWithRoom(tx, cid, size)) === undefined) return undefined
  const lazy = await personsOf(tx, cid, 'lazy')
  return [...new Set([...firm, ...lazy])].slice(0, MAX_ASKED_PERSONS)
}
