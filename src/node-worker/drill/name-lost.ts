/** What is missing, named as its person knows it: a post by how it begins, a note by its title, a picture by its post. */
import { type Cid, cidToBytes, parseCid } from '../../core/blocks/cid.ts'
import { isRecord, isText } from '../../core/cbor.ts'
import type { Segment } from '../../core/logs/segment.ts'
import { type LostKind, type LostThing, MAX_NAMED_LOST } from '../../rpc/drill.ts'
import { LISTED } from '../files/references.ts'
import type { InternalServices } from '../internal-services.ts'
import type { ReadEntry } from '../log/log-view.ts'
import { openEntries } from '../log/open-entries.ts'
import { createNoteBook } from '../notes/note-book.ts'
import { readDelete, readUpdate } from '../notes/note-entries.ts'
import { ACCOUNT_CHANGE } from '../person/account-state.ts'
import { PROFILE } from '../person/profile.ts'
import { PayloadType, readPost, readReaction } from '../social/bodies.ts'
import { getEntry } from '../social/rows.ts'
import type { ReadTransaction } from '../stores/store.ts'
import type { Compared } from './compare.ts'
import type { WantedBlock } from './wanted.ts'

/** Characters of a post that name it. */
const MAX_TITLE = 60

/** Things that are one to the person have one key: all entries of a note, all blocks of a picture. */
interface Named {
  readonly key: string
  readonly kind: LostKind
  readonly title: string
}

const beginningOf = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > MAX_TITLE ? `${line.slice(0, MAX_TITLE - 1)}…` : line
}

/** A key of the account state is `kind/name`. */
const nameChange = (key: unknown): Named => {
  const kind = isText(key, MAX_TITLE * 4) && key.startsWith('setting/') ? 'settings' : 'people'
  return { key: kind, kind, title: '' }
}

const nameEntry = (entry: ReadEntry, notes: ReadonlyMap<string, string>): Named => {
  const { type, body, id } = entry
  if (type === PayloadType.post) return { key: id, kind: 'post', title: beginningOf(readPost(body)?.text ?? '') }
  if (type === PayloadType.reaction) return { key: id, kind: 'reaction', title: readReaction(body)?.emoji ?? '' }
  if (type === PROFILE) return { key: 'profile', kind: 'profile', title: '' }
  if (type === ACCOUNT_CHANGE) return nameChange(isRecord(body) ? body.key : undefined)
  const note = (readUpdate(entry) ?? readDelete(entry))?.note
  return note === undefined
    ? { key: 'other', kind: 'other', title: '' }
    : { key: `note ${note}`, kind: 'note', title: notes.get(note) ?? '' }
}

/** Names of what shows a block: ids of posts, or of a face; of a chunk those of its manifest. */
const shownBy = async (tx: ReadTransaction, cid: Cid): Promise<{ file: string; name: string } | undefined> => {
  const rows = await tx.list('blockMeta', { prefix: [cidToBytes(cid)] })
  for (const { key } of rows) {
    const [owner, name] = [key[2], key[3]]
    if (typeof owner !== 'string' || typeof name !== 'string' || key[1] !== 'firm') continue
    const manifest = name === LISTED ? parseCid(owner) : undefined
    if (!manifest) return { file: String(cid), name }
    const shown = manifest.ok ? await shownBy(tx, manifest.value) : undefined
    if (shown) return shown
  }
  return undefined
}

const nameBlock = (services: InternalServices, { cid }: WantedBlock): Promise<Named> =>
  services.platform.store.read(['blockMeta', 'posts'], async (tx) => {
    const shown = await shownBy(tx, cid)
    const post = shown && (await getEntry(tx, shown.name))
    const title = post?.kind === 'post' ? beginningOf(post.text) : ''
    return { key: `picture ${shown?.file ?? cid}`, kind: 'picture', title }
  })

const titlesOf = async (services: InternalServices): Promise<Map<string, string>> => {
  const self = services.account.self()
  const notes = self ? await createNoteBook(services).list(self) : []
  return new Map(notes.map(({ note, title }) => [note, title]))
}

/** What is missing, and the first {@link MAX_NAMED_LOST} of it by name. */
export const nameLost = async (
  services: InternalServices,
  person: string,
  { lostRuns, lostBlocks }: Compared,
): Promise<{ readonly lost: number; readonly missing: readonly LostThing[] }> => {
  const things = new Map<string, LostThing>()
  const add = ({ key, kind, title }: Named, bytes: number): void => {
    things.set(key, { kind, title, bytes: bytes + (things.get(key)?.bytes ?? 0) })
  }
  const notes = lostRuns.length > 0 ? await titlesOf(services) : new Map<string, string>()
  const addRun = async (run: Segment): Promise<void> => {
    const read = new Map((await openEntries(services.logs.core, person, run)).map((entry) => [entry.seq, entry]))
    for (const [i, { seq }] of run.entries.entries()) {
      const entry = read.get(seq)
      const named: Named = entry ? nameEntry(entry, notes) : { key: 'other', kind: 'other', title: '' }
      add(named, run.payloads[i]?.length ?? 0)
    }
  }
  for (const run of lostRuns) await addRun(run)
  for (const block of lostBlocks) add(await nameBlock(services, block), block.size)
  return { lost: things.size, missing: [...things.values()].slice(0, MAX_NAMED_LOST) }
}
