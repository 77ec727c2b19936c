/** Chromium by playwright-core: each launch is a process of its own with a profile of its own. */
import { type BrowserContext, chromium, type Page as PlaywrightPage } from 'playwright-core'
import { isRoot } from '../../../scripts/lib/browsers.mjs'
import type { Driver } from './page.ts'
import { COMMAND_TIMEOUT_MS } from './wait.ts'

const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A name that browsers do not take for this machine, so that plain http is refused what it is refused elsewhere.
  '--host-resolver-rules=MAP kith.test 127.0.0.1',
]

/** The persistent context is the whole browser. */
export const launchChromium = async (
  executablePath: string,
  options: { readonly profile: string; readonly headless: boolean },
): Promise<BrowserContext> => {
  const context = await chromium.launchPersistentContext(options.profile, {
    timeout: COMMAND_TIMEOUT_MS,
    executablePath,
    headless: options.headless,
    args: isRoot ? ['--no-sandbox', ...FLAGS] : FLAGS,
    // Playwright would open pages 1280 x 720 and scale nothing; tests resize as they need.
    viewport: { width: 1280, height: 800 },
    // So that a test can read what a "Copy" button copied.
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  context.setDefaultTimeout(COMMAND_TIMEOUT_MS)
  return context
}

export const chromiumDriver = (page: PlaywrightPage): Driver => {
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(String(error.stack ?? error)))
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  return { ...verbs(page), problems: () => problems }
}

const verbs = (page: PlaywrightPage): Omit<Driver, 'problems'> => ({
  goto: async (url) => void (await page.goto(url)),
  reload: async () => void (await page.reload()),
  evaluate: (source, args) => page.evaluate(`(${source})(...${JSON.stringify(args)})`),
  clickAt: (x, y) => page.mouse.click(x, y),
  press: (key) => page.keyboard.press(key),
  screenshot: () => page.screenshot(),
  resize: (width, height) => page.setViewportSize({ width, height }),
  close: () => page.close(),
})
