/** A host with a certificate, reached under a name that it was told, and under one that it was not. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { NO_OPENSSL, selfSigned } from '../host/support/certificate.ts'
import { type Browser, type Host, type Page, requireEngines, startHost, waitFor } from '../support/e2e.ts'
import { skipWithout } from '../support/missing.ts'
import { after, before, describe, it } from '../support/runner.ts'
import { withBrowsers } from './support/browsers.ts'
import { post, start } from './support/person.ts'

const LONG = { timeout: 600_000 }

/** A page that takes any certificate. Its workers must be its own, because only they do as well. */
const openAnyway = async (browser: Browser, url: string): Promise<Page> => {
  const { context, pageOf } = browser.playwright!
  await context.addInitScript('delete globalThis.SharedWorker')
  const page = await browser.newPage()
  const devtools = await context.newCDPSession(pageOf(page))
  await devtools.send('Security.setIgnoreCertificateErrors', { ignore: true })
  await page.goto(url)
  return page
}

describe('a host with a certificate', () => {
  let folder: string
  let files: Awaited<ReturnType<typeof selfSigned>>
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kith-certificate-'))
    files = await selfSigned(folder)
  })
  after(() => rm(folder, { recursive: true }))

  const run = async (args: readonly string[], test: (host: Host, page: Page) => Promise<void>): Promise<void> => {
    const host = await startHost({ args: ['--cert', files!.cert, '--key', files!.key, ...args] })
    try {
      await withBrowsers(['chromium'], async (browser) => {
        const page = await openAnyway(browser!, `https://kith.test:${host.port}`)
        await start(page, 'Ada')
        await post(page, 'over https')
        await test(host, page)
      })
    } finally {
      await host.close()
    }
  }

  it(
    '[H24] that does not know the name says so on its console, and the page says what to do (chromium)',
    async (context) => {
      requireEngines(['chromium'], context)
      if (!files) skipWithout(context, NO_OPENSSL)
      await run([], async (host, page) => {
        const { origin } = new URL(await page.evaluate(() => location.href))
        await waitFor('a line on the console', () => host.output().includes(`--public-url ${origin}`))
        await page.goto(`${origin}/connection`)
        await page.waitForText('This host does not know that it is reached under this address.')
        expect(page.problems().filter((line) => /Content.Security|TrustedT/i.test(line))).to.deep.equal([])
      })
    },
    LONG,
  )
})
