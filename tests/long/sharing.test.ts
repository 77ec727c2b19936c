/** A note shared by link: written in one browser, read in another by somebody who is nobody there. */
import { expect } from 'chai'
import { withBrowsers } from '../e2e/support/browsers.ts'
import { ARRIVES_MS, join, open, writeNote } from '../e2e/support/person.ts'
import { walk } from '../e2e/support/walk.ts'
import { type Engine, type Host, type Page, requireEngines, startHost, waitFor } from '../support/e2e.ts'
import { after, before, describe, it } from '../support/runner.ts'

const LONG = { timeout: 600_000 }
const READERS: readonly Engine[] = ['chromium', 'firefox', 'webkit']
/** Would run if any of it were taken for a part of the page. */
const MARKUP = '<img src="x:" onerror="document.title=1"><b>leeks</b>'

/** Shares the note that is open. */
const share = async (page: Page): Promise<string> => {
  await page.click('button', 'Share by link')
  await page.waitForControl('field', 'Link to this note')
  const [link] = /https?:\/\/\S+\/shared#[a-z2-7]+/.exec(await page.text()) ?? []
  if (!link) throw new Error(`no link on the page:\n${await page.text()}`)
  return link
}

/** Looks again until the page shows a text: a change takes a moment to be sealed, a key a moment to be told. */
const looksUntil = (page: Page, text: string): Promise<unknown> =>
  waitFor(
    `the page to show ${text}`,
    async () => {
      if ((await page.text()).includes(text)) return true
      await page.click('button', 'Look again')
      return false
    },
    ARRIVES_MS,
  )

describe('a note shared by link', () => {
  let host: Host
  before(async () => {
    host = await startHost()
  })
  after(() => host.close())

  for (const engine of READERS) {
    it(
      `[CP16] is read by a stranger as it is and as it becomes, until that is stopped (${engine})`,
      async (context) => {
        requireEngines(['chromium', engine], context)
        await withBrowsers(['chromium', engine], async (one, other) => {
          const { page: ada } = await join(one!, host.url, 'Ada')
          await writeNote(ada, 'Soup', MARKUP)
          const link = await share(ada)
          await walk(ada, 'share')
          const reader = await open(other!, link)
          await reader.waitForControl('heading', 'Shared note')
          await looksUntil(reader, MARKUP)
          await reader.waitForControl('heading', 'Soup')
          await walk(reader, 'shared')
          expect(await reader.audit()).to.deep.equal([])

          await ada.fill('Note', 'Leeks and potatoes')
          await looksUntil(reader, 'Leeks and potatoes')

          await ada.click('button', 'Stop sharing')
          await ada.within('dialog', 'Stop sharing this note?').click('button', 'Stop sharing')
          await ada.waitForControl('button', 'Share by link')
          await looksUntil(reader, 'This is no longer shared')
          await walk(reader, 'shared-ended')
          await reader.goto(`${link.slice(0, -1)}${link.endsWith('a') ? 'b' : 'a'}`)
          await reader.reload()
          await reader.waitForText('This link is damaged')
          expect(await ada.audit()).to.deep.equal([])
          for (const page of [ada, reader]) expect(page.problems()).to.deep.equal([])
        })
      },
      LONG,
    )
  }
})
