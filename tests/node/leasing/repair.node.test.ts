/** Holders make copies again while the owner is away: real nodes, a real host, and a clock that is moved for all. */
import { expect } from 'chai'
import { connectWith } from '../../../src/node-worker/swarm/connect.ts'
import { picture } from '../../support/picture.ts'
import { after, afterEach, before, describe, it } from '../../support/runner.ts'
import type { TestNode } from '../../support/test-node.ts'
import { until } from '../../support/wait.ts'
import { recover, startBlank } from '../recovery/scene.ts'
import { startHost, type TestHost, textsOf } from '../replication/peers.ts'
import { wordsOf } from '../transfer/archive.ts'
import { isWhole, type Lessee, startLeasing, untilSafety } from './scene.ts'

const LONG = { timeout: 120_000 }
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

describe('repair by holders', () => {
  let host: TestHost
  const nodes = new Set<TestNode>()
  let ahead = 0
  const clock = { now: () => Date.now() + ahead }

  before(async () => {
    host = await startHost()
  })
  after(() => host.close())
  afterEach(async () => {
    ahead = 0
    for (const node of nodes) await node.stop()
    nodes.clear()
  })

  const start = async (name: string): Promise<Lessee> => {
    const node = await startLeasing(name, [host.origin], { clock })
    nodes.add(node)
    return node
  }
  const stop = async (...gone: TestNode[]): Promise<void> => {
    for (const node of gone) {
      nodes.delete(node)
      await node.stop()
    }
  }
  const substituted = async (node: TestNode): Promise<number> =>
    (await node.platform.store.read(['queue'], (tx) => tx.list('queue', { prefix: ['substituted'] }))).length
  /** Time passes for everybody, a minute at a time. */
  const untilLater = (isSo: () => Promise<boolean>, what: string): Promise<unknown> =>
    until(async () => {
      ahead += MINUTE
      for (const node of nodes) node.services.changes.emit('settings')
      return isSo()
    }, what)
  const writeThings = async (node: Lessee): Promise<void> => {
    await node.get('publish-post', { text: 'in public', pictures: [picture('leased')] })
    await node.get('create-note', {})
    await untilSafety(node, isWhole, 'everything is left with two people')
  }

  it(
    '[EC13] [EC15] a holder that is silent for too long is replaced; with all first holders gone the words bring all of it back',
    async () => {
      const [ada, bob, cat] = [await start('Ada'), await start('Bob'), await start('Cat')]
      await writeThings(ada)
      const words = await wordsOf(ada)
      await stop(ada)
      await stop(bob)
      const dan = await start('Dan')
      await untilLater(async () => ahead > 10 * MINUTE, 'ten minutes')
      expect(await substituted(dan)).to.equal(0)
      ahead += 5 * DAY
      const things = cat.services.leases.owners().length
      expect(things).to.be.greaterThan(0)
      await untilLater(async () => (await substituted(dan)) >= 5, 'Dan has what Bob had')
      await stop(cat)
      const blank = await startBlank([host.origin], { connect: connectWith({ leases: true }), clock })
      nodes.add(blank)
      expect(await recover(blank, words)).to.deep.include({ state: 'done' })
      await until(async () => (await blank.query('notes', {})).length === 1, 'the note')
      await until(async () => (await textsOf(blank, ada.person))[0] === 'in public', 'the post')
      await until(async () => (await blank.services.files.wanted(10)).length === 0, 'the picture')
      // [EC16] The owner leases to whoever stood in.
      ahead += 5 * DAY
      await untilLater(async () => (await substituted(dan)) === 0, 'leases instead')
      const { holders } = await untilSafety(blank, ({ holders }) => holders.some(({ online }) => online), 'Dan holds')
      expect(holders.filter(({ online }) => online).map(({ person }) => person.id)).to.deep.equal([dan.person])
    },
    LONG,
  )
})
