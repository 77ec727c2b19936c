/** What strangers may say and leave, each limit broken by one. */
import { expect } from 'chai'
import { NETWORK_ZERO } from '../../../src/core/limits.ts'
import { MAX_THREAD_REPLIES } from '../../../src/node-worker/queries/feed-queries.ts'
import {
  idOfRef,
  isEmoji,
  MAX_EMOJI_LENGTH,
  MAX_PICTURES,
  MAX_POST_LENGTH,
  MAX_SOURCE_TITLE,
  MAX_SOURCE_URL,
  readPost,
} from '../../../src/node-worker/social/bodies.ts'
import { addPosts, addReaction } from '../../../src/node-worker/social/entries.ts'
import { MAX_OFFER_BYTES } from '../../../src/node-worker/social/inbox.ts'
import {
  addPendingOffer,
  listPendingOffers,
  MAX_PENDING_PER_PERSON,
} from '../../../src/node-worker/social/pending-offers.ts'
import { MAX_PAGE } from '../../../src/node-worker/social/post-views.ts'
import { getTallies, MAX_MARKS, MAX_MARKS_PER_PERSON } from '../../../src/node-worker/social/rows.ts'
import type { Store, Table } from '../../../src/node-worker/stores/store.ts'
import { openTestStore } from '../../support/open-store.ts'
import { describe, it } from '../../support/runner.ts'
import { startNode } from '../../support/test-node.ts'

const FILE = 'bafyreihltcnuuyqp2jm24aqydpnlj7b6w3ogwrplomrjtg5rifv44mmjey'
const picture = { file: FILE, mediaType: 'image/png', width: 1, height: 1, alt: '' }
const body = (changes: Record<string, unknown>): unknown => ({ text: 'x', time: 1, pictures: [], ...changes })
const TABLES: readonly Table[] = ['posts', 'feeds', 'persons', 'queue']

const target = { person: FILE, device: new Uint8Array(32), log: 0, seq: 1, hash: new Uint8Array(64) }
const EMOJI = Array.from({ length: MAX_MARKS_PER_PERSON + 1 }, (_, i) => String.fromCodePoint(0x1f600 + i))

/** Reactions of one person to {@link target}, one entry each. */
const react = (store: Store, person: string, emoji: readonly string[]): Promise<void> =>
  store.write(TABLES, 'relaxed', async (tx) => {
    for (const [i, sign] of emoji.entries()) {
      const id = `${person}/${i}`
      const entry = { ...target, person, id, type: 'kith/reaction', body: undefined, arrival: 10 }
      await addReaction(tx, entry, { target, emoji: sign, on: true, time: 1 })
    }
  })

const marksOf = async (store: Store): Promise<number> => {
  const id = await store.read(['posts'], (tx) => tx.list('posts'))
  const tally = id.find(({ key }) => key[1] === 'tally')
  const [found] = await store.read(['posts'], (tx) => getTallies(tx, [tally!.key[0] as string]))
  return found!.marks.length
}

