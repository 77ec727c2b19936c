import { expect } from 'chai'
import { StreamKind } from '../../../src/core/sync/messages.ts'
import { CATCH_UP_MS } from '../../../src/node-worker/log/catch-up.ts'
import { FORK_NEWS } from '../../../src/node-worker/queries/connection-queries.ts'
import { describe, it } from '../../support/runner.ts'
import type { TestNode } from '../../support/test-node.ts'
import { settle, until } from '../../support/wait.ts'
import { follow, meet, type Peer, startPeer } from './copied-device.ts'
import { say, startAuthor, startVictim, streamFrom } from './hostile-peer.ts'

/** Texts of what is shown of a person. */
const texts = async (node: TestNode, person: string): Promise<string[]> =>
  (await node.query('person-feed', { person, limit: 200 })).posts.map(({ text }) => text)

const headOf = async (node: TestNode, { id, device }: Peer, log: number) =>
  (await node.services.logs.heads(id)).find((head) => head.log === log && String(head.device) === String(device))

const shows = (node: TestNode, person: string, text: string) => async () => (await texts(node, person)).includes(text)

/** Ann's data is copied after two posts; then she writes two more, which Bob has. */
const startScene = async (more = 2) => {
  const ann = await startPeer('ann', 2)
  const copy = await ann.copy()
  for (let i = 3; i < 3 + more; i++) await ann.post(`ann ${i}`)
  const bob = await startPeer('bob')
  await follow(bob, ann)
  const part = await meet(bob, ann)
  await until(async () => (await texts(bob, ann.id)).length === 2 + more, 'all of Ann at Bob')
  part()
  await ann.stop()
  copy.platform.clock.set(ann.platform.clock.now())
  const stop = async (): Promise<void> => {
    await copy.stop()
    await bob.stop()
  }
  return { ann, copy, bob, stop }
}

