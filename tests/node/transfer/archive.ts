/** A person with something of everything, and verbs to take archives apart. */
import { Doc, encodeStateAsUpdate } from 'yjs'
import { readCar, writeCar } from '../../../src/core/blocks/car.ts'
import type { Block } from '../../../src/core/blocks/cid.ts'
import { chunksOf } from '../../../src/node-worker/transfer/blob-chunks.ts'
import type { JobView } from '../../../src/rpc/views.ts'
import { seededRandom } from '../../support/platform.ts'
import { startNode, type TestNode } from '../../support/test-node.ts'
import { importFile, item, jobDone, rss } from './files.ts'

/** Another person's id, to be followed. */
export const FRIEND = 'bafyreihltcnuuyqp2jm24aqydpnlj7b6w3ogwrplomrjtg5rifv44mmjey'

const noteText = (): Uint8Array => {
  const doc = new Doc()
  doc.getText('title').insert(0, 'Plans')
  doc.getText('body').insert(0, 'write it down')
  return encodeStateAsUpdate(doc)
}

/** A picture that no two seeds share. */
const picture = (seed: string, size: number) => ({
  bytes: seededRandom(seed).bytes(size),
  mediaType: 'image/png' as const,
  width: 4,
  height: 3,
  alt: `picture ${seed}`,
})

/** Starts a node whose person has posts, pictures, a reaction, a deleted post, an import, notes, a follow, settings. */
export const startFullPerson = async (seed: string): Promise<TestNode> => {
  const node = await startNode(seed)
  await node.get('create-person', { name: 'Alice', avatar: picture(`${seed} avatar`, 900) })
  await node.get('save-profile', { name: 'Alice', about: 'all of it' })
  const { entry } = await node.get('publish-post', { text: 'with a picture', pictures: [picture(seed, 600_000)] })
  node.platform.clock.advance(1000)
  await node.get('publish-post', { text: 'a reply', pictures: [], replyTo: entry })
  await node.get('react', { entry, emoji: '🌳', on: true })
  const gone = await node.get('publish-post', { text: 'regretted', pictures: [] })
  await node.get('delete-entry', { entry: gone.entry })
  await importFile(node, rss(...Array.from({ length: 300 }, (_, i) => item(i))))
  const { note } = await node.get('create-note', {})
  await node.get('update-note', { note, update: noteText() })
  await node.get('follow', { link: FRIEND })
  await node.get('set-petname', { person: FRIEND, petname: 'friend' })
  await node.get('save-settings', { theme: 'dark' })
  node.platform.clock.advance(1000)
  return node
}

/** The twelve words of a new person. */
export const wordsOf = async (node: TestNode): Promise<string> => {
  const answer = await node.get('recovery-words', {})
  if (!('words' in answer)) throw new Error('the words are gone')
  return answer.words.join(' ')
}

/** Exports and waits for the archive. */
export const archiveOf = async (node: TestNode): Promise<Blob> => {
  const view = await jobDone(node, (await node.get('export', {})).job)
  if (!view.file) throw new Error(`no archive: ${JSON.stringify(view)}`)
  return view.file
}

/** Restores and waits for the end. */
export const restoreFrom = async (node: TestNode, words: string, archive: Blob): Promise<JobView> =>
  jobDone(node, (await node.get('restore', { words, archive })).job)

/** Everything that pages would show of the person. */
export const shownOf = async (node: TestNode) => {
  const session = await node.query('session', {})
  if (session.state !== 'ready') throw new Error('nobody is there')
  const home = await node.query('home', { limit: 1000 })
  const notes = await node.query('notes', {})
  const { avatar } = session.me
  const files = [...home.posts.flatMap(({ pictures }) => pictures), ...(avatar ? [{ file: avatar }] : [])]
  return {
    me: session.me,
    posts: session.posts,
    // Who holds copies differs from device to device.
    home: home.posts.map(({ copies: _, ...post }) => post),
    notes: await Promise.all(
      notes.map(async ({ copies: _, ...note }) => ({ ...note, state: await node.query('note', { note: note.id }) })),
    ),
    following: (await node.query('people', {})).following,
    settings: await node.query('settings', {}),
    files: await Promise.all(files.map(({ file }) => node.ask('read-file', { file }))),
  }
}

/** The blocks of an archive, root first. */
export const blocksOf = async (archive: Blob): Promise<Block[]> => {
  const car = await readCar(chunksOf(archive))
  if (!car.ok) throw new Error(car.error.reason)
  const blocks: Block[] = []
  for await (const block of car.value.blocks) {
    if (!block.ok) throw new Error(block.error.type)
    blocks.push(block.value)
  }
  return blocks
}

/** An archive of blocks, the first of which is its root. */
export const archiveWith = async (blocks: readonly Block[]): Promise<Blob> => {
  const parts: BlobPart[] = []
  for await (const part of writeCar([blocks[0]!.cid], blocks)) parts.push(part as Uint8Array<ArrayBuffer>)
  return new Blob(parts)
}

/** A copy of an archive with one byte changed. */
export const flipped = async (archive: Blob, at: number): Promise<Blob> => {
  const bytes = new Uint8Array(await archive.arrayBuffer())
  bytes[at] = bytes[at]! ^ 0x40
  return new Blob([bytes])
}
