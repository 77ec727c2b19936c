import { expect } from 'chai'
import { afterEach, describe, it } from '../support/runner.ts'
import { createFakeNode } from './support/fake-node.ts'
import { allNamed, deepAll, mountPage, named, press, settle, textOf, unmount } from './support/mount.ts'
import { ada, sampleKeyHistory } from './support/sample-data.ts'

const open = async (): Promise<void> => {
  const details = deepAll(document.body, 'details').find((element) => textOf(element).includes('Fingerprint'))
  ;(details as HTMLDetailsElement).open = true
  await settle()
}
const lines = (): string[] => deepAll(document.body, 'li').map((item) => textOf(item))
const linesOfKeys = (): string[] =>
  lines().filter((line) => /Keys made|Keys replaced|Device added|Device removed/.test(line))

describe('what happened to a person’s keys', () => {
  afterEach(unmount)

  it('[U22] stands in words among the details, newest first, and all of it by one press', async () => {
    await mountPage(`/@${ada.id}`)
    expect(linesOfKeys()).to.be.empty
    await open()
    expect(linesOfKeys()[0]).to.contain('Device removed: Chrome on Android')
    expect(linesOfKeys()[1]).to.contain('Keys replaced, with the recovery words')
    expect(linesOfKeys()).to.have.length(10)
    await press(named('button', 'Show all'))
    await settle()
    expect(linesOfKeys()).to.have.length(sampleKeyHistory.length)
    expect(linesOfKeys().at(-1)).to.contain('Keys made')
    expect(allNamed('button', 'Show all')).to.be.empty
  })

  it('[U22] a failure is said in words', async () => {
    const node = createFakeNode()
    node.failQuery('key-history', { type: 'internal', message: 'boom' })
    await mountPage(`/@${ada.id}`, node)
    await open()
    expect(deepAll(document.body, 'kith-failure')).to.have.length(1)
  })
})
