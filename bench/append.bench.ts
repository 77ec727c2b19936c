/**
 * Appending in a browser: one post at a time, on disk before its promise resolves, against a bare strict put of
 * IndexedDB; and posts by the hundred, as an import appends them, against rows put in bulk.
 */
import { startHost } from '../tests/support/e2e.ts'
import { call, launch, limit, openClient, openLimits } from './support/app-browser.ts'
import { withDistCopy } from './support/dist-copy.ts'
import { report } from './support/report.ts'
import { percentile, perSecond, row } from './support/stats.ts'

const ROUNDS = 3
const SINGLE = 100
const BATCHED = 3_000

const posts = (count: number, round: number): string =>
  Array.from({ length: count }, (_, i) => `The ${i}th thing of round ${round} that somebody had to say.\n%\n`).join('')

await withDistCopy(async () => {
  const host = await startHost()
  const browser = await launch()
  try {
    const bare = await openLimits(browser.context)
    const client = await openClient(browser.context, host.url)
    await call(client, 'create', 'Writer')
    const ours: number[][] = []
    const strict: number[][] = []
    const batch: number[] = []
    const rows: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      strict.push(await limit(bare, 'strictPuts', SINGLE))
      ours.push(await call(client, 'publish', SINGLE))
      rows.push(await limit(bare, 'put', BATCHED, 1_000, 300))
      const { added, ms } = await call(client, 'importText', posts(BATCHED, round), `round ${round}`)
      batch.push(perSecond(added, ms))
    }
    const at = (share: number, rounds: readonly number[][]) => rounds.map((took) => percentile(took, share))
    const durable = (name: string, share: number) => [
      row(`strict put, ${name}`, 'ms', at(share, strict)),
      row(`durable post, ${name}`, 'ms', at(share, ours), {
        against: { name: 'strict put', values: at(share, strict) },
      }),
    ]
    report('append', 'Appending in a browser', [
      ...durable('p50', 0.5),
      ...durable('p99', 0.99),
      row('rows put in bulk', 'entries/s', rows),
      row('posts appended in batches of 1,024', 'entries/s', batch, { against: { name: 'rows', values: rows } }),
    ])
  } finally {
    await browser.close()
    await host.close()
  }
})
