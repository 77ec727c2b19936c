/** What readers of foreign files find in them. */
import type { Source } from '../../social/bodies.ts'

/** Why an item is left out; the names are shown with the import (`JobView.skipped`). */
export type LeftOut = 'duplicate' | 'empty' | 'too-large' | 'malformed'

/** An item as it may become a post. */
export interface ForeignItem {
  readonly text: string
  /** When it was written, if the file says so; milliseconds since 1970. */
  readonly time?: number
  readonly source: Source
}

/** One step of reading a file. */
export type Found =
  | { readonly type: 'item'; readonly item: ForeignItem }
  | { readonly type: 'left-out'; readonly reason: LeftOut }
  /** The file is not of this kind, or cannot be read further; always the last. */
  | { readonly type: 'bad-file'; readonly reason: string }

/** Reads one file. What `write` and `end` return comes in the order of the file. */
export interface ItemReader {
  write(text: string): readonly Found[]
  end(): readonly Found[]
}

/** UTF-16 units of one item with its markup. */
export const MAX_ITEM_LENGTH = 1_048_576
