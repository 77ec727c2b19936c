import { expect } from 'chai'
import { PATHS, publicStorageKey } from '../../../src/core/records/storage-key.ts'
import { decodeOfferAnswer, decodeReaderMessage, encodeSync } from '../../../src/core/sync/codec.ts'
import { type HolderMessage, StreamKind } from '../../../src/core/sync/messages.ts'
import { createReplication } from '../../../src/node-worker/replication/replication.ts'
import { faultyStore } from '../../support/faulty-store.ts'
import { openTestStore } from '../../support/open-store.ts'
import { describe, it } from '../../support/runner.ts'
import { replicate } from '../../support/test-node.ts'
import { settle, until } from '../../support/wait.ts'
import { type Author, say, startAuthor, startVictim, streamFrom, untilInTime, type Victim } from './hostile-peer.ts'

const entriesOf = async (victim: Victim, author: Author): Promise<number> => {
  const heads = await victim.services.logs.heads(author.id)
  return heads.flatMap(({ ranges }) => ranges).reduce((sum, { from, to }) => sum + to - from + 1, 0)
}

/** A victim whose disk can be full, and an honest author it follows, in session. */
const startScene = async (posts: number) => {
  const store = faultyStore(await openTestStore())
  const ann = await startAuthor('Ann', posts)
  const victim = await startVictim([ann], store)
  const serving = createReplication({ services: ann.services, wantsOf: () => [], mayHold: () => false })
  const meet = async (): Promise<void> => serving.join(await victim.meet(ann))
  const stop = async (): Promise<void> => {
    serving.close()
    await victim.stop()
    await ann.stop()
  }
  return { ann, victim, store, meet, stop }
}

