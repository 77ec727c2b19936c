/** Opens a foreign file: what it is, in which encoding, and the items in it. Readers are loaded when they are needed. */
import type { Found, ItemReader } from './found.ts'
import { encodingOf, textOf } from './text-chunks.ts'

/** Bytes of a file that is read at all. */
export const MAX_IMPORT_BYTES = 67_108_864
/** UTF-16 units looked at to tell what a file is. */
const HEAD_LENGTH = 4096

const FEED = /^\ufeff?\s*<(?:\?xml|!--|!doctype|(?:\w{1,20}:)?(?:rss|feed|rdf)[\s>])/i

const createReader = async (head: string, name: string): Promise<ItemReader> => {
  if (FEED.test(head.slice(0, HEAD_LENGTH))) return (await import('./feed-reader.ts')).createFeedReader(name)
  return (await import('./fortune-reader.ts')).createFortuneReader(name)
}

/** The items of a file, told apart by content; `name` is what it is called. */
export async function* readItems(file: Blob, name: string, onRead: (bytes: number) => void): AsyncGenerator<Found> {
  if (file.size === 0) return yield { type: 'bad-file', reason: 'the file is empty' }
  if (file.size > MAX_IMPORT_BYTES) {
    return yield { type: 'bad-file', reason: `${file.size} bytes, at most ${MAX_IMPORT_BYTES} are read` }
  }
  let reader: ItemReader | undefined
  for await (const text of textOf(file, await encodingOf(file), onRead)) {
    reader ??= await createReader(text, name)
    yield* reader.write(text)
  }
  if (reader) yield* reader.end()
}
