/** Five tabs are one node, and the conversation outlives the tab that carries it. */
import { expect } from 'chai'
import { type Host, requireEngines, startHost, waitFor } from '../support/e2e.ts'
import { after, before, describe, it } from '../support/runner.ts'
import { withBrowsers } from './support/browsers.ts'
import { carriedLinks, countCarriedLinks } from './support/carrying.ts'
import { countNodes } from './support/nodes.ts'
import { ARRIVES_MS, befriend, join, open, post, sees } from './support/person.ts'

describe('five tabs', () => {
  let host: Host
  before(async () => {
    host = await startHost()
  })
  after(() => host.close())

  for (const isShared of [true, false])
    it(
      `are one node (${isShared ? 'shared worker' : 'elected tab'}); closing the one that carries the connections ends no conversation`,
      async (context) => {
        requireEngines(['chromium'], context)
        await withBrowsers(['chromium', 'chromium'], async (one, other) => {
          await countCarriedLinks(one!)
          if (!isShared) await one!.playwright?.context.addInitScript('delete globalThis.SharedWorker')
          const { page: first } = await join(one!, host.url, 'Ada')
          const { page: bob } = await join(other!, host.url, 'Bob')
          await befriend(first, bob)
          const tabs = [first]
          while (tabs.length < 5) {
            const tab = await open(one!, host.url)
            await tab.waitForControl('button', 'Post')
            tabs.push(tab)
          }
          expect(await countNodes(first)).to.equal(1)
          await post(tabs[3]!, 'from the fourth')
          for (const page of [...tabs, bob]) await sees(page, 'from the fourth')
          // Twice: the second time another tab carries.
          for (const round of ['once', 'twice']) {
            const carrying = await waitFor(
              'a tab that carries the connection',
              async () => {
                for (const tab of tabs) if ((await carriedLinks(tab)) > 0) return tab
                return undefined
              },
              ARRIVES_MS,
            )
            await carrying.close()
            tabs.splice(tabs.indexOf(carrying), 1)
            await post(bob, `did you go away ${round}`)
            for (const tab of tabs) await sees(tab, `did you go away ${round}`)
            await post(tabs[0]!, `no, I am here ${round}`)
            await sees(bob, `no, I am here ${round}`)
          }
        })
      },
      { timeout: 600_000 },
    )
})
