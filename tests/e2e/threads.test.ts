/** The node behind the app's tabs, in whole browsers: shared, handed over, and there without a network. */
import { expect } from 'chai'
import {
  type Browser,
  type Engine,
  type Host,
  launchBrowser,
  type Page,
  requireEngines,
  startHost,
  waitFor,
} from '../support/e2e.ts'
import { after, before, describe, it } from '../support/runner.ts'
import { countNodes } from './support/nodes.ts'

const ENGINES: readonly Engine[] = ['chromium', 'firefox', 'webkit']
const LONG = { timeout: 600_000 }

const open = async (browser: Browser, host: Host): Promise<Page> => {
  const page = await browser.newPage()
  await page.goto(host.url)
  return page
}

const createPerson = async (page: Page, name: string): Promise<void> => {
  await page.fill('Your name', name)
  await page.click('button', 'Start')
  await page.waitForControl('field', "What's new?")
}

const post = async (page: Page, text: string): Promise<void> => {
  await page.fill("What's new?", text)
  await page.click('button', 'Post')
  await page.waitForText(text)
}

/** Resolves when the service worker is in charge of this page: it can start without a network from then on. */
const untilOffline = (page: Page): Promise<unknown> =>
  waitFor('a service worker in charge', () => page.evaluate(() => navigator.serviceWorker.controller !== null))

describe('tabs of the app', () => {
  let host: Host
  before(async () => {
    host = await startHost()
  })
  after(() => host.close())

  for (const engine of ENGINES) {
    it(
      `[T1] [T4] two tabs share one node and the second goes on without the first (${engine})`,
      async (context) => {
        requireEngines([engine], context)
        const browser = await launchBrowser(engine)
        try {
          const first = await open(browser, host)
          await createPerson(first, 'Ada')
          const second = await open(browser, host)
          await second.waitForControl('field', "What's new?")
          expect(await countNodes(second)).to.equal(1)
          await post(first, 'from the first tab')
          await second.waitForText('from the first tab')
          await first.close()
          await post(second, 'from the second tab')
        } finally {
          await browser.close()
        }
      },
      LONG,
    )
  }

  it(
    '[T9] without SharedWorker the service worker passes ports between tabs (chromium)',
    async (context) => {
      requireEngines(['chromium'], context)
      const browser = await launchBrowser('chromium')
      try {
        await browser.playwright?.context.addInitScript('delete globalThis.SharedWorker')
        const first = await open(browser, host)
        await createPerson(first, 'Ada')
        await untilOffline(first)
        const second = await open(browser, host)
        await second.waitForControl('field', "What's new?")
        await post(first, 'from the first tab')
        await second.waitForText('from the first tab')
        await first.close()
        await post(second, 'from the second tab')
      } finally {
        await browser.close()
      }
    },
    LONG,
  )
})

describe('the app without a network', () => {
  for (const engine of ENGINES) {
    it(
      `[T50] a page that was open once starts while its host is down (${engine})`,
      async (context) => {
        requireEngines([engine], context)
        const host = await startHost()
        const browser = await launchBrowser(engine)
        try {
          const page = await open(browser, host)
          await createPerson(page, 'Ada')
          await untilOffline(page)
          await host.stop()
          await page.goto(`${host.url}/people`)
          await page.waitForControl('link', 'Home')
          await page.goto(host.url)
          await post(page, 'written without a network')
        } finally {
          await browser.close()
          await host.close()
        }
      },
      LONG,
    )
  }
})
