/**
 * Which items of foreign files are here already. The index is part of the view of the public log: every own post that
 * names a source is in it, so other devices and restored ones know what was imported. What was deleted stays in it
 * and does not come back with the next import. Rule IM6 of docs/protocol.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8Encode } from '../../../core/bytes.ts'
import type { LogView } from '../../log/log-view.ts'
import { getPerson } from '../../person/persons.ts'
import { PayloadType, type PostBody, readPost } from '../../social/bodies.ts'
import type { Key, ReadTransaction } from '../../stores/store.ts'

/** Bytes of a hash that are kept. */
const HASH_BYTES = 16

/** What tells one item from another. A guid that is no address is unique only within its source. */
const identityOf = ({ text, source }: Pick<PostBody, 'text' | 'source'>): string[] => {
  if (source?.guid) return ['guid', source.guid, /^\w+:/.test(source.guid) ? '' : source.title]
  return source?.url ? ['url', source.url] : ['text', text]
}

/** The key in `queue` under which an imported post is known. */
export const sourceKey = (post: Pick<PostBody, 'text' | 'source'>): Key => [
  'source',
  sha256(utf8Encode(JSON.stringify(identityOf(post)))).slice(0, HASH_BYTES),
]

/** Which of some keys are in the index, in their order. */
export const areKnown = async (tx: ReadTransaction, keys: readonly Key[]): Promise<boolean[]> =>
  (await tx.getMany<0>('queue', keys)).map((row) => row !== undefined)

/** Keeps the index up with own posts; given to the public log beside the view that shows them. */
export const sourceIndex: LogView = {
  async apply(tx, entries) {
    const posts = entries.filter(({ type }) => type === PayloadType.post)
    const rows = posts.flatMap(({ body }) => {
      const post = readPost(body)
      return post?.source ? [{ key: sourceKey(post), value: 0 }] : []
    })
    const isOwn = rows.length > 0 && (await getPerson(tx, posts[0]!.person))?.relation === 'me'
    if (isOwn) await tx.putMany('queue', rows)
    return []
  },
}

/** Views that are told of the same entries; the first says what was shown. */
export const bothViews = (first: LogView, second: LogView): LogView => ({
  ...(first.isShown && { isShown: first.isShown }),
  apply: async (tx, entries) => [...(await first.apply(tx, entries)), ...(await second.apply(tx, entries))],
})
