/** Everything of the person that is here, as blocks of an archive. */
import { type Block, cidToString, dagCborCid, parseCid, rawCid } from '../../core/blocks/cid.ts'
import { decodeManifest } from '../../core/blocks/manifest.ts'
import { MAX_SEGMENT_BYTES } from '../../core/limits.ts'
import { decodeRecord } from '../../core/records/record.ts'
import { PATHS, publicStorageKey } from '../../core/records/storage-key.ts'
import type { InternalServices } from '../internal-services.ts'
import type { LogHead } from '../log/log-service.ts'
import { listLocators } from '../person/own-record-values.ts'
import { blocksNamedBy } from '../person/record-rows.ts'
import { Feed, getEntry, listFeed } from '../social/rows.ts'

/** Bytes under their CID, as dag-cbor. */
export const cborBlock = (bytes: Uint8Array): Block => ({ cid: dagCborCid(bytes), bytes })

/** The person's own records: those under known paths, and the locator, which only the words can name. */
export const ownRecords = ({ platform }: InternalServices, person: string): Promise<Uint8Array[]> =>
  platform.store.read(['records'], async (tx) => {
    const keys = Object.values(PATHS).map((path) => [publicStorageKey(person, path)])
    const named = await tx.getMany<Uint8Array>('records', keys)
    return [...named.filter((record) => record !== undefined), ...(await listLocators(tx, person))]
  })

/** The blocks that the person's own records name and that are here. */
export async function* recordBlocksOf(services: InternalServices, person: string): AsyncGenerator<Block> {
  for (const bytes of await ownRecords(services, person)) {
    const signed = decodeRecord(bytes)
    for (const cid of signed.ok ? blocksNamedBy(signed.value) : []) {
      const block = await blockOf(services, cidToString(cid))
      if (block) yield block
    }
  }
}

/** What is held of a log, in wire form, oldest first. */
export async function* segmentsOf({ logs }: InternalServices, head: LogHead): AsyncGenerator<Block> {
  for (const range of head.ranges) {
    for (let seq = range.from; seq <= range.to; ) {
      const run = await logs.readSegment(head.device, head.log, seq, MAX_SEGMENT_BYTES, range.to)
      // Nothing is ever taken out of a range that is held.
      if (!run) throw new Error('a range that is held cannot be read')
      yield { cid: rawCid(run.bytes), bytes: run.bytes }
      seq = run.to + 1
    }
  }
}

/** Files that the person's posts and profile show. */
const ownFiles = async ({ platform, persons }: InternalServices, person: string): Promise<Set<string>> => {
  const posts = await platform.store.read(['feeds', 'posts'], async (tx) => {
    const places = await listFeed(tx, Feed.person(person))
    return Promise.all(places.map(({ id }) => getEntry(tx, id)))
  })
  const pictures = posts.flatMap((post) => (post?.kind === 'post' ? post.pictures.map(({ file }) => file) : []))
  const avatar = persons.get(person)?.profile?.avatar
  return new Set(avatar ? [avatar, ...pictures] : pictures)
}

/** Blocks of the person's files that are here, each manifest before its chunks. */
export async function* fileBlocksOf(services: InternalServices, person: string): AsyncGenerator<Block> {
  for (const file of await ownFiles(services, person)) {
    const manifest = await blockOf(services, file)
    if (!manifest) continue
    yield manifest
    const decoded = decodeManifest(manifest.bytes)
    for (const chunk of decoded.ok ? decoded.value.chunks : []) {
      const block = await blockOf(services, String(chunk))
      if (block) yield block
    }
  }
}

const blockOf = async ({ files }: InternalServices, text: string): Promise<Block | undefined> => {
  const cid = parseCid(text)
  const bytes = await files.get(text)
  return cid.ok && bytes ? { cid: cid.value, bytes } : undefined
}
