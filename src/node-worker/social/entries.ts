/** How single entries enter and leave the views: posts with their feeds and files, reactions with their tallies. */
import type { Topic } from '../changes.ts'
import { referFile, unreferFile } from '../files/references.ts'
import type { ReadEntry } from '../log/log-view.ts'
import { getPerson, isFollowed, updatePerson } from '../person/persons.ts'
import type { WriteTransaction } from '../stores/store.ts'
import { type EntryRef, idOfRef, type PostBody, type ReactionBody } from './bodies.ts'
import {
  type EntryRow,
  Feed,
  getEntry,
  limitOfMarks,
  type PostRow,
  putInFeed,
  type ReactionRow,
  type Tally,
  takeFromFeed,
  updateTally,
} from './rows.ts'

/** Whether an entry is an own post that somebody else speaks of. */
const concernsMe = async (tx: WriteTransaction, target: EntryRef, author: string): Promise<boolean> => {
  const row = await getEntry(tx, idOfRef(target))
  if (row?.kind !== 'post' || row.person === author) return false
  return (await getPerson(tx, row.person))?.relation === 'me'
}

const refOf = ({ person, device, log, seq, hash }: ReadEntry): EntryRef => ({
  person,
  device: device.slice(),
  log,
  seq,
  hash: hash.slice(),
})

/** A post that is not there yet. */
export interface NewPost {
  readonly entry: ReadEntry
  readonly body: PostBody
}

const timeOf = ({ entry, body }: NewPost): number => Math.min(body.time, entry.arrival)

const toPostRow = (post: NewPost): PostRow => ({ kind: 'post', ...refOf(post.entry), ...post.body, time: timeOf(post) })

/** Adds posts of one person: an import or a first sync brings hundreds at once. */
export const addPosts = async (tx: WriteTransaction, posts: readonly NewPost[]): Promise<readonly Topic[]> => {
  const person = posts[0]?.entry.person
  if (person === undefined) return []
  const author = await getPerson(tx, person)
  const feeds = [Feed.person(person), ...(isFollowed(author) ? [Feed.home] : [])]
  await Promise.all([
    tx.putMany(
      'posts',
      posts.map((post) => ({ key: [post.entry.id], value: toPostRow(post) })),
    ),
    tx.putMany(
      'feeds',
      feeds.flatMap((feed) => posts.map((post) => ({ key: [feed, timeOf(post), post.entry.id], value: 0 }))),
    ),
    updatePerson(tx, person, (row) => ({ ...row, posts: row.posts + posts.length })),
  ])
  const topics: Topic[] = ['home', `person/${person}`]
  for (const post of posts) topics.push(`thread/${post.entry.id}`, ...(await linkPost(tx, post, !isFollowed(author))))
  return topics
}

/** What a post refers to: pictures are wanted, the entry that it replies to has one reply more. */
const linkPost = async (tx: WriteTransaction, post: NewPost, lazy: boolean): Promise<readonly Topic[]> => {
  const { id, person } = post.entry
  const { pictures, reply } = post.body
  for (const { file } of pictures) await referFile(tx, file, { name: id, person, lazy })
  return reply ? addReply(tx, reply, { time: timeOf(post), id, person }) : []
}

const addReply = async (
  tx: WriteTransaction,
  target: EntryRef,
  reply: { readonly time: number; readonly id: string; readonly person: string },
): Promise<readonly Topic[]> => {
  const targetId = idOfRef(target)
  await putInFeed(tx, Feed.thread(targetId), reply)
  await updateTally(tx, targetId, (tally) => ({ ...tally, replies: tally.replies + 1 }))
  if (await concernsMe(tx, target, reply.person)) await putInFeed(tx, Feed.inbox, reply)
  return [`thread/${targetId}`, 'inbox']
}

const marksBut = (tally: Tally, person: string, emoji: string) =>
  tally.marks.filter((mark) => mark.person !== person || mark.emoji !== emoji)

const isNewer = (a: { time: number; entry: string }, b: { time: number; entry: string }): boolean =>
  a.time > b.time || (a.time === b.time && a.entry > b.entry)

/** Adds a reaction that is not there yet; of one person and emoji the latest word counts. */
export const addReaction = async (
  tx: WriteTransaction,
  entry: ReadEntry,
  body: ReactionBody,
): Promise<readonly Topic[]> => {
  const { id, person } = entry
  const { emoji, on, target } = body
  const time = Math.min(body.time, entry.arrival)
  const targetId = idOfRef(target)
  await tx.put('posts', [id], { kind: 'reaction', ...refOf(entry), ...body, time } satisfies ReactionRow)
  await putInFeed(tx, Feed.acts(person), { time, id })
  let replaced: string | undefined
  let counts = false
  await updateTally(tx, targetId, (tally) => {
    const held = tally.marks.find((mark) => mark.person === person && mark.emoji === emoji)
    // The author's own times decide between their own words; an arrival may be the same for both.
    const mark = { person, emoji, on, time: body.time, entry: id }
    counts = held ? isNewer(mark, held) : limitOfMarks(tally, person) === undefined
    if (!counts) return tally
    replaced = held?.entry
    return { ...tally, marks: [...marksBut(tally, person, emoji), mark] }
  })
  if (!counts) return []
  if (replaced !== undefined) await hideFromInbox(tx, replaced)
  if (on && (await concernsMe(tx, target, person))) await putInFeed(tx, Feed.inbox, { time, id })
  return ['home', 'inbox', `thread/${targetId}`, `person/${target.person}`]
}

const hideFromInbox = async (tx: WriteTransaction, id: string): Promise<void> => {
  const row = await getEntry(tx, id)
  if (row && row.kind !== 'gone') await takeFromFeed(tx, Feed.inbox, { time: row.time, id })
}

/** Takes an entry out of every view. What it said is gone; its row is left to the caller. */
export const removeEntry = async (tx: WriteTransaction, id: string, row: EntryRow): Promise<readonly Topic[]> => {
  if (row.kind === 'post') return removePost(tx, id, row)
  if (row.kind === 'reaction') return removeReaction(tx, id, row)
  return []
}

const removePost = async (tx: WriteTransaction, id: string, row: PostRow): Promise<readonly Topic[]> => {
  const place = { time: row.time, id }
  const target = row.reply && idOfRef(row.reply)
  for (const feed of [Feed.home, Feed.inbox, Feed.person(row.person)]) await takeFromFeed(tx, feed, place)
  if (target) {
    await takeFromFeed(tx, Feed.thread(target), place)
    await updateTally(tx, target, (tally) => ({ ...tally, replies: tally.replies - 1 }))
  }
  for (const { file } of row.pictures) await unreferFile(tx, file, { name: id, person: row.person })
  await updatePerson(tx, row.person, (person) => ({ ...person, posts: Math.max(0, person.posts - 1) }))
  return ['home', 'inbox', `person/${row.person}`, `thread/${id}`, ...(target ? [`thread/${target}` as const] : [])]
}

const removeReaction = async (tx: WriteTransaction, id: string, row: ReactionRow): Promise<readonly Topic[]> => {
  const target = idOfRef(row.target)
  await takeFromFeed(tx, Feed.acts(row.person), { time: row.time, id })
  await takeFromFeed(tx, Feed.inbox, { time: row.time, id })
  await updateTally(tx, target, (tally) => ({ ...tally, marks: tally.marks.filter((mark) => mark.entry !== id) }))
  return ['home', 'inbox', `thread/${target}`, `person/${row.target.person}`]
}
