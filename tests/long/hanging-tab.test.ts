/** An elected tab that hangs: another one that somebody looks at takes the node over, and no request is lost. */
import { expect } from 'chai'
import { withBrowsers } from '../e2e/support/browsers.ts'
import { join, open, post, sees } from '../e2e/support/person.ts'
import { type Host, type Page, requireEngines, startHost, waitFor } from '../support/e2e.ts'
import { after, before, describe, it } from '../support/runner.ts'

const LONG = { timeout: 180_000 }

/** The tab's thread does nothing else for so long. Ends at once; the hanging begins a moment later. */
const hang = (page: Page, milliseconds: number): Promise<void> =>
  page.evaluate((duration) => {
    setTimeout(() => {
      for (const end = Date.now() + duration; Date.now() < end; );
    }, 100)
  }, milliseconds)

describe('a tab', () => {
  let host: Host
  before(async () => {
    host = await startHost()
  })
  after(() => host.close())

  for (const engine of ['chromium', 'webkit'] as const)
    it(
      `[T7] [T10] that leads and hangs loses the node to a tab that is looked at, and no request is lost (${engine})`,
      async (context) => {
        requireEngines([engine], context)
        await withBrowsers([engine], async (browser) => {
          await browser!.playwright?.context.addInitScript('delete globalThis.SharedWorker')
          const { page: leader } = await join(browser!, host.url, 'Ada')
          await waitFor('a service worker in charge', () =>
            leader.evaluate(() => navigator.serviceWorker.controller !== null),
          )
          const second = await open(browser!, host.url)
          await post(second, 'before the hang')
          const third = await browser!.newPage()
          await hang(leader, 20_000)
          await third.goto(host.url)
          await sees(third, 'before the hang')
          await post(third, 'by the new node')
          await post(second, 'sent to the new node')
          await sees(third, 'sent to the new node')
          await sees(leader, 'sent to the new node')
          await post(leader, 'after the hang')
          await sees(second, 'after the hang')
          const { held } = await third.evaluate(async () => {
            const locks = await navigator.locks.query()
            return { held: (locks.held ?? []).filter(({ name }) => name === 'kith-node').length }
          })
          expect(held).to.equal(1)
        })
      },
      LONG,
    )
})
