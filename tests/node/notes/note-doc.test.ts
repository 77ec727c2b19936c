import { expect } from 'chai'
import fc from 'fast-check'
import { applyUpdate, Doc, encodeStateAsUpdate } from 'yjs'
import { mergeNote } from '../../../src/node-worker/notes/note-doc.ts'
import { describe, it } from '../../support/runner.ts'

/** One edit of a device: where (as a share of the length), how much goes, what comes. */
const edit = fc.record({
  device: fc.integer({ min: 0, max: 2 }),
  part: fc.constantFrom('title', 'body'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.integer({ min: 0, max: 4 }),
  inserted: fc.string({ maxLength: 6 }),
})

/** What three devices that never meet would send: one update an edit. */
const updatesOf = (edits: readonly (typeof edit extends fc.Arbitrary<infer E> ? E : never)[]): Uint8Array[] => {
  const docs = [0, 1, 2].map(() => new Doc())
  const updates: Uint8Array[] = []
  for (const doc of docs) doc.on('update', (update: Uint8Array) => updates.push(update))
  for (const { device, part, at, removed, inserted } of edits) {
    const text = docs[device]!.getText(part)
    const index = Math.floor(at * text.length)
    docs[device]!.transact(() => {
      text.delete(index, Math.min(removed, text.length - index))
      text.insert(index, inserted)
    })
  }
  return updates
}

const shuffled = <T>(list: readonly T[], seed: number): T[] => {
  let state = seed >>> 0
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state
  }
  return list
    .map((item) => ({ item, order: next() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item)
}

const textsOf = (updates: readonly Uint8Array[]): string[] => {
  const doc = new Doc()
  for (const update of updates) applyUpdate(doc, update)
  return ['title', 'body'].map((name) => doc.getText(name).toString())
}

describe('merging notes', () => {
  it('[NO4] updates of several devices merge to the same note in any order, also in steps and twice', () => {
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 24 }), fc.integer(), fc.nat(24), (edits, seed, cut) => {
        const updates = updatesOf(edits)
        const whole = mergeNote(updates)
        const mixed = shuffled(updates, seed)
        const first = mergeNote(mixed.slice(0, cut))
        const stepwise = mergeNote([first.update, ...mixed.slice(cut), ...mixed.slice(0, 3)])
        expect(whole.refused + stepwise.refused).to.equal(0)
        expect(textsOf([stepwise.update])).to.deep.equal(textsOf([whole.update]))
        expect(textsOf([whole.update])).to.deep.equal(textsOf(updates))
        expect(stepwise.title).to.equal(whole.title)
        expect(stepwise.excerpt).to.equal(whole.excerpt)
      }),
      { numRuns: 60 },
    )
  })

  it('[NO5] bytes that are no update are left out, whatever they are, and what is good stays', () => {
    const doc = new Doc()
    doc.getText('title').insert(0, 'Kept')
    doc.getText('body').insert(0, 'line one\nline two')
    const good = encodeStateAsUpdate(doc)
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, flip]) => {
        const changed = good.slice()
        changed[at] = changed[at]! ^ flip
        return changed
      }),
      fc.nat(good.length - 1).map((length) => good.slice(0, length)),
    )
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 4 }), (updates) => {
        const merged = mergeNote([good, ...updates])
        expect(merged.refused).to.be.at.most(updates.length)
        expect(merged.update).to.be.instanceOf(Uint8Array)
      }),
      { numRuns: 300 },
    )
    const merged = mergeNote([good, Uint8Array.of(255, 255, 255, 255, 15, 1), Uint8Array.of(1)])
    expect(merged).to.include({ title: 'Kept', excerpt: 'line one line two', refused: 2 })
  })

  it('[NO5] a document that holds something else than texts is shown empty', () => {
    const doc = new Doc()
    doc.getMap('title').set('a', 1)
    doc.getArray('body').push([1, 2])
    const merged = mergeNote([encodeStateAsUpdate(doc)])
    expect(merged).to.include({ title: '', excerpt: '', refused: 0 })
  })
})
