/** "Export everything", as far as the file on disk. */
import { readFile } from 'node:fs/promises'
import type { Browser, Page } from '../../support/e2e.ts'
import { go } from './person.ts'

/** The archive of whoever is signed in at `page` of a Chromium. */
export const exported = async (browser: Browser, page: Page): Promise<Uint8Array> => {
  await go(page, 'You')
  const saving = browser.playwright?.pageOf(page).waitForEvent('download')
  await page.click('button', 'Export everything')
  // A small archive is ready before its page is, and then nothing is saved unasked.
  await page.click('link', 'Save the file')
  const download = await saving
  if (!download) throw new Error('only Chromium tells of downloads')
  return readFile(await download.path())
}
