/** From rows to what is shown: posts with their authors, reactions, replies and copies. */
import type { Copies, FeedPage, PersonCard, PostView, ReactionView } from '../../rpc/views.ts'
import type { CopyBook } from '../log/copies.ts'
import type { Cards } from '../person/cards.ts'
import type { ReadTransaction, Store } from '../stores/store.ts'
import { idOfRef } from './bodies.ts'
import {
  type EntryRow,
  type FeedPlace,
  getTallies,
  listFeed,
  type PostRow,
  type ReactionRow,
  type Tally,
} from './rows.ts'

/** Posts of one page at most. */
export const MAX_PAGE = 200
/** UTF-16 units of the post that is replied to, shown above the reply. */
const EXCERPT_LENGTH = 140

/** What views are made from. */
export interface ViewPorts {
  readonly store: Store
  readonly cards: Cards
  readonly copies: CopyBook
  /** [Q40] Copies wanted of an item, one's own among them. */
  copiesOf(item: string): number
  /** This node's person; undefined while there is none. */
  me(): string | undefined
  /** Whether what is kept here is on a device that is always on. */
  readonly isAlwaysOn: boolean
  /** Whether everything known of is here. */
  isComplete(): boolean
}

/** Reads pages and single posts. */
export interface PostViews {
  page(feed: string, input: { readonly limit: number; readonly before?: string }): Promise<FeedPage>
  /** Views of those of `ids` that are here, in order. */
  posts(ids: readonly string[]): Promise<readonly PostView[]>
}

/** A row with all that its view needs from the store. */
interface Loaded {
  readonly id: string
  readonly row: PostRow | ReactionRow
  readonly tally: Tally
  readonly target?: EntryRow | undefined
}

const excerptOf = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > EXCERPT_LENGTH ? `${line.slice(0, EXCERPT_LENGTH - 1)}…` : line
}

const targetOf = (row: PostRow | ReactionRow) => (row.kind === 'post' ? row.reply : row.target)

const targetIdOf = (row: PostRow | ReactionRow): string | undefined => {
  const ref = targetOf(row)
  return ref && idOfRef(ref)
}

/** What rows reply or react to, by id: of a feed most rows do neither. */
const loadTargets = async (
  tx: ReadTransaction,
  shown: readonly Pick<Loaded, 'row'>[],
): Promise<ReadonlyMap<string | undefined, EntryRow | undefined>> => {
  const ids = [...new Set(shown.flatMap(({ row }) => targetIdOf(row) ?? []))]
  const rows = await tx.getMany<EntryRow>(
    'posts',
    ids.map((id) => [id]),
  )
  return new Map(ids.map((id, i) => [id, rows[i]]))
}

const load = async (tx: ReadTransaction, ids: readonly string[]): Promise<Loaded[]> => {
  const [rows, tallies] = await Promise.all([
    tx.getMany<EntryRow>(
      'posts',
      ids.map((id) => [id]),
    ),
    getTallies(tx, ids),
  ])
  const shown = rows.flatMap((row, i) => (row && row.kind !== 'gone' ? [{ id: ids[i]!, row, tally: tallies[i]! }] : []))
  const targets = await loadTargets(tx, shown)
  return shown.map((entry) => ({ ...entry, target: targets.get(targetIdOf(entry.row)) }))
}

const countReactions = (tally: Tally, me: string | undefined): ReactionView[] => {
  const counts = new Map<string, { count: number; mine: boolean }>()
  for (const { emoji, on, person } of tally.marks) {
    if (!on) continue
    const held = counts.get(emoji) ?? { count: 0, mine: false }
    counts.set(emoji, { count: held.count + 1, mine: held.mine || person === me })
  }
  return [...counts].map(([emoji, held]) => ({ emoji, ...held })).sort((a, b) => b.count - a.count)
}

/** A token that names a place in a feed. */
const encodeToken = ({ time, id }: FeedPlace): string => `${time}.${id}`

const decodeToken = (token: string | undefined): FeedPlace | undefined => {
  const [time = '', id = ''] = token?.split('.', 2) ?? []
  return /^\d{1,16}$/.test(time) && id ? { time: Number(time), id } : undefined
}

/** Creates the reader of views. */
export const createPostViews = ({
  store,
  cards,
  copies,
  copiesOf,
  me,
  isAlwaysOn,
  isComplete,
}: ViewPorts): PostViews => {
  /** Of others' things only the copy kept here is known: who else holds them is told to their author. */
  const keptHere: Copies = { live: 1, wanted: 1, always: isAlwaysOn ? 1 : 0 }

  const replyTo = ({ row, target }: Loaded): PostView['replyTo'] => {
    const ref = targetOf(row)
    if (!ref) return undefined
    const author: PersonCard = cards.card(ref.person)
    const excerpt = target?.kind === 'post' ? excerptOf(target.text) : undefined
    return { id: idOfRef(ref), author, ...(excerpt !== undefined && { excerpt }) }
  }

  /** A reaction in the inbox is shown as a post without words that carries the one reaction. */
  const contentOf = ({ row, tally }: Loaded): Pick<PostView, 'text' | 'pictures' | 'reactions'> =>
    row.kind === 'post'
      ? { text: row.text, pictures: row.pictures, reactions: countReactions(tally, me()) }
      : { text: '', pictures: [], reactions: [{ emoji: row.emoji, count: 1, mine: false }] }

  const toView = (loaded: Loaded): PostView => {
    const { id, row, tally } = loaded
    const answered = replyTo(loaded)
    const source = row.kind === 'post' ? row.source : undefined
    return {
      id,
      author: cards.card(row.person),
      ...contentOf(loaded),
      time: row.time,
      replies: tally.replies,
      ...(answered && { replyTo: answered }),
      ...(source && { source: { title: source.title, ...(source.url && { url: source.url }) } }),
      mine: row.person === me(),
      copies: row.person === me() ? copies.copies(row, copiesOf(id) - 1) : keptHere,
    }
  }

  return {
    async page(feed, input) {
      const limit = Math.max(1, Math.min(input.limit, MAX_PAGE))
      return store.read(['feeds', 'posts'], async (tx) => {
        const places = await listFeed(tx, feed, { limit: limit + 1, before: decodeToken(input.before) })
        const shown = places.slice(0, limit)
        const posts = (
          await load(
            tx,
            shown.map(({ id }) => id),
          )
        ).map(toView)
        const next = places.length > limit ? encodeToken(shown.at(-1)!) : undefined
        return { posts, ...(next && { next }), complete: isComplete() }
      })
    },

    posts: (ids) => store.read(['posts'], async (tx) => (await load(tx, ids)).map(toView)),
  }
}
