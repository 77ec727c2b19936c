import { expect } from 'chai'
import { afterEach, describe, it } from '../support/runner.ts'
import { createFakeNode, fullWorld } from './support/fake-node.ts'
import { mountPage, named, press, settle, textOf, type, unmount } from './support/mount.ts'
import { sampleEconomy } from './support/sample-data.ts'

const open = async (change: Partial<typeof sampleEconomy> = {}) => {
  const node = createFakeNode({ ...fullWorld(), economy: { ...sampleEconomy, ...change } })
  await mountPage('/you/storage', node)
  return node
}

describe('give and take, on the page about storage', () => {
  afterEach(unmount)

  it('[U3] [Q39] says what is given, used, free, held and needed, and shows it as a picture that can be read aloud', async () => {
    await open()
    const picture = named('picture', 'Of 134 MB that you give, your copies take 46 MB. All of them would take 93 MB.')
    expect(picture.children).to.have.length(3)
    const text = textOf()
    expect(text).to.contain('Your things take 31 MB, and you want 3 copies of each.')
    expect(text).to.contain('You give enough')
    expect(text).to.contain('4 MB of what your copies take is not confirmed yet.')
    expect(text).to.contain('Safari on iPhone')
  })

  it('[U3] [Q39] is live, and says what is missing when too little is given', async () => {
    const node = await open()
    node.update({ economy: { ...sampleEconomy, given: 50_000_000, free: 4_000_000 } })
    await settle()
    expect(textOf()).to.contain('Give 43 MB more')
    node.update({ economy: { ...sampleEconomy, given: 0, free: -46_000_000, barred: 'fork' } })
    await settle()
    expect(textOf()).to.contain('Missing')
    expect(textOf()).to.contain('A device of yours said two different things')
  })

  it('[U3] [Q38] what this device gives and the number of copies are changed; what was not touched is not sent', async () => {
    const node = await open()
    await press(named('button', 'Change what you give'))
    type(named('field', 'What this device gives, in megabytes'), '100')
    await press(named('button', 'Save'))
    expect(node.calls).to.deep.equal([{ name: 'give-storage', input: { slots: 381 } }])
    await press(named('button', 'Change what you give'))
    type(named('field', 'Copies of everything'), '5')
    await press(named('button', 'Save'))
    expect(node.calls.slice(1)).to.deep.equal([{ name: 'save-settings', input: { copies: 5 } }])
    named('button', 'Change what you give')
  })

  it('[U3] [Q38] what cannot be given is said in words, and what was entered stays', async () => {
    const node = await open()
    node.fail('give-storage', { type: 'out-of-range', what: 'slots', least: 0, most: 4_096 })
    await press(named('button', 'Change what you give'))
    type(named('field', 'What this device gives, in megabytes'), '9000')
    await press(named('button', 'Save'))
    expect(textOf()).to.contain('This device cannot give that much')
    expect((named('field', 'What this device gives, in megabytes') as HTMLInputElement).value).to.equal('9000')
    await press(named('button', 'Cancel'))
    named('button', 'Change what you give')
  })
})
