/** Real content comes in, and everything goes out again: import, export, restore. */
import { expect } from 'chai'
import { wordsToEntropy } from '../../src/core/identity/words.ts'
import { exported } from '../e2e/support/archive.ts'
import { withBrowsers } from '../e2e/support/browsers.ts'
import { ARRIVES_MS, follow, go, join, linkOf, open, post, sees } from '../e2e/support/person.ts'
import { picture } from '../e2e/support/picture.ts'
import { walk } from '../e2e/support/walk.ts'
import { type Host, type Page, requireEngines, startHost, type Upload, waitFor } from '../support/e2e.ts'
import { after, before, describe, it } from '../support/runner.ts'

const LONG = { timeout: 600_000 }
const upload = (name: string, text: string): Upload => ({ name, type: '', bytes: new TextEncoder().encode(text) })

const RSS = upload(
  'feed.xml',
  `<?xml version="1.0"?><rss version="2.0"><channel><title>A garden</title><link>https://garden.example/</link>
  ${Array.from({ length: 30 }, (_, i) => `<item><title>Day ${i}</title><link>https://garden.example/${i}</link><guid>g${i}</guid><pubDate>Mon, 01 Jan 2024 00:${String(i).padStart(2, '0')}:00 GMT</pubDate><description>&lt;p&gt;Beans, row ${i}&lt;/p&gt;</description></item>`).join('')}
  <item><guid>empty</guid></item></channel></rss>`,
)
const ATOM = upload(
  'feed.atom',
  `<feed xmlns="http://www.w3.org/2005/Atom"><title>Sky</title><id>urn:sky</id>
  <entry><id>urn:1</id><title>Clear</title><updated>2024-02-03T04:05:06Z</updated><content>Stars all night</content></entry></feed>`,
)
const FORTUNES = upload(
  'fortunes',
  Array.from({ length: 300 }, (_, i) => `Fortune number ${i} favours the patient.`).join('\n%\n'),
)

const bringIn = async (page: Page, file: Upload): Promise<string> => {
  await go(page, 'You')
  await page.attach('Import', file)
  await page.waitForControl('heading', /^Import (finished|stopped)/, ARRIVES_MS)
  return page.text()
}

/** The words with the first one changed, so that the checksum does not fit: one in sixteen changes keeps it. */
const mistyped = async (words: string): Promise<string> => {
  for (const first of ['zoo', 'abandon', 'ability', 'able', 'about', 'above']) {
    const changed = words.replace(/^\w+/, first)
    if (!(await wordsToEntropy(changed)).ok) return changed
  }
  throw new Error('no change breaks the checksum')
}

describe('bringing content in', () => {
  let host: Host
  before(async () => {
    host = await startHost()
  })
  after(() => host.close())

  it(
    'imports RSS, Atom and fortunes with counts, and nothing twice',
    async (context) => {
      requireEngines(['chromium'], context)
      await withBrowsers(['chromium'], async (browser) => {
        const { page } = await join(browser!, host.url, 'Gardener')
        expect(await bringIn(page, RSS)).to.match(/30 items added[\s\S]*1 item left out[\s\S]*1 without text/)
        expect(await bringIn(page, ATOM)).to.match(/1 item added/)
        await page.click('link', 'See your posts')
        await sees(page, 'Stars all night')
        expect(await bringIn(page, FORTUNES)).to.match(/300 items added/)
        expect(await bringIn(page, RSS)).to.match(/Nothing new was in it[\s\S]*30 already here/)
        expect(await bringIn(page, FORTUNES)).to.match(/Nothing new was in it[\s\S]*300 already here/)
        const broken = upload('broken.xml', '<rss><channel><item><title>Good</title></item><item><title>Bad</tit')
        expect(await bringIn(page, broken)).to.match(/1 item added/)
        await bringIn(page, upload('noise.bin', '\u0000\u0001\u0002'))
        await walk(page, 'import-stopped')
        await go(page, 'You')
        await walk(page, 'you')
        await page.click('link', 'Storage')
        await page.waitForText(/33[23] entries/)
        await walk(page, 'storage')
      })
    },
    LONG,
  )

  it(
    'words and an exported file bring profile, posts, notes, follows and settings back in a blank browser',
    async (context) => {
      requireEngines(['chromium'], context)
      await withBrowsers(['chromium', 'chromium', 'chromium'], async (one, other, blank) => {
        const { page: bob } = await join(other!, host.url, 'Bob')
        await post(bob, 'Bob is here')
        const { page: ada } = await join(one!, host.url, 'Ada')
        await post(ada, 'mine, with a picture', picture('stripes.png'))
        await follow(ada, await linkOf(bob))
        await sees(ada, 'Bob is here')
        await go(ada, 'Notes')
        await ada.click('button', 'New note')
        await ada.fill('Title', 'Shopping')
        await ada.fill('Note', 'flour and yeast')
        await ada.waitForText('Saved')
        await go(ada, 'You')
        await ada.fill('About you', 'bakes at night')
        await ada.click('button', 'Save')
        await ada.waitForText('Saved')
        await ada.click('link', 'Settings')
        await ada.click('radio', 'Dark')
        await go(ada, 'You')
        await ada.click('button', 'Recovery words')
        await ada.click('button', 'Show my words')
        const words = await waitFor('the words', () =>
          ada.evaluate(() => {
            const items = (root: ParentNode): string[] =>
              [...root.querySelectorAll('*')].flatMap((element) => [
                ...(element.matches('ol[translate=no] > li') ? [element.textContent ?? ''] : []),
                ...(element.shadowRoot ? items(element.shadowRoot) : []),
              ])
            const found = items(document)
            return found.length === 12 ? found.join(' ') : undefined
          }),
        )
        const archive = { name: 'kith.car', type: 'application/vnd.ipld.car', bytes: await exported(one!, ada) }

        const again = await open(blank!, host.url)
        await again.click('link', 'I have recovery words')
        await again.fill('Your twelve words', await mistyped(words))
        await again.attach(/Exported file/, archive)
        await again.click('button', 'Restore')
        await again.waitForText('These twelve words do not belong together')
        await again.fill('Your twelve words', words.toUpperCase())
        await again.click('button', 'Restore')
        await again.waitForControl('heading', 'Everything is back', ARRIVES_MS)
        await walk(again, 'restored')
        await again.click('link', 'Go to your board')
        await sees(again, 'mine, with a picture')
        await sees(again, 'Bob is here')
        await go(again, 'Notes')
        await again.click('link', /Shopping/)
        await again.waitForText('flour and yeast')
        await walk(again, 'note')
        await go(again, 'You')
        await again.waitForText('bakes at night')
        expect(await again.evaluate(() => document.documentElement.dataset.theme)).to.equal('dark')
        await go(again, 'Home')
        await post(again, 'back again')
        await follow(bob, await linkOf(again))
        await sees(bob, 'back again')
        await sees(bob, 'mine, with a picture')
      })
    },
    LONG,
  )
})
