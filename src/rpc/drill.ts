/** What a wipe drill came to: whether everything came back from others, and what did not. */
import type { KithError } from './errors.ts'

/** What of a person's is missing, as the person knows it. */
export type LostKind = 'post' | 'reaction' | 'note' | 'picture' | 'profile' | 'settings' | 'people' | 'other'

/** One thing that did not come back, or came back different. */
export interface LostThing {
  readonly kind: LostKind
  /** The beginning of a post (of a picture: of the post it belongs to), the title of a note; empty when it has none. */
  readonly title: string
  /** Bytes of it that are missing. */
  readonly bytes: number
}

/** Things that are named one by one; of more there is only the count. */
export const MAX_NAMED_LOST = 20

/** The outcome of the job `drill`. */
export interface DrillView {
  readonly survives: boolean
  /** From the first question to the last comparison. */
  readonly milliseconds: number
  /** What came back byte for byte: entries of logs, blocks, and the bytes of both. */
  readonly entries: number
  readonly blocks: number
  readonly bytes: number
  /** How many things are missing, and the first {@link MAX_NAMED_LOST} of them. */
  readonly lost: number
  readonly missing: readonly LostThing[]
  /** Why nobody was found with the words, if so: then nothing came back at all. */
  readonly because?: KithError
}
