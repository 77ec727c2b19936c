/** What persons do in the app, by the names of its controls; every verb ends when its effect is to be seen. */
import { type Browser, type Page, type Upload, waitFor } from '../../support/e2e.ts'

/** Longest time for something to reach another browser; most take well under a second. */
export const ARRIVES_MS = 60_000

/** One person at one page of one browser. */
export interface Person {
  readonly browser: Browser
  readonly page: Page
  readonly name: string
}

/** Opens the app under `url`. */
export const open = async (browser: Browser, url: string): Promise<Page> => {
  const page = await browser.newPage()
  await page.goto(url)
  return page
}

/** Says who one is. */
export const start = async (page: Page, name: string, avatar?: Upload): Promise<void> => {
  await page.waitForControl('heading', 'Welcome to Kith')
  await page.fill('Your name', name)
  if (avatar) await page.attach(/Picture/, avatar)
  await page.click('button', 'Start')
  await page.waitForControl('button', 'Post')
}

/** A new person in `browser`. */
export const join = async (browser: Browser, url: string, name: string): Promise<Person> => {
  const page = await open(browser, url)
  await start(page, name)
  return { browser, page, name }
}

/** Goes to one of the five places. */
export const go = (page: Page, place: 'Home' | 'People' | 'Write' | 'Notes' | 'You'): Promise<void> =>
  page.click('link', place)

/** Writes a post on the home page and sees it in the feed. */
export const post = async (page: Page, text: string, ...pictures: readonly Upload[]): Promise<void> => {
  await page.fill("What's new?", text)
  for (const picture of pictures) {
    await page.attach('Add picture', picture)
    await page.waitForControl('button', /^Remove picture/)
  }
  await page.click('button', 'Post')
  await page.within('article', text).waitForControl('button', 'Reply')
}

/** The last link to a person that stands on the page: their own one, below the field for those of others. */
export const shownLink = async (page: Page): Promise<string> => {
  const shown = await page.text()
  const link = [...shown.matchAll(/https?:\/\/\S+\/@\S+/g)].at(-1)?.[0]
  if (!link) throw new Error(`no link on the page:\n${shown}`)
  return link
}

/** The link that "Show my code" shows. */
export const linkOf = async (page: Page): Promise<string> => {
  await go(page, 'People')
  await page.click('button', 'Show my code')
  await page.waitForControl('field', 'Your link')
  const link = await shownLink(page)
  await go(page, 'Home')
  return link
}

/** Follows by link, and stays on the page of who is followed. */
export const follow = async (page: Page, link: string): Promise<void> => {
  await go(page, 'People')
  await page.fill('Link or code', link)
  await page.click('button', 'Follow')
  await page.waitForControl('button', 'Following')
}

/** Two persons who follow each other, both on their home pages. */
export const befriend = async (one: Page, other: Page): Promise<void> => {
  await follow(other, await linkOf(one))
  await follow(one, await linkOf(other))
  for (const page of [one, other]) {
    await go(page, 'Home')
    await page.waitForText(/Connected to 1 person/, ARRIVES_MS)
  }
}

/** Waits until a post of that text is in the feed. */
export const sees = (page: Page, text: string, timeout = ARRIVES_MS): Promise<void> =>
  page.within('article', text).waitForControl('button', 'Reply', timeout)

/** Waits until no post of that text is there any more. */
export const misses = async (page: Page, text: string, timeout = ARRIVES_MS): Promise<void> => {
  await waitFor(
    `${text} to go`,
    async () => (await page.within('article', text).count('button', 'More')) === 0,
    timeout,
  )
}

/** Writes a note, and sees that it is saved. */
export const writeNote = async (page: Page, title: string, text: string): Promise<void> => {
  await go(page, 'Notes')
  await page.click('button', 'New note')
  await page.fill('Title', title)
  await page.fill('Note', text)
  await page.within('status', 'Saved').waitForText('Saved')
}
