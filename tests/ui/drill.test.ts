/** The wipe drill on the page about storage. */
import { expect } from 'chai'
import type { JobView } from '../../src/rpc/views.ts'
import { afterEach, describe, it } from '../support/runner.ts'
import { createFakeNode, type FakeNode } from './support/fake-node.ts'
import { deepAll, mountPage, named, press, settle, textOf, type, unmount } from './support/mount.ts'
import { sampleJobs, sampleWords } from './support/sample-data.ts'

const WORDS = sampleWords.join(' ')
const DONE = sampleJobs.drill!

const text = (): string => textOf(deepAll(document.body, 'kith-drill')[0]?.shadowRoot ?? document.createTextNode(''))

const show = async (node: FakeNode, change: Partial<JobView>): Promise<void> => {
  node.update({ jobs: { drill: { ...DONE, ...change } } })
  await settle()
}

const start = async (node: FakeNode): Promise<void> => {
  await mountPage('/you/storage', node)
  type(deepAll(document.body, '#words')[0] as HTMLTextAreaElement, WORDS)
  await press(named('button', 'Start the wipe drill'))
  await settle()
}

describe('the wipe drill on the page', () => {
  afterEach(unmount)

  it('[U19] asks for the words, says how far it is, then no and what did not come back', async () => {
    const node = createFakeNode()
    const { drill: outcome, ...running } = DONE
    node.update({ jobs: { drill: { ...running, state: 'running', step: 'asking' } } })
    await start(node)
    expect(node.calls.at(-1)).to.deep.equal({ name: 'drill', input: { words: WORDS } })
    expect(text()).to.contain('Looking for whoever keeps your things')
    node.update({ jobs: { drill: { ...running, state: 'running' } } })
    await settle()
    expect(text()).to.contain('70 of 92 things are back')
    await press(named('button', 'Stop the drill'))
    expect(node.calls.at(-1)).to.deep.equal({ name: 'stop-drill', input: {} })
    node.update({ jobs: { drill: { ...running, state: 'failed', error: { type: 'aborted' } } } })
    await settle()
    expect(text()).to.contain('Start the wipe drill')
    expect(textOf()).to.not.contain('This was stopped')
    await show(node, { drill: outcome! })
    expect(text()).to.contain('No: 22 things did not come back. It took 42 seconds.')
    expect(text()).to.contain('Picture “Bread on Sunday” · 262 kB').and.to.contain('Note without a title')
    expect(text()).to.contain('and 19 more').and.to.contain('Invite somebody')
  })

  it('[U19] is found again by who left the page; says yes, that nobody was found, and what went wrong', async () => {
    const node = createFakeNode()
    await start(node)
    await unmount()
    await mountPage('/you/storage', node)
    expect(text()).to.contain('No: 22 things')
    await show(node, { drill: { ...DONE.drill!, survives: true, lost: 0, missing: [] } })
    expect(text()).to.contain('Yes, everything came back. It took 42 seconds.').and.to.contain('70 things came back')
    const because = { type: 'person-not-found', asked: 1, answered: 1 } as const
    await show(node, { drill: { ...DONE.drill!, because } })
    expect(text()).to.contain('nobody who is online now has what your words lead to')
    node.fail('drill', { type: 'not-your-words' })
    type(deepAll(document.body, '#words')[0] as HTMLTextAreaElement, WORDS)
    await press(named('button', 'Start the wipe drill'))
    await settle()
    expect(deepAll(document.body, 'kith-drill kith-failure, kith-failure').length).to.be.above(0)
  })

  it('[U19] has a page of its own, as any piece of work', async () => {
    await mountPage('/you/jobs/drill', createFakeNode())
    expect(textOf()).to.contain('Wipe drill finished').and.to.contain('No: 22 things did not come back')
  })
})
