/** Leases with real nodes and a real host: strangers sign, and what they hold comes back. */
import { expect } from 'chai'
import { bytesToHex } from '../../../src/core/bytes.ts'
import { LOG_LEDGER } from '../../../src/core/logs/log-id.ts'
import { letGo } from '../../../src/node-worker/leasing/tidy.ts'
import { LOG_FEED, LOG_NOTES } from '../../../src/node-worker/log/log-service.ts'
import { connectWith } from '../../../src/node-worker/swarm/connect.ts'
import { picture } from '../../support/picture.ts'
import { after, before, describe, it } from '../../support/runner.ts'
import { settle, until } from '../../support/wait.ts'
import { recover, startBlank } from '../recovery/scene.ts'
import { follow, startHost, type TestHost, textsOf } from '../replication/peers.ts'
import { wordsOf } from '../transfer/archive.ts'
import { isWhole, type Lessee, startLeasing, untilSafety } from './scene.ts'

const LONG = { timeout: 120_000 }

describe('leases between nodes', () => {
  let host: TestHost
  before(async () => {
    host = await startHost()
  })
  after(() => host.close())

  const startAll = (...names: string[]): Promise<Lessee[]> =>
    Promise.all(names.map((name) => startLeasing(name, [host.origin])))
  const stopAll = async (...nodes: { stop(): Promise<void> }[]): Promise<void> => {
    for (const node of nodes) await node.stop()
  }

  it(
    '[EC7] [EC11] strangers are found and keep everything; with every device gone the words bring all of it back',
    async () => {
      const [ada, bob, cat] = (await startAll('Ada', 'Bob', 'Cat')) as [Lessee, Lessee, Lessee]
      await ada.get('publish-post', { text: 'in public', pictures: [picture('leased')] })
      await ada.get('create-note', {})
      await ada.get('save-settings', { theme: 'dark' })
      const view = await untilSafety(ada, isWhole, 'everything is left with two people')
      expect(view.holders.map(({ person }) => person.id)).to.have.members([bob.person, cat.person])
      // Nothing of it is shown to them, whoever they are.
      expect((await bob.query('home', { limit: 9 })).posts).to.deep.equal([])
      expect(await textsOf(bob, ada.person)).to.deep.equal([])
      const words = await wordsOf(ada)
      await ada.stop()
      const blank = await startBlank([host.origin], { connect: connectWith({ leases: true }) })
      expect(await recover(blank, words)).to.deep.include({ state: 'done' })
      expect(await blank.query('settings', {})).to.have.property('theme', 'dark')
      await until(async () => (await blank.query('notes', {})).length === 1, 'the note')
      await until(async () => (await textsOf(blank, ada.person))[0] === 'in public', 'the post')
      await until(async () => (await blank.services.files.wanted(10)).length === 0, 'the picture')
      await stopAll(blank, bob, cat)
    },
    LONG,
  )

  it(
    '[EC6] what is kept of somebody is shown from when they are followed, and goes on coming',
    async () => {
      const [ada, bob, cat] = (await startAll('Ada', 'Bob', 'Cat')) as [Lessee, Lessee, Lessee]
      await ada.get('publish-post', { text: 'before', pictures: [] })
      await untilSafety(ada, isWhole, 'everything is left with two people')
      expect(await textsOf(bob, ada.person)).to.deep.equal([])
      await follow(bob, ada)
      await until(async () => (await textsOf(bob, ada.person)).length === 1, 'what was kept is shown')
      expect((await bob.query('home', { limit: 9 })).posts.map(({ text }) => text)).to.deep.equal(['before'])
      await ada.get('publish-post', { text: 'after', pictures: [] })
      await until(async () => (await textsOf(bob, ada.person)).length === 2, 'what is written then comes')
      expect((await bob.query('person', { person: ada.person })).posts).to.equal(2)
      expect(await textsOf(cat, ada.person)).to.deep.equal([])
      await stopAll(ada, bob, cat)
    },
    LONG,
  )

  it(
    '[EC3] whoever asked for a place and is followed then is read like anybody',
    async () => {
      // Without room for what Ada asks for, Bob has her ledger and nothing else.
      const [ada, bob] = [
        await startLeasing('Ada', [host.origin]),
        await startLeasing('Bob', [host.origin], { slots: 0 }),
      ]
      const device = bob.services.account.self()!.device.signer.publicKey
      ada.services.leases.asked({ person: bob.person, device })
      bob.services.leases.asks(ada.person, {
        person: ada.person,
        device: ada.services.account.self()!.device.signer.publicKey,
      })
      await until(
        async () => (await bob.services.logs.heads(ada.person)).some(({ log }) => log === LOG_LEDGER),
        'the ledger',
      )
      await follow(bob, ada)
      await ada.get('publish-post', { text: 'after', pictures: [] })
      await until(async () => (await textsOf(bob, ada.person)).length === 1, 'the post')
      // The post is pushed, what came before it is fetched.
      await until(async () => (await bob.query('person', { person: ada.person })).name === 'Ada', 'the profile')
      await stopAll(ada, bob)
    },
    LONG,
  )

  it(
    '[EC2] [EC9] a log that outgrows what is paid for is paid for anew, and all of it comes',
    async () => {
      const [ada, bob] = (await startAll('Ada', 'Bob')) as [Lessee, Lessee]
      await ada.get('save-settings', { copies: 2 })
      await ada.get('publish-post', { text: 'first', pictures: [] })
      await untilSafety(ada, isWhole, 'everything is left with one other')
      for (let i = 0; i < 40; i++) await ada.get('publish-post', { text: `${i} ${'x'.repeat(2000)}`, pictures: [] })
      const seqAt = async (node: Lessee): Promise<number> =>
        (await node.services.logs.heads(ada.person)).find(({ log }) => log === LOG_FEED)?.ranges[0]?.to ?? 0
      expect(await seqAt(ada)).to.be.at.least(41)
      await until(async () => (await seqAt(bob)) === (await seqAt(ada)), 'all of the log')
      await stopAll(ada, bob)
    },
    LONG,
  )

  it(
    '[EC9] [EC10] what is released is let go by its holder, and everything else stays',
    async () => {
      const [ada, bob] = (await startAll('Ada', 'Bob')) as [Lessee, Lessee]
      for (const node of [ada, bob]) await node.get('save-settings', { copies: 2 })
      await ada.get('publish-post', { text: 'mine', pictures: [picture('let go')] })
      await ada.get('create-note', {})
      await bob.get('publish-post', { text: 'his', pictures: [picture('stays')] })
      await untilSafety(ada, isWhole, 'everything of Ada’s is left with Bob')
      await untilSafety(bob, isWhole, 'everything of Bob’s is left with Ada')
      const book = await bob.services.ledger()
      const keptFor = () =>
        book
          .view()
          .copiesAt(bob.person)
          .filter(({ owner }) => owner === ada.person)
      const { publicKey: device } = bob.services.account.self()!.device.signer
      const names = { me: bob.person, device, deviceId: bytesToHex(device) }
      const tidy = () => letGo({ services: bob.services, standing: bob.services.leases, book, ...names }, [])
      const logsOf = async (person: string) => (await bob.services.logs.heads(person)).map(({ log }) => log)
      const blocks = () => bob.platform.store.read(['blocks'], (tx) => tx.count('blocks'))
      const { publicKey: adasDevice } = ada.services.account.self()!.device.signer
      const isAgreed = (log: number) => bob.services.leases.logRoom(ada.person, adasDevice, log) > 0
      // Letting go runs between two looks otherwise, when what was signed for is agreed.
      await until(() => [LOG_FEED, LOG_NOTES].every(isAgreed), 'what Bob signed for is agreed')
      const all = await blocks()
      await tidy()
      expect(await blocks()).to.equal(all)
      expect(await logsOf(ada.person)).to.include.members([LOG_FEED, LOG_NOTES])
      await ada.get('save-settings', { copies: 1 })
      await until(() => keptFor().length === 0, 'Bob hears that nothing is left with him')
      await tidy()
      // Ada may ask again.
      expect(await logsOf(ada.person)).to.deep.equal([LOG_LEDGER])
      expect(await blocks()).to.be.below(all)
      expect(await logsOf(bob.person)).to.include(LOG_FEED)
      expect((await bob.query('safety', {}))?.survives).to.equal(true)
      // What was let go is fetched again when it is left with the same holder again.
      await ada.get('save-settings', { copies: 2 })
      await untilSafety(ada, isWhole, 'Bob signs for everything again')
      expect(await logsOf(ada.person)).to.include.members([LOG_FEED, LOG_NOTES])
      expect(await blocks()).to.equal(all)
      await stopAll(ada, bob)
    },
    LONG,
  )

  it(
    '[EC7] alone on a host nothing is written, and it says that nobody is there',
    async () => {
      const ada = await startLeasing('Ada', [host.origin])
      await ada.get('publish-post', { text: 'to nobody', pictures: [] })
      const view = await untilSafety(ada, ({ shortage }) => shortage !== undefined, 'what is in the way')
      expect(view).to.deep.include({ survives: false, because: 'nowhere-else' })
      expect(view.shortage?.type).to.equal('alone')
      await settle(500)
      const facts = [...(await ada.services.ledger()).all()].map(({ fact }) => fact.kind)
      expect(facts).to.deep.equal(['pledge'])
      await ada.stop()
    },
    LONG,
  )
})
