/** A person's own bucket in a real browser, against a real server: with CORS and without. */
import { expect } from 'chai'
import { withBrowsers } from '../e2e/support/browsers.ts'
import { befriend, go, join, post, sees } from '../e2e/support/person.ts'
import { picture } from '../e2e/support/picture.ts'
import { walk } from '../e2e/support/walk.ts'
import { type Host, type Page, requireEngines, startHost, waitFor } from '../support/e2e.ts'
import { after, describe, it, type TestContext } from '../support/runner.ts'
import { type Front, startFront } from '../support/s3/front.ts'
import { KEYS, type S3Server, startS3 } from '../support/s3/server.ts'

const LONG = { timeout: 180_000 }
/** A piece goes there a second after it was stored here. */
const KEPT_MS = 30_000

const enter = async (page: Page, endpoint: string, bucket: string, publicUrl = ''): Promise<void> => {
  await go(page, 'You')
  await page.click('link', 'Storage')
  await page.click('button', 'Use your own storage')
  await page.fill('Server address', endpoint)
  await page.fill('Bucket', bucket)
  await page.fill('Access key', KEYS.accessKey)
  await page.fill('Secret key', KEYS.secret)
  await page.fill(/^Public address/, publicUrl)
}

describe('one’s own storage', () => {
  let host: Host | undefined
  let server: S3Server | undefined
  let front: Front | undefined

  const start = async (context: TestContext): Promise<{ host: Host; server: S3Server; front: Front }> => {
    requireEngines(['chromium'], context)
    server ??= await startS3(context)
    front ??= await startFront(server!.url)
    host ??= await startHost()
    front.fault = 'none'
    return { host, server: server!, front }
  }
  after(async () => {
    await host?.close()
    await front?.close()
    await server?.stop()
  })

  it(
    '[FS3] [FS4] is tested and used: a picture goes there, and a page of anybody reads it there',
    async (context) => {
      const { host, server } = await start(context)
      await withBrowsers(['chromium', 'chromium'], async (one, other) => {
        const ada = await join(one!, host.url, 'Ada')
        const bea = await join(other!, host.url, 'Bea')
        const bucket = await server.bucket('browser', true)
        await enter(ada.page, server.url, bucket, server.publicUrl(bucket))
        await ada.page.click('button', 'Test the connection')
        await ada.page.waitForText('It works. Anyone who knows')
        expect(await ada.page.audit()).to.deep.equal([])
        await walk(ada.page, 'foreign-tested')
        await ada.page.click('button', 'Use this storage')
        await ada.page.waitForText('Everything is there.', KEPT_MS)
        await go(ada.page, 'Home')
        await befriend(ada.page, bea.page)
        await post(ada.page, 'with a picture', picture('lake.png'))
        await sees(bea.page, 'with a picture')
        const objects = await waitFor('the picture to be there', async () => {
          const found = await server.list(bucket)
          return found.size >= 3 ? found : undefined
        })
        const [large] = [...objects.entries()].sort(([, a], [, b]) => b - a)
        const read = await bea.page.evaluate(
          (url) => fetch(url).then(async (answer) => (await answer.arrayBuffer()).byteLength),
          server.publicUrl(bucket) + large![0],
        )
        expect(read).to.equal(large![1])
      })
    },
    LONG,
  )

  it(
    '[FS3] [FS6] without CORS, with a wrong key and where nothing answers: what it is, and what to do',
    async (context) => {
      const { host, server, front } = await start(context)
      await withBrowsers(['chromium'], async (browser) => {
        const { page } = await join(browser!, host.url, 'Cleo')
        const bucket = await server.bucket('closed')
        front.fault = 'no-cors'
        await enter(page, front.url, bucket)
        await page.click('button', 'Test the connection')
        await page.waitForText('lets no web page read the answer')
        await page.waitForText(/Set up CORS/)
        await walk(page, 'foreign-no-cors')
        front.fault = 'none'
        await page.click('button', 'Test the connection')
        await page.waitForText('Only your own devices can read there')
        await page.fill('Secret key', 'not this one')
        await page.click('button', 'Test the connection')
        // This server lets pages read no errors: told apart from no answer at all.
        await page.waitForText(/check key, bucket name/)
        await page.fill('Server address', 'http://127.0.0.1:9')
        await page.click('button', 'Test the connection')
        await page.waitForText('Your storage does not answer')
        front.fault = 'redirect'
        front.seen.length = 0
        await page.fill('Server address', front.url)
        await page.click('button', 'Test the connection')
        // Pages are not told of redirects; where this one leads nobody answers.
        await page.waitForText('Your storage does not answer')
        expect(front.seen).not.to.be.empty
        expect(front.seen.filter((line) => line.startsWith('PUT'))).to.deep.equal([])
        expect((await server.list(bucket)).size).to.equal(0)
      })
    },
    LONG,
  )
})
