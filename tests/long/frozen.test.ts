/** Tabs that browsers are about to freeze: the connections move to another tab, and where a tab runs the node, so does that. */

import { withBrowsers } from '../e2e/support/browsers.ts'
import { carriedLinks, countCarriedLinks } from '../e2e/support/carrying.ts'
import { ARRIVES_MS, befriend, join, open, post, sees } from '../e2e/support/person.ts'
import { type Host, type Page, requireEngines, startHost, waitFor } from '../support/e2e.ts'
import { after, before, describe, it } from '../support/runner.ts'

const LONG = { timeout: 180_000 }

/** What a browser tells a tab before it freezes it, and after. Pages that a driver holds are never frozen in earnest. */
const tell = (page: Page, what: 'freeze' | 'resume'): Promise<void> =>
  page.evaluate((name) => void document.dispatchEvent(new Event(name)), what)

describe('a tab that is being frozen', () => {
  let host: Host
  before(async () => {
    host = await startHost()
  })
  after(() => host.close())

  for (const isShared of [true, false])
    it(
      `[T10] [T23] gives up what it carries, comes back, and nothing is lost (${isShared ? 'shared worker' : 'elected tab'})`,
      async (context) => {
        requireEngines(['chromium'], context)
        await withBrowsers(['chromium', 'chromium'], async (one, other) => {
          await countCarriedLinks(one!)
          if (!isShared) await one!.playwright?.context.addInitScript('delete globalThis.SharedWorker')
          const { page: first } = await join(one!, host.url, 'Ada')
          const { page: bob } = await join(other!, host.url, 'Bob')
          await befriend(first, bob)
          await waitFor('a connection', async () => (await carriedLinks(first)) > 0, ARRIVES_MS)
          const second = await open(one!, host.url)
          await second.waitForControl('button', 'Post')

          await tell(first, 'freeze')
          await post(bob, 'while you were frozen')
          await sees(second, 'while you were frozen')
          await post(second, 'from the tab that is awake')
          await sees(bob, 'from the tab that is awake')
          // Not frozen in earnest, the first tab hears of the new node and offers to carry again.
          const able = isShared ? [second] : [first, second]
          const carried = async () => (await Promise.all(able.map(carriedLinks))).some((links) => links > 0)
          await waitFor('a tab that is awake to carry', carried, ARRIVES_MS)

          await tell(first, 'resume')
          await sees(first, 'while you were frozen')
          await sees(first, 'from the tab that is awake')
          await post(first, 'awake again')
          await sees(bob, 'awake again')
          await sees(second, 'awake again')
        })
      },
      LONG,
    )
})
