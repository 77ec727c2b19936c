/** Rows of the tables `posts` and `feeds`, and how they are read. */
import type { ReadTransaction, WriteTransaction } from '../stores/store.ts'
import type { EntryRef, PostBody, ReactionBody } from './bodies.ts'

/** A post, under [entry id]. `time` is the claimed one, held to the arrival when that lies before. */
export interface PostRow extends EntryRef, PostBody {
  readonly kind: 'post'
}

/** A reaction, under [entry id]. */
export interface ReactionRow extends EntryRef, ReactionBody {
  readonly kind: 'reaction'
}

/** An entry whose author asked that it be forgotten, before or after it came. */
export interface GoneRow {
  readonly kind: 'gone'
  /** Who said so. It means something only if the entry turns out to be theirs. */
  readonly person: string
  /** Others who said so of the same id: whose it is cannot be known before it came. */
  readonly others?: readonly string[]
}

/** What stands under [entry id]. */
export type EntryRow = PostRow | ReactionRow | GoneRow

/** One person's word on one emoji. */
export interface TallyMark {
  readonly person: string
  readonly emoji: string
  readonly on: boolean
  /** As the author claims it. */
  readonly time: number
  /** The entry that said so. */
  readonly entry: string
}

/** What others said about an entry, under [entry id, 'tally']; there before the entry is, if need be. */
export interface Tally {
  readonly replies: number
  readonly marks: readonly TallyMark[]
}

/** Marks kept for one entry; more are not counted. */
export const MAX_MARKS = 2000
/** Marks of one person on one entry. */
export const MAX_MARKS_PER_PERSON = 12

/** Persons whose word on one entry that is not here is remembered. */
const MAX_CLAIMANTS = 16

const claimantsOf = (row: EntryRow | undefined): readonly string[] =>
  row?.kind === 'gone' ? [row.person, ...(row.others ?? [])] : []

const goneBy = ([person, ...others]: readonly string[]): GoneRow | undefined =>
  person === undefined ? undefined : { kind: 'gone', person, ...(others.length > 0 && { others }) }

/** Whether the author took back the entry that the row stands for. */
export const isGone = (row: EntryRow | undefined, author: string): boolean => claimantsOf(row).includes(author)

/** The row after `person` took the entry back; beyond the limit the word is not remembered. */
export const withClaim = (row: EntryRow | undefined, person: string): GoneRow =>
  goneBy([...new Set([...claimantsOf(row), person])].slice(0, MAX_CLAIMANTS))!

/** The row without the word of `person`; undefined when nobody else's is left. */
export const withoutClaim = (row: GoneRow, person: string): GoneRow | undefined =>
  goneBy(claimantsOf(row).filter((claimant) => claimant !== person))

const EMPTY_TALLY: Tally = { replies: 0, marks: [] }

export const getEntry = (tx: ReadTransaction, id: string): Promise<EntryRow | undefined> => tx.get('posts', [id])

/** Tallies of entries, in order. */
export const getTallies = async (tx: ReadTransaction, ids: readonly string[]): Promise<Tally[]> => {
  const rows = await tx.getMany<Tally>(
    'posts',
    ids.map((id) => [id, 'tally']),
  )
  return rows.map((row) => row ?? EMPTY_TALLY)
}

/** The limit that one more mark of a person would break, if it does. */
export const limitOfMarks = ({ marks }: Tally, person: string): number | undefined => {
  if (marks.length >= MAX_MARKS) return MAX_MARKS
  const own = marks.filter((mark) => mark.person === person).length
  return own >= MAX_MARKS_PER_PERSON ? MAX_MARKS_PER_PERSON : undefined
}

/** Changes what is said about an entry; nothing left to say, the row goes. */
export const updateTally = async (tx: WriteTransaction, id: string, change: (tally: Tally) => Tally): Promise<void> => {
  const [held] = await getTallies(tx, [id])
  const next = change(held!)
  if (next.replies <= 0 && next.marks.length === 0) await tx.delete('posts', [id, 'tally'])
  else await tx.put('posts', [id, 'tally'], next)
}

/** Names of feeds. */
export const Feed = {
  home: 'home',
  inbox: 'inbox',
  /** Posts of one person. */
  person: (id: string) => `person/${id}`,
  /** What else one person said: reactions. Not shown; this is how they are found again. */
  acts: (id: string) => `acts/${id}`,
  /** What one person took back, by the time at which this node heard of it. */
  gone: (id: string) => `gone/${id}`,
  /** Replies to one entry. */
  thread: (entry: string) => `thread/${entry}`,
} as const

/** Where an entry stands in a feed. */
export interface FeedPlace {
  readonly time: number
  readonly id: string
}

export const putInFeed = (tx: WriteTransaction, feed: string, { time, id }: FeedPlace): Promise<void> =>
  tx.put('feeds', [feed, time, id], 0)

export const takeFromFeed = (tx: WriteTransaction, feed: string, { time, id }: FeedPlace): Promise<void> =>
  tx.delete('feeds', [feed, time, id])

/** Places of a feed, newest first, older than `before`. */
export const listFeed = async (
  tx: ReadTransaction,
  feed: string,
  options: { readonly limit?: number; readonly before?: FeedPlace | undefined; readonly oldestFirst?: boolean } = {},
): Promise<FeedPlace[]> => {
  const rows = await tx.list<0>('feeds', {
    prefix: [feed],
    reverse: !options.oldestFirst,
    ...(options.limit !== undefined && { limit: options.limit }),
    ...(options.before && { before: [feed, options.before.time, options.before.id] }),
  })
  return rows.map(({ key }) => ({ time: key[1] as number, id: key[2] as string }))
}
