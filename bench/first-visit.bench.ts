/**
 * From an empty profile to a page that can be used, and from the press of Start to a field to write in; beside it a
 * bare page with one Dexie table. As it is, with the whole browser held to half a core, and with a main thread slowed
 * down six times, where what takes long is named.
 */
import type { Page } from 'playwright-core'
import { findBrowsers } from '../scripts/lib/browsers.mjs'
import { startHost } from '../tests/support/e2e.ts'
import { withDistCopy } from './support/dist-copy.ts'
import { holdToHalfCore } from './support/half-core.ts'
import { longTasks, traceSlowed } from './support/long-tasks.ts'
import { bundlePage } from './support/page-bundle.ts'
import { servePage } from './support/page-server.ts'
import { type Measurement, report } from './support/report.ts'
import { row } from './support/stats.ts'
import { APP, BARE, reach, start, visit } from './support/visit.ts'

const ROUNDS = 5
const HELD_ROUNDS = 3
const SLOWED_TIMES = 6

const untilUsable = async (page: Page, go: () => Promise<unknown>): Promise<number> => {
  await go()
  return (await reach(page, 'usable')).usable!
}

/** The same rounds of ours and of the bare page, in turn. */
const measure = async (label: string, urls: { app: string; bare: string }, rounds: number, executable?: string) => {
  const usable: number[] = []
  const started: number[] = []
  const bare: number[] = []
  for (let round = 0; round < rounds; round++) {
    bare.push(await visit(urls.bare, BARE, untilUsable, executable))
    await visit(
      urls.app,
      APP,
      async (page, go) => {
        usable.push(await untilUsable(page, go))
        started.push(await start(page))
      },
      executable,
    )
  }
  return [
    row(`${label}: bare page usable`, 'ms', bare),
    row(`${label}: first visit usable`, 'ms', usable, { against: { name: 'bare page', values: bare } }),
    row(`${label}: Start to "What's new?"`, 'ms', started),
  ]
}

const measureHeld = async (urls: { app: string; bare: string }): Promise<readonly Measurement[]> => {
  const held = await holdToHalfCore(findBrowsers().chromium ?? 'chromium')
  if (!held) {
    console.log('half a core: neither cgroups are writable nor is cpulimit installed; not measured')
    return []
  }
  try {
    return (await measure('half a core', urls, HELD_ROUNDS, held.executable)).map((measured) => ({
      ...measured,
      note: held.how,
    }))
  } finally {
    await held.close()
  }
}

/** Long tasks of a first visit and start. */
const measureSlowed = async (url: string): Promise<readonly Measurement[]> =>
  visit(url, APP, async (page, go) => {
    const events = await traceSlowed(page, SLOWED_TIMES, async () => {
      await untilUsable(page, go)
      await start(page)
    })
    const tasks = longTasks(events, url)
    const byNode = tasks.filter(({ work }) => work.some(({ script }) => script.startsWith('node-')))
    for (const { ms, work } of tasks) {
      const what = work.map((part) => `${part.name} ${part.script} ${part.ms.toFixed(0)} ms`).join(', ')
      console.log(`long task of ${ms.toFixed(0)} ms: ${what || 'no script'}`)
    }
    const longest = tasks[0]
    return [
      { name: `${SLOWED_TIMES}x slower: tasks over 50 ms`, value: tasks.length, unit: 'tasks' },
      {
        name: `${SLOWED_TIMES}x slower: longest task`,
        value: longest?.ms ?? 0,
        unit: 'ms',
        note: longest?.work.map(({ name, script }) => `${name} ${script}`.trim()).join(', ') ?? '',
      },
      { name: `${SLOWED_TIMES}x slower: of them in node scripts`, value: byNode.length, limit: 0, unit: 'tasks' },
    ]
  })

await withDistCopy(async () => {
  const host = await startHost()
  const bare = await servePage('<label>Your name <input disabled></label>', await bundlePage('bare'))
  try {
    const urls = { app: host.url, bare: bare.url }
    const rows = [
      ...(await measure('as it is', urls, ROUNDS)),
      ...(await measureHeld(urls)),
      ...(await measureSlowed(host.url)),
    ]
    report('first-visit', 'First visit on an empty profile', rows)
  } finally {
    await bare.close()
    await host.close()
  }
})
