/**
 * A set of pictures, 20 MiB, from one browser process to another over WebRTC: found, fetched, verified and stored. Once
 * with nobody looking on, as a node does it, and once under the eyes of an app that shows each picture as it comes. In
 * the same browsers, in turn with them, the limit: a data channel with nothing around it.
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

/** What was measured, by name, one value a round. */
const values: Record<string, number[]> = {}
const note = (name: string, value: number): void => {
  values[name] = [...(values[name] ?? []), value]
}

const openPerson = async ({ context }: BenchBrowser, url: string, name: string) => {
  const client = await openClient(context, url)
  await call(client, 'create', name)
  return client
}

const channelRound = async (sender: BenchBrowser, receiver: BenchBrowser): Promise<void> => {
  const [from, to] = [await openLimits(sender.context), await openLimits(receiver.context)]
  note('channel', (await rawChannel(from, to, SET_BYTES)) / 1e6)
  await from.close()
  await to.close()
}

const pictureRound = async (
  name: 'alone' | 'shown',
  sender: BenchBrowser,
  receiver: BenchBrowser,
  url: string,
): Promise<void> => {
  const reader = await openPerson(receiver, url, 'Reader')
  if (name === 'shown') await (await receiver.context.newPage()).goto(url)
  const writer = await openPerson(sender, url, 'Writer')
  await call(writer, 'publishPictures', PICTURES, PICTURE_BYTES)
  const times = await call(reader, 'followPictures', await call(writer, 'link'), SET_BYTES)
  if (!times.carriers.includes('direct')) throw new Error(`carried by ${times.carriers}`)
  // From the first blocks on: what comes before them is finding and dialling, which the bare channel does not count.
  note(`${name} rate`, perSecond(times.allBytes - times.firstBytes, times.all - times.first) / 1e6)
  note(`${name} all`, times.all)
}

/** Two new browsers: first the limit, then the pictures. */
const round = async (name: 'alone' | 'shown', url: string): Promise<void> => {
  const [sender, receiver] = [await launch(), await launch()]
  try {
    await channelRound(sender, receiver)
    await pictureRound(name, sender, receiver, url)
  } finally {
    await sender.close()
    await receiver.close()
  }
}

await withDistCopy(async () => {
  const host = await startHost()
  try {
    for (let i = 0; i < ROUNDS; i++) for (const name of ['alone', 'shown'] as const) await round(name, host.url)
  } finally {
    await host.close()
  }
  const channel = { name: 'raw channel', values: values.channel! }
  report('pictures', `Pictures of ${SET_BYTES / 2 ** 20} MiB between two browsers`, [
    row('limit: raw data channel, 16 KiB', 'MB/s', channel.values),
    row('stored, from the first blocks on', 'MB/s', values['alone rate']!, { against: channel }),
    row('all stored after Follow', 'ms', values['alone all']!),
    row('stored while the app shows them', 'MB/s', values['shown rate']!, { against: channel }),
    row('all stored after Follow, shown', 'ms', values['shown all']!),
  ])
})
