/** The twelve words, as the page shows them. */
import { expect } from 'chai'
import type { Page } from '../../support/e2e.ts'
import { go } from './person.ts'

/** Has the words shown and reads them. */
export const wordsOf = async (page: Page): Promise<string> => {
  await go(page, 'You')
  await page.click('button', 'Recovery words')
  await page.click('button', 'Show my words')
  await page.waitForControl('button', 'I have written them down')
  const words = await page.evaluate(() => {
    const all = (root: ParentNode): Element[] =>
      [...root.querySelectorAll('*')].flatMap((one) => [one, ...(one.shadowRoot ? all(one.shadowRoot) : [])])
    return all(document).flatMap((one) => (one.matches('ol li') ? [one.textContent?.trim() ?? ''] : []))
  })
  expect(words).to.have.length(12)
  return words.join(' ')
}
