/** A browser that lost the keys of its device and nothing else: what it says, and how its person comes back. */
import { expect } from 'chai'
import { exported } from '../e2e/support/archive.ts'
import { withBrowsers } from '../e2e/support/browsers.ts'
import { countPosts } from '../e2e/support/database.ts'
import { untilNoNode } from '../e2e/support/nodes.ts'
import { join, post, sees } from '../e2e/support/person.ts'
import { wordsOf } from '../e2e/support/words.ts'
import { type Engine, type Host, type Page, requireEngines, startHost } from '../support/e2e.ts'
import { after, before, describe, it } from '../support/runner.ts'

const LONG = { timeout: 600_000 }
const ENGINES: readonly Engine[] = ['chromium', 'firefox', 'webkit']

/** Deletes the database of keys while no page of the app is open, so that no node runs. */
const loseKeys = async (page: Page, url: string): Promise<void> => {
  await page.goto(`${url}/host.json`)
  await untilNoNode(page)
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const request = indexedDB.deleteDatabase('kith-keys')
        request.onsuccess = () => resolve()
        request.onerror = () => reject(request.error)
      }),
  )
  await page.goto(url)
}

const isTold = async (page: Page): Promise<void> => {
  await page.waitForControl('heading', 'The keys of this browser are gone')
  await page.waitForText('Your posts, notes and pictures are still here and stay untouched')
  await page.waitForControl('link', 'I have recovery words')
  expect(await page.audit()).to.deep.equal([])
}

describe('a browser that lost its keys', () => {
  let host: Host
  before(async () => {
    host = await startHost()
  })
  after(() => host.close())

  for (const engine of ENGINES)
    it(
      `[N42] says so and touches nothing; the words alone bring its person back (${engine})`,
      async (context) => {
        requireEngines([engine], context)
        await withBrowsers([engine], async (browser) => {
          const { page } = await join(browser!, host.url, 'Ada')
          await post(page, 'before the loss')
          const words = await wordsOf(page)
          const before = await countPosts(page)
          await loseKeys(page, host.url)
          await isTold(page)
          await page.goto(`${host.url}/people`)
          await isTold(page)
          expect(await countPosts(page)).to.deep.equal(before)
          await page.click('link', 'I have recovery words')
          await page.fill('Your twelve words', words)
          await page.click('button', 'Restore')
          await page.click('link', 'Go to your board')
          await sees(page, 'before the loss')
          await post(page, 'with new keys')
          await page.reload()
          await sees(page, 'with new keys')
          await sees(page, 'before the loss')
        })
      },
      LONG,
    )

  it(
    '[N42] with words and archive as well (chromium)',
    async (context) => {
      requireEngines(['chromium'], context)
      await withBrowsers(['chromium'], async (browser) => {
        const { page } = await join(browser!, host.url, 'Bob')
        await post(page, 'before the loss')
        const words = await wordsOf(page)
        const bytes = await exported(browser!, page)
        await loseKeys(page, host.url)
        await isTold(page)
        await page.click('link', 'I have recovery words')
        await page.fill('Your twelve words', words)
        await page.attach(/Exported file/, { name: 'kith.car', type: 'application/vnd.ipld.car', bytes })
        await page.click('button', 'Restore')
        await page.click('link', 'Go to your board')
        await sees(page, 'before the loss')
        await post(page, 'with new keys')
      })
    },
    LONG,
  )
})
