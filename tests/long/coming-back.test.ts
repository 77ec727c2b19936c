/** Reloads, closed browsers, lost networks and stopped hosts: everybody comes back with everything. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'
import { expect } from 'chai'
import { MAX_WAIT } from '../../src/node-worker/hosts/back-off.ts'
import { withBrowsers } from '../e2e/support/browsers.ts'
import { ARRIVES_MS, befriend, follow, go, join, linkOf, open, post, sees } from '../e2e/support/person.ts'
import { type Engine, type Host, launchBrowser, requireEngines, startHost } from '../support/e2e.ts'
import { describe, it } from '../support/runner.ts'

const LONG = { timeout: 600_000 }
const TEN = Array.from({ length: 10 }, (_, i) => i + 1)

const withHost = async (run: (host: Host) => Promise<void>): Promise<void> => {
  const host = await startHost()
  try {
    await run(host)
  } finally {
    await host.close()
  }
}

describe('coming back', () => {
  // WebKitGTK's driver gives each session a new profile.
  for (const engine of ['chromium', 'firefox'] satisfies Engine[])
    it(
      `a reload, and closing and reopening ${engine}, keep the person signed in`,
      async (context) => {
        requireEngines([engine], context)
        const profile = await mkdtemp(joinPath(tmpdir(), 'kith-profile-'))
        await withHost(async (host) => {
          const first = await launchBrowser(engine, { profile })
          const { page } = await join(first, host.url, 'Ada')
          await post(page, 'still here')
          await page.reload()
          await sees(page, 'still here')
          await first.close()
          const second = await launchBrowser(engine, { profile })
          try {
            const again = await open(second, host.url)
            await sees(again, 'still here')
            await post(again, 'and writing')
          } finally {
            await second.close()
          }
        }).finally(() => rm(profile, { recursive: true, force: true, maxRetries: 5 }))
      },
      LONG,
    )

  it(
    'what is written without a network goes out when it is back',
    async (context) => {
      requireEngines(['chromium'], context)
      await withHost((host) =>
        withBrowsers(['chromium', 'chromium'], async (one, other) => {
          const { page: ada } = await join(one!, host.url, 'Ada')
          const { page: bob } = await join(other!, host.url, 'Bob')
          await befriend(ada, bob)
          // A tab that closes takes its connections with it; the host being down, there is no way to make new ones.
          await host.stop()
          await ada.reload()
          await ada.waitForText(/Offline/, ARRIVES_MS)
          await post(ada, 'written offline')
          await post(bob, 'written by the other one')
          await ada.within('article', 'written offline').waitForControl('button', 'Kept here, waiting for people')
          await host.restart()
          await sees(bob, 'written offline')
          await sees(ada, 'written by the other one')
        }),
      )
    },
    LONG,
  )

  it(
    'while the host is stopped connected people go on, and a newcomer finds everything once it is back',
    async (context) => {
      requireEngines(['chromium'], context)
      await withHost((host) =>
        withBrowsers(['chromium', 'chromium', 'chromium'], async (one, other, third) => {
          const { page: ada } = await join(one!, host.url, 'Ada')
          const { page: bob } = await join(other!, host.url, 'Bob')
          await befriend(ada, bob)
          const links = [await linkOf(ada), await linkOf(bob)]
          await ada.click('link', /^Connected to 1 person/)
          await ada.waitForText('directly', ARRIVES_MS)
          await go(ada, 'Home')
          await host.stop()
          for (const n of TEN) {
            await post(ada, `Ada ${n} of ten`)
            await post(bob, `Bob ${n} of ten`)
          }
          for (const n of TEN) {
            await sees(bob, `Ada ${n} of ten`)
            await sees(ada, `Bob ${n} of ten`)
          }
          await ada.waitForText(/Connected to 1 person(?! · 1 host)/)
          await host.restart()
          const started = Date.now()
          const { page: cy } = await join(third!, host.url, 'Cy')
          for (const link of links) await follow(cy, link)
          await go(cy, 'Home')
          for (const n of TEN) for (const name of ['Ada', 'Bob']) await sees(cy, `${name} ${n} of ten`)
          const took = Date.now() - started
          console.info(`a newcomer had everything ${took} ms after the host was back`)
          // Seconds; four times the longest that a link waits before it dials again.
          expect(took).to.be.below(4 * MAX_WAIT)
          for (const page of [ada, bob]) await page.waitForText(/Connected to \d (person|people) · 1 host/, ARRIVES_MS)
          await post(ada, 'all together again')
          for (const page of [bob, cy]) await sees(page, 'all together again')
        }),
      )
    },
    LONG,
  )
})
