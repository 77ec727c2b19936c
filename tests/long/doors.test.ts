/** What a browser holds, read with plain HTTP; and what strangers store, which runs nowhere. */
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { cidFromBytes, cidToString, rawCid, verifyBlock } from '../../src/core/blocks/cid.ts'
import { base32Encode, hexToBytes, utf8Encode } from '../../src/core/bytes.ts'
import { decodeRecord } from '../../src/core/records/record.ts'
import { PATHS, publicStorageKey } from '../../src/core/records/storage-key.ts'
import { type Beacon, KINDS, startBeacon } from '../e2e/support/beacon.ts'
import { withBrowsers } from '../e2e/support/browsers.ts'
import { heldBlocks } from '../e2e/support/database.ts'
import { join, linkOf, post } from '../e2e/support/person.ts'
import { picture } from '../e2e/support/picture.ts'
import { startPeer } from '../node/replication/peers.ts'
import { type Engine, type Host, type Page, requireEngines, startHost, waitFor } from '../support/e2e.ts'
import { after, before, describe, it } from '../support/runner.ts'

const ENGINES: readonly Engine[] = ['chromium', 'firefox', 'webkit']
const LONG = { timeout: 600_000 }
/** Longer than anything that was going to run waits; the controls have run by then. */
const SETTLED_MS = 1_500

const listed = async (url: string): Promise<string[]> =>
  waitFor(`holders at ${url}`, async () => {
    const urls = (await (await fetch(url)).json()) as string[]
    return urls.length > 0 ? urls : undefined
  })

/** Tries from inside the app's own page, where a script would be the app. */
const attackFromApp = async (urls: readonly string[]): Promise<string> => {
  const attempt = async (run: () => unknown): Promise<void> => {
    try {
      void Promise.resolve(run()).catch(() => {})
    } catch {}
    await new Promise((resolve) => setTimeout(resolve, 120))
  }
  for (const url of urls) {
    for (const type of ['', 'module'])
      await attempt(() => document.body.append(Object.assign(document.createElement('script'), { src: url, type })))
    await attempt(() => new Worker(url))
    await attempt(() => new SharedWorker(url))
    await attempt(() => navigator.serviceWorker.register(url))
    await attempt(() => document.body.append(Object.assign(document.createElement('iframe'), { src: url })))
    await attempt(() => document.body.append(Object.assign(document.createElement('img'), { src: url })))
  }
  return document.title
}

/** Opens an address as a link does. WebDriver waits for ever for a page that becomes a download. */
const openLink = async (page: Page, url: string): Promise<void> => {
  await page.evaluate((to: string) => {
    setTimeout(() => location.assign(to), 0)
  }, url)
}

describe('doors', () => {
  let host: Host
  let beacon: Beacon
  before(async () => {
    host = await startHost()
    beacon = await startBeacon()
  })
  after(async () => {
    await host.close()
    await beacon.close()
  })

  for (const engine of ENGINES) {
    it(
      `[H42] blocks and records come out of ${engine}`,
      async (context) => {
        requireEngines([engine], context)
        await withBrowsers([engine], async (browser) => {
          const { page } = await join(browser!, host.url, 'Ada')
          await post(page, 'a picture', picture('stripes.png', 320, 200))
          const person = /@([a-z0-9]+)/.exec(await linkOf(page))![1]!
          const key = publicStorageKey(person, PATHS.heads)
          const [url] = await listed(`${host.url}/k/${base32Encode(key)}`)
          const record = await waitFor('the record of the newest posts', async () => {
            const answer = await fetch(url!)
            return answer.ok ? decodeRecord(new Uint8Array(await answer.arrayBuffer())) : undefined
          })
          expect(record.ok && record.value.record.kind === 'public' && record.value.record.person).to.equal(person)
          const blocks = await heldBlocks(page)
          expect(blocks).to.have.length.above(1)
          for (const name of blocks) {
            const cid = cidFromBytes(hexToBytes(name))
            if (!cid.ok) throw new Error(name)
            const [blockUrl] = await listed(`${host.url}/k/${cidToString(cid.value)}`)
            const answer = await fetch(blockUrl!)
            expect(answer.headers.get('etag')).to.equal(`"${cidToString(cid.value)}"`)
            expect(verifyBlock(cid.value, new Uint8Array(await answer.arrayBuffer()))).to.equal(true)
          }
        })
      },
      LONG,
    )

    it(
      `[H44] pages, pictures and scripts that are stored as blocks do not run in ${engine}`,
      async (context) => {
        requireEngines([engine], context)
        const peer = await startPeer('Mallory', [host.url])
        try {
          const stored = KINDS.map((kind) => utf8Encode(beacon.payload(kind, engine)))
          const pictures = stored.map(
            (bytes) => ({ bytes, mediaType: 'image/png', width: 1, height: 1, alt: '' }) as const,
          )
          await peer.get('publish-post', { text: 'look', pictures })
          const urls = await Promise.all(
            stored.map(async (bytes) => (await listed(`${host.url}/k/${cidToString(rawCid(bytes))}`))[0]!),
          )
          for (const [i, url] of urls.entries())
            expect(new Uint8Array(await (await fetch(url)).arrayBuffer())).to.deep.equal(stored[i])
          await withBrowsers([engine], async (browser) => {
            const page = await browser!.newPage()
            await page.goto(beacon.attackUrl(urls))
            await waitFor('the same bytes to run where they may', () =>
              KINDS.every((kind) => beacon.ran.has(`${kind}-control`)),
            )
            // Pages of any origin may read them, as bytes.
            const read = await page.evaluate(
              (list: readonly string[]) => Promise.all(list.map(async (url) => (await fetch(url)).text())),
              urls,
            )
            expect(read).to.deep.equal(KINDS.map((kind) => beacon.payload(kind, engine)))
            for (const url of urls) await openLink(page, url)
            await sleep(SETTLED_MS)
            const app = await browser!.newPage()
            await app.goto(host.url)
            await app.waitForControl('heading', 'Welcome to Kith')
            await app.evaluate(attackFromApp, urls)
            await sleep(SETTLED_MS)
            for (const url of urls) await openLink(app, url)
            await sleep(SETTLED_MS)
          })
          for (const kind of KINDS) expect([...beacon.ran]).to.not.include(`${kind}-${engine}`)
        } finally {
          await peer.stop()
        }
      },
      LONG,
    )
  }
})
