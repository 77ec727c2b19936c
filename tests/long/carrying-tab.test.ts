/**
 * Twenty thousand entries on their way, and twenty times the tab that carries them dies: nothing is lost, nothing comes
 * twice, and little is sent again. `KITH_SEED=N` repeats the moments of an earlier run.
 */
import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { withBrowsers } from '../e2e/support/browsers.ts'
import { carriedLinks, countCarriedLinks } from '../e2e/support/carrying.ts'
import { countPosts, heldLogs } from '../e2e/support/database.ts'
import { follow, go, join, linkOf, open } from '../e2e/support/person.ts'
import { type Browser, type Page, requireEngines, startHost, waitFor } from '../support/e2e.ts'
import { describe, it } from '../support/runner.ts'

const ENTRIES = 20_000
const KILLS = 20
const MOST_RESENT_BYTES = 4 * 1024 * 1024
/** Long enough for a slow machine under other loads. */
const SYNC_MS = 900_000
/** Between two kills, at most. */
const PAUSE_MS = 500

/** Mulberry32: the same moments for the same seed. */
const randomFrom = (seed: number) => {
  let state = seed
  return (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

const fortunes = (): Uint8Array =>
  new TextEncoder().encode(
    Array.from({ length: ENTRIES }, (_, i) => `Saying ${i}: ${'patience '.repeat(1 + (i % 40))}`).join('\n%\n'),
  )

/** What the page of connections says was sent again, in all sessions. A page that says nothing of it is a failure. */
const resentBytes = (page: Page): Promise<number> =>
  waitFor('what was sent again in a session', async () => {
    const values = await page.evaluate(() => {
      const read = (root: ParentNode): string[] =>
        [...root.querySelectorAll('*')].flatMap((element) => [
          ...(element.matches('li.session details data') ? [(element as HTMLDataElement).value] : []),
          ...(element.shadowRoot ? read(element.shadowRoot) : []),
        ])
      return read(document)
    })
    if (values.length === 0) return undefined
    if (!values.every((value) => /^\d+$/.test(value))) throw new Error(`no numbers of bytes: ${values.join(' ')}`)
    return { sum: values.reduce((sum, value) => sum + Number(value), 0) }
  }).then(({ sum }) => sum)

/** A browser with two tabs of the app, of which any may die. */
const twoTabs = async (browser: Browser, url: string, first: Page) => {
  const tabs = [first]
  const addTab = async (): Promise<void> => {
    tabs.push(await open(browser, url))
  }
  await addTab()
  return {
    tabs,
    /** Kills the tab with the connection, if one has it now, and opens another. */
    async kill(crash: boolean): Promise<boolean> {
      for (const tab of tabs) {
        if ((await carriedLinks(tab)) === 0) continue
        if (crash) await crashTab(browser, tab)
        else await tab.close()
        tabs.splice(tabs.indexOf(tab), 1)
        await addTab()
        return true
      }
      return false
    },
  }
}

const crashTab = async (browser: Browser, tab: Page): Promise<void> => {
  const page = browser.playwright!.pageOf(tab)
  const devtools = await browser.playwright!.context.newCDPSession(page)
  const crashed = page.waitForEvent('crash')
  devtools.send('Page.crash').catch(() => {})
  await crashed
  await page.close()
}

/** How the kills went. */
interface Toll {
  kills: number
  /** Bytes sent again for one of them at most, and for all together. */
  worst: number
  total: number
}

/** A new person gets everything of the sender's while the tabs that carry it die, until it is there or all have died. */
const round = async (
  { url, sender, link, isShared, random }: Setting,
  receiver: Browser,
  toll: Toll,
): Promise<void> => {
  await countCarriedLinks(receiver)
  if (!isShared) await receiver.playwright!.context.addInitScript('delete globalThis.SharedWorker')
  const { page } = await join(receiver, url, 'Bob')
  const receiving = await twoTabs(receiver, url, page)
  const newestTab = (): Page => receiving.tabs.at(-1)!
  const isDone = async () => (await countPosts(newestTab()).catch(() => undefined))?.shown === ENTRIES
  const isCarried = async () => {
    for (const tab of receiving.tabs) if ((await carriedLinks(tab)) > 0) return true
    return isDone()
  }
  await follow(page, link)
  let before = await resentBytes(sender)
  while (toll.kills < KILLS && !(await isDone())) {
    await sleep(random() * PAUSE_MS)
    if (!(await receiving.kill(random() < 0.5))) continue
    toll.kills++
    await waitFor('the next carrying tab', isCarried, 60_000)
    const now = await resentBytes(sender)
    toll.worst = Math.max(toll.worst, now - before)
    // Less than before only when a session with somebody of an earlier round is over.
    toll.total += Math.max(0, now - before)
    before = now
  }
  await waitFor('all entries', isDone, SYNC_MS)
  const sent = (await heldLogs(sender)).find(({ seq }) => seq > ENTRIES / 2)
  const received = await waitFor('equal heads', async () => {
    const held = (await heldLogs(newestTab())).find(({ device }) => device === sent?.device)
    return held?.hash === sent?.hash && held
  })
  expect(received).to.deep.equal(sent)
  expect(await countPosts(newestTab()), 'each once').to.deep.equal({ shown: ENTRIES, counted: ENTRIES })
}

interface Setting {
  readonly url: string
  readonly sender: Page
  readonly link: string
  readonly isShared: boolean
  readonly random: () => number
}

describe('a long conversation', () => {
  for (const isShared of [true, false])
    it(
      `survives the death of the carrying tab at ${KILLS} moments of ${ENTRIES} entries (${isShared ? 'shared worker' : 'elected tab'})`,
      async (context) => {
        requireEngines(['chromium'], context)
        const seed = Number(process.env.KITH_SEED ?? randomInt(2 ** 31))
        console.info(`KITH_SEED=${seed}`)
        const random = randomFrom(seed)
        const toll: Toll = { kills: 0, worst: 0, total: 0 }
        const started = Date.now()
        const host = await startHost()
        try {
          await withBrowsers(['chromium'], async (browser) => {
            const { page: sender } = await join(browser!, host.url, 'Ada')
            await go(sender, 'You')
            await sender.attach('Import', { name: 'fortunes', type: '', bytes: fortunes() })
            await sender.waitForControl('heading', 'Import finished', SYNC_MS)
            await go(sender, 'Home')
            const link = await linkOf(sender)
            await sender.click('link', /^Looking|^Nobody|^Connected|^Offline/)
            const setting = { url: host.url, sender, link, isShared, random }
            // A fast machine is through before all have died; then another person begins anew.
            while (toll.kills < KILLS) await withBrowsers(['chromium'], (receiver) => round(setting, receiver!, toll))
          })
        } finally {
          await host.close()
        }
        const [worst, total] = [toll.worst, toll.total].map((bytes) => Math.round(bytes / 1024))
        const resent = `${total} KiB sent again, at most ${worst} KiB for one`
        console.info(`${toll.kills} kills, ${Date.now() - started} ms, ${resent}`)
        expect(toll.worst).to.be.below(MOST_RESENT_BYTES)
        // None of so many deaths in the middle of so much costs nothing: a zero would mean that nothing was measured.
        expect(toll.total).to.be.above(0)
      },
      { timeout: 1_800_000 },
    )
})
