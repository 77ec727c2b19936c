/** What a person is told when a browser, an address or a disk does not do. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'
import { expect } from 'chai'
import { type Host, launchBrowser, type Page, requireEngines, startHost } from '../support/e2e.ts'
import { after, before, describe, it } from '../support/runner.ts'
import { withBrowsers } from './support/browsers.ts'
import { ARRIVES_MS, befriend, go, join, open, post, sees, shownLink } from './support/person.ts'
import { walk } from './support/walk.ts'

const LONG = { timeout: 600_000 }

/** Runs before anything of the app in every page that is opened from now on. */
const LACKING: Readonly<Record<string, string>> = {
  ed25519: `const original = crypto.subtle.generateKey.bind(crypto.subtle)
    crypto.subtle.generateKey = (algorithm, ...rest) =>
      (algorithm.name ?? algorithm) === 'Ed25519'
        ? Promise.reject(new DOMException('', 'NotSupportedError'))
        : original(algorithm, ...rest)`,
  indexeddb: `Object.defineProperty(globalThis, 'indexedDB', { value: undefined })`,
  workers: `delete globalThis.SharedWorker; delete globalThis.Worker`,
  locks: `Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })`,
}

describe('what does not do', () => {
  let host: Host
  before(async () => {
    host = await startHost()
  })
  after(() => host.close())

  const isTold = async (page: Page, what: string, todo: RegExp): Promise<void> => {
    await page.waitForControl('heading', what)
    await page.waitForText(todo)
    await page.waitForControl('button', 'Load again')
    expect(await page.audit()).to.deep.equal([])
  }

  it(
    'plain http from another machine: how to get https',
    async (context) => {
      requireEngines(['chromium'], context)
      await withBrowsers(['chromium'], async (browser) => {
        const page = await open(browser!, `http://kith.test:${host.port}`)
        await isTold(
          page,
          'This page was opened over plain http from another machine',
          /--cert\s+and\s+--key[\s\S]*--public-url/,
        )
        await walk(page, 'plain-http')
      })
    },
    LONG,
  )

  for (const [feature, what, todo] of [
    ['ed25519', 'This browser cannot sign yet', /Chrome or Edge 137/],
    ['indexeddb', 'This browser offers no storage here', /private window/],
    ['workers', 'This browser runs no background workers', /Update the browser/],
    ['locks', 'This browser cannot keep its tabs apart', /Update the browser/],
  ] as const)
    it(
      `a browser without ${feature}: what to do`,
      async (context) => {
        requireEngines(['chromium'], context)
        await withBrowsers(['chromium'], async (browser) => {
          await browser!.playwright!.context.addInitScript(LACKING[feature]!)
          await isTold(await open(browser!, host.url), what, todo)
        })
      },
      LONG,
    )

  it(
    'a browser without WebRTC: the host passes everything on, and the person is told',
    async (context) => {
      requireEngines(['chromium'], context)
      await withBrowsers(['chromium', 'chromium'], async (one, other) => {
        await one!.playwright!.context.addInitScript('delete globalThis.RTCPeerConnection')
        const { page: ada } = await join(one!, host.url, 'Ada')
        const { page: bob } = await join(other!, host.url, 'Bob')
        await befriend(ada, bob)
        await post(ada, 'over the host')
        await sees(bob, 'over the host')
        await ada.click('link', /^Connected to 1 person/)
        await ada.waitForText('This browser has no direct connections (WebRTC')
        await ada.waitForText('through a host')
      })
    },
    LONG,
  )

  it(
    'a full disk: what is there is read, what is new is refused visibly and kept in the field',
    async (context) => {
      requireEngines(['chromium'], context)
      const profile = await mkdtemp(joinPath(tmpdir(), 'kith-full-'))
      const before = await launchBrowser('chromium', { profile })
      const { page: first } = await join(before, host.url, 'Ada')
      await post(first, 'from better days')
      await before.close()
      // A browser that has just started: a running one remembers for half a minute how much room there was.
      const browser = await launchBrowser('chromium', { profile })
      try {
        const page = await browser.newPage()
        const { context: chromium, pageOf } = browser.playwright!
        const devtools = await chromium.newCDPSession(pageOf(page))
        await devtools.send('Storage.overrideQuotaForOrigin', { origin: host.url, quotaSize: 1 })
        await page.goto(host.url)
        await sees(page, 'from better days')
        await page.fill("What's new?", 'too much')
        await page.click('button', 'Post')
        await page.waitForText('The storage of this browser is full')
        await walk(page, 'full-disk')
        await page.waitForText('too much')
        await sees(page, 'from better days')
        await devtools.send('Storage.overrideQuotaForOrigin', { origin: host.url })
        await page.click('button', 'Post')
        await sees(page, 'too much')
      } finally {
        await browser.close()
        await rm(profile, { recursive: true, force: true, maxRetries: 5 })
      }
    },
    LONG,
  )

  it(
    'links that are none, links to oneself, empty posts: said beside the field',
    async (context) => {
      requireEngines(['chromium'], context)
      await withBrowsers(['chromium'], async (browser) => {
        const page = await open(browser!, host.url)
        await page.click('button', 'Start')
        await page.waitForText('A name needs at least one letter')
        await page.fill('Your name', 'Ada')
        await page.click('button', 'Start')
        await page.waitForControl('button', 'Add picture')
        await go(page, 'People')
        for (const link of ['hello', 'https://example.org/@nobody', `${host.url}/@bafyreib${'b'.repeat(200)}`]) {
          await page.fill('Link or code', link)
          await page.click('button', 'Follow')
          await page.waitForText('This is not a link or code of a person')
        }
        await page.click('button', 'Show my code')
        await page.waitForText('This link works on this machine only')
        await page.fill('Link or code', await shownLink(page))
        await page.click('button', 'Follow')
        await page.waitForText('This is your own link')
        await page.goto(`${host.url}/no/such/page`)
        await page.waitForControl('heading', 'There is nothing here', ARRIVES_MS)
      })
    },
    LONG,
  )
})
