/** A person without a browser: `kith peer`, and the commands beside it. */
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join as joinPath } from 'node:path'
import { expect } from 'chai'
import { requireEngines, startHost, waitFor } from '../support/e2e.ts'
import { describe, it } from '../support/runner.ts'
import { withBrowsers } from './support/browsers.ts'
import { startPeer } from './support/peer.ts'
import { ARRIVES_MS, follow, go, join, linkOf, post, sees } from './support/person.ts'

describe('a peer without a browser', () => {
  it(
    'imports, is followed by a browser, follows back, and hands out feed and archive',
    async (context) => {
      requireEngines(['chromium'], context)
      const host = await startHost()
      const peer = await startPeer('Fortunes', host.url)
      try {
        const file = joinPath(peer.folder, 'fortunes')
        await writeFile(file, Array.from({ length: 2000 }, (_, i) => `Saying number ${i} of many.`).join('\n%\n'))
        expect(await peer.run('import', file)).to.include('2000')
        expect((await peer.tryRun('import', file)).out).to.match(/duplicate|already/)
        await peer.run('post', 'the newest of them all')
        await withBrowsers(['chromium'], async (browser) => {
          const { page } = await join(browser!, host.url, 'Ada')
          await follow(page, peer.link)
          await sees(page, 'the newest of them all')
          await page.waitForText('2,001 posts', ARRIVES_MS)
          await page.waitForControl('heading', 'Fortunes')
          await peer.run('follow', await linkOf(page))
          await post(page, 'read by a bot')
          await waitFor(
            'the post at the peer',
            async () => {
              const posts = JSON.parse(await peer.run('feed', '--json', '--limit', '5')) as { text: string }[]
              return posts.some(({ text }) => text === 'read by a bot')
            },
            ARRIVES_MS,
          )
          await go(page, 'Home')
          await page.within('article', 'read by a bot').waitForControl('button', /^1 live copy/, ARRIVES_MS)
        })
        const status = JSON.parse(await peer.run('status'))
        expect(status.session.me.name).to.equal('Fortunes')
        const archive = joinPath(peer.folder, 'all.car')
        await peer.run('export', archive)
        expect((await stat(archive)).size).to.be.above(100_000)
        expect((await readFile(archive)).includes('roots')).to.equal(true)
        expect((await peer.tryRun('dance')).code).not.to.equal(0)
        expect((await peer.tryRun('follow', 'nobody')).notes).to.match(/no link/)
      } finally {
        await peer.close()
        await host.close()
      }
    },
    { timeout: 600_000 },
  )
})
