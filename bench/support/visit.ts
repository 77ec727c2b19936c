/** One visit to the app, or to the bare page, by a browser that has never been there. */
import type { Page } from 'playwright-core'
import { waitFor } from '../../tests/support/e2e.ts'
import { launch } from './app-browser.ts'
import { type Marks, type Milestone, watchMilestones } from './milestones.ts'

/** The first page of somebody new. */
export const APP: readonly Milestone[] = [
  { name: 'usable', heading: 'Welcome to Kith', field: 'Your name' },
  { name: 'started', field: "What's new?" },
]
/** The page of bench/pages/bare.ts. */
export const BARE: readonly Milestone[] = [{ name: 'usable', field: 'Your name' }]

const TIMEOUT_MS = 60_000

/** Waits for a milestone. @returns all marks so far */
export const reach = (page: Page, name: string): Promise<Marks> =>
  // Not page.waitForFunction: the app's security policy forbids the eval that it needs.
  waitFor(
    `the page to reach "${name}"`,
    async () => {
      const marks = await page.evaluate(() => (globalThis as never as { marks: Marks }).marks)
      return marks[name] === undefined ? undefined : marks
    },
    TIMEOUT_MS,
  )

/** Opens `url` in a fresh profile and calls `then` with the page, before it goes there and after. */
export const visit = async <T>(
  url: string,
  milestones: readonly Milestone[],
  then: (page: Page, go: () => Promise<unknown>) => Promise<T>,
  executable?: string,
): Promise<T> => {
  const browser = await launch(executable ? { executable } : {})
  try {
    const page = await browser.context.newPage()
    await page.addInitScript(watchMilestones, milestones)
    return await then(page, () => page.goto(url, { waitUntil: 'commit', timeout: TIMEOUT_MS }))
  } finally {
    await browser.close()
  }
}

/** Says who one is and starts. @returns milliseconds from the press of Start to a field to write in */
export const start = async (page: Page): Promise<number> => {
  await page.getByLabel('Your name').fill('Newcomer', { timeout: TIMEOUT_MS })
  await page.getByRole('button', { name: 'Start' }).click({ timeout: TIMEOUT_MS })
  const { click, started } = await reach(page, 'started')
  return started! - click!
}
