/** Two persons, each in a Chromium of their own: from the first page to a conversation. */
import { expect } from 'chai'
import { type Host, requireEngines, startHost, waitFor } from '../support/e2e.ts'
import { after, before, describe, it } from '../support/runner.ts'
import { withBrowsers } from './support/browsers.ts'
import { ARRIVES_MS, befriend, follow, go, join, linkOf, misses, open, post, sees, start } from './support/person.ts'
import { picture, showsPicture } from './support/picture.ts'
import { walk } from './support/walk.ts'

/** Avatars are made this wide by whoever chooses them. */
const AVATAR_PIXELS = 256
const LONG = { timeout: 600_000 }

describe('two people in two browsers', () => {
  let host: Host
  before(async () => {
    host = await startHost()
  })
  after(() => host.close())

  it(
    'start in one step, write, follow by link, answer, react, and see what is new as it is written',
    async (context) => {
      requireEngines(['chromium'], context)
      await withBrowsers(['chromium', 'chromium'], async (one, other) => {
        const ada = await open(one!, host.url)
        await ada.waitForControl('button', 'Start')
        await walk(ada, 'welcome')
        await start(ada, 'Ada', picture('ada.png', 300, 300))
        expect(await ada.text()).not.to.match(/recovery words/)
        await post(ada, 'my first words')
        await ada.waitForText('Write down your recovery words')
        await walk(ada, 'first-post')
        const link = await linkOf(ada)
        await go(ada, 'People')
        await walk(ada, 'people')
        await go(ada, 'Home')
        expect(link).to.match(/\/@[a-z2-7]+\?/)

        const { page: bob } = await join(other!, host.url, 'Bob')
        await follow(bob, link)
        await bob.waitForControl('heading', 'Ada', ARRIVES_MS)
        await sees(bob, 'my first words')
        await waitFor('the avatar of Ada', () => showsPicture(bob, AVATAR_PIXELS), ARRIVES_MS)
        await walk(bob, 'person')

        await bob.within('article', 'my first words').click('button', 'Reply')
        await bob.fill('Your reply', 'good to read you')
        await bob.within('dialog', 'my first words').click('button', 'Post')
        await bob.within('article', 'my first words').click('button', 'React')
        await bob.within('article', 'my first words').click('button', 'Heart')
        await ada.within('article', 'my first words').waitForControl('button', /^Heart, 1 person/, ARRIVES_MS)
        await ada.click('link', 'To you')
        await sees(ada, 'good to read you')
        await walk(ada, 'replies')
        await go(ada, 'Home')

        await go(bob, 'Home')
        await post(ada, 'said while you look')
        await sees(bob, 'said while you look')
        await ada.within('article', 'said while you look').waitForControl('button', /^1 live copy/, ARRIVES_MS)
        await walk(bob, 'home')
        await bob.click('link', /^Connected to 1 person/)
        await bob.waitForText('directly', ARRIVES_MS)
        await walk(bob, 'connection')
        for (const page of [ada, bob]) {
          expect(page.problems()).to.deep.equal([])
          expect(await page.audit()).to.deep.equal([])
        }
      })
    },
    LONG,
  )

  it(
    'send pictures, delete posts, and block whom they no longer want to hear',
    async (context) => {
      requireEngines(['chromium'], context)
      await withBrowsers(['chromium', 'chromium'], async (one, other) => {
        const { page: ada } = await join(one!, host.url, 'Ada')
        const { page: bob } = await join(other!, host.url, 'Bob')
        await befriend(ada, bob)
        await post(ada, 'look at this', picture('stripes.png'))
        await sees(bob, 'look at this')
        await waitFor('the picture at the other side', () => showsPicture(bob, 640), ARRIVES_MS)
        await walk(bob, 'picture')

        await post(ada, 'something I regret')
        await sees(bob, 'something I regret')
        await ada.within('article', 'something I regret').click('button', 'More')
        await ada.within('article', 'something I regret').click('button', 'Delete')
        await ada.within('dialog', 'Delete this post?').click('button', 'Delete')
        await ada.waitForText('Post deleted')
        await misses(ada, 'something I regret')
        await misses(bob, 'something I regret')
        await post(ada, 'the chain goes on')
        await sees(bob, 'the chain goes on')

        await bob.within('article', 'the chain goes on').click('link', 'Ada')
        await bob.click('button', 'Block')
        await bob.waitForText('You blocked Ada')
        await walk(bob, 'blocked')
        await go(bob, 'Home')
        await misses(bob, 'the chain goes on')
        await bob.waitForText('Nobody else is here yet', ARRIVES_MS)
        await post(ada, 'do you still hear me')
        await post(bob, 'I hear nothing')
        expect(await bob.text()).not.to.include('do you still hear me')
      })
    },
    LONG,
  )
})