describe('limits of what others say', () => {
  it('[N17] a post over a limit is no post; a source loses only the part that is too long', () => {
    expect(readPost(body({ text: 'x'.repeat(MAX_POST_LENGTH) }))).to.be.an('object')
    expect(readPost(body({ text: 'x'.repeat(MAX_POST_LENGTH + 1) }))).to.equal(undefined)
    expect(readPost(body({ pictures: Array(MAX_PICTURES).fill(picture) }))).to.be.an('object')
    expect(readPost(body({ pictures: Array(MAX_PICTURES + 1).fill(picture) }))).to.equal(undefined)
    const source = (changes: Record<string, unknown>) => readPost(body({ source: { title: 't', ...changes } }))?.source
    expect(source({ title: 't'.repeat(MAX_SOURCE_TITLE) })).to.have.property('title')
    expect(source({ title: 't'.repeat(MAX_SOURCE_TITLE + 1) })).to.equal(undefined)
    const url = (length: number): string => `https://${'u'.repeat(length - 8)}`
    expect(source({ url: url(MAX_SOURCE_URL), guid: 'g'.repeat(MAX_SOURCE_URL) })).to.have.all.keys(
      'title',
      'url',
      'guid',
    )
    const cut = source({ url: url(MAX_SOURCE_URL + 1), guid: 'g'.repeat(MAX_SOURCE_URL + 1) })
    expect(cut).to.deep.equal({ title: 't' })
  })

  it('[N17] a reaction has at most 32 UTF-16 units', () => {
    expect(isEmoji('🌳'.repeat(MAX_EMOJI_LENGTH / 2))).to.equal(true)
    expect(isEmoji('🌳'.repeat(MAX_EMOJI_LENGTH / 2 + 1))).to.equal(false)
  })

  it('[N17] of one person 12 reactions to one thing count, of all 2,000', async () => {
    const store = await openTestStore()
    await react(store, 'p0', EMOJI)
    expect(await marksOf(store)).to.equal(MAX_MARKS_PER_PERSON)
    // As if everybody had said theirs already: one room is left.
    await store.write(TABLES, 'relaxed', async (tx) => {
      const [row] = (await tx.list<{ marks: unknown[] }>('posts')).filter(({ key }) => key[1] === 'tally')
      const mark = { person: 'crowd', emoji: '🌳', on: true, time: 1, entry: 'e' }
      const marks = Array.from({ length: MAX_MARKS - 1 }, (_, i) => ({ ...mark, person: `crowd ${i}` }))
      await tx.put('posts', row!.key, { replies: 0, marks })
    })
    await react(store, 'p1', EMOJI.slice(0, 2))
    expect(await marksOf(store)).to.equal(MAX_MARKS)
    await store.destroy()
  })

  it('[N10] an offer over its size is refused before anything of it is read', async () => {
    const node = await startNode(`ann-${Math.random()}`)
    await node.get('create-person', { name: 'Ann' })
    const offer = (length: number) => node.services.inbox.offer(FILE, new Uint8Array(length), [])
    const refused = await offer(MAX_OFFER_BYTES + 1)
    expect(refused).to.deep.equal({
      ok: false,
      error: { type: 'malformed', reason: `over ${MAX_OFFER_BYTES} bytes` },
    })
    const read = await offer(MAX_OFFER_BYTES)
    expect(read).to.not.have.nested.property('error.reason', `over ${MAX_OFFER_BYTES} bytes`)
    await node.stop()
  })

  it('[N10] 256 own entries wait for one person; what comes behind them is not remembered', async () => {
    const store = await openTestStore()
    await store.write(['queue'], 'relaxed', async (tx) => {
      for (let seq = 1; seq <= MAX_PENDING_PER_PERSON + 1; seq++) {
        await addPendingOffer(tx, { person: 'p', id: `${seq}`, device: NETWORK_ZERO, log: 0, seq })
      }
      await addPendingOffer(tx, { person: 'other', id: '1', device: NETWORK_ZERO, log: 0, seq: 1 })
    })
    const waiting = await store.read(['queue'], (tx) => listPendingOffers(tx, 'p'))
    expect(waiting).to.have.length(MAX_PENDING_PER_PERSON)
    expect(waiting.at(-1)!.seq).to.equal(MAX_PENDING_PER_PERSON)
    expect(await store.read(['queue'], (tx) => listPendingOffers(tx, 'other'))).to.have.length(1)
    await store.destroy()
  })

  it('[N17] a page of a feed has at most 200 posts, whatever is asked for', async () => {
    const node = await startNode(`many-${Math.random()}`)
    await node.get('create-person', { name: 'Ann' })
    for (let i = 0; i <= MAX_PAGE; i++) await node.get('publish-post', { text: `${i}`, pictures: [] })
    const page = await node.query('home', { limit: 10_000 })
    expect(page.posts).to.have.length(MAX_PAGE)
    expect(page.next).to.be.a('string')
    await node.stop()
  })

  it('[N17] of a thread the oldest 500 replies are shown, however many strangers left', async () => {
    const node = await startNode(`thread-${Math.random()}`)
    await node.get('create-person', { name: 'Ann' })
    const reply = (i: number) => ({
      entry: { ...target, id: `reply ${i}`, type: 'kith/post', body: undefined, arrival: MAX_THREAD_REPLIES + 1 },
      body: { text: `${i}`, time: i, pictures: [], reply: target },
    })
    const leave = (replies: ReturnType<typeof reply>[]) =>
      node.platform.store.write(TABLES, 'relaxed', (tx) => addPosts(tx, replies))
    const shown = async () => (await node.query('thread', { entry: idOfRef(target) })).replies.map(({ text }) => text)
    await leave(Array.from({ length: MAX_THREAD_REPLIES }, (_, i) => reply(i + 1)))
    const all = await shown()
    expect(all).to.have.length(MAX_THREAD_REPLIES)
    await leave([reply(MAX_THREAD_REPLIES + 1)])
    expect(await shown()).to.deep.equal(all)
    await node.stop()
  })
})
