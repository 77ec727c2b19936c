import axe from 'axe-core'
import { expect } from 'chai'
import { afterEach, beforeEach, describe, it } from '../support/runner.ts'
import { createFakeNode, emptyWorld } from './support/fake-node.ts'
import { mountPage, mountWith, named, press, unmount } from './support/mount.ts'
import { ada } from './support/sample-data.ts'
import '../../src/ui/pages/problem-page.ts'

const serious = async (): Promise<string> => {
  const { violations } = await axe.run(document.body, { resultTypes: ['violations'] })
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, help, nodes }) =>
        `${id}: ${help} (${nodes.map(({ html, any }) => `${html.slice(0, 160)} ${any[0]?.message ?? ''}`).join('; ')})`,
    )
    .join('\n')
}

const addresses = [
  '/',
  '/replies',
  `/@${ada.id}`,
  '/post/zzzz',
  '/people',
  '/write',
  '/notes',
  '/notes/noteq',
  '/notes/notew',
  '/shared',
  '/you',
  '/you/words',
  '/you/jobs/running',
  '/you/jobs/done',
  '/you/jobs/failed',
  '/you/jobs/drill',
  '/you/storage',
  '/you/devices',
  '/you/settings',
  '/connection',
  '/welcome/words',
  '/no/such/page',
]

for (const theme of ['light', 'dark'] as const) {
  describe(`axe-core, ${theme}`, () => {
    beforeEach(() => {
      document.documentElement.dataset.theme = theme
    })
    afterEach(() => {
      unmount()
      delete document.documentElement.dataset.theme
    })

    for (const address of addresses) {
      it(`[U4] ${address} has nothing serious, ${theme}`, async () => {
        await mountPage(address)
        expect(await serious()).to.equal('')
      })
    }

    it(`[U4] the first start has nothing serious, ${theme}`, async () => {
      await mountWith(createFakeNode(emptyWorld()), 'kith-welcome-page')
      await press(named('button', 'Start'))
      expect(await serious()).to.equal('')
    })

    it(`[U4] a problem page has nothing serious, ${theme}`, async () => {
      await mountWith(createFakeNode(), 'kith-problem-page', { error: { type: 'no-storage' } })
      expect(await serious()).to.equal('')
    })

    it(`[U4] words, code and empty pages have nothing serious, ${theme}`, async () => {
      await mountPage('/you/words')
      await press(named('button', 'Show my words'))
      expect(await serious()).to.equal('')
      await mountPage('/people')
      await press(named('button', 'Show my code'))
      expect(await serious()).to.equal('')
    })
  })
}
