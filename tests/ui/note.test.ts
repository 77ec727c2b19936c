import { expect } from 'chai'
import { applyUpdate, Doc, encodeStateAsUpdate } from 'yjs'
import { afterEach, describe, it } from '../support/runner.ts'
import { until } from '../support/wait.ts'
import { createFakeNode, type FakeNode } from './support/fake-node.ts'
import { mountPage, named, settle, textOf, type, unmount } from './support/mount.ts'

const stateOf = (title: string, body: string): { doc: Doc; update: Uint8Array } => {
  const doc = new Doc()
  doc.getText('title').insert(0, title)
  doc.getText('body').insert(0, body)
  return { doc, update: encodeStateAsUpdate(doc) }
}

const updatesSent = (node: FakeNode): readonly Uint8Array[] =>
  node.calls.flatMap((call) => (call.name === 'update-note' ? [call.input.update] : []))

const field = (name: string): HTMLInputElement => named('field', name) as HTMLInputElement

describe('notes', () => {
  afterEach(unmount)

  it('[U8] what is typed goes out as Yjs updates, and then it says Saved', async () => {
    const { doc, update } = stateOf('Shopping', 'Bread')
    const node = createFakeNode()
    node.update({ noteUpdate: update })
    await mountPage('/notes/noteq', node)
    expect(field('Title').value).to.equal('Shopping')
    const { request } = node
    let answer = (): void => {}
    const isSeen = new Promise<void>((resolve) => {
      answer = resolve
    })
    Object.assign(node, {
      async request(...args: Parameters<typeof request>) {
        await isSeen
        return request(...args)
      },
    })
    type(field('Note'), 'Bread and 😀 butter')
    await until(() => textOf().includes('Saving'), 'Saving')
    answer()
    await until(() => updatesSent(node).length, 'the update')
    await until(() => textOf().includes('Saved'), 'Saved')
    for (const sent of updatesSent(node)) applyUpdate(doc, sent)
    expect(doc.getText('body').toString()).to.equal('Bread and 😀 butter')
  })

  it('[U8] a change from another device joins what is typed here', async () => {
    const { doc, update } = stateOf('T', 'middle')
    const node = createFakeNode()
    node.update({ noteUpdate: update })
    await mountPage('/notes/noteq', node)
    type(field('Note'), 'middle end')
    doc.getText('body').insert(0, 'start ')
    node.update({ noteUpdate: encodeStateAsUpdate(doc) })
    await settle()
    expect(field('Note').value).to.equal('start middle end')
  })

  it('[U8] a failure is said, the text stays, and it is tried again', async () => {
    const node = createFakeNode()
    node.update({ noteUpdate: stateOf('T', 'x').update })
    node.fail('update-note', { type: 'storage-full' })
    await mountPage('/notes/noteq', node)
    type(field('Note'), 'x y')
    await until(() => textOf().includes('Not saved'), 'Not saved')
    expect(field('Note').value).to.equal('x y')
    node.fail('update-note', undefined)
    await until(() => textOf().includes('Saved') && !textOf().includes('Not saved'), 'Saved at last')
  })
})
