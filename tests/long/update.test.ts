/** One version of the app follows another: when a person says so, in all tabs together, and never two at once. */
import { expect } from 'chai'
import { withBrowsers } from '../e2e/support/browsers.ts'
import { type Builds, buildOf, makeBuilds } from '../e2e/support/builds.ts'
import { open, post, sees, start } from '../e2e/support/person.ts'
import { type Engine, type Host, type Page, requireEngines, startHost, waitFor } from '../support/e2e.ts'
import { after, before, describe, it } from '../support/runner.ts'

const LONG = { timeout: 600_000 }
const UPDATE = 'A newer Kith is ready.'

const untilInstalled = (page: Page): Promise<unknown> =>
  waitFor('a service worker in charge', () => page.evaluate(() => navigator.serviceWorker.controller !== null))

const untilMoved = (page: Page): Promise<unknown> =>
  // While it loads anew, a page can be asked nothing.
  waitFor('the second build', async () => (await buildOf(page).catch(() => '')) === 'two')

const untilLoaded = (page: Page): Promise<unknown> =>
  waitFor('the app', async () => (await page.count('button', 'Post').catch(() => 0)) > 0)

const draftOf = (page: Page): Promise<string> =>
  waitFor('the field of the composer', async () => {
    const lines = (await page.text()).split('\n')
    return lines.find((line) => line.startsWith('half a')) ?? ''
  })

describe('a new version', () => {
  let builds: Builds
  const tested = process.env.KITH_DIST
  before(async () => {
    builds = await makeBuilds()
  })
  after(async () => {
    if (tested === undefined) delete process.env.KITH_DIST
    else process.env.KITH_DIST = tested
    await builds.close()
  })

  /** A host that serves the first build until `update`. */
  const withHost = async (run: (host: Host, update: () => Promise<void>) => Promise<void>): Promise<void> => {
    process.env.KITH_DIST = builds.one
    const host = await startHost()
    const update = async (): Promise<void> => {
      process.env.KITH_DIST = builds.two
      await host.restart()
    }
    try {
      await run(host, update)
    } finally {
      await host.close()
    }
  }

  for (const engine of ['chromium', 'firefox', 'webkit'] satisfies Engine[]) {
    it(
      `[T51] waits, is told in every tab, and moves all of them with one click and nothing lost (${engine})`,
      async (context) => {
        requireEngines([engine], context)
        await withHost((host, update) =>
          withBrowsers([engine], async (browser) => {
            const first = await open(browser!, host.url)
            await start(first, 'Ada')
            await post(first, 'before the update')
            await untilInstalled(first)
            const second = await open(browser!, host.url)
            await second.fill("What's new?", 'half a thought')
            await update()
            await first.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()))
            for (const page of [first, second]) {
              await page.waitForText(UPDATE)
              expect(await buildOf(page)).to.equal('one')
            }
            await first.click('button', 'Change over')
            for (const page of [first, second]) {
              await untilMoved(page)
              await sees(page, 'before the update')
              expect(await page.count('button', 'Change over')).to.equal(0)
            }
            expect(await draftOf(second)).to.equal('half a thought')
            await post(first, 'after the update')
            await sees(second, 'after the update')
            // And it starts without the host.
            await host.stop()
            await first.reload()
            await sees(first, 'after the update')
            expect(await buildOf(first)).to.equal('two')
          }),
        )
      },
      LONG,
    )

    it(
      `[T12] that came past the old one says so, waits, and goes on when the old tabs are gone (${engine})`,
      async (context) => {
        requireEngines([engine], context)
        await withHost((host, update) =>
          withBrowsers([engine], async (browser) => {
            const old = await open(browser!, host.url)
            await start(old, 'Ada')
            await untilInstalled(old)
            await old.evaluate(async () => {
              for (const registration of await navigator.serviceWorker.getRegistrations())
                await registration.unregister()
            })
            await update()
            const fresh = await open(browser!, host.url)
            expect(await buildOf(fresh)).to.equal('two')
            await fresh.waitForControl('heading', 'Another version of Kith is open in this browser')
            await post(old, 'written in the old version meanwhile')
            await old.close()
            await untilLoaded(fresh)
            await sees(fresh, 'written in the old version meanwhile')
            await post(fresh, 'written in the new one')
          }),
        )
      },
      LONG,
    )
  }
})
