/** Leases as days go by: real nodes over a real host, and a time that the test moves for all of them. */
import { expect } from 'chai'
import { cidToBytes } from '../../../src/core/blocks/cid.ts'
import { picture } from '../../support/picture.ts'
import { after, afterEach, before, describe, it } from '../../support/runner.ts'
import { settle, until } from '../../support/wait.ts'
import { startHost, type TestHost } from '../replication/peers.ts'
import { DAY, HOUR, MINUTE, moveTime } from './moved-time.ts'
import { blocksAt, isWhole, type Lessee, leftWith, logsAt, untilSafety } from './scene.ts'

const LONG = { timeout: 120_000 }
/** Clocks of one machine differ by less. */
const SOON = MINUTE

describe('leases as days go by', () => {
  let host: TestHost
  const time = moveTime(() => [host.origin])

  before(async () => {
    host = await startHost()
  })
  after(() => host.close())
  afterEach(time.end)

  /** Ada leaves everything with Bob, a picture among it. */
  const startAdaAndBob = async (): Promise<readonly [Lessee, Lessee]> => {
    const [ada, bob] = [await time.start('Ada'), await time.start('Bob')]
    await ada.get('save-settings', { copies: 2 })
    await ada.get('publish-post', { text: 'mine', pictures: [picture('leased')] })
    await ada.get('create-note', {})
    await untilSafety(ada, isWhole, 'everything is left with Bob')
    await until(async () => (await blocksAt(bob, ada)).length > 0, 'the picture')
    return [ada, bob]
  }

  it(
    '[EC9] [PL11] a week later every lease is renewed, and its holder has signed for 31 days more',
    async () => {
      const [ada, bob] = await startAdaAndBob()
      const before = await leftWith(bob, ada)
      time.pass(7 * DAY - HOUR)
      await settle(1500)
      expect(await leftWith(bob, ada), 'not a week yet').to.deep.equal(before)
      time.pass(HOUR + SOON)
      const isRenewed = (ends: Map<string, number>): boolean =>
        [...before].every(([thing, end]) => (ends.get(thing) ?? 0) >= end + 7 * DAY)
      await until(async () => isRenewed(await leftWith(bob, ada)), 'Bob signs for all of it again')
      await untilSafety(ada, isWhole, 'Ada has heard of it')
      expect((await leftWith(bob, ada)).size).to.equal(before.size)
    },
    LONG,
  )

  it(
    '[EC9] [PL12] without its owner a holder lets go an hour after the end, and not before',
    async () => {
      const [ada, bob] = await startAdaAndBob()
      await time.stop(ada)
      const ends = [...(await leftWith(bob, ada)).values()]
      const [logs, blocks] = [await logsAt(bob, ada), (await blocksAt(bob, ada)).length]
      expect(logs).to.be.above(1)
      time.pass(Math.min(...ends) + HOUR - SOON - time.now())
      await settle(500)
      expect(await logsAt(bob, ada), 'an hour is not over').to.equal(logs)
      expect(await blocksAt(bob, ada)).to.have.length(blocks)
      time.pass(Math.max(...ends) + HOUR + SOON - time.now())
      // It is looked once an hour.
      time.pass(HOUR)
      await until(async () => (await logsAt(bob, ada)) === 0, 'the logs are let go')
      await until(async () => (await blocksAt(bob, ada)).length === 0, 'the blocks are let go')
    },
    LONG,
  )

  const blocksOf = (things: Iterable<string>): string[] => [...things].filter((thing) => thing.startsWith('block '))

  /** What a node's ledger knows, by kind, of blocks. */
  const statements = async (node: Lessee, kind: 'proof' | 'notice'): Promise<number> =>
    [...(await node.services.ledger()).all()].filter(({ fact }) => fact.kind === kind).length

  /** Leases that the owner ended. */
  const released = async (owner: Lessee): Promise<number> =>
    [...(await owner.services.ledger()).all()].reduce(
      (sum, { fact }) => sum + (fact.kind === 'release' && fact.person === owner.person ? fact.leases.length : 0),
      0,
    )

  it(
    '[EC12] a block that was not proven for a week is asked for, and its last proof is of today',
    async () => {
      const [ada, bob] = await startAdaAndBob()
      const lastProof = async () => (await ada.query('safety', {}))!.holders[0]!.lastProof
      const before = time.now()
      expect(await lastProof()).to.be.at.most(before)
      time.pass(7 * DAY + SOON)
      await until(async () => (await lastProof()) >= before + 7 * DAY, 'a proof')
      const blocks = blocksOf((await leftWith(bob, ada)).keys()).length
      expect(await statements(ada, 'proof')).to.equal(blocks)
      // Once a week.
      time.pass(HOUR)
      await settle(1500)
      expect(await statements(ada, 'proof')).to.equal(blocks)
      expect(ada.services.refusals.counts()).to.deep.equal({})
    },
    LONG,
  )

  it(
    '[EC8] [EC13] a holder that was away for too long and comes back after it was replaced hears of it, and lets go',
    async () => {
      const [ada, bob] = await startAdaAndBob()
      const things = await leftWith(bob, ada)
      await time.stop(bob)
      const cat = await time.start('Cat')
      time.pass(5 * DAY)
      await untilSafety(ada, isWhole, 'everything is left with Cat')
      await until(async () => (await released(ada)) >= things.size, 'Bob is released')
      const back = await time.again(bob)
      expect(await logsAt(back, ada), 'it has all of it still').to.be.above(1)
      await until(async () => (await leftWith(back, ada)).size === 0, 'Bob hears that nothing is left with him')
      time.pass(MINUTE)
      await until(async () => (await logsAt(back, ada)) === 0, 'the logs are let go')
      await until(async () => (await blocksAt(back, ada)).length === 0, 'the blocks are let go')
      expect([...(await leftWith(cat, ada)).keys()]).to.have.members([...things.keys()])
      expect((await ada.query('safety', {}))?.survives).to.equal(true)
    },
    LONG,
  )

  it(
    '[EC8] [EC10] a holder that comes back before its replacement has signed counts again',
    async () => {
      const [ada, bob] = await startAdaAndBob()
      const things = await leftWith(bob, ada)
      await time.stop(bob)
      time.pass(5 * DAY)
      await untilSafety(ada, ({ survives, because }) => !survives && because === 'silent', 'Bob counts no more')
      const back = await time.again(bob)
      await untilSafety(ada, isWhole, 'Bob counts again')
      expect(await released(ada)).to.equal(0)
      expect([...(await leftWith(back, ada)).keys()]).to.have.members([...things.keys()])
    },
    LONG,
  )

  const losses = {
    damaged: (bytes: Uint8Array) => bytes.map((byte) => byte ^ 1),
    gone: () => undefined,
  }
  for (const [how, change] of Object.entries(losses))
    it(
      `[EC12] [Q13] a holder whose block is ${how} says so instead, and it is left with somebody else`,
      async () => {
        const [ada, bob] = await startAdaAndBob()
        const cat = await time.start('Cat')
        await bob.platform.store.write(['blocks'], 'strict', async (tx) => {
          for (const { cid } of await blocksAt(bob, ada)) {
            const bytes = change((await tx.get<Uint8Array>('blocks', [cidToBytes(cid)]))!)
            await (bytes ? tx.put('blocks', [cidToBytes(cid)], bytes) : tx.delete('blocks', [cidToBytes(cid)]))
          }
        })
        const lost = blocksOf((await leftWith(bob, ada)).keys())
        time.pass(7 * DAY + SOON)
        await until(async () => (await statements(ada, 'notice')) >= lost.length, 'notice')
        await untilSafety(ada, isWhole, 'somebody else has signed')
        expect([...(await leftWith(cat, ada)).keys()]).to.include.members(lost)
        expect(blocksOf((await leftWith(bob, ada)).keys())).to.deep.equal([])
        expect(ada.services.refusals.counts()).to.deep.equal({})
        expect((await ada.services.ledger()).view().barred(bob.person)).to.equal(undefined)
      },
      LONG,
    )
})
