/** Keepers with real nodes and a real host: what passes to whom, what comes back, what goes. */
import { expect } from 'chai'
import { bytesToHex } from '../../../src/core/bytes.ts'
import { letGo } from '../../../src/node-worker/leasing/tidy.ts'
import { after, before, describe, it } from '../../support/runner.ts'
import { until } from '../../support/wait.ts'
import { recover, startBlank } from '../recovery/scene.ts'
import { startHost, type TestHost, textsOf } from '../replication/peers.ts'
import { wordsOf } from '../transfer/archive.ts'
import { privateEntries } from './private-entries.ts'
import { isAsked, keepsPrivateOf, makeKeeper, startAda } from './scene.ts'

const LONG = { timeout: 120_000 }

describe('keepers', () => {
  let host: TestHost
  before(async () => {
    host = await startHost()
  })
  after(() => host.close())

  it(
    '[KP3] with every device of a person gone their words bring back what is private too, from a keeper',
    async () => {
      const { ada, others } = await startAda([host.origin], ['Bob', 'Cid'])
      const [bob, cid] = others as [(typeof others)[0], (typeof others)[0]]
      await makeKeeper(ada, bob)
      expect((await ada.query('keepers', {})).mine).to.have.length(1)
      await until(async () => (await ada.query('keepers', {})).mine[0]!.has === 'all', 'Ada hears of it')
      const words = await wordsOf(ada)
      await ada.stop()
      const blank = await startBlank([host.origin])
      expect(await recover(blank, words)).to.deep.include({ state: 'done', skipped: {} })
      expect(await blank.query('settings', {})).to.have.property('theme', 'dark')
      expect((await blank.query('people', {})).following.map(({ id }) => id)).to.have.members([bob.person, cid.person])
      expect(await blank.query('notes', {})).to.have.length(1)
      expect(await textsOf(blank, ada.person)).to.deep.equal(['in public'])
      // Named by the state that came back, and still by the record: nobody was dropped in between.
      expect((await blank.query('keepers', {})).mine.map(({ person }) => person.id)).to.deep.equal([bob.person])
      // What is written then is kept as well.
      await blank.get('create-note', {})
      await keepsPrivateOf(bob, blank, ada.person)
      for (const node of [blank, bob, cid]) await node.stop()
    },
    LONG,
  )

  it(
    '[KP2] [SY2] nothing private goes to who only follows, nor to who was asked and did not agree',
    async () => {
      const { ada, others } = await startAda([host.origin], ['Bob', 'Cid'])
      const [bob, cid] = others as [(typeof others)[0], (typeof others)[0]]
      await ada.get('ask-keeper', { person: bob.person, on: true })
      await isAsked(bob, ada.person)
      await ada.get('publish-post', { text: 'later', pictures: [] })
      for (const node of [bob, cid]) {
        await until(async () => (await textsOf(node, ada.person))[0] === 'later', 'what is public came')
        expect(await privateEntries(node, ada.person)).to.equal(0)
      }
      // Agreeing to what one was not asked for changes nothing.
      await cid.get('keep-for', { person: ada.person, on: true })
      await bob.get('keep-for', { person: ada.person, on: true })
      await keepsPrivateOf(bob, ada, ada.person)
      expect(await privateEntries(cid, ada.person)).to.equal(0)
      for (const node of [ada, bob, cid]) await node.stop()
    },
    LONG,
  )

  it(
    '[KP3] one keeper gets it from another while every device of the person is off',
    async () => {
      const { ada, others } = await startAda([host.origin], ['Bob', 'Cid'])
      const [bob, cid] = others as [(typeof others)[0], (typeof others)[0]]
      await makeKeeper(ada, bob)
      await ada.get('ask-keeper', { person: cid.person, on: true })
      await isAsked(cid, ada.person)
      const written = await privateEntries(ada, ada.person)
      await until(async () => (await privateEntries(bob, ada.person)) === written, 'Bob has the newest')
      await ada.stop()
      await cid.get('keep-for', { person: ada.person, on: true })
      await keepsPrivateOf(cid, bob, ada.person)
      for (const node of [bob, cid]) await node.stop()
    },
    LONG,
  )

  it(
    '[KP5] what is private goes when the keeper stops, and when the person asks no longer; what is public stays',
    async () => {
      const { ada, others } = await startAda([host.origin], ['Bob', 'Cid'])
      const [bob, cid] = others as [(typeof others)[0], (typeof others)[0]]
      for (const keeper of [bob, cid]) await makeKeeper(ada, keeper)
      await bob.get('keep-for', { person: ada.person, on: false })
      await until(async () => (await privateEntries(bob, ada.person)) === 0, 'Bob has deleted it')
      await ada.get('ask-keeper', { person: cid.person, on: false })
      await until(async () => (await privateEntries(cid, ada.person)) === 0, 'Cid has deleted it')
      expect((await cid.query('keepers', {})).asking).to.deep.equal([])
      for (const node of [bob, cid]) expect(await textsOf(node, ada.person)).to.deep.equal(['in public'])
      // And comes again when both want it again.
      await bob.get('keep-for', { person: ada.person, on: true })
      await keepsPrivateOf(bob, ada, ada.person)
      for (const node of [ada, bob, cid]) await node.stop()
    },
    LONG,
  )

  it(
    '[KP5] a record that ran out takes nothing from a keeper, whatever goes of leases',
    async () => {
      const { ada, others } = await startAda([host.origin], ['Bob'])
      const [bob] = others as [(typeof others)[0]]
      await makeKeeper(ada, bob)
      const kept = await privateEntries(bob, ada.person)
      const { publicKey: device } = bob.services.account.self()!.device.signer
      const clock = { now: () => Date.now() + 500 * 86_400_000 }
      const services = { ...bob.services, platform: { ...bob.services.platform, clock } }
      const book = await bob.services.ledger()
      const names = { me: bob.person, device, deviceId: bytesToHex(device) }
      await letGo({ services, standing: bob.services.leases, book, ...names }, [])
      expect(await privateEntries(bob, ada.person)).to.equal(kept)
      for (const node of [ada, bob]) await node.stop()
    },
    LONG,
  )
})