describe('a device whose data was put back from a copy', () => {
  it('[N25] takes in what it wrote before it writes on, and nothing is forked', async () => {
    const { copy, bob, stop } = await startScene()
    await meet(copy, bob)
    await until(shows(copy, copy.id, 'ann 4'), 'its own posts')
    await copy.post('ann 5')
    await until(shows(bob, copy.id, 'ann 5'), 'the new post at Bob')
    for (const node of [copy, bob]) {
      const head = await headOf(node, copy, 0)
      expect(head).to.deep.include({ seq: 6, ranges: [{ from: 1, to: 6 }], forked: false })
    }
    expect(await copy.query('devices', {}))
      .to.have.nested.property('[0]')
      .not.to.have.property('forked')
    await stop()
  })

  it('[N25] what is written while it hears how much there is waits for it', async () => {
    // More than one message of the newest, so that the middle comes later than the end.
    const { copy, bob, stop } = await startScene(120)
    await meet(copy, bob)
    await until(async () => (await headOf(copy, copy, 0))!.seq > 3, 'the newest')
    await copy.post('at once')
    await until(shows(bob, copy.id, 'at once'), 'the new post at Bob')
    expect(await headOf(bob, copy, 0)).to.deep.include({ forked: false })
    await until(async () => (await headOf(copy, copy, 0))!.ranges.length === 1, 'all of it')
    expect(await headOf(copy, copy, 0)).to.deep.include({ forked: false })
    await stop()
  })

  it('[N26] [N27] having written meanwhile, it learns of the fork, goes on in a new log, and is read there', async () => {
    const { ann, copy, bob, stop } = await startScene()
    await copy.post('copy 3')
    const connection = copy.live('connection', {})
    await connection.until(({ forked }) => !forked)
    await meet(copy, bob)
    await connection.until(({ forked }) => forked)
    await copy.post('copy 4')
    await until(shows(bob, ann.id, 'copy 4'), 'the new post at Bob')
    // What Bob had of the first branch stays; of the other he took nothing.
    expect(await texts(bob, ann.id)).to.have.members(['ann 1', 'ann 2', 'ann 3', 'ann 4', 'copy 4'])
    expect(await headOf(copy, ann, 4)).to.deep.include({ seq: 1, forked: false })
    expect(await headOf(bob, ann, 4)).to.deep.include({ seq: 1, forked: false })
    const [mine] = await copy.services.logs.forks(ann.device)
    expect(mine).to.deep.include({ log: 0, person: ann.id })
    expect(mine!.proof).to.have.length(2)
    expect(await copy.query('devices', {})).to.have.nested.property('[0].forked', mine!.time)
    connection.end()
    // News for a week, on the page of devices for good.
    copy.platform.clock.advance(FORK_NEWS)
    expect(await copy.query('connection', {})).to.include({ forked: false })
    expect(await copy.query('devices', {})).to.have.nested.property('[0].forked')
    await stop()
  })

  it('[N27] a follower who holds more than the copy wrote tells it as soon as it writes', async () => {
    const { ann, copy, bob, stop } = await startScene(1)
    await copy.post('copy 3')
    // Of the same length: neither holds anything that the other lacks.
    await meet(copy, bob)
    await settle(200)
    expect(await copy.services.logs.forks(ann.device)).to.deep.equal([])
    await copy.post('copy 4')
    await until(async () => (await copy.services.logs.forks(ann.device)).length === 1, 'the fork')
    expect(await bob.services.logs.forks(ann.device)).to.have.length(1)
    await copy.post('copy 5')
    await until(shows(bob, ann.id, 'copy 5'), 'the new post at Bob')
    expect(await texts(bob, ann.id)).to.have.members(['ann 1', 'ann 2', 'ann 3', 'copy 5'])
    await stop()
  })

  it('[N27] it is told in a later session too, and nobody else is', async () => {
    const { ann, copy, bob, stop } = await startScene()
    await copy.post('copy 3')
    const again = await copy.copy()
    const part = await meet(copy, bob)
    await until(async () => (await copy.services.logs.forks(ann.device)).length === 1, 'the fork')
    part()
    // A second copy, which does not know yet, and Cy, who holds nothing.
    const cy = await startPeer('cy')
    await follow(cy, ann)
    await meet(cy, bob)
    await until(shows(cy, ann.id, 'ann 4'), 'Ann at Cy')
    expect(await cy.services.logs.forks(ann.device)).to.deep.equal([])
    await meet(again, bob)
    await until(async () => (await again.services.logs.forks(ann.device)).length === 1, 'the fork')
    await again.stop()
    await cy.stop()
    await stop()
  })
})

describe('claims about one’s own log', () => {
  const claim = async (seq: number) => {
    const victim = await startVictim()
    const liar = await startAuthor('Liar', 0)
    const log = await streamFrom(await victim.meet(liar), StreamKind.log)
    const logs = [{ device: victim.device, log: 0, ranges: [{ from: 1, to: seq }] }]
    await say(log, { type: 'heads', person: victim.id, newest: null, logs })
    await settle(100)
    return { victim, liar, log, logs }
  }

  it('[N25] a peer that claims entries that were never written holds a post up once, for a bounded time', async () => {
    const { victim, liar, log, logs } = await claim(1000)
    await until(async () => (await victim.replication.arriving()) > 0, 'the claim to be heard')
    let isPosted = false
    const posting = victim.get('publish-post', { text: 'mine', pictures: [] }).then(() => {
      isPosted = true
    })
    await settle(200)
    expect(isPosted).to.equal(false)
    // The wait is the longest there is; the test's clock ends it.
    expect(CATCH_UP_MS).to.be.at.most(10_000)
    victim.timers.skip()
    await posting
    await say(log, { type: 'heads', person: victim.id, newest: null, logs })
    await settle(100)
    await victim.get('publish-post', { text: 'mine too', pictures: [] })
    expect(await texts(victim, victim.id)).to.have.members(['mine', 'mine too'])
    await liar.stop()
    await victim.stop()
  })

  it('[N25] what a peer claims to hold and is here holds nothing up', async () => {
    const { victim, liar } = await claim(1)
    await victim.get('publish-post', { text: 'mine', pictures: [] })
    await liar.stop()
    await victim.stop()
  })
})
