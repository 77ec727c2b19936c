/** Storage given and taken among strangers: a host, a peer, browsers, each a process of its own; nobody follows anybody. */
import { expect } from 'chai'
import { type Host, type Page, requireEngines, startHost, waitFor } from '../support/e2e.ts'
import { after, before, describe, it } from '../support/runner.ts'
import { withBrowsers } from './support/browsers.ts'
import { startPeer } from './support/peer.ts'
import { ARRIVES_MS, go, join, open, post, sees, writeNote } from './support/person.ts'
import { picture, showsPicture } from './support/picture.ts'
import { walk } from './support/walk.ts'
import { wipe } from './support/wipe.ts'
import { wordsOf } from './support/words.ts'

const LONG = { timeout: 600_000 }
const YES = 'Everything of yours is with other people, too'

const openStorage = async (page: Page): Promise<void> => {
  await go(page, 'You')
  await page.click('link', 'Storage')
  await page.waitForControl('heading', 'Would it survive?', ARRIVES_MS)
}

/** [Q40] [U14] The picture is taken back from the others and given again. */
const chooseForOne = async (page: Page): Promise<void> => {
  await go(page, 'Home')
  const article = page.within('article', 'with a picture')
  await article.click('button', /live cop|Kept here/)
  await page.waitForText('Would survive a wipe now: 2 other people keep it, pictures too, as promised.', ARRIVES_MS)
  expect(await page.audit()).to.deep.equal([])
  await walk(page, 'item-copies')
  await page.fill('Copies wanted of this', 'only mine')
  await page.waitForText('You want no copies of it elsewhere', ARRIVES_MS)
  await walk(page, 'item-copies-alone')
  await page.fill('Copies wanted of this', 'As many as of everything (3)')
  await page.waitForText('Would survive a wipe now: 2 other people keep it, pictures too', ARRIVES_MS)
  await page.press('Escape')
}

describe('leases among strangers', () => {
  let host: Host
  before(async () => {
    host = await startHost()
  })
  after(() => host.close())

  it(
    '[EC7] [EC11] what nobody follows is kept all the same, and words bring it back from strangers',
    async (context) => {
      requireEngines(['chromium'], context)
      const peer = await startPeer('Attic', host.url)
      try {
        await withBrowsers(['chromium', 'chromium', 'chromium'], async (one, two, three) => {
          await join(two!, host.url, 'Bob')
          await join(three!, host.url, 'Cat')
          const { page } = await join(one!, host.url, 'Ada')
          await post(page, 'for nobody yet')
          await post(page, 'with a picture', picture('stripes.png'))
          await writeNote(page, 'Shopping', 'flour and yeast')
          const words = await wordsOf(page)
          await openStorage(page)
          await page.waitForText(YES, ARRIVES_MS)
          await page.waitForText('always on', ARRIVES_MS)
          expect(await page.audit()).to.deep.equal([])
          await walk(page, 'safety')
          await chooseForOne(page)
          // What the peer has of its own lies with the browsers.
          expect(await peer.run('storage', 'audit')).to.include('yes')
          const { holders } = JSON.parse(await peer.run('storage', 'copies', '--json'))
          expect(holders.length).to.be.at.least(2)

          await wipe(page, host.url)
          const ada = await open(one!, host.url)
          await ada.click('link', 'I have recovery words')
          await ada.fill('Your twelve words', words)
          await ada.click('button', 'Restore')
          await ada.waitForControl('heading', 'You are back', ARRIVES_MS)
          await ada.click('link', 'Look at your devices')
          await go(ada, 'Home')
          await sees(ada, 'for nobody yet')
          await sees(ada, 'with a picture')
          await waitFor('the picture', () => showsPicture(ada, 640), ARRIVES_MS)
          await go(ada, 'Notes')
          await ada.click('link', /Shopping/)
          await ada.waitForText('flour and yeast')
          expect(ada.problems()).to.deep.equal([])
        })
      } finally {
        await peer.close()
      }
    },
    LONG,
  )
})
