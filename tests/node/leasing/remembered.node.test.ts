/** Who comes back when all leases are over: real nodes over a real host, and a time that the test moves for all of them. */
import { expect } from 'chai'
import { PATHS, publicStorageKey } from '../../../src/core/records/storage-key.ts'
import { picture } from '../../support/picture.ts'
import { after, afterEach, before, describe, it } from '../../support/runner.ts'
import { until } from '../../support/wait.ts'
import { keepsAll } from '../recovery/scene.ts'
import { startHost, type TestHost, textsOf } from '../replication/peers.ts'
import { wordsOf } from '../transfer/archive.ts'
import { DAY, HOUR, moveTime } from './moved-time.ts'
import { blocksAt, give, isWhole, type Lessee, logsAt, untilSafety } from './scene.ts'

const LONG = { timeout: 120_000 }

describe('people whose leases are over', () => {
  let host: TestHost
  const time = moveTime(() => [host.origin])

  before(async () => {
    host = await startHost()
  })
  after(() => host.close())
  afterEach(time.end)

  /** Ada left everything with Bob and is gone until all leases are over, and Bob has let go what they named. */
  const leaveForLong = async () => {
    const [ada, bob] = [await time.start('Ada'), await time.start('Bob')]
    await ada.get('save-settings', { copies: 2 })
    await ada.get('save-profile', { name: 'Ada', about: 'counts' })
    await ada.get('publish-post', { text: 'mine', pictures: [picture('leased')] })
    await ada.get('create-note', {})
    await untilSafety(ada, isWhole, 'everything is left with Bob')
    await keepsAll(bob, ada, ada.person)
    const words = await wordsOf(ada)
    // Few are there for less than an hour: that is how often it is noted for whom something is kept.
    time.pass(HOUR)
    await until(async () => (await rememberedBy(bob)).includes(ada.person), 'Bob notes it')
    await time.stop(ada)
    time.pass(32 * DAY)
    await until(async () => (await logsAt(bob, ada)) === 0, 'the logs are let go')
    await until(async () => (await blocksAt(bob, ada)).length === 0, 'the blocks are let go')
    return { ada, bob, words }
  }
  const blockCount = (node: Lessee): Promise<number> => node.platform.store.read(['blocks'], (tx) => tx.count('blocks'))
  const rememberedBy = async (node: Lessee): Promise<readonly string[]> => node.services.leases.remembered()
  const recordsAt = (node: Lessee, { person }: Lessee) =>
    Promise.all(
      [PATHS.keys, PATHS.secret, PATHS.locator, PATHS.profile].map((path) =>
        node.services.records.get(publicStorageKey(person, path)),
      ),
    )

  it(
    '[RC20] [PL11] after 60 days the words bring back the person and their profile, out of a holder that was restarted',
    async () => {
      const { ada, bob, words } = await leaveForLong()
      time.pass(28 * DAY)
      await time.stop(bob)
      const later = await time.again(bob)
      expect(await rememberedBy(later)).to.deep.equal([])
      await until(async () => (await rememberedBy(later)).includes(ada.person), 'Bob remembers')
      const blank = await time.comeBack(words, { added: 0, skipped: {} })
      expect(blank.services.account.self()?.person).to.equal(ada.person)
      const { name, about } = await blank.query('person', { person: ada.person })
      expect({ name, about }).to.deep.equal({ name: 'Ada', about: 'counts' })
      // What was with holders only is gone, as was said before.
      expect(await textsOf(blank, ada.person)).to.deep.equal([])
      expect(await blank.query('notes', {})).to.deep.equal([])
      await give({ ...blank, person: ada.person }, 64)
      await blank.get('publish-post', { text: 'again', pictures: [] })
      await untilSafety(blank, ({ survives }) => survives, 'what is new is left with Bob')
      expect((await blank.query('person', { person: ada.person })).name).to.equal('Ada')
    },
    LONG,
  )

  it(
    '[RC20] until their records have run out: then nothing is kept of them',
    async () => {
      const { ada, bob } = await leaveForLong()
      expect(await recordsAt(bob, ada)).to.not.include(undefined)
      time.pass(360 * DAY)
      await until(async () => !(await rememberedBy(bob)).includes(ada.person) || (await recordsAt(bob, ada))[0], 'time')
      expect(await recordsAt(bob, ada), 'not 400 days yet').to.not.include(undefined)
      time.pass(9 * DAY)
      await until(async () => !(await rememberedBy(bob)).includes(ada.person), 'Bob remembers no more')
      expect(await recordsAt(bob, ada)).to.deep.equal([undefined, undefined, undefined, undefined])
      expect(bob.services.persons.get(ada.person)).to.equal(undefined)
      expect(await blockCount(bob), 'but for Bob’s own key events').to.equal(1)
    },
    LONG,
  )
})
