/** A wiped browser, twelve words, and the people who keep what was there: each a process of its own. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'
import { expect } from 'chai'
import { type Host, type Page, requireEngines, startHost, waitFor } from '../support/e2e.ts'
import { after, before, describe, it } from '../support/runner.ts'
import { withBrowsers } from './support/browsers.ts'
import { kith, startPeer } from './support/peer.ts'
import { ARRIVES_MS, befriend, follow, go, join, linkOf, open, post, sees, writeNote } from './support/person.ts'
import { picture, showsPicture } from './support/picture.ts'
import { walk } from './support/walk.ts'
import { wipe } from './support/wipe.ts'
import { wordsOf } from './support/words.ts'

const LONG = { timeout: 600_000 }

/** Waits until `peer` has said often enough that it keeps what `page` wrote. */
const isKept = (page: Page, text: string): Promise<void> =>
  page.within('article', text).waitForControl('button', /^1 live copy/, ARRIVES_MS)

/** Ada asks the only person whom she follows; Bob agrees, and says that he has everything. */
const makeKeeper = async (ada: Page, bob: Page): Promise<void> => {
  await go(ada, 'You')
  await ada.click('link', 'Storage')
  await ada.click('button', 'Ask to keep')
  await ada.waitForText('Bob is asked')
  await walk(ada, 'keepers-asked')
  await go(bob, 'People')
  await bob.waitForText('Ada asks you to keep everything of theirs', ARRIVES_MS)
  expect(await bob.audit()).to.deep.equal([])
  await walk(bob, 'keepers-asking')
  await bob.click('button', 'Keep it for them: Ada')
  await go(bob, 'Home')
  await ada.waitForText('Has everything', ARRIVES_MS)
  expect(await ada.audit()).to.deep.equal([])
  await walk(ada, 'keepers-kept')
}

describe('recovery by twelve words', () => {
  let host: Host
  before(async () => {
    host = await startHost()
  })
  after(() => host.close())

  it(
    '[RC5] [KP3] a wiped browser and a friend’s browser, which is a keeper: everything is back, and the friend hears the next post',
    async (context) => {
      requireEngines(['chromium'], context)
      await withBrowsers(['chromium', 'chromium'], async (one, other) => {
        const { page } = await join(one!, host.url, 'Ada')
        const { page: bob } = await join(other!, host.url, 'Bob')
        await befriend(page, bob)
        await post(page, 'before the wipe')
        await post(page, 'with a picture', picture('stripes.png'))
        await sees(bob, 'before the wipe')
        await waitFor('the picture at Bob', () => showsPicture(bob, 640), ARRIVES_MS)
        await isKept(page, 'with a picture')
        await writeNote(page, 'Shopping', 'flour and yeast')
        await makeKeeper(page, bob)
        const words = await wordsOf(page)

        await wipe(page, host.url)
        const ada = await open(one!, host.url)
        await ada.click('link', 'I have recovery words')
        await ada.waitForControl('heading', 'Welcome back')
        expect(await ada.audit()).to.deep.equal([])
        await walk(ada, 'recovery')
        await ada.fill('Your twelve words', words)
        await ada.click('button', 'Restore')
        await ada.waitForControl('heading', 'You are back', ARRIVES_MS)
        await ada.waitForText('Your other devices', ARRIVES_MS)
        expect(await ada.audit()).to.deep.equal([])
        await walk(ada, 'recovered')
        await ada.click('link', 'Look at your devices')
        await ada.waitForControl('heading', 'Devices')
        await ada.click('button', 'Remove this device')
        await ada.fill('Your twelve words', words)
        await ada.click('button', /^Remove$/)
        await ada.waitForText('Device removed')
        expect(await ada.audit()).to.deep.equal([])
        await go(ada, 'Home')
        await sees(ada, 'before the wipe')
        await sees(ada, 'with a picture')
        await waitFor('the picture', () => showsPicture(ada, 640), ARRIVES_MS)
        await post(ada, 'I am back')
        await sees(bob, 'I am back')
        await go(ada, 'Notes')
        await ada.click('link', /Shopping/)
        await ada.waitForText('flour and yeast')
        await walk(ada, 'note-after-recovery')
        await go(ada, 'People')
        await ada.waitForControl('link', /Bob/)
        expect(ada.problems()).to.deep.equal([])
      })
    },
    LONG,
  )

  it(
    '[RC5] a peer that follows is enough, with every browser gone; kith restore does it as well',
    async (context) => {
      requireEngines(['chromium'], context)
      const peer = await startPeer('Keeper', host.url)
      const folder = await mkdtemp(joinPath(tmpdir(), 'kith-recovery-'))
      try {
        let words = ''
        await withBrowsers(['chromium'], async (browser) => {
          const { page } = await join(browser!, host.url, 'Ada')
          await post(page, 'kept by a peer', picture('stripes.png'))
          await peer.run('follow', await linkOf(page))
          await isKept(page, 'kept by a peer')
          words = await wordsOf(page)
          // The picture has no acknowledgement of its own: the peer shows it when it is there.
          await waitFor('the picture at the peer', async () => {
            const { storage } = JSON.parse(await peer.run('status'))
            return storage.others.files > 0 && storage.others.bytes > 1000
          })
        })
        const where = ['--data', joinPath(folder, 'data'), '--host', host.url]
        const back = await kith(['restore', ...where], { KITH_WORDS: words })
        expect(back.notes).to.include('Found you, Ada')
        expect(back.code, back.notes).to.equal(0)
        expect((await kith(['feed', ...where])).out).to.include('kept by a peer')

        await withBrowsers(['chromium'], async (browser) => {
          const page = await browser!.newPage()
          await page.goto(`${host.url}/welcome/words`)
          await page.fill('Your twelve words', words)
          await page.click('button', 'Restore')
          await page.waitForControl('heading', 'You are back', ARRIVES_MS)
          await page.click('link', 'Go to your board')
          await sees(page, 'kept by a peer')
          await follow(page, peer.link)
          await go(page, 'Home')
          await post(page, 'written after')
          await waitFor(
            'the post at the peer',
            async () => (await peer.run('feed', '--limit', '5')).includes('written after'),
            ARRIVES_MS,
          )
        })
      } finally {
        await peer.close()
        await rm(folder, { recursive: true, force: true })
      }
    },
    LONG,
  )

  it(
    '[RC9] words that nobody knows are answered in words, and can be corrected in place',
    async (context) => {
      requireEngines(['chromium'], context)
      await withBrowsers(['chromium'], async (browser) => {
        const page = await browser!.newPage()
        await page.goto(`${host.url}/welcome/words`)
        const nobody = 'legal winner thank year wave sausage worth useful legal winner thank yellow'
        await page.fill('Your twelve words', nobody)
        await page.click('button', 'Restore')
        await page.waitForText('Nobody who is online now keeps your things', ARRIVES_MS)
        await page.fill('Hosts to ask (if you know any)', 'http://elsewhere.example')
        await page.click('button', 'Restore')
        await page.waitForText('This is not the address of a host')
        expect(await page.audit()).to.deep.equal([])
      })
    },
    LONG,
  )
})
