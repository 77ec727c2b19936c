/** A Chromium with the app open and a page beside it that holds a client of the same node. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { findBrowsers, howToGet } from '../../scripts/lib/browsers.mjs'
import { launchChromium } from '../../tests/support/e2e/chromium.ts'
import type { Limits } from '../pages/limits.ts'
import type { NodeBench } from '../pages/node-client.ts'
import { bundlePage } from './page-bundle.ts'

/** A browser process with a profile of its own. */
export interface BenchBrowser {
  readonly context: BrowserContext
  readonly profile: string
  /** Ends the process and leaves the profile. */
  stop(): Promise<void>
  /** Ends the process and removes the profile. */
  close(): Promise<void>
}

/** Launches Chromium; `executable` stands in for the installed one. */
export const launch = async (given?: {
  readonly profile?: string
  readonly executable?: string
}): Promise<BenchBrowser> => {
  const executable = given?.executable ?? findBrowsers().chromium
  if (!executable) throw new Error(howToGet('chromium'))
  const profile = given?.profile ?? (await mkdtemp(join(tmpdir(), 'kith-bench-')))
  const context = await launchChromium(executable, { profile, headless: true })
  // The compiler that runs benchmarks marks functions with a helper that pages do not have.
  await context.addInitScript('globalThis.__name = (value) => value')
  return {
    context,
    profile,
    stop: () => context.close(),
    async close() {
      await context.close()
      await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** A page with nothing but `globalThis.limits`, on an origin of its own that counts as secure. */
export const openLimits = async (context: BrowserContext): Promise<Page> => {
  const url = 'http://localhost:1/limits'
  const page = await context.newPage()
  const body = `<!doctype html><title>limits</title><script type="module">${await bundlePage('limits')}</script>`
  await page.route(url, (route) => route.fulfill({ contentType: 'text/html', body }))
  await page.goto(url)
  return page
}

/** A path that the service worker leaves to the network; see src/sw/shell.ts. */
const BENCH_PATH = '/healthz'

/** A page whose `globalThis.bench` speaks to the node of the app at `url`. */
export const openClient = async (context: BrowserContext, url: string): Promise<Page> => {
  const script = await bundlePage('node-client')
  const links = (await (await fetch(url)).text()).match(/<link[^>]*rel="?kith-node-[^>]*>/g)
  if (!links) throw new Error('index.html does not name the node')
  const page = await context.newPage()
  const body = `<!doctype html><title>bench</title>${links.join('')}<script type="module">${script}</script>`
  await page.route(`**${BENCH_PATH}`, (route) => route.fulfill({ contentType: 'text/html', body }))
  await page.goto(`${url}${BENCH_PATH}`)
  await page.evaluate(() => (globalThis as never as { bench: NodeBench }).bench.connect())
  return page
}

/** Calls one function of an object of functions that hangs on the page's global. */
const callOn =
  <Offered extends Record<keyof Offered, (...args: never[]) => unknown>>(global: string) =>
  <Name extends keyof Offered & string>(
    page: Page,
    name: Name,
    ...args: Parameters<Offered[Name]>
  ): Promise<Awaited<ReturnType<Offered[Name]>>> =>
    page.evaluate(
      ([object, called, given]) =>
        (globalThis as never as Record<string, Record<string, (...values: readonly unknown[]) => never>>)[object]![
          called
        ]!(...given),
      [global, name, args as readonly unknown[]] as const,
    )

/** Calls a function of the page's {@link NodeBench}. */
export const call = callOn<NodeBench>('bench')
/** Calls a function of the page's {@link Limits}. */
export const limit = callOn<Limits>('limits')
