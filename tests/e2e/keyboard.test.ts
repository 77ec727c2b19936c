/** A person without a pointer: everything from the first page on by keys alone, the focus never lost. */
import { expect } from 'chai'
import { type Host, type Page, requireEngines, startHost, waitFor } from '../support/e2e.ts'
import { after, before, describe, it } from '../support/runner.ts'
import { withBrowsers } from './support/browsers.ts'
import { open } from './support/person.ts'

/** More stops than any page has. */
const MOST_STOPS = 60
const LONG = { timeout: 600_000 }

/** Where the focus is: name and kind of the innermost element, and whether one sees it. */
interface Focus {
  readonly name: string
  readonly tag: string
  readonly seen: boolean
}

const focus = (page: Page): Promise<Focus> =>
  page.evaluate(() => {
    const path: Element[] = []
    for (let at = document.activeElement; at; at = at.shadowRoot?.activeElement ?? null) path.push(at)
    const active = path.at(-1) as HTMLInputElement
    const isRinged = (element: Element): boolean => {
      const { outlineStyle, outlineWidth } = getComputedStyle(element)
      return outlineStyle !== 'none' && outlineWidth !== '0px'
    }
    const frame = active.closest('form, .sheet')
    const label = active.getAttribute('aria-label') ?? active.labels?.[0]?.textContent ?? active.textContent ?? ''
    return {
      name: label.replaceAll(/\s+/g, ' ').trim(),
      tag: active === document.body ? 'nothing' : active.localName,
      // A field without a frame of its own shows its focus on the form around it.
      seen: isRinged(active) || (frame !== null && isRinged(frame)),
    }
  })

/** Presses Tab until the focus is on what has that name; every stop on the way must be seen and named. */
const tabTo = async (page: Page, name: string, key = 'Tab'): Promise<void> => {
  const passed: string[] = []
  for (let i = 0; i < MOST_STOPS; i++) {
    await page.press(key)
    const at = await focus(page)
    if (at.tag !== 'nothing') expect(at, `after ${passed.join(', ')}`).to.include({ seen: true })
    if (at.name === name) return
    passed.push(at.name)
  }
  throw new Error(`no way to "${name}" by keyboard, only to ${[...new Set(passed)].join(', ')}`)
}

const typeText = async (page: Page, text: string): Promise<void> => {
  for (const letter of text) await page.press(letter === ' ' ? 'Space' : letter)
}

const focusIsOn = (page: Page, name: string): Promise<unknown> =>
  waitFor(`the focus on ${name}`, async () => (await focus(page)).name === name)

/** A page that was opened has the focus on its heading; what led to it may have the same name. */
const isOpen = (page: Page, heading: string): Promise<unknown> =>
  waitFor(`the page ${heading}`, async () => {
    const { tag, name } = await focus(page)
    return tag === 'h1' && name === heading
  })

describe('by keyboard alone', () => {
  let host: Host
  before(async () => {
    host = await startHost()
  })
  after(() => host.close())

  it(
    '[U12] somebody starts, writes, reacts, answers, deletes, and always knows where the focus is',
    async (context) => {
      requireEngines(['chromium'], context)
      await withBrowsers(['chromium'], async (browser) => {
        const page = await open(browser!, host.url)
        await page.waitForControl('button', 'Start')
        await tabTo(page, 'Your name')
        await typeText(page, 'Ada')
        await page.press('Enter')
        await page.waitForControl('button', 'Post')
        await isOpen(page, 'Home')

        await tabTo(page, "What's new?")
        await typeText(page, 'no hands')
        await tabTo(page, 'Post')
        await page.press('Enter')
        await page.waitForControl('article', 'Ada')
        await focusIsOn(page, 'Post')

        await tabTo(page, 'React')
        await page.press('Enter')
        await tabTo(page, 'Heart')
        await page.press('Escape')
        await focusIsOn(page, 'React')
        await page.press('Enter')
        await tabTo(page, 'Heart')
        await page.press('Enter')
        await page.waitForControl('button', /^Heart, 1 person/)
        await focusIsOn(page, 'React')

        await tabTo(page, 'Reply', 'Shift+Tab')
        await page.press('Enter')
        await focusIsOn(page, 'Your reply')
        await page.press('Escape')
        await focusIsOn(page, 'Reply')

        await tabTo(page, 'More')
        await page.press('Enter')
        await tabTo(page, 'Delete')
        await page.press('Enter')
        await focusIsOn(page, 'Cancel')
        await page.press('Escape')
        await focusIsOn(page, 'More')
        await page.press('Enter')
        await tabTo(page, 'Delete')
        await page.press('Enter')
        await focusIsOn(page, 'Cancel')
        await tabTo(page, 'Delete')
        await page.press('Enter')
        await page.waitForText('Post deleted')
        await isOpen(page, 'Home')
        expect(page.problems()).to.deep.equal([])
      })
    },
    LONG,
  )

  it(
    '[U12] words, notes, theme and hosts are reached, changed and left again',
    async (context) => {
      requireEngines(['chromium'], context)
      await withBrowsers(['chromium'], async (browser) => {
        const page = await open(browser!, host.url)
        await page.waitForControl('button', 'Start')
        await tabTo(page, 'Your name')
        await typeText(page, 'Bo')
        await page.press('Enter')
        await isOpen(page, 'Home')

        await tabTo(page, 'You', 'Shift+Tab')
        await page.press('Enter')
        await isOpen(page, 'You')
        await tabTo(page, 'Recovery words')
        await page.press('Enter')
        await isOpen(page, 'Recovery words')
        await tabTo(page, 'Show my words')
        await page.press('Enter')
        await page.waitForControl('button', 'I have written them down')
        await isOpen(page, 'Recovery words')
        await tabTo(page, 'I have written them down')
        await page.press('Enter')
        await page.waitForControl('button', 'Check')
        await tabTo(page, 'Back to You', 'Shift+Tab')
        await page.press('Enter')
        await isOpen(page, 'You')

        await tabTo(page, 'Settings')
        await page.press('Enter')
        await isOpen(page, 'Settings')
        await tabTo(page, 'As the system')
        for (const theme of ['light', 'dark']) {
          await page.press('ArrowRight')
          const isShown = (wanted: string) => document.documentElement.dataset.theme === wanted
          await waitFor(`the ${theme} theme`, () => page.evaluate(isShown, theme))
        }
        await tabTo(page, `Remove ${host.url}`)
        await page.press('Enter')
        await focusIsOn(page, 'Address of a host')

        await tabTo(page, 'Notes', 'Shift+Tab')
        await page.press('Enter')
        await isOpen(page, 'Notes')
        await tabTo(page, 'New note')
        await page.press('Enter')
        await page.waitForControl('field', 'Title')
        await tabTo(page, 'Title')
        await typeText(page, 'Saturday')
        await page.waitForText('Saved')
        await tabTo(page, 'Delete note', 'Shift+Tab')
        await page.press('Enter')
        await focusIsOn(page, 'Cancel')
        await page.press('Escape')
        await focusIsOn(page, 'Delete note')
        expect(page.problems()).to.deep.equal([])
      })
    },
    LONG,
  )
})
