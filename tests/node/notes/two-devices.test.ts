import { expect } from 'chai'
import { applyUpdate, Doc, encodeStateAsUpdate, encodeStateVector } from 'yjs'
import { describe, it } from '../../support/runner.ts'
import { startNode, type TestNode } from '../../support/test-node.ts'
import { importFile } from '../transfer/files.ts'
import { carry, startSecondDevice } from '../transfer/second-device.ts'

/** Writes at the start of a note as a page would: on top of what the node has. */
const writeFirst = async (node: TestNode, note: string, text: string): Promise<void> => {
  const doc = new Doc()
  const held = await node.query('note', { note })
  if (held) applyUpdate(doc, held.update)
  const before = encodeStateVector(doc)
  doc.getText('body').insert(0, text)
  await node.get('update-note', { note, update: encodeStateAsUpdate(doc, before) })
}

const bodyOf = async (node: TestNode, note: string): Promise<string> => {
  const doc = new Doc()
  applyUpdate(doc, (await node.query('note', { note }))!.update)
  return doc.getText('body').toString()
}

describe('two devices of one person', () => {
  it('[NO4] [NO6] [IM6] notes merge, deletions win, and what one imported the other knows', async () => {
    const first = await startNode('first')
    const { person } = await first.get('create-person', { name: 'Alice' })
    const { note } = await first.get('create-note', {})
    const { note: doomed } = await first.get('create-note', {})
    await writeFirst(first, note, 'ground')
    const second = await startSecondDevice(first)

    await writeFirst(first, note, 'one ')
    await writeFirst(second, note, 'two ')
    await first.get('delete-note', { note: doomed })
    await writeFirst(second, doomed, 'too late')
    await importFile(first, 'a\n%\nb\n')
    await carry(first, second, person)
    await carry(second, first, person)

    const merged = await bodyOf(first, note)
    expect(['one two ground', 'two one ground']).to.include(merged)
    expect(await bodyOf(second, note)).to.equal(merged)
    for (const node of [first, second]) {
      expect((await node.query('notes', {})).map(({ id }) => id)).to.deep.equal([note])
      expect(await importFile(node, 'a\n%\nb\n')).to.deep.include({ added: 0, skipped: { duplicate: 2 } })
      expect((await node.query('home', { limit: 10 })).posts).to.have.length(2)
    }
    await first.stop()
    await second.stop()
  })
})
