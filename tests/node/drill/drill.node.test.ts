/** The wipe drill with real nodes and a real host: what it says when everything is elsewhere, and when something is not. */
import { expect } from 'chai'
import type { DrillView } from '../../../src/rpc/drill.ts'
import type { JobView } from '../../../src/rpc/views.ts'
import { picture } from '../../support/picture.ts'
import { after, before, describe, it } from '../../support/runner.ts'
import { isWhole, type Lessee, startLeasing, untilSafety } from '../leasing/scene.ts'
import { startHost, type TestHost } from '../replication/peers.ts'
import { jobDone } from '../transfer/files.ts'
import { wordsOf } from '../transfer/archive.ts'

const LONG = { timeout: 120_000 }

const runDrill = async (node: Lessee, words: string): Promise<JobView> =>
  jobDone(node, (await node.get('drill', { words })).job)

const outcomeOf = async (node: Lessee, words: string): Promise<DrillView> => {
  const job = await runDrill(node, words)
  if (!job.drill) throw new Error(`no outcome: ${JSON.stringify(job)}`)
  return job.drill
}

describe('the wipe drill', () => {
  let host: TestHost
  before(async () => {
    host = await startHost()
  })
  after(() => host.close())

  it(
    '[RC15] says yes when strangers give back everything, private things too',
    async () => {
      const [ada, bob, cat] = (await Promise.all(
        ['Ada', 'Bob', 'Cat'].map((name) => startLeasing(name, [host.origin])),
      )) as [Lessee, Lessee, Lessee]
      await ada.get('publish-post', { text: 'in public', pictures: [picture('drill')] })
      await ada.get('create-note', {})
      await ada.get('save-settings', { theme: 'dark' })
      await untilSafety(ada, isWhole, 'everything is left with two people')
      const words = await wordsOf(ada)
      const outcome = await outcomeOf(ada, words)
      console.log(outcome, ada.platform.logged)
      expect(outcome).to.deep.include({ survives: true, lost: 0, missing: [] })
      for (const node of [ada, bob, cat]) await node.stop()
    },
    LONG,
  )
})
