/** One way to launch any of the three engines. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, Page as PlaywrightPage } from 'playwright-core'
import { findBrowsers, howToGet } from '../../../scripts/lib/browsers.mjs'
import type { TestContext } from '../runner.ts'
import { chromiumDriver, launchChromium } from './chromium.ts'
import { firefoxDriver, launchFirefox } from './firefox.ts'
import { createPage, type Page } from './page.ts'
import { launchWebkit, webkitDriver } from './webkit.ts'

export type Engine = 'chromium' | 'firefox' | 'webkit'

/** A `profile` folder that is given is kept, so that a second launch finds what the first left (not on WebKit). */
export interface BrowserOptions {
  readonly profile?: string
  readonly headless?: boolean
}

/** One browser process with its own profile. */
export interface Browser {
  readonly engine: Engine
  readonly newPage: () => Promise<Page>
  /** Playwright's own objects, for what only Chromium can do (offline, DevTools). */
  readonly playwright?: { readonly context: BrowserContext; readonly pageOf: (page: Page) => PlaywrightPage }
  readonly close: () => Promise<void>
}

type Launch = (where: never, options: { profile: string; headless: boolean }) => Promise<Browser>

const chromium = async (where: string, options: { profile: string; headless: boolean }): Promise<Browser> => {
  const context = await launchChromium(where, options)
  const raw = new WeakMap<Page, PlaywrightPage>()
  const wrap = (page: PlaywrightPage): Page => {
    const wrapped = createPage(chromiumDriver(page))
    raw.set(wrapped, page)
    return wrapped
  }
  const pageOf = (page: Page): PlaywrightPage => {
    const found = raw.get(page)
    if (!found) throw new Error('this page belongs to another browser')
    return found
  }
  return {
    engine: 'chromium',
    newPage: async () => wrap(await context.newPage()),
    playwright: { context, pageOf },
    close: () => context.close(),
  }
}

const firefox = async (where: string, options: { profile: string; headless: boolean }): Promise<Browser> => {
  const browser = await launchFirefox(where, options)
  return {
    engine: 'firefox',
    newPage: async () => createPage(firefoxDriver(await browser.newPage())),
    close: () => browser.close(),
  }
}

const webkit = async (where: Parameters<typeof launchWebkit>[0]): Promise<Browser> => {
  const session = await launchWebkit(where)
  const first = await session.command<string>('GET', 'window')
  const unused = [first]
  // Windows, not tabs: WebKitGTK never finishes a screenshot of a tab that is hidden.
  const open = async () => (await session.command<{ handle: string }>('POST', 'window/new', { type: 'window' })).handle
  return {
    engine: 'webkit',
    newPage: async () => createPage(webkitDriver(session, unused.pop() ?? (await open()))),
    close: session.close,
  }
}

const launches: Readonly<Record<Engine, Launch>> = { chromium, firefox, webkit }

/** Engines that the run was narrowed to, when it was. */
const isWanted = (engine: Engine): boolean => process.env.KITH_ENGINES?.split(',').includes(engine) ?? true

/** Skips the test of `context` when an engine is not there; fails it where everything is required. */
export const requireEngines = (engines: readonly Engine[], context: TestContext): void => {
  const found = findBrowsers()
  for (const engine of engines) {
    if (!isWanted(engine)) context.skip(`not run in ${engine} this time`)
    if (found[engine]) continue
    if (process.env.KITH_REQUIRE_ALL === '1') throw new Error(howToGet(engine))
    context.skip(howToGet(engine))
  }
}

/** Launches an installed browser; without `profile` it gets a temporary one that goes with it. */
export const launchBrowser = async (engine: Engine, options: BrowserOptions = {}): Promise<Browser> => {
  const where = findBrowsers()[engine]
  if (!where) throw new Error(howToGet(engine))
  const profile = options.profile ?? (await mkdtemp(join(tmpdir(), `kith-${engine}-`)))
  const browser = await launches[engine](where as never, { profile, headless: options.headless ?? true })
  const close = async () => {
    await browser.close()
    if (!options.profile) await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  }
  return { ...browser, close }
}
