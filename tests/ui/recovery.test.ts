/** Coming back by words alone, as pages show it; and taking a device off the list. */
import { expect } from 'chai'
import type { JobView } from '../../src/rpc/views.ts'
import { onNavigateRequest } from '../../src/ui/shell/router.ts'
import { afterEach, describe, it } from '../support/runner.ts'
import { until } from '../support/wait.ts'
import { createFakeNode, emptyWorld, type FakeNode } from './support/fake-node.ts'
import { allNamed, deepAll, mountPage, named, press, settle, textOf, type, unmount } from './support/mount.ts'
import { sampleWords } from './support/sample-data.ts'

const WORDS = sampleWords.join(' ')
const job = (change: Partial<JobView>): { readonly jobs: Record<string, JobView> } => ({
  jobs: {
    running: { id: 'running', kind: 'restore', state: 'running', done: 0, total: 0, added: 0, skipped: {}, ...change },
  },
})

/** Types the words and goes. */
const start = async (node: FakeNode, hosts = ''): Promise<void> => {
  await mountPage('/welcome/words', node)
  type(named('field', 'Your twelve words'), WORDS)
  type(named('field', 'Hosts to ask (if you know any)'), hosts)
  await press(named('button', 'Restore'))
}

describe('recovery by words on the page', () => {
  afterEach(unmount)

  it('[RC12] needs no file, says who is found, and goes to where the rest is counted', async () => {
    const node = createFakeNode(emptyWorld())
    node.update(job({ step: 'asking' }))
    await start(node, 'one.example, http://localhost:9000')
    expect(node.calls.at(-1)).to.deep.equal({
      name: 'restore',
      input: { words: WORDS, hosts: ['https://one.example', 'http://localhost:9000'] },
    })
    await until(() => textOf().includes('Asking who keeps your things'), 'the search')
    node.update(job({ step: 'found', name: 'Ada' }))
    await settle()
    expect(textOf()).to.contain('Found you, Ada.')
    let gone = ''
    const stop = onNavigateRequest((address) => {
      gone = address
    })
    node.update(job({ step: 'fetching', name: 'Ada', done: 7, total: 9, added: 5 }))
    await until(() => gone === '/you/jobs/running', 'the page of the work')
    stop()
  })

  it('[RC12] the page of the work counts what is back, says what is not, and leads to the other devices', async () => {
    const node = createFakeNode()
    node.update(job({ step: 'fetching', name: 'Ada', done: 7, total: 9, added: 5 }))
    await mountPage('/you/jobs/running', node)
    expect(textOf()).to.contain('Found you, Ada. · 7 of 9 things are back')
    node.update(job({ state: 'done', step: 'fetching', added: 5, skipped: { 'not-here': 2 } }))
    await settle()
    expect(textOf()).to.contain('You are back, not all of your things yet')
    expect(textOf()).to.contain('2 not on any device that is online now')
    expect(textOf()).to.contain('nobody else keeps them')
    await until(() => allNamed('link', 'Look at your devices').length === 1, 'the way to the devices')
    expect(named('link', 'Look at your devices').getAttribute('href')).to.equal('/you/devices')
    node.update({ devices: node.world.devices.filter(({ here }) => here) })
    await settle()
    expect(allNamed('link', 'Look at your devices')).to.be.empty
    node.update(job({ state: 'done', step: 'fetching', added: 9, skipped: {} }))
    await settle()
    expect(textOf()).to.contain('You are back').and.not.contain('Everything').and.not.contain('not all of your things')
    node.update(job({ state: 'done', step: 'fetching', added: 0, skipped: {} }))
    await settle()
    expect(textOf()).to.contain('You are back').and.to.contain('Nobody who is online has anything that you wrote')
  })

  it('[RC9] a failure stays beside what was typed, and another try takes it away', async () => {
    const node = createFakeNode(emptyWorld())
    node.update(job({ state: 'failed', error: { type: 'person-not-found', asked: 1, answered: 1 } }))
    await start(node)
    await until(() => textOf().includes('Nobody who is online now keeps your things'), 'the failure')
    expect((named('field', 'Your twelve words') as HTMLTextAreaElement).value).to.equal(WORDS)
    node.fail('restore', { type: 'bad-host', reason: 'x' })
    await press(named('button', 'Restore'))
    expect(textOf()).to.contain('This is not the address of a host')
    expect(node.calls).to.have.length(2)
  })

  it('[RC13] a device is removed with the words, after its consequences were said', async () => {
    const node = createFakeNode()
    await mountPage('/you/devices', node)
    const [summary, ...more] = deepAll(document.body, 'summary').filter((one) => textOf(one) === 'Remove this device')
    expect(more).to.be.empty
    await press(summary as HTMLElement)
    expect(textOf()).to.contain('Anything else it wrote is lost for everybody')
    type(named('field', 'Your twelve words'), WORDS)
    node.fail('remove-device', { type: 'not-your-words' })
    await press(named('button', 'Remove'))
    expect(textOf()).to.contain('These are not your words')
    node.fail('remove-device', undefined)
    await press(named('button', 'Remove'))
    const other = node.world.devices.find(({ here }) => !here)!
    expect(node.calls.at(-1)).to.deep.equal({ name: 'remove-device', input: { device: other.id, words: WORDS } })
  })
})
