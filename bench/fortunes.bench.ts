/**
 * All of Debian's package `fortunes`, some 15,100 posts: imported by a peer and followed by a browser over the relay;
 * imported in a browser and followed by another one over WebRTC; then opened again. Beside them, in the same
 * browsers, what bounds such a thing: checking a signature an entry, hashing, a row an entry through Dexie, and a
 * data channel with nothing around it.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startHost } from '../tests/support/e2e.ts'
import type { SyncTimes } from './pages/node-client.ts'
import { type BenchBrowser, call, launch, limit, openClient, openLimits } from './support/app-browser.ts'
import { withDistCopy } from './support/dist-copy.ts'
import { readFortunes } from './support/fortunes.ts'
import { watchMilestones } from './support/milestones.ts'
import { startPeer } from './support/peer.ts'
import { rawChannel } from './support/raw-channel.ts'
import { report } from './support/report.ts'
import { perSecond, row, timed } from './support/stats.ts'
import { reach } from './support/visit.ts'

const ROUNDS = 3
const CHANNEL_BYTES = 16 << 20
const NEWEST = 50

/** What was measured, by name, one value a round. */
const values: Record<string, number[]> = {}
const note = (name: string, value: number): void => {
  values[name] = [...(values[name] ?? []), value]
}

const noteSync = (name: string, times: SyncTimes, count: number): void => {
  note(`${name} rate`, perSecond(count, times.all))
  note(`${name} newest`, times.newest)
  note(`${name} wire`, times.received / count)
}

/** A browser with the app open in one page, somebody new in it, and a client in another. */
const openReader = async (url: string, name: string) => {
  const browser = await launch()
  const app = await browser.context.newPage()
  await app.goto(url)
  const client = await openClient(browser.context, url)
  await call(client, 'create', name)
  return { browser, client }
}

/** Milliseconds from a start of the browser with everything stored to the newest posts in the app's list. */
const reopen = async (closed: BenchBrowser, url: string): Promise<number> => {
  await closed.stop()
  const browser = await launch({ profile: closed.profile })
  const page = await browser.context.newPage()
  await page.addInitScript(watchMilestones, [{ name: 'drawn', posts: NEWEST }])
  await page.goto(url, { waitUntil: 'commit' })
  const { drawn } = await reach(page, 'drawn')
  await browser.close()
  return drawn!
}

const relayRound = async (dist: string, url: string, file: string): Promise<number> => {
  const peer = await startPeer(dist, url)
  const { browser, client } = await openReader(url, 'Reader')
  try {
    let printed = ''
    const importMs = await timed(async () => {
      printed = await peer.run('import', file)
    })
    const count = Number(printed.match(/(\d+) new/)![1])
    note('peer import', perSecond(count, importMs))
    const times = await call(client, 'follow', peer.link, count)
    if (!times.carriers.includes('relay')) throw new Error(`carried by ${times.carriers}`)
    noteSync('relay', times, count)
    note('reopen', await reopen(browser, url))
    return count
  } finally {
    await peer.close()
  }
}

const directRound = async (url: string, text: string): Promise<void> => {
  const writer = await openReader(url, 'Writer')
  const reader = await openReader(url, 'Reader')
  try {
    const { added, ms } = await call(writer.client, 'importText', text, 'fortunes')
    note('browser import', perSecond(added, ms))
    const times = await call(reader.client, 'follow', await call(writer.client, 'link'), added)
    if (!times.carriers.includes('direct')) throw new Error(`carried by ${times.carriers}`)
    noteSync('direct', times, added)
  } finally {
    await writer.browser.close()
    await reader.browser.close()
  }
}

const limitRound = async (): Promise<void> => {
  const browsers = [await launch(), await launch()] as const
  try {
    const [page, other] = [await openLimits(browsers[0].context), await openLimits(browsers[1].context)]
    note('verify', await limit(page, 'verify', 3_000))
    // An entry with links is some 330 bytes, a fortune's payload about as much: two digests an entry.
    note('hash', (await limit(page, 'hash', 20_000, 330)) / 2)
    note('put', await limit(page, 'put', 6_000, 256, 300))
    note('channel', (await rawChannel(page, other, CHANNEL_BYTES)) / 1e6)
  } finally {
    for (const browser of browsers) await browser.close()
  }
}

const rows = () => {
  const put = { name: 'a row an entry', values: values.put! }
  const channel = { name: 'raw channel', values: values.channel! }
  const megabytes = (name: string) =>
    values[`${name} rate`]!.map((rate, i) => (rate * values[`${name} wire`]![i]!) / 1e6)
  return [
    row('limit: WebCrypto verify, one an entry', 'entries/s', values.verify!),
    row('limit: BLAKE2b, two an entry', 'entries/s', values.hash!),
    row('limit: Dexie, a row of 300 bytes an entry', 'entries/s', values.put!),
    row('limit: raw data channel, 16 KiB', 'MB/s', values.channel!),
    row('import by a peer', 'entries/s', values['peer import']!),
    row('import in a browser', 'entries/s', values['browser import']!, { against: put }),
    row('peer to browser, relay: stored', 'entries/s', values['relay rate']!, { against: put }),
    row('peer to browser, relay: newest 50', 'ms', values['relay newest']!),
    row('browser to browser, WebRTC: stored', 'entries/s', values['direct rate']!, { against: put }),
    row('browser to browser, WebRTC: wire', 'MB/s', megabytes('direct'), { against: channel }),
    row('browser to browser, WebRTC: newest 50', 'ms', values['direct newest']!),
    row('opened again: newest 50 in the list', 'ms', values.reopen!),
  ]
}

await withDistCopy(async (dist) => {
  const host = await startHost()
  const folder = await mkdtemp(join(tmpdir(), 'kith-fortunes-'))
  try {
    const text = await readFortunes()
    const file = join(folder, 'fortunes')
    await writeFile(file, text)
    let count = 0
    for (let round = 0; round < ROUNDS; round++) {
      await limitRound()
      count = await relayRound(dist, host.url, file)
      await directRound(host.url, text)
    }
    report('fortunes', `The fortunes feed, ${count} posts`, rows())
  } finally {
    await host.close()
    await rm(folder, { recursive: true })
  }
})
