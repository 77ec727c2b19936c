/**
 * A set of pictures, 20 MiB, from one browser process to another over WebRTC: stored, verified and wanted no more. In
 * the same two browsers, in turn with it, the limit: a data channel with nothing around it.
 */
import { startHost } from '../tests/support/e2e.ts'
import { type BenchBrowser, call, launch, openClient, openLimits } from './support/app-browser.ts'
import { withDistCopy } from './support/dist-copy.ts'
import { rawChannel } from './support/raw-channel.ts'
import { report } from './support/report.ts'
import { perSecond, row } from './support/stats.ts'

const ROUNDS = process.argv.includes('--quick') ? 2 : 5
const PICTURES = 20
const PICTURE_BYTES = 1 << 20
const SET_BYTES = PICTURES * PICTURE_BYTES

const channelRates: number[] = []
const pictureRates: number[] = []
const followTimes: number[] = []

/** A browser with the app open, somebody new in it, and a client beside it. */
const openPerson = async (browser: BenchBrowser, url: string, name: string) => {
  const app = await browser.context.newPage()
  await app.goto(url)
  const client = await openClient(browser.context, url)
  await call(client, 'create', name)
  return client
}

const channelRound = async (sender: BenchBrowser, receiver: BenchBrowser): Promise<void> => {
  const [from, to] = [await openLimits(sender.context), await openLimits(receiver.context)]
  channelRates.push((await rawChannel(from, to, SET_BYTES)) / 1e6)
  await from.close()
  await to.close()
}

const pictureRound = async (sender: BenchBrowser, receiver: BenchBrowser, url: string): Promise<void> => {
  const writer = await openPerson(sender, url, 'Writer')
  await call(writer, 'publishPictures', PICTURES, PICTURE_BYTES)
  const reader = await openPerson(receiver, url, 'Reader')
  const times = await call(reader, 'followPictures', await call(writer, 'link'), SET_BYTES)
  if (!times.carriers.includes('direct')) throw new Error(`carried by ${times.carriers}`)
  // From the first blocks on: what comes before them is finding and dialling, which the bare channel does not count.
  pictureRates.push(perSecond(times.allBytes - times.firstBytes, times.all - times.first) / 1e6)
  followTimes.push(times.all)
}

await withDistCopy(async () => {
  const host = await startHost()
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const [sender, receiver] = [await launch(), await launch()]
      await channelRound(sender, receiver)
      await pictureRound(sender, receiver, host.url)
      await sender.close()
      await receiver.close()
    }
  } finally {
    await host.close()
  }
  const channel = { name: 'raw channel', values: channelRates }
  report('pictures', `Pictures of ${SET_BYTES / 2 ** 20} MiB between two browsers`, [
    row('limit: raw data channel, 16 KiB', 'MB/s', channelRates),
    row('stored, from the first blocks on', 'MB/s', pictureRates, { against: channel }),
    row('all stored after Follow', 'ms', followTimes),
  ])
})
