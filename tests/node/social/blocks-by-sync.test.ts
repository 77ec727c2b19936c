import { expect } from 'chai'
import { describe, it } from '../../support/runner.ts'
import { replicate, startNode, type TestNode } from '../../support/test-node.ts'
import { until } from '../../support/wait.ts'
import { carry, startSecondDevice } from '../transfer/second-device.ts'

const picture = {
  bytes: new Uint8Array(900).fill(3),
  mediaType: 'image/png' as const,
  width: 8,
  height: 6,
  alt: '',
}

/** Two devices of Alice, both with what Bob wrote. */
const startScene = async () => {
  const first = await startNode('first blocks')
  const { person } = await first.get('create-person', { name: 'Alice' })
  const bob = await startNode('bob is blocked')
  const b = (await bob.get('create-person', { name: 'Bob', avatar: picture })).person
  await bob.get('publish-post', { text: 'one', pictures: [picture] })
  await bob.get('publish-post', { text: 'two', pictures: [] })
  await first.get('follow', { link: b })
  const second = await startSecondDevice(first)
  for (const device of [first, second]) await replicate(bob, device, b)
  const stop = async (): Promise<void> => {
    for (const node of [first, second, bob]) await node.stop()
  }
  return { first, second, bob, person, b, stop }
}

const heldOf = async (node: TestNode, person: string) =>
  node.platform.store.read(['logs', 'segments', 'feeds', 'queue', 'blockMeta'], async (tx) => ({
    logs: (await tx.list<{ person: string }>('logs')).filter(({ value }) => value.person === person).length,
    posts: await tx.count('feeds', { prefix: [`person/${person}`] }),
    waiting: await tx.count('queue', { prefix: ['purge'] }),
    wants: await tx.count('queue', { prefix: ['want'] }),
  }))

describe('a block that comes from another device of the person', () => {
  it('[N33] is carried out there and then: all that was stored of the person goes', async () => {
    const { first, second, person, b, stop } = await startScene()
    expect(await heldOf(second, b)).to.deep.equal({ logs: 1, posts: 2, waiting: 0, wants: 1 })
    await first.get('block', { person: b })
    await carry(first, second, person)
    await until(async () => (await heldOf(second, b)).waiting === 0)
    expect(await heldOf(second, b)).to.deep.equal({ logs: 0, posts: 0, waiting: 0, wants: 0 })
    expect((await second.query('home', { limit: 9 })).posts).to.deep.equal([])
    await stop()
  })

  it('[N33] and is taken back at once: what comes of the person then is whole', async () => {
    const { first, second, bob, person, b, stop } = await startScene()
    await first.get('block', { person: b })
    await first.get('unblock', { person: b })
    await first.get('follow', { link: b })
    await carry(first, second, person)
    await until(async () => (await heldOf(second, b)).waiting === 0)
    for (const device of [first, second]) {
      await replicate(bob, device, b)
      expect((await device.query('home', { limit: 9 })).posts.map(({ text }) => text)).to.have.members(['one', 'two'])
      expect((await device.query('person', { person: b })).posts).to.equal(2)
    }
    await stop()
  })
})
