/** What surrounds the app: its security policy behind a proxy, what is kept for offline and when, plain http. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { paths } from '../../scripts/lib/paths.mjs'
import { type Engine, type Page, requireEngines, startHost, waitFor } from '../support/e2e.ts'
import { describe, it } from '../support/runner.ts'
import { settle } from '../support/wait.ts'
import { withBrowsers } from './support/browsers.ts'
import { type CspProxy, startCspProxy } from './support/csp-proxy.ts'
import { go, open, post, start } from './support/person.ts'

const ENGINES: readonly Engine[] = ['chromium', 'firefox', 'webkit']
const LONG = { timeout: 600_000 }
/** A page that was just opened has read and written what it starts with after that. */
const REST_MS = 1_000

/** Every page that an address opens. */
const PAGES = [
  '/people',
  '/write',
  '/notes',
  '/you',
  '/you/words',
  '/replies',
  '/you/storage',
  '/you/settings',
  '/connection',
  '/you/devices',
  '/welcome/words',
  '/nowhere',
] as const

/** Runs with a proxy whose address the host is told; the host itself is asked under another name. */
const withProxiedHost = async (run: (proxy: CspProxy) => Promise<void>): Promise<void> => {
  const proxy = await startCspProxy()
  try {
    const host = await startHost({ args: ['--public-url', proxy.url] })
    proxy.setTarget(`http://localhost:${host.port}`)
    try {
      await run(proxy)
    } finally {
      await host.close()
    }
  } finally {
    await proxy.close()
  }
}

/** Resolves when the service worker is in charge of this page. */
const untilInstalled = (page: Page): Promise<unknown> =>
  waitFor('a service worker in charge', () => page.evaluate(() => navigator.serviceWorker.controller !== null))

describe('the security policy', () => {
  for (const engine of ENGINES) {
    it(
      `[T54] refuses nothing that the app does, on any page, behind a proxy with another name (${engine})`,
      async (context) => {
        requireEngines([engine], context)
        await withProxiedHost((proxy) =>
          withBrowsers([engine], async (browser) => {
            const page = await open(browser!, proxy.url)
            await start(page, 'Ada')
            await post(page, 'under a policy')
            await untilInstalled(page)
            expect(await page.text()).not.to.contain('A newer Kith')
            for (const path of PAGES) {
              await page.goto(proxy.url + path)
              await page.waitForControl('heading', /./)
              // [T14] WebKitGTK may keep what a worker that ends was reading: its page comes to rest before the next.
              if (engine === 'webkit') await settle(REST_MS)
            }
            await page.goto(`${proxy.url}/notes`)
            await page.click('button', 'New note')
            await page.waitForControl('field', 'Title')
            await go(page, 'People')
            await page.click('button', 'Show my code')
            await page.waitForControl('field', 'Your link')
            expect(proxy.reports()).to.deep.equal([])
            expect(page.problems()).to.deep.equal([])
          }),
        )
      },
      LONG,
    )

    it(
      `[T54] lets no script run from outside the folder (${engine})`,
      async (context) => {
        requireEngines([engine], context)
        await withProxiedHost((proxy) =>
          withBrowsers([engine], async (browser) => {
            const page = await open(browser!, proxy.strangersPage)
            const ran = () => page.evaluate(() => (globalThis as unknown as { ran?: string[] }).ran ?? [])
            await waitFor('the script inside', async () => (await ran()).includes('inside'))
            expect(await ran()).to.deep.equal(['inside'])
            const outcome = await page.evaluate(() => {
              const types = (
                globalThis as unknown as { trustedTypes?: { createPolicy(name: string, rules: object): void } }
              ).trustedTypes
              try {
                types?.createPolicy('stranger', {})
                return types ? 'made' : 'refused'
              } catch {
                return 'refused'
              }
            })
            expect(outcome).to.equal('refused')
            await waitFor('reports', () => proxy.reports().length >= 3)
          }),
        )
      },
      LONG,
    )
  }
})

describe('the shell', () => {
  it(
    '[T53] keeps every page and no debugging files, and asks for none of it before the page can be used',
    async (context) => {
      requireEngines(['chromium'], context)
      const folder = join(process.env.KITH_DIST ?? paths.dist, 'web')
      const built = (await readdir(folder, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length))
      const wanted = built.filter((file) => !file.endsWith('.map') && file !== '/sw.js').sort()
      await withProxiedHost((proxy) =>
        withBrowsers(['chromium'], async (browser) => {
          const page = await open(browser!, proxy.url)
          await page.waitForControl('heading', 'Welcome to Kith')
          await untilInstalled(page)
          const asked = proxy.asked()
          // Only the precache wants the largest icon, and it wants everything at once.
          expect(asked.indexOf('/icon-512.png'), 'asked for').to.be.greaterThan(asked.indexOf('/sw.js'))
          const kept = await page.evaluate(async () => {
            const found: string[] = []
            for (const name of await caches.keys()) {
              const cache = await caches.open(name)
              for (const { url } of await cache.keys()) {
                const answer = await cache.match(url)
                found.push(answer?.type === 'opaque' ? `opaque ${url}` : new URL(url).pathname)
              }
            }
            return found.sort()
          })
          expect(kept).to.deep.equal(wanted)
        }),
      )
    },
    LONG,
  )

  it(
    "[T52] leaves the host's own addresses to the host, with and without a network (chromium)",
    async (context) => {
      requireEngines(['chromium'], context)
      const host = await startHost()
      try {
        await withBrowsers(['chromium'], async (browser) => {
          const page = await open(browser!, host.url)
          await page.waitForControl('heading', 'Welcome to Kith')
          await untilInstalled(page)
          const ask = (path: string) =>
            page.evaluate(
              (url) =>
                fetch(url).then(
                  (answer) => answer.status,
                  () => 0,
                ),
              path,
            )
          const own = { '/healthz': 200, '/host.json': 200, '/kith': 426, '/at/x/b/y': 400, '/k/x': 400, '/b/x': 404 }
          for (const [path, status] of Object.entries(own)) expect(await ask(path), path).to.equal(status)
          await host.stop()
          for (const path of Object.keys(own)) expect(await ask(path), path).to.equal(0)
          const shown = await browser!.newPage()
          for (const path of Object.keys(own)) {
            const outcome = await shown.goto(host.url + path).then(
              () => 'shown',
              () => 'failed',
            )
            expect(outcome, path).to.equal('failed')
          }
        })
      } finally {
        await host.close()
      }
    },
    LONG,
  )

  it(
    '[T55] opens over plain http from another machine and says what to do (chromium)',
    async (context) => {
      requireEngines(['chromium'], context)
      const host = await startHost()
      try {
        await withBrowsers(['chromium'], async (browser) => {
          const page = await open(browser!, `http://kith.test:${host.port}/people`)
          await page.waitForControl('heading', 'This page was opened over plain http from another machine')
          await page.waitForText(/--cert\s+and\s+--key/)
          await page.waitForText('--public-url')
          expect(page.problems().filter((line) => !/Cross-Origin-Opener-Policy/.test(line))).to.deep.equal([])
        })
      } finally {
        await host.close()
      }
    },
    LONG,
  )
})