describe('replication onto a full disk', () => {
  it('[SY9] fetching stops, is tried again, and ends with everything, each entry once', async () => {
    const { ann, victim, store, meet, stop } = await startScene(120)
    for (const room of [0, 1, 2, 3]) {
      store.room = room
      const tried = store.writes
      const isTried = (): boolean => store.writes > tried
      if (room === 0) {
        await meet()
        await until(isTried, 'a try')
      } else await untilInTime(victim, isTried, 'another try')
      await settle(150)
      if (room === 0) expect(await entriesOf(victim, ann)).to.equal(0)
    }
    store.room = Number.POSITIVE_INFINITY
    const postsShown = async (): Promise<number> => (await victim.query('person', { person: ann.id })).posts
    // Entries may come before their payloads.
    const isWhole = async () => (await entriesOf(victim, ann)) >= 121 && (await postsShown()) >= 120
    await untilInTime(victim, isWhole, 'all of it')
    expect(await entriesOf(victim, ann)).to.equal(121)
    expect(await postsShown()).to.equal(120)
    await stop()
  })

  it('[SY9] what was pushed and found no room is fetched later', async () => {
    const { ann, victim, store, meet, stop } = await startScene(2)
    await meet()
    await until(async () => (await entriesOf(victim, ann)) === 3, 'what there is')
    store.room = 0
    const tried = store.writes
    for (const text of ['pushed', 'pushed too']) await ann.get('publish-post', { text, pictures: [] })
    await until(() => store.writes >= tried + 2, 'both to be tried')
    await settle(200)
    expect(await entriesOf(victim, ann)).to.equal(3)
    store.room = Number.POSITIVE_INFINITY
    await untilInTime(victim, async () => (await entriesOf(victim, ann)) === 5, 'what was pushed')
    await stop()
  })

  it("[SY5] the holder's disk is full while copies are acknowledged: the session goes on, the copies count later", async () => {
    const store = faultyStore(await openTestStore())
    const reader = await startAuthor('Reader', 0)
    const victim = await startVictim([], store)
    await victim.get('publish-post', { text: 'one', pictures: [] })
    await reader.get('follow', { link: victim.id })
    await reader.services.persons.applyKeyEvents(victim.id, victim.services.persons.get(victim.id)!.events)
    const reading = createReplication({ services: reader.services, wantsOf: () => [victim.id], mayHold: () => true })
    store.room = 0
    const tried = store.writes
    reading.join(await victim.meet(reader))
    const copies = () => victim.services.copies.copies({ device: victim.device, log: 0, seq: 2 }, 2).live
    await until(() => reader.services.persons.get(victim.id)?.posts === 1, 'the copy')
    await until(() => store.writes > tried, 'a try to note it')
    await settle(300)
    store.room = Number.POSITIVE_INFINITY
    await victim.get('publish-post', { text: 'two', pictures: [] })
    await until(() => copies() === 1)
    // At once: the stream did not end, so that nobody has to ask again.
    await until(() => reader.services.persons.get(victim.id)?.posts === 2)
    reading.close()
    await victim.stop()
    await reader.stop()
  })

  it('[SY9] key events and a profile that find no room are asked for again, over the same stream', async () => {
    const store = faultyStore(await openTestStore())
    const ann = await startAuthor('Ann', 0)
    const victim = await startVictim([], store)
    await victim.get('follow', { link: ann.id })
    const log = await streamFrom(await victim.meet(ann), StreamKind.log)
    let wants = 0
    let end: string | undefined
    log.onmessage = (bytes) => {
      const message = decodeReaderMessage(bytes)
      if (message.ok && message.value.type === 'want' && message.value.person === ann.id) wants++
    }
    log.onclose = (reason) => {
      end = reason
    }
    await until(() => wants === 1)
    const key = publicStorageKey(ann.id, PATHS.profile)
    const record = (await ann.services.records.get(key))!
    const news: readonly HolderMessage[] = [
      { type: 'events', person: ann.id, events: ann.services.persons.get(ann.id)!.events },
      { type: 'records', person: ann.id, records: [{ key, record }] },
    ]
    victim.platform.clock.set(ann.platform.clock.now())
    const isTaken = [
      async () => (await victim.services.persons.keyState(ann.id)) !== undefined,
      async () => (await victim.services.records.get(key)) !== undefined,
    ]
    for (const [i, told] of news.entries()) {
      store.room = 0
      const tried = store.writes
      await say(log, told)
      await until(() => store.writes > tried, 'a try')
      await settle(100)
      expect(await isTaken[i]!()).to.equal(false)
      store.room = Number.POSITIVE_INFINITY
      const before = wants
      await untilInTime(victim, () => wants === before + 1)
      await say(log, told)
      await until(isTaken[i]!)
    }
    expect(end).to.equal(undefined)
    expect(victim.services.refusals.counts()).to.deep.equal({})
    await victim.stop()
    await ann.stop()
  })

  it('[SY9] an offer of which something finds no room is to be made again, over the same stream', async () => {
    const store = faultyStore(await openTestStore())
    const victim = await startVictim([], store)
    await victim.get('publish-post', { text: 'one', pictures: [] })
    const ann = await startAuthor('Ann', 0)
    await ann.get('follow', { link: victim.id })
    ann.platform.clock.set(victim.platform.clock.now())
    await replicate(victim, ann, victim.id)
    const [post] = (await ann.query('home', { limit: 1 })).posts
    await ann.get('publish-post', { text: 'a reply', pictures: [], replyTo: post!.id })
    victim.platform.clock.set(ann.platform.clock.now())
    const [offered] = await ann.services.inbox.pending(victim.id)
    const { segment } = offered!
    const key = publicStorageKey(ann.id, PATHS.profile)
    const records = [{ key, record: (await ann.services.records.get(key))! }]
    const stream = (await victim.meet(ann)).open(StreamKind.offer, 'interactive')
    const answers: { taken: boolean; again: boolean }[] = []
    stream.onmessage = (bytes) => {
      const answer = decodeOfferAnswer(bytes)
      if (answer.ok) answers.push({ taken: answer.value.taken, again: answer.value.again })
    }
    // Less room than it needs, each time a little more.
    for (let room = 0; answers.at(-1)?.taken !== true; room++) {
      const made = answers.length
      store.room = room
      await stream.send(encodeSync({ type: 'offer', id: `${room}`, segment, records }))
      await until(() => answers.length > made)
    }
    expect(answers.length).to.be.above(1)
    for (const answer of answers.slice(0, -1)) expect(answer).to.deep.equal({ taken: false, again: true })
    expect(await victim.services.records.get(key)).to.deep.equal(records[0]!.record)
    await victim.stop()
    await ann.stop()
  })
})
