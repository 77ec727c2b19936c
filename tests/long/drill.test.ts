/** The wipe drill: browsers and a peer that keep each other's things, and nobody follows anybody. */
import { existsSync } from 'node:fs'
import { join as joinPath } from 'node:path'
import { expect } from 'chai'
import { withBrowsers } from '../e2e/support/browsers.ts'
import { deleteBlock, largestBlock } from '../e2e/support/delete-block.ts'
import { kith, startPeer } from '../e2e/support/peer.ts'
import { ARRIVES_MS, go, join, post, writeNote } from '../e2e/support/person.ts'
import { picture } from '../e2e/support/picture.ts'
import { walk } from '../e2e/support/walk.ts'
import { wordsOf } from '../e2e/support/words.ts'
import { type Host, type Page, requireEngines, startHost, waitFor } from '../support/e2e.ts'
import { after, before, describe, it } from '../support/runner.ts'

const LONG = { timeout: 600_000 }
const SAFE = 'Everything of yours is with other people, too'

const drill = async (page: Page, words: string): Promise<void> => {
  await page.fill('Your twelve words', words)
  await page.click('button', 'Start the wipe drill')
}

describe('the wipe drill', () => {
  let host: Host
  before(async () => {
    host = await startHost()
  })
  after(() => host.close())

  it(
    '[RC15] [RC19] says yes while others have everything, and names what is gone with them, in a browser and in a shell',
    async (context) => {
      requireEngines(['chromium'], context)
      const peer = await startPeer('Attic', host.url)
      try {
        await withBrowsers(['chromium', 'chromium'], async (one, two) => {
          const bob = await join(two!, host.url, 'Bob')
          const { page } = await join(one!, host.url, 'Ada')
          await post(page, 'with a picture', picture('stripes.png'))
          await writeNote(page, 'Shopping', 'flour and yeast')
          const words = await wordsOf(page)
          await go(page, 'You')
          await page.click('link', 'Storage')
          await page.waitForText(SAFE, ARRIVES_MS)
          await drill(page, words)
          await page.waitForText('Yes, everything came back', ARRIVES_MS)
          expect(await page.audit()).to.deep.equal([])
          await walk(page, 'drill')

          // Nothing of what came back is left.
          const databases = await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))
          expect(databases).to.include('kith').and.not.include('kith-drill')

          const where = ['--data', joinPath(peer.folder, 'data'), '--host', host.url]
          const env = { KITH_WORDS: await peer.run('words') }
          const said = await kith(['storage', 'drill', '--json', ...where], env)
          expect(JSON.parse(said.out), said.notes).to.deep.include({ survives: true, lost: 0, missing: [] })
          expect(said.code).to.equal(0)

          expect(existsSync(joinPath(peer.folder, 'data/store'))).to.equal(true)
          expect(existsSync(joinPath(peer.folder, 'data/drill'))).to.equal(false)

          await bob.page.close()
          await peer.close()
          await drill(page, words)
          await page.waitForText(/No: nobody/, ARRIVES_MS)
          await page.waitForText('Note “Shopping”')
          await page.waitForText('Post “with a picture”')
          expect(page.problems()).to.deep.equal([])
        })
      } finally {
        await peer.close()
      }
    },
    LONG,
  )

  it(
    '[RC18] [RC19] says no when one block is nowhere any more, and names the picture; it can be stopped before its end',
    async (context) => {
      requireEngines(['chromium'], context)
      await withBrowsers(['chromium', 'chromium', 'chromium'], async (one, two, three) => {
        const others = [await join(two!, host.url, 'Bob'), await join(three!, host.url, 'Cat')]
        const { page } = await join(one!, host.url, 'Ada')
        await post(page, 'with a picture', picture('stripes.png'))
        await post(page, 'words only')
        const words = await wordsOf(page)
        await go(page, 'You')
        await page.click('link', 'Storage')
        await page.waitForText(SAFE, ARRIVES_MS)
        const block = await largestBlock(page)
        // Whoever comes second may still be fetching it; the owner has it until the end.
        for (const { page: holder } of [...others, { page }])
          await waitFor('the block', async () => (await deleteBlock(holder, block)) === 1, ARRIVES_MS)

        // What does not come is waited for: time enough to stop.
        await drill(page, words)
        await page.click('button', 'Stop the drill')
        await page.waitForControl('button', 'Start the wipe drill')

        await drill(page, words)
        await page.waitForText('No: 1 thing did not come back', ARRIVES_MS)
        await page.waitForText('Picture “with a picture”')
        expect(await page.text()).to.not.contain('words only')
        const databases = await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))
        expect(databases).to.not.include('kith-drill')
        expect(page.problems()).to.deep.equal([])
      })
    },
    LONG,
  )
})
