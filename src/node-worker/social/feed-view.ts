/**
 * The view of the public log: posts, reactions, profiles, and what is to be forgotten. Entries come in any order, so
 * that a forget may be here before what it is about.
 */
import { BLOCK_BASES, readBlockBases } from '../../core/swarm/block-bases.ts'
import type { Topic } from '../changes.ts'
import { forgetPayloads } from '../log/forget.ts'
import { getLogRow } from '../log/log-row.ts'
import type { LogView, ReadEntry } from '../log/log-view.ts'
import type { Runs } from '../log/runs.ts'
import { getPerson, isFollowed, updatePerson } from '../person/persons.ts'
import { applyProfile, PROFILE, readProfile } from '../person/profile.ts'
import type { WriteTransaction } from '../stores/store.ts'
import { type EntryRef, idOfRef, PayloadType, readForget, readPost, readReaction } from './bodies.ts'
import { addPosts, addReaction, type NewPost, removeEntry } from './entries.ts'
import { type EntryRow, Feed, getEntry, isGone, listFeed, putInFeed, withClaim } from './rows.ts'

type Apply = (tx: WriteTransaction, entry: ReadEntry) => Promise<readonly Topic[]>

/** Forgets the payload if the entry that is held there is the one that is named. */
const forgetIfNamed = async (tx: WriteTransaction, runs: Runs, target: EntryRef): Promise<void> => {
  const row = await getLogRow(tx, target.device, target.log)
  if (row?.person !== target.person) return
  const held = await runs.hashesAt(tx, target.device, target.log, [target.seq])
  const hash = held.get(target.seq)
  if (hash && idOfRef({ ...target, hash }) === idOfRef(target)) await forgetPayloads(tx, runs, target, [target.seq])
}

const createApplyForget =
  (runs: Runs): Apply =>
  async (tx, entry) => {
    const forget = readForget(entry.body)
    // Only an author's own word counts.
    if (!forget || forget.target.person !== entry.person) return []
    const id = idOfRef(forget.target)
    const row = await getEntry(tx, id)
    // Somebody else's word on an entry that is not here yet must neither stand in the way nor be lost.
    if (row && row.kind !== 'gone' && row.person !== entry.person) return []
    const topics = row ? await removeEntry(tx, id, row) : []
    await tx.put('posts', [id], withClaim(row, entry.person))
    await putInFeed(tx, Feed.gone(entry.person), { time: entry.arrival, id })
    await forgetIfNamed(tx, runs, forget.target)
    return topics
  }

const applyReaction: Apply = async (tx, entry) => {
  const reaction = readReaction(entry.body)
  return reaction ? addReaction(tx, entry, reaction) : []
}

const applyProfileEntry: Apply = async (tx, entry) => {
  const profile = readProfile(entry.body)
  const isNew = profile && (await applyProfile(tx, entry.person, { ...profile, entry: entry.id }))
  return isNew ? ['people', 'home', `person/${entry.person}`] : []
}

const applyBlockBases: Apply = async (tx, { id, person, body }) => {
  const said = readBlockBases(body)
  const row = await getPerson(tx, person)
  if (!said || !row || !isFollowed(row)) return []
  const { time, entry } = row.blockBases ?? { time: -1, entry: '' }
  // Of one time the greater entry id, so that all readers agree.
  if (said.time < time || (said.time === time && id <= entry)) return []
  await updatePerson(tx, person, (held) => ({ ...held, blockBases: { ...said, entry: id } }))
  return [`person/${person}`]
}

/**
 * What stands under the ids of new entries of one person, read at once; a forget in their midst makes it stale. Most
 * people never took anything back: then nothing stands there, and thousands of reads are saved.
 */
const createLookup = async (tx: WriteTransaction, entries: readonly ReadEntry[]) => {
  const forgets = entries[0] ? await listFeed(tx, Feed.gone(entries[0].person), { limit: 1 }) : []
  const wanted = forgets.length > 0 ? entries : []
  const rows = await tx.getMany<EntryRow>(
    'posts',
    wanted.map(({ id }) => [id]),
  )
  const held = new Map(wanted.map(({ id }, i) => [id, rows[i]]))
  let isStale = false
  return {
    get: async (id: string) => (isStale ? getEntry(tx, id) : held.get(id)),
    stale: (): void => {
      isStale = true
    },
  }
}

/** Creates the view; `runs` gives access to payloads that are to be forgotten. */
export const createFeedView = (runs: Runs): LogView => {
  // A map: types are strangers' words, and objects have properties of their own such as `constructor`.
  const applyByType = new Map<string, Apply>([
    [PayloadType.reaction, applyReaction],
    [PayloadType.forget, createApplyForget(runs)],
    [PROFILE, applyProfileEntry],
    [BLOCK_BASES, applyBlockBases],
  ])

  return {
    isShown: async (tx, { id }) => (await getEntry(tx, id)) !== undefined,

    async apply(tx, entries) {
      const topics = new Set<Topic>()
      const note = (changed: readonly Topic[]): void => {
        for (const topic of changed) topics.add(topic)
      }
      const lookup = await createLookup(tx, entries)
      const gone: number[] = []
      let posts: NewPost[] = []
      for (const entry of entries) {
        const held = await lookup.get(entry.id)
        // A mark left by anyone but the author means nothing.
        if (isGone(held, entry.person)) {
          gone.push(entry.seq)
          continue
        }
        const body = entry.type === PayloadType.post ? readPost(entry.body) : undefined
        if (body) posts.push({ entry, body })
        const apply = applyByType.get(entry.type)
        if (!apply) continue
        // In order: what a forget is about may be among the posts before it.
        note(await addPosts(tx, posts))
        posts = []
        note(await apply(tx, entry))
        if (entry.type === PayloadType.forget) lookup.stale()
      }
      note(await addPosts(tx, posts))
      if (entries[0]) await forgetPayloads(tx, runs, entries[0], gone)
      return [...topics]
    },
  }
}
