import { expect } from 'chai'
import { applyUpdate, Doc, encodeStateAsUpdate } from 'yjs'
import { utf8Encode } from '../../../src/core/bytes.ts'
import { MAX_NOTE_UPDATE_BYTES, NoteType, readUpdate } from '../../../src/node-worker/notes/note-entries.ts'
import { TABLES } from '../../../src/node-worker/stores/store.ts'
import { createTestPlatform } from '../../support/platform.ts'
import { describe, it } from '../../support/runner.ts'
import { startNode, type TestNode } from '../../support/test-node.ts'

/** The whole note as an update that sets title and body. */
const written = (title: string, body: string, doc = new Doc()): Uint8Array => {
  doc.getText('title').insert(0, title)
  doc.getText('body').insert(0, body)
  return encodeStateAsUpdate(doc)
}

const bodyOf = (update: Uint8Array | undefined): string => {
  const doc = new Doc()
  if (update) applyUpdate(doc, update)
  return doc.getText('body').toString()
}

const contains = (bytes: Uint8Array, part: Uint8Array): boolean => {
  for (let i = 0; i + part.length <= bytes.length; i++) {
    if (part.every((byte, j) => bytes[i + j] === byte)) return true
  }
  return false
}

/** Whether a text stands anywhere in a stored value, as text or as bytes. */
const holdsText = (value: unknown, text: string): boolean => {
  if (typeof value === 'string') return value.includes(text)
  if (value instanceof Uint8Array) return contains(value, utf8Encode(text))
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).some((part) => holdsText(part, text))
}

const startAlice = async (seed: string): Promise<TestNode> => {
  const node = await startNode(seed)
  await node.get('create-person', { name: 'Alice' })
  return node
}

