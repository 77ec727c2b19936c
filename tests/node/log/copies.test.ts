import { expect } from 'chai'
import { cidToString, dagCborCid } from '../../../src/core/blocks/cid.ts'
import { COPY_LIFETIME, MAX_STEPS } from '../../../src/node-worker/log/copies.ts'
import { MAX_SHOWN_HOLDERS } from '../../../src/rpc/views.ts'
import { describe, it } from '../../support/runner.ts'
import { replicate, startNode } from '../../support/test-node.ts'

const MINUTE = 60_000
const idOf = (peer: number): string => cidToString(dagCborCid(Uint8Array.of(peer)))

/** A person with two posts, and verbs for what peers say of them. */
const startScene = async (seed: string) => {
  const node = await startNode(seed)
  const { person } = await node.get('create-person', { name: 'Ann' })
  const one = await node.get('publish-post', { text: 'one', pictures: [] })
  const two = await node.get('publish-post', { text: 'two', pictures: [] })
  const { device } = node.services.account.self()!
  const acknowledge = (peer: number, upTo: number, more: { person?: string; alwaysOn?: boolean; log?: number } = {}) =>
    node.services.copies.saw({
      device: device.signer.publicKey,
      log: more.log ?? 0,
      upTo,
      peer: {
        device: new Uint8Array(32).fill(peer),
        person: more.person ?? idOf(peer),
        alwaysOn: more.alwaysOn,
      },
    })
  const detailsOf = async (entry: string) => (await node.query('copies', { entry }))!
  return { node, person, one: one.entry, two: two.entry, acknowledge, detailsOf }
}

describe('copies of what is one’s own', () => {
  it('[N40] each holder is named with its kind, since when it has the entry and when it last said so', async () => {
    const { node, person, one, two, acknowledge, detailsOf } = await startScene('holders')
    const start = node.platform.clock.now()
    await acknowledge(1, 2, { alwaysOn: true })
    node.platform.clock.advance(5 * MINUTE)
    await acknowledge(1, 3)
    await acknowledge(2, 2, { person, alwaysOn: false })

    const first = await detailsOf(one)
    expect(first.copies).to.deep.equal({ live: 2, wanted: 2, always: 1 })
    expect(
      first.holders.map(({ person: { id }, since, confirmed }) => [id, since - start, confirmed - start]),
    ).to.deep.equal([
      [idOf(1), 0, 5 * MINUTE],
      [person, 5 * MINUTE, 5 * MINUTE],
    ])
    // A device that does not say whether it is always on is what it was.
    expect(first.holders[0]).to.include({ alwaysOn: true, own: false, connected: false, live: true })
    expect(first.holders[1]).to.include({ alwaysOn: false, own: true })

    const second = await detailsOf(two)
    expect(second.holders.map(({ since }) => since - start)).to.deep.equal([5 * MINUTE])
    await node.stop()
  })

  it('[N40] a copy that was not confirmed for a day is still named, and counts no more until it is', async () => {
    const { node, one, acknowledge, detailsOf } = await startScene('stale')
    await acknowledge(1, 2)
    node.platform.clock.advance(COPY_LIFETIME + 1)
    const stale = await detailsOf(one)
    expect(stale.copies.live).to.equal(0)
    expect(stale.holders.map(({ live }) => live)).to.deep.equal([false])
    const live = node.live('home', { limit: 5 })
    await live.until(({ posts }) => posts.every(({ copies }) => copies.live === 0))
    await acknowledge(1, 2)
    await live.until(({ posts }) => posts.some(({ copies }) => copies.live === 1))
    live.end()
    await node.stop()
  })

  it('[N40] holders outlive a restart, and only so many of them are named', async () => {
    const { node, one, acknowledge, detailsOf } = await startScene('many')
    for (let peer = 0; peer < MAX_SHOWN_HOLDERS + 3; peer++) await acknowledge(peer, 3)
    const before = await detailsOf(one)
    expect(before.holders).to.have.length(MAX_SHOWN_HOLDERS)
    expect(before.more).to.equal(3)
    const again = await startNode('many again', { platform: node.platform })
    expect(await again.query('copies', { entry: one })).to.deep.equal(before)
    await again.stop()
  })

  it('[N41] however many acknowledgements come, an entry is said to be held no earlier than it was, and little later', async () => {
    const { node, one, acknowledge, detailsOf } = await startScene('steps')
    const start = node.platform.clock.now()
    await acknowledge(1, 2)
    for (let i = 3; i < 3 + 3 * MAX_STEPS; i++) {
      node.platform.clock.advance(i === 3 ? COPY_LIFETIME / 4 : MINUTE)
      await acknowledge(1, i)
    }
    expect((await detailsOf(one)).holders[0]!.since).to.equal(start)
    const rows = await node.platform.store.read(['copies'], (tx) => tx.list<{ steps: unknown[] }>('copies'))
    expect(rows.map(({ value }) => value.steps.length)).to.deep.equal([MAX_STEPS])
    await node.stop()
  })

  it('[N40] a note names the devices that hold this device’s notes', async () => {
    const { node, person, acknowledge } = await startScene('note')
    const { note } = await node.get('create-note', {})
    const head = (await node.services.logs.heads(person)).find(({ log }) => log === 1)
    await acknowledge(7, head!.seq, { person, log: 1 })
    const details = await node.query('copies', { note })
    expect(details!.holders.map(({ own }) => own)).to.deep.equal([true])
    await node.stop()
  })

  it('[N40] of other people’s things only the copy kept here is known', async () => {
    const { node, person, one, acknowledge } = await startScene('theirs')
    await acknowledge(1, 3)
    const bob = await startNode('theirs bob')
    await bob.get('create-person', { name: 'Bob' })
    await bob.get('follow', { link: person })
    await replicate(node, bob, person)
    const { post } = await bob.query('thread', { entry: one })
    expect(post!.copies).to.deep.equal({ live: 1, wanted: 1, always: 0 })
    expect(await bob.query('copies', { entry: one })).to.equal(undefined)
    expect(await node.query('copies', { entry: 'nothing' })).to.equal(undefined)
    await node.stop()
    await bob.stop()
  })
})
