/** Owners and holders whose clocks are a year apart: real nodes over a real host. */
import { expect } from 'chai'
import { picture } from '../../support/picture.ts'
import { after, afterEach, before, describe, it } from '../../support/runner.ts'
import { until } from '../../support/wait.ts'
import { startHost, type TestHost, textsOf } from '../replication/peers.ts'
import { DAY, HOUR, MINUTE, moveTime } from './moved-time.ts'
import { blocksAt, isWhole, logsAt, untilSafety } from './scene.ts'

const LONG = { timeout: 120_000 }
const YEAR = 365 * DAY

describe('wrong clocks', () => {
  let host: TestHost
  const time = moveTime(() => [host.origin])

  before(async () => {
    host = await startHost()
  })
  after(() => host.close())
  afterEach(time.end)

  for (const [how, error] of [
    ['ahead of', YEAR],
    ['behind', -YEAR],
  ] as const)
    it(
      `[Q9] [EC5] [EC8] an owner a year ${how} everybody is told that clocks differ, loses nothing, and leases once it is put right`,
      async () => {
        let wrong: number = error
        const bob = await time.start('Bob')
        const ada = await time.start('Ada', { wrong: () => wrong })
        await ada.get('save-settings', { copies: 2 })
        await ada.get('publish-post', { text: 'at a strange time', pictures: [] })
        await ada.get('create-note', {})
        const view = await untilSafety(ada, ({ shortage }) => shortage?.refused !== undefined, 'the reason')
        expect(view.shortage?.refused).to.equal('clocks-differ')
        expect(view.survives).to.equal(false)
        const kept = async () =>
          (await bob.services.ledger())
            .view()
            .copiesAt(bob.person)
            .filter(({ owner }) => owner === ada.person)
        expect((await kept()).filter(({ held }) => held > 0)).to.deep.equal([])
        expect(await textsOf(ada, ada.person)).to.deep.equal(['at a strange time'])
        expect(await ada.query('notes', {})).to.have.length(1)
        wrong = 0
        time.pass(MINUTE)
        await untilSafety(ada, isWhole, 'everything is left with Bob')
        await until(async () => (await kept()).every(({ held }) => held > 0), 'Bob has it')
        expect(await textsOf(ada, ada.person)).to.deep.equal(['at a strange time'])
        for (const node of [ada, bob]) expect(node.services.refusals.counts()).to.deep.equal({})
      },
      LONG,
    )

  it(
    '[EC9] [EC12] a holder whose clock runs a year ahead lets everything go; put right, it fetches logs again and gives notice of blocks',
    async () => {
      let wrong = 0
      const bob = await time.start('Bob', { wrong: () => wrong })
      const ada = await time.start('Ada')
      await ada.get('save-settings', { copies: 2 })
      await ada.get('publish-post', { text: 'mine', pictures: [picture('leased')] })
      await ada.get('create-note', {})
      await untilSafety(ada, isWhole, 'everything is left with Bob')
      const logs = await logsAt(bob, ada)
      wrong = YEAR
      time.pass(HOUR)
      await until(async () => (await logsAt(bob, ada)) === 0, 'the logs are let go')
      await until(async () => (await blocksAt(bob, ada)).length === 0, 'the blocks are let go')
      await time.stop(bob)
      wrong = 0
      const back = await time.again(bob)
      await until(async () => (await logsAt(back, ada)) === logs, 'the logs come again')
      const cat = await time.start('Cat')
      time.pass(7 * DAY)
      await until(async () => (await blocksAt(cat, ada)).length > 0, 'Cat is asked for the blocks')
      await untilSafety(ada, isWhole, 'everything is left with others')
      expect(await textsOf(ada, ada.person)).to.deep.equal(['mine'])
    },
    LONG,
  )
})
