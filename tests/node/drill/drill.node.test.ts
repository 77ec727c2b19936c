/** The wipe drill with real nodes and a real host: what it says when everything is elsewhere, and when something is not. */
import { expect } from 'chai'
import { base32Encode } from '../../../src/core/bytes.ts'
import { LOG_FEED } from '../../../src/node-worker/log/log-service.ts'
import { connectWith } from '../../../src/node-worker/swarm/connect.ts'
import { faultyStore } from '../../support/faulty-store.ts'
import type { TestPlatform } from '../../support/platform.ts'
import { after, before, describe, it } from '../../support/runner.ts'
import type { TestNode } from '../../support/test-node.ts'
import { until } from '../../support/wait.ts'
import { isWhole, startLeasing, untilSafety } from '../leasing/scene.ts'
import { recover, startBlank } from '../recovery/scene.ts'
import { follow, startHost, startPeer, type TestHost, textsOf } from '../replication/peers.ts'
import { write } from '../sharing/scene.ts'
import { wordsOf } from '../transfer/archive.ts'
import { deviceOf, hasty, outcomeOf, runDrill, startWhole, writeSome } from './scene.ts'

const LONG = { timeout: 120_000 }
const leasing = connectWith({ leases: true })

/** Counts how often a scratch store is deleted. */
const countClears = () => {
  let cleared = 0
  const change = (platform: TestPlatform): TestPlatform => {
    const clear = (): Promise<void> => {
      cleared++
      return platform.scratch.clear()
    }
    return { ...platform, scratch: { ...platform.scratch, clear } }
  }
  return { change, cleared: () => cleared }
}

const keyEventsOf = (node: TestNode): number =>
  node.services.persons.get(node.services.account.self()!.person)!.events.length

/** Keys of the blocks that are at a node, the largest first. */
const blocksAt = async (node: TestNode) => {
  const rows = await node.platform.store.read(['blocks'], (tx) => tx.list<Uint8Array>('blocks'))
  return rows.sort((a, b) => b.value.length - a.value.length).map(({ key }) => key)
}

