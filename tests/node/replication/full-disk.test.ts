import { expect } from 'chai'
import { createReplication } from '../../../src/node-worker/replication/replication.ts'
import { faultyStore } from '../../support/faulty-store.ts'
import { openTestStore } from '../../support/open-store.ts'
import { describe, it } from '../../support/runner.ts'
import { type Author, settle, startAuthor, startVictim, until, type Victim } from './hostile-peer.ts'

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
      if (room === 0) await meet()
      await settle(150)
      victim.timers.skip()
    }
    await settle(150)
    store.room = Number.POSITIVE_INFINITY
    victim.timers.skip()
    await settle(50)
    const end = Date.now() + 5000
    while ((await entriesOf(victim, ann)) < 121 && Date.now() < end) await settle(20)
    expect(await entriesOf(victim, ann)).to.equal(121)
    expect((await victim.query('person', { person: ann.id })).posts).to.equal(120)
    await stop()
  })

  it('[SY9] what was pushed and found no room is fetched later', async () => {
    const { ann, victim, store, meet, stop } = await startScene(2)
    await meet()
    await settle(200)
    expect(await entriesOf(victim, ann)).to.equal(3)
    store.room = 0
    for (const text of ['pushed', 'pushed too']) await ann.get('publish-post', { text, pictures: [] })
    await settle(200)
    expect(await entriesOf(victim, ann)).to.equal(3)
    store.room = Number.POSITIVE_INFINITY
    victim.timers.skip()
    await settle(300)
    expect(await entriesOf(victim, ann)).to.equal(5)
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
    reading.join(await victim.meet(reader))
    const copies = () => victim.services.copies.copies({ device: victim.device, log: 0, seq: 2 }).live
    await settle(300)
    store.room = Number.POSITIVE_INFINITY
    await victim.get('publish-post', { text: 'two', pictures: [] })
    await until(() => copies() === 1)
    reading.close()
    await victim.stop()
    await reader.stop()
  })
})
