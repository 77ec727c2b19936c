import { expect } from 'chai'
import { afterEach, describe, it } from '../support/runner.ts'
import { createFakeNode } from './support/fake-node.ts'
import { deepAll, mountPage, settle, textOf, unmount } from './support/mount.ts'
import { jonas, sampleSafety } from './support/sample-data.ts'

const root = (): Node => deepAll(document.body, 'kith-safety')[0]?.shadowRoot ?? document.createTextNode('')
const text = (): string => textOf(root())

describe('safety', () => {
  afterEach(unmount)

  it('[U18] says whether everything would survive a wipe, of what kind it is not so, and what is in the way', async () => {
    const node = createFakeNode()
    await mountPage('/you/storage', node)
    expect(text()).to.contain('Not everything: something of yours is only on your own devices')
    expect(text()).to.contain('3 things of 12 nowhere else').and.to.contain('with one other person')
    expect(text()).to.contain('You give too little room').and.to.contain('2.4 MB more would do')
    const { kinds } = sampleSafety
    const { because: _, shortage: __, ...rest } = sampleSafety
    node.update({ safety: { ...rest, survives: true, kinds: kinds.map((kind) => ({ ...kind, lost: 0, fewest: 2 })) } })
    await settle()
    expect(text()).to.contain('Everything of yours is with other people, too').and.to.not.contain('too little room')
  })

  it('[U18] names who has it, what kind of device it is, and when it was last there and proven', async () => {
    const node = createFakeNode()
    await mountPage('/you/storage', node)
    expect(text()).to.contain(jonas.name).and.to.contain('always on · 12 things, 3.4 MB · here now')
    expect(text()).to.contain('a browser tab').and.to.contain('last shown to be there')
    node.update({ safety: { ...sampleSafety, holders: [], shortage: { type: 'alone', things: 15 } } })
    await settle()
    expect(text()).to.contain('Nobody yet.').and.to.contain('Nobody else is here yet. Invite somebody')
    node.update({ safety: { ...sampleSafety, shortage: { type: 'alone', things: 15, refused: 'clocks-differ' } } })
    await settle()
    expect(text()).to.contain('Check date and time of this device').and.to.not.contain('Nobody else is here yet')
  })

  it('[U18] shows a dot for each copy at others, filled where it is there, and nothing before anything is known', async () => {
    const node = createFakeNode()
    await mountPage('/you/storage', node)
    const dots = [...(root() as ShadowRoot).querySelectorAll('.dots')].map((row) =>
      [...row.querySelectorAll('i')].map(({ className }) => className).join(' '),
    )
    expect(dots).to.deep.equal(['live live', 'live wanted', 'live live', 'wanted wanted'])
    node.update({ safety: undefined })
    await settle()
    expect(text().trim()).to.equal('')
  })
})
