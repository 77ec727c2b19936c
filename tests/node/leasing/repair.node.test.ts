/** Holders make copies again while the owner is away: real nodes, a real host, and a clock that is moved for all. */
import { expect } from 'chai'
import { picture } from '../../support/picture.ts'
import { after, afterEach, before, describe, it } from '../../support/runner.ts'
import type { TestNode } from '../../support/test-node.ts'
import { until } from '../../support/wait.ts'
import { startHost, type TestHost, textsOf } from '../replication/peers.ts'
import { wordsOf } from '../transfer/archive.ts'
import { DAY, MINUTE, moveTime } from './moved-time.ts'
import { isWhole, type Lessee, untilSafety } from './scene.ts'

const LONG = { timeout: 120_000 }
/** Longer than any tab may be silent, and shorter than any lease. */
const SILENCE = 5 * DAY

describe('repair by holders', () => {
  let host: TestHost
  const time = moveTime(() => [host.origin])
  const { start, stop, comeBack, untilLater } = time

  before(async () => {
    host = await startHost()
  })
  after(() => host.close())
  afterEach(time.end)

  /** How many things of an owner a node keeps in place of others. */
  const substituted = async (node: TestNode, { person }: Lessee, kind = ''): Promise<number> => {
    const prefix = ['substituted', person]
    const rows = await node.platform.store.read(['queue'], (tx) => tx.list('queue', { prefix }))
    return rows.filter(({ key }) => String(key[2]).startsWith(kind)).length
  }
  /** Ada leaves everything with Bob and Cat, and is gone. */
  const leaveThings = async (write: (ada: Lessee) => Promise<unknown>) => {
    const [ada, bob, cat] = [await start('Ada'), await start('Bob'), await start('Cat')]
    await write(ada)
    await ada.get('create-note', {})
    const { kinds } = await untilSafety(ada, isWhole, 'everything is left with two people')
    const words = await wordsOf(ada)
    await stop(ada)
    return { ada, bob, cat, words, things: kinds.reduce((sum, kind) => sum + kind.things, 0) }
  }

  it(
    '[EC13] [EC15] a holder that is silent for too long is replaced; with all first holders gone the words bring all of it back',
    async () => {
      const { ada, bob, cat, words, things } = await leaveThings((ada) =>
        ada.get('publish-post', { text: 'in public', pictures: [picture('leased')] }),
      )
      await stop(bob)
      const dan = await start('Dan')
      const then = time.now()
      await untilLater(() => time.now() > then + 20 * MINUTE, 'time')
      expect(await substituted(dan, ada), 'not silent for long').to.equal(0)
      time.pass(SILENCE)
      await untilLater(async () => (await substituted(dan, ada)) >= things, 'Dan has what Bob had')
      await stop(cat)
      const blank = await comeBack(words)
      await until(async () => (await blank.query('notes', {})).length === 1, 'the note')
      await until(async () => (await textsOf(blank, ada.person))[0] === 'in public', 'the post')
      await until(async () => (await blank.services.files.wanted(10)).length === 0, 'the picture')
    },
    LONG,
  )

  it(
    '[EC13] [EC16] [EC17] one whose device was removed is replaced at once, and the owner leases to whoever stood in',
    async () => {
      const { ada, bob, words, things } = await leaveThings((ada) =>
        ada.get('publish-post', { text: 'in public', pictures: [] }),
      )
      const wordsOfBob = await wordsOf(bob)
      const device = (await bob.query('devices', {})).find(({ here }) => here)!.id
      await stop(bob)
      const again = await comeBack(wordsOfBob)
      await again.get('remove-device', { device, words: wordsOfBob })
      // Bob's next device is as good as anybody.
      const dan = await start('Dan')
      const stoodIn = async (kind?: string) =>
        (await substituted(dan, ada, kind)) + (await substituted(again, ada, kind))
      await untilLater(async () => (await stoodIn()) >= things, 'somebody has what Bob had')
      const back = await comeBack(words)
      // Of Bob's lost device the owner has to hear nothing for long; Cat is seen all the while.
      time.pass(SILENCE)
      // What the owner has no longer stays until its leases end; logs there are always.
      await untilLater(async () => (await stoodIn('log ')) === 0, 'leases instead')
      await untilSafety(back, isWhole, 'two holders of everything')
    },
    LONG,
  )

  it(
    '[PL16] [EC14] of several holders one repairs, and each thing is kept in place of the lost one once',
    async () => {
      const [ada, bob] = [await start('Ada'), await start('Bob')]
      await ada.get('save-settings', { copies: 4 })
      const holders = [bob, await start('Cat'), await start('Dan')]
      await ada.get('create-note', {})
      const { kinds } = await untilSafety(ada, isWhole, 'everything is left with three people')
      const things = kinds.reduce((sum, kind) => sum + kind.things, 0)
      await stop(ada, bob)
      const others = [await start('Eve'), await start('Flo')]
      const counts = () => Promise.all([...others, ...holders.slice(1)].map((node) => substituted(node, ada)))
      const sum = async () => (await counts()).reduce((total, count) => total + count, 0)
      time.pass(SILENCE)
      await untilLater(async () => (await sum()) >= things, 'what Bob had is kept again')
      const then = time.now()
      await untilLater(() => time.now() > then + 30 * MINUTE, 'nobody does it again')
      expect(await sum()).to.equal(things)
    },
    LONG,
  )
})