describe('notes', () => {
  it('[NO1] a note is made, written, listed with the last changed first, and kept over a restart', async () => {
    const platform = await createTestPlatform('notes')
    const node = await startNode('notes', { platform })
    await node.get('create-person', { name: 'Alice' })
    const { note } = await node.get('create-note', {})
    const listed = node.live('notes', {})
    await listed.until((notes) => notes.length === 1)
    platform.clock.advance(1000)
    const { note: second } = await node.get('create-note', {})
    platform.clock.advance(1000)
    await node.get('update-note', { note, update: written('Shopping', 'bread\nand  milk') })
    const notes = await listed.until((shown) => shown[0]?.title === 'Shopping')
    expect(notes.map(({ id }) => id)).to.deep.equal([note, second])
    expect(notes[0]).to.include({ excerpt: 'bread and milk', changed: platform.clock.now() })
    listed.end()

    const again = await startNode('notes', { platform })
    expect(bodyOf((await again.query('note', { note }))?.update)).to.equal('bread\nand  milk')
    expect((await again.query('notes', {})).map(({ title }) => title)).to.deep.equal(['Shopping', ''])
    await again.stop()
  })

  it('[NO2] nothing of a note lies in plain text in any table', async () => {
    const node = await startAlice('sealed')
    const { note } = await node.get('create-note', {})
    await node.get('update-note', { note, update: written('Secret title', 'a hidden paragraph') })
    await node.query('notes', {})
    await node.query('note', { note })
    for (const table of TABLES) {
      const rows = await node.platform.store.read([table], (tx) => tx.list(table))
      for (const text of ['Secret title', 'hidden paragraph']) {
        expect(
          rows.some(({ key, value }) => holdsText(value, text) || holdsText(key, text)),
          table,
        ).to.equal(false)
      }
    }
    await node.stop()
  })

  it('[NO3] many updates are merged into the stored note and none is lost', async () => {
    const node = await startAlice('many')
    const { note } = await node.get('create-note', {})
    const doc = new Doc()
    const updates: Uint8Array[] = []
    doc.on('update', (update: Uint8Array) => updates.push(update))
    for (let i = 0; i < 50; i++) doc.getText('body').insert(doc.getText('body').length, `${i} `)
    for (const update of updates) await node.get('update-note', { note, update })
    expect(bodyOf((await node.query('note', { note }))?.update)).to.equal(doc.getText('body').toString())
    const pending = () =>
      node.platform.store.read(['queue'], (tx) => tx.count('queue', { prefix: ['note-pending', note] }))
    expect(await pending()).to.be.at.most(16)
    await node.query('notes', {})
    expect(await pending()).to.equal(0)
    expect(bodyOf((await node.query('note', { note }))?.update)).to.equal(doc.getText('body').toString())
    await node.stop()
  })

  it('[NO5] updates that are too large, no updates at all, or for no note are refused', async () => {
    const node = await startAlice('refused')
    const { note } = await node.get('create-note', {})
    const ask = async (id: string, update: Uint8Array) => {
      const result = await node.ask('update-note', { note: id, update })
      return result.ok ? 'ok' : result.error.type
    }
    expect(await ask(note, written('t', 'x'.repeat(63_000)))).to.equal('ok')
    expect(await ask(note, written('t', 'x'.repeat(64_000)))).to.equal('too-large')
    expect(await ask(note, Uint8Array.of(1, 2, 3))).to.equal('bad-file')
    expect(await ask('aaaaaaaaaaaaaaaaaaaaaaaaaa', Uint8Array.of(0, 0))).to.equal('not-found')
    expect(await ask('../x', Uint8Array.of(0, 0))).to.equal('not-found')
    expect(bodyOf((await node.query('note', { note }))?.update)).to.have.length(63_000)
    await node.stop()
  })

  it('[NO5] a note grows to its limit and no further', async () => {
    const node = await startAlice('full')
    const { note } = await node.get('create-note', {})
    let refused: string | undefined
    for (let i = 0; i < 18 && refused === undefined; i++) {
      const result = await node.ask('update-note', { note, update: written('', 'x'.repeat(63_000)) })
      if (!result.ok) refused = result.error.type
    }
    expect(refused).to.equal('too-large')
    expect(await node.ask('delete-note', { note })).to.deep.equal({ ok: true, value: {} })
    await node.stop()
  })

  it('[NO5] an update in an entry is held to the same limit by whoever reads it', () => {
    const body = (length: number) => ({ note: 'a'.repeat(26), update: new Uint8Array(length), time: 1 })
    const read = (length: number) => readUpdate({ type: NoteType.update, body: body(length) })
    expect(read(MAX_NOTE_UPDATE_BYTES)?.update).to.have.length(MAX_NOTE_UPDATE_BYTES)
    expect(read(MAX_NOTE_UPDATE_BYTES + 1)).to.equal(undefined)
  })

  it('[NO6] a deleted note is gone from lists, and what its entries said is forgotten', async () => {
    const node = await startAlice('deleted')
    const { note } = await node.get('create-note', {})
    await node.get('update-note', { note, update: written('Gone', 'soon') })
    await node.get('delete-note', { note })
    expect(await node.query('notes', {})).to.deep.equal([])
    expect(await node.query('note', { note })).to.equal(undefined)
    expect(await node.ask('delete-note', { note })).to.deep.equal({
      ok: false,
      error: { type: 'not-found', what: 'note' },
    })
    const payloads = await node.platform.store.read(['payloads'], (tx) => tx.list<(Uint8Array | null)[]>('payloads'))
    const notes = payloads.filter(({ key }) => key[1] === 1).flatMap(({ value }) => value)
    expect(notes.map((payload) => payload === null)).to.deep.equal([true, true, false])
    await node.stop()
  })

  it('[NO7] requests are answered once: a replay makes no second note', async () => {
    const node = await startAlice('replay')
    const first = await node.ask('create-note', {}, { id: 'same' })
    expect(await node.ask('create-note', {}, { id: 'same' })).to.deep.equal(first)
    expect(await node.query('notes', {})).to.have.length(1)
    await node.stop()
  })
})
