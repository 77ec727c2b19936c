/** Kith as an installed app: what Chromium asks of one, and a start without any network. */
import { expect } from 'chai'
import { requireEngines, startHost } from '../support/e2e.ts'
import { describe, it } from '../support/runner.ts'
import { withBrowsers } from './support/browsers.ts'
import { go, join, open, post, sees } from './support/person.ts'

describe('the installed app', () => {
  it(
    'has nothing that keeps Chromium from installing it, and opens with its feed while the host is gone',
    async (context) => {
      requireEngines(['chromium'], context)
      const host = await startHost()
      try {
        await withBrowsers(['chromium'], async (browser) => {
          const { page } = await join(browser!, host.url, 'Ada')
          await post(page, 'kept for later')
          await page.evaluate(async () => void (await navigator.serviceWorker.ready))

          const { context: chromium, pageOf } = browser!.playwright!
          const devtools = await chromium.newCDPSession(pageOf(page))
          const { errors, data } = await devtools.send('Page.getAppManifest')
          expect(errors).to.deep.equal([])
          const manifest = JSON.parse(data ?? '{}')
          expect(manifest).to.include({ name: 'Kith', display: 'standalone' })
          const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors')
          expect(
            installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito'),
          ).to.deep.equal([])
          for (const { src, sizes, type } of manifest.icons) {
            const size = await page.evaluate(async (url) => {
              const image = new Image()
              image.src = url
              await image.decode()
              return `${image.naturalWidth}x${image.naturalHeight}`
            }, src as string)
            if (type !== 'image/svg+xml') expect(size, src).to.equal(sizes)
          }

          await host.stop()
          await page.close()
          const again = await open(browser!, host.url)
          await sees(again, 'kept for later')
          await again.waitForText('Offline')
          for (const place of ['People', 'Notes', 'You', 'Home'] as const) {
            await go(again, place)
            if (place !== 'Home') await again.waitForControl('heading', place)
          }
          await post(again, 'written without a network')
        })
      } finally {
        await host.close()
      }
    },
    { timeout: 600_000 },
  )
})
