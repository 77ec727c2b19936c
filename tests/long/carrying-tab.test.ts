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

/** Bytes that a session has sent, and of these again. */
interface Traffic {
  readonly device: string
  readonly sent: number
  readonly resent: number
}

/** What the page of connections says of each session with a carrier. */
const traffic = async (page: Page): Promise<Traffic[]> => {
  const rows = await page.evaluate(() => {
    const read = (root: ParentNode): (string | undefined)[][] =>
      [...root.querySelectorAll('*')].flatMap((element) => {
        const value = (name: string) => element.querySelector<HTMLDataElement>(`data.${name}`)?.value
        const device = element.querySelector('code')?.textContent ?? undefined
        return [
          ...(element.matches('li.session details') ? [[device, value('sent'), value('resent')]] : []),
          ...(element.shadowRoot ? read(element.shadowRoot) : []),
        ]
      })
    return read(document)
  })
  return rows.map(([device, sent, resent]) => {
    if (!device || ![sent, resent].every((value) => /^\d+$/.test(value ?? ''))) throw new Error(`no traffic: ${rows}`)
    return { device, sent: Number(sent), resent: Number(resent) }
  })
}

/** The session with the only device that was not there before, once it has a carrier. */
const trafficWithNew = (page: Page, known: ReadonlySet<string>): Promise<Traffic> =>
  waitFor('a session with the receiver', async () => (await traffic(page)).find(({ device }) => !known.has(device)))

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

/**
 * A new person gets everything of the sender's while the tabs that carry it die, until it is there or `toll` is full.
 * @returns the bytes that the sender sent for it
 */
const round = async (
  { url, sender, link, isShared, random, known }: Setting,
  receiver: Browser,
  toll: Pick<Toll, 'kills' | 'worst'>,
): Promise<number> => {
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
  let before = (await trafficWithNew(sender, known)).resent
  while (toll.kills < KILLS && !(await isDone())) {
    await sleep(random() * PAUSE_MS)
    if (!(await receiving.kill(random() < 0.5))) continue
    toll.kills++
    await waitFor('the next carrying tab', isCarried, 60_000)
    const now = (await trafficWithNew(sender, known)).resent
    toll.worst = Math.max(toll.worst, now - before)
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
  const { device, sent: bytes } = await trafficWithNew(sender, known)
  known.add(device)
  return bytes
}

interface Setting {
  readonly url: string
  readonly sender: Page
  readonly link: string
  readonly isShared: boolean
  readonly random: () => number
  /** Devices of earlier rounds. */
  readonly known: Set<string>
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
            const setting: Setting = { url: host.url, sender, link, isShared, random, known: new Set() }
            const nextRound = (part: Pick<Toll, 'kills' | 'worst'>): Promise<number> =>
              withBrowsers(['chromium'], (receiver) => round(setting, receiver!, part))
            const undisturbed = await nextRound({ kills: KILLS, worst: 0 })
            // A fast machine is through before all have died; then another person begins anew.
            while (toll.kills < KILLS) {
              const killsBefore = toll.kills
              // What a session sends again it says; a node that died with its tab asks anew, in another session.
              const again = (await nextRound(toll)) - undisturbed
              toll.total += again
              toll.worst = Math.max(toll.worst, again / (toll.kills - killsBefore))
            }
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
