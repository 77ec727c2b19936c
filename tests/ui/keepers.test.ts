import { expect } from 'chai'
import { afterEach, describe, it } from '../support/runner.ts'
import { createFakeNode, fullWorld } from './support/fake-node.ts'
import { allNamed, deepAll, mountPage, named, press, settle, textOf, unmount } from './support/mount.ts'
import { ada, jonas, me } from './support/sample-data.ts'

const textIn = (tag: string): string =>
  textOf(deepAll(document.body, tag)[0]?.shadowRoot ?? document.createTextNode(''))
const keepersText = (): string => textIn('kith-keepers')
const askingText = (): string => textIn('kith-asking')

describe('keepers', () => {
  afterEach(unmount)

  it('[U17] says of each how much they have and since when, and what a wipe would leave', async () => {
    const node = createFakeNode()
    node.update({
      session: { state: 'ready', me, wordsKept: true, posts: 4 },
      // Before it is known who has what; afterwards the page says that instead.
      safety: undefined,
    })
    await mountPage('/you/storage', node)
    expect(keepersText()).to.contain(jonas.name).and.to.contain('Has everything')
    expect(textOf(document.body)).to.contain(`${jonas.name} had everything of yours`)
    const { mine } = node.world.keepers
    node.update({ keepers: { ...node.world.keepers, mine: mine.map((keeper) => ({ ...keeper, has: 'some' })) } })
    await settle()
    expect(keepersText()).to.contain('Has part of it')
    expect(textOf(document.body)).to.not.contain('had everything of yours')
  })

  it('[U17] asks one of those who are followed, and asks them no longer', async () => {
    const node = createFakeNode()
    await mountPage('/you/storage', node)
    const select = named('field', 'Somebody you follow') as HTMLSelectElement
    const names = [...select.options].map(({ textContent }) => textContent?.trim())
    expect(names).to.include(ada.name).and.not.include(jonas.name)
    select.value = ada.id
    await press(named('button', 'Ask to keep'))
    await settle()
    expect(node.calls.at(-1)).to.deep.equal({ name: 'ask-keeper', input: { person: ada.id, on: true } })
    expect(keepersText()).to.contain('Has not agreed yet')
    await press(named('button', `Ask ${jonas.name} no longer`))
    await settle()
    expect(node.calls.at(-1)).to.deep.equal({ name: 'ask-keeper', input: { person: jonas.id, on: false } })
    expect(keepersText()).to.not.contain('Has everything')
  })

  it('[U17] who is asked sees it among people, until it is answered; the answer can be changed', async () => {
    const node = createFakeNode()
    await mountPage('/people', node)
    expect(askingText()).to.contain(`${ada.name} asks you to keep everything of theirs`)
    await press(named('button', `Keep it for them: ${ada.name}`))
    await settle()
    expect(node.calls.at(-1)).to.deep.equal({ name: 'keep-for', input: { person: ada.id, on: true } })
    expect(allNamed('button', `Keep it for them: ${ada.name}`)).to.be.empty
    await unmount()
    await mountPage('/you/storage', node)
    expect(askingText()).to.contain(`You keep everything of ${ada.name}`)
    await press(named('button', `Keep it no longer: ${ada.name}`))
    await settle()
    expect(askingText()).to.contain(`You said no to ${ada.name}`)
  })

  it('[U17] says what to do where nobody is followed, and where no more can be asked', async () => {
    const node = createFakeNode({ ...fullWorld(), people: [], keepers: { mine: [], asking: [], limit: 8 } })
    await mountPage('/you/storage', node)
    expect(keepersText()).to.contain('You have no keeper yet')
    expect(named('link', 'follow them first').getAttribute('href')).to.equal('/people')
    node.update({ keepers: { ...fullWorld().keepers, limit: 1 } })
    await settle()
    expect(keepersText()).to.contain('as many as are possible')
  })
})
