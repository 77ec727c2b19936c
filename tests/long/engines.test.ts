/** Conversations between engines: over WebRTC where both have it, through the host where one has not. */

import { withBrowsers } from '../e2e/support/browsers.ts'
import { ARRIVES_MS, befriend, go, join, post, sees } from '../e2e/support/person.ts'
import { picture } from '../e2e/support/picture.ts'
import type { Engine } from '../support/e2e.ts'
import { type Host, requireEngines, startHost } from '../support/e2e.ts'
import { after, before, describe, it } from '../support/runner.ts'

const PAIRS: readonly (readonly [Engine, Engine, string])[] = [
  ['firefox', 'chromium', 'directly'],
  ['webkit', 'chromium', 'through a host'],
  ['webkit', 'firefox', 'through a host'],
]

describe('engines among each other', () => {
  let host: Host
  before(async () => {
    host = await startHost()
  })
  after(() => host.close())

  for (const [one, other, way] of PAIRS)
    it(
      `${one} and ${other} talk ${way}`,
      async (context) => {
        requireEngines([one, other], context)
        await withBrowsers([one, other], async (first, second) => {
          const { page: ada } = await join(first!, host.url, 'Ada')
          const { page: bob } = await join(second!, host.url, 'Bob')
          await befriend(ada, bob)
          for (const [from, to, name] of [
            [ada, bob, 'Ada'],
            [bob, ada, 'Bob'],
          ] as const) {
            await post(from, `hello, says ${name}`, picture('stripes.png', 320, 200))
            await sees(to, `hello, says ${name}`)
            await to.within('article', `hello, says ${name}`).waitForControl('link', name)
          }
          for (const page of [ada, bob]) {
            await page.click('link', /^Connected to 1 person/)
            await page.waitForText(way, ARRIVES_MS)
            await go(page, 'Home')
          }
        })
      },
      { timeout: 600_000 },
    )
})