describe('the wipe drill', () => {
  let host: TestHost
  before(async () => {
    host = await startHost()
  })
  after(() => host.close())

  it(
    '[RC15] [RC17] says yes when strangers give back everything, again and again with one device',
    async () => {
      const nodes = await startWhole([host.origin])
      const [ada] = nodes
      const words = await wordsOf(ada)
      // [CP14] What is shared by link is made again, so its blocks are not missed.
      const [shared] = await ada.query('notes', {})
      await write(ada, shared!.id, 'Shopping', 'bread '.repeat(2000))
      await ada.get('share-note', { note: shared!.id })
      await untilSafety(ada, isWhole, 'everything is left with two people')
      const first = await outcomeOf(ada, words)
      expect(first).to.deep.include({ survives: true, lost: 0, missing: [], entries: 8, blocks: 3 })
      expect(first.bytes).to.be.above(300_000)
      expect(first.milliseconds).to.be.above(0)
      const known = keyEventsOf(ada)
      expect(await outcomeOf(ada, words)).to.deep.include({ survives: true, lost: 0 })
      expect(keyEventsOf(ada)).to.equal(known)
      expect((await ada.query('devices', {})).map(({ name }) => name))
        .to.include('Wipe drill')
        .and.have.length(2)
      expect(await textsOf(ada, ada.person)).to.deep.equal(['Bread on Sunday'])
      for (const node of nodes) await node.stop()
    },
    LONG,
  )

  it(
    '[RC18] one block that is nowhere any more: no, and the picture is named by its post',
    async () => {
      const nodes = await startWhole([host.origin])
      const [ada] = nodes
      const [gone] = await blocksAt(ada)
      for (const node of nodes)
        await node.platform.store.write(['blocks'], 'strict', (tx) => tx.delete('blocks', gone!))
      const outcome = await outcomeOf(ada, await wordsOf(ada))
      expect(outcome).to.deep.include({ survives: false, lost: 1, entries: 5, blocks: 2 })
      expect(outcome.missing).to.deep.equal([{ kind: 'picture', title: 'Bread on Sunday', bytes: 262_144 }])
      for (const node of nodes) await node.stop()
    },
    LONG,
  )

  it(
    '[RC16] nothing is taken from the device that is thought wiped: what only it has is named',
    async () => {
      const ada = await startLeasing('Ada', [host.origin], { change: hasty, slots: 0 })
      const bob = await startPeer('Bob', [host.origin])
      await writeSome(ada)
      await follow(bob, ada)
      await until(async () => (await textsOf(bob, ada.person)).length === 1, 'the post at Bob')
      await until(async () => (await bob.services.files.wanted(9)).length === 0, 'the picture at Bob')
      const { survives, missing, entries, blocks } = await outcomeOf(ada, await wordsOf(ada))
      expect({ survives, entries, blocks }).to.deep.equal({ survives: false, entries: 2, blocks: 3 })
      expect(missing.map(({ kind, title }) => ({ kind, title }))).to.deep.equal([
        { kind: 'note', title: 'Shopping' },
        { kind: 'settings', title: '' },
      ])
      for (const node of [ada, bob]) await node.stop()
    },
    LONG,
  )

  it(
    '[RC16] another device of the person counts',
    async () => {
      const ada = await startLeasing('Ada', [host.origin], { change: hasty, slots: 0 })
      await writeSome(ada)
      const words = await wordsOf(ada)
      const second = await startBlank([host.origin], { connect: leasing })
      expect(await recover(second, words)).to.deep.include({ state: 'done', skipped: {} })
      await second.get('publish-post', { text: 'from the second', pictures: [] })
      await until(async () => (await textsOf(ada, ada.person)).length === 2, 'the post at the first')
      expect(await outcomeOf(ada, words)).to.deep.include({ survives: true, lost: 0 })
      // What the drill had for a moment is no copy.
      const { publicKey: device } = second.services.account.self()!.device.signer
      const holders = second.services.copies.holders({ device, log: LOG_FEED, seq: 1 })
      expect(holders.map((holder) => holder.device)).to.deep.equal([base32Encode(deviceOf(ada))])
      for (const node of [ada, second]) await node.stop()
    },
    LONG,
  )

  it(
    '[RC18] alone: no, everything is named, and no device is added',
    async () => {
      const ada = await startLeasing('Ada', [host.origin], { change: hasty })
      await writeSome(ada)
      const outcome = await outcomeOf(ada, await wordsOf(ada))
      expect(outcome).to.deep.include({ survives: false, entries: 0, blocks: 0, bytes: 0 })
      expect(outcome.because).to.deep.equal({ type: 'person-not-found', asked: 1, answered: 1 })
      expect(outcome.missing.map(({ kind }) => kind)).to.have.members([
        'profile',
        'post',
        'picture',
        'note',
        'settings',
      ])
      expect(outcome.lost).to.equal(5)
      expect(await ada.query('devices', {})).to.have.length(1)
      await ada.stop()
    },
    LONG,
  )

  it('[RC15] words that are none, of somebody else, and without a person', async () => {
    const ada = await startLeasing('Ada', [host.origin])
    const bob = await startPeer('Bob', [])
    const typeOf = async (node: TestNode, words: string) => {
      const answer = await node.ask('drill', { words })
      return answer.ok ? undefined : answer.error.type
    }
    expect(await typeOf(ada, 'one two three')).to.equal('wrong-words')
    expect(await typeOf(ada, await wordsOf(bob))).to.equal('not-your-words')
    const blank = await startBlank([host.origin])
    expect(await typeOf(blank, await wordsOf(ada))).to.equal('no-person')
    for (const node of [ada, bob, blank]) await node.stop()
  })

  it('[RC18] without a host that answers it says neither yes nor no', async () => {
    const away = await startHost()
    const ada = await startLeasing('Ada', [away.origin])
    const words = await wordsOf(ada)
    await away.close()
    const { state, error, drill } = await runDrill(ada, words)
    expect({ state, error, drill }).to.deep.equal({
      state: 'failed',
      error: { type: 'person-not-found', asked: 1, answered: 0 },
      drill: undefined,
    })
    await ada.stop()
  })

  it(
    '[RC17] ends with its node, and what it stored is deleted then and at every start',
    async () => {
      const counter = countClears()
      const ada = await startLeasing('Ada', [host.origin], { slots: 0, change: counter.change })
      expect(counter.cleared()).to.equal(1)
      const bob = await startPeer('Bob', [host.origin])
      await writeSome(ada)
      await follow(bob, ada)
      await until(async () => (await textsOf(bob, ada.person)).length === 1, 'the post at Bob')
      const words = await wordsOf(ada)
      const { job } = await ada.get('drill', { words })
      // Another one joins it.
      expect(await ada.get('drill', { words })).to.deep.equal({ job })
      await ada.live('job', { job }).until((view) => view?.step === 'fetching')
      await ada.stop()
      expect(counter.cleared()).to.equal(2)
      await bob.stop()
    },
    LONG,
  )

  it('[RC17] ends with its node while nobody answers', async () => {
    const counter = countClears()
    const ada = await startLeasing('Ada', [host.origin], {
      change: (platform) => ({ ...counter.change(platform), fetch: () => new Promise(() => {}) }),
    })
    const { job } = await ada.get('drill', { words: await wordsOf(ada) })
    await ada.live('job', { job }).until((view) => view?.step === 'asking')
    await ada.stop()
    expect(counter.cleared()).to.equal(2)
  })

  it(
    '[RC17] is stopped: what it stored is deleted, nothing of the person’s is harmed, and another one can begin',
    async () => {
      const counter = countClears()
      const ada = await startLeasing('Ada', [host.origin], { slots: 0, change: counter.change })
      const bob = await startPeer('Bob', [host.origin])
      await writeSome(ada)
      await follow(bob, ada)
      await until(async () => (await textsOf(bob, ada.person)).length === 1, 'the post at Bob')
      const words = await wordsOf(ada)
      expect(await ada.get('stop-drill', {}), 'none runs').to.deep.equal({})
      const { job } = await ada.get('drill', { words })
      const live = ada.live('job', { job })
      await live.until((view) => view?.step === 'fetching')
      await ada.get('stop-drill', {})
      const stopped = await live.until((view) => view?.state !== 'running')
      expect(stopped).to.deep.include({ state: 'failed', error: { type: 'aborted' } })
      live.end()
      expect(counter.cleared()).to.equal(2)
      expect(await textsOf(ada, ada.person)).to.deep.equal(['Bread on Sunday'])
      const { job: another } = await ada.get('drill', { words })
      expect(another).to.not.equal(job)
      for (const node of [ada, bob]) await node.stop()
    },
    LONG,
  )

  for (const [when, room, step] of [
    ['before anything is stored', 0, 'found'],
    ['as things come', 12, 'fetching'],
  ] as const)
    it(
      `[RC18] the drill’s own disk is full ${when}: neither yes nor no, it says so, and nothing is harmed`,
      async () => {
        const counter = countClears()
        const withLittleRoom = (platform: TestPlatform): TestPlatform => {
          const open = async () => {
            const store = faultyStore(await platform.scratch.open())
            store.room = room
            return store
          }
          return counter.change({ ...platform, scratch: { ...platform.scratch, open } })
        }
        const ada = await startLeasing('Ada', [host.origin], { change: (platform) => hasty(withLittleRoom(platform)) })
        const bob = await startPeer('Bob', [host.origin])
        await writeSome(ada)
        await follow(bob, ada)
        await until(async () => (await textsOf(bob, ada.person)).length === 1, 'the post at Bob')
        await until(async () => (await bob.services.files.wanted(9)).length === 0, 'the picture at Bob')
        const before = counter.cleared()
        const job = await runDrill(ada, await wordsOf(ada))
        expect(job).to.deep.include({ state: 'failed', error: { type: 'storage-full' }, step })
        expect(job.drill).to.equal(undefined)
        expect(counter.cleared()).to.equal(before + 1)
        expect((await ada.query('connection', {})).full, 'only the drill’s').to.equal(false)
        expect(await textsOf(ada, ada.person)).to.deep.equal(['Bread on Sunday'])
        expect(await ada.query('notes', {})).to.have.length(1)
        await ada.get('publish-post', { text: 'goes on', pictures: [] })
        for (const node of [ada, bob]) await node.stop()
      },
      LONG,
    )
})
