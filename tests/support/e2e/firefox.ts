/** A stock Firefox by puppeteer-core over WebDriver BiDi. */
import { type Browser, type KeyInput, launch, type Page as PuppeteerPage } from 'puppeteer-core'
import type { Driver } from './page.ts'
import { COMMAND_TIMEOUT_MS } from './wait.ts'

export const launchFirefox = (
  executablePath: string,
  options: { readonly profile: string; readonly headless: boolean },
): Promise<Browser> =>
  launch({
    timeout: COMMAND_TIMEOUT_MS,
    browser: 'firefox',
    executablePath,
    headless: options.headless,
    userDataDir: options.profile,
    defaultViewport: { width: 1280, height: 800 },
  })

export const firefoxDriver = (page: PuppeteerPage): Driver => {
  page.setDefaultTimeout(COMMAND_TIMEOUT_MS)
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  return { ...verbs(page), problems: () => problems }
}

const verbs = (page: PuppeteerPage): Omit<Driver, 'problems'> => ({
  goto: async (url) => void (await page.goto(url)),
  reload: async () => void (await page.reload()),
  evaluate: <Result>(source: string, args: readonly unknown[]) =>
    page.evaluate(`(${source})(...${JSON.stringify(args)})`) as Promise<Result>,
  clickAt: (x, y) => page.mouse.click(x, y),
  press: (key) => page.keyboard.press(key as KeyInput),
  screenshot: () => page.screenshot(),
  resize: (width, height) => page.setViewport({ width, height }),
  close: () => page.close(),
})
