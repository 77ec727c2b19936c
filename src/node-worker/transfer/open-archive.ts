/** Reads the part of an archive that everything else depends on: root, key events and records. */
import type { CarRefusal } from '../../core/blocks/car.ts'
import { readCar } from '../../core/blocks/car.ts'
import type { Block, Cid } from '../../core/blocks/cid.ts'
import { equalBytes } from '../../core/bytes.ts'
import { NETWORK_ZERO } from '../../core/limits.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { KithError } from '../../rpc/errors.ts'
import { type ArchiveRoot, decodeArchiveRoot } from './archive-root.ts'
import { chunksOf } from './blob-chunks.ts'

/** An archive whose head was read. */
export interface OpenArchive {
  readonly root: Pick<ArchiveRoot, 'person' | 'logs'>
  readonly events: readonly Uint8Array[]
  readonly proof: readonly Uint8Array[]
  /** Those that are not damaged. */
  readonly records: readonly Uint8Array[]
  /** The blocks that follow; ends after what cannot be read further. */
  next(): Promise<Result<Block, CarRefusal> | undefined>
  close(): Promise<void>
}

const badFile = (reason: string) => err({ type: 'bad-file', reason } as const)

/** What a refused block is called in an error. */
const reasonOf = (refusal: CarRefusal): string =>
  refusal.type === 'malformed' ? refusal.reason : `block ${refusal.index} is damaged`

type Next = OpenArchive['next']

const readRoot = async (roots: readonly Cid[], next: Next): Promise<Result<ArchiveRoot, KithError>> => {
  const first = await next()
  if (!first) return badFile('nothing in it')
  if (!first.ok) return badFile(reasonOf(first.error))
  if (roots.length !== 1 || !first.value.cid.equals(roots[0])) return badFile('its first block is not its root')
  const root = decodeArchiveRoot(first.value.bytes)
  if (!root.ok) {
    return root.error.type === 'unknown-version' ? err({ type: 'newer-version' }) : badFile(root.error.reason)
  }
  return equalBytes(root.value.network, NETWORK_ZERO) ? root : badFile('made in another network')
}

/** The blocks of `named` that come next, by CID. Damaged ones are left out. */
const readNamed = async (named: readonly Cid[], next: Next): Promise<ReadonlyMap<string, Uint8Array>> => {
  const wanted = new Set(named.map(String))
  const found = new Map<string, Uint8Array>()
  for (let i = 0; i < wanted.size; i++) {
    const block = await next()
    if (!block || (!block.ok && block.error.type === 'malformed')) break
    if (block.ok && wanted.has(String(block.value.cid))) found.set(String(block.value.cid), block.value.bytes)
  }
  return found
}

const pick = (named: readonly Cid[], found: ReadonlyMap<string, Uint8Array>): Uint8Array[] =>
  named.flatMap((cid) => found.get(String(cid)) ?? [])

/** Opens an archive. A damaged root or key event ends it: nothing could be checked, or the chain would be forked. */
export const openArchive = async (
  archive: Blob,
  onRead: (bytes: number) => void,
): Promise<Result<OpenArchive, KithError>> => {
  const car = await readCar(chunksOf(archive, onRead))
  if (!car.ok) return badFile(car.error.reason)
  const blocks = car.value.blocks[Symbol.asyncIterator]()
  const next: Next = async () => {
    const result = await blocks.next()
    return result.done ? undefined : result.value
  }
  const close = async (): Promise<void> => void (await blocks.return?.())
  const root = await readRoot(car.value.roots, next)
  if (!root.ok) {
    await close()
    return root
  }
  const { events, proof, records } = root.value
  const found = await readNamed([...events, ...proof, ...records], next)
  const opened = {
    root: root.value,
    events: pick(events, found),
    proof: pick(proof, found),
    records: pick(records, found),
    next,
    close,
  }
  if (opened.events.length === events.length && opened.proof.length === proof.length) return ok(opened)
  await close()
  return badFile('its key events are damaged')
}
