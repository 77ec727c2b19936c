import { after, before, describe, it } from 'node:test'
import { expect } from 'chai'
import { type Host, startHost, waitFor } from '../support/e2e.ts'
import { freshFolder, kith, type RunningPeer, startPeer } from './support/kith.ts'

describe('two peers without browsers', () => {
  let host: Host
  let folder: Awaited<ReturnType<typeof freshFolder>>
  before(async () => {
    host = await startHost()
    folder = await freshFolder()
  })
  after(async () => {
    await host.stop()
    await folder.remove()
  })

  const dataOf = (name: string) => `${folder.path}/${name}`
  const start = (name: string): Promise<RunningPeer> =>
    startPeer(['--data', dataOf(name), '--host', host.url, '--name', name])
  const post = async (name: string, text: string): Promise<void> => {
    expect((await kith(['post', '--data', dataOf(name), text])).code).to.equal(0)
  }
  const textsOf = async (name: string): Promise<string[]> => {
    const feed: { text: string }[] = JSON.parse((await kith(['feed', '--data', dataOf(name), '--json'])).stdout)
    return feed.map(({ text }) => text)
  }

  it('[SY7] a follower that is killed and started again goes on where it was', async () => {
    const ann = await start('Ann')
    const first = await start('Bob')
    await post('Ann', 'one')
    expect((await kith(['follow', '--data', dataOf('Bob'), ann.link])).code).to.equal(0)
    await waitFor('the first post at Bob', async () => (await textsOf('Bob')).includes('one'))
    await first.stop('SIGKILL')
    await post('Ann', 'two')
    const second = await start('Bob')
    await waitFor('what came while Bob was dead', async () => (await textsOf('Bob')).includes('two'))
    await post('Ann', 'three')
    await waitFor('what comes after', async () => (await textsOf('Bob')).includes('three'))
    expect(await textsOf('Bob')).to.deep.equal(['three', 'two', 'one'])
    expect(await Promise.all([ann.stop(), second.stop()])).to.deep.equal([0, 0])
  })

  it('[KP3] a peer keeps everything of somebody who asks it, and their words bring it back on another machine', async () => {
    const [ann, bob] = [await start('Ada'), await start('Peer')]
    const words = (await kith(['words', '--data', dataOf('Ada')])).stdout.trim()
    const kept = await kith(['keep', '--data', dataOf('Peer'), ann.link])
    expect(kept).to.include({ code: 0 })
    const peer = (await kith(['follow', '--data', dataOf('Ada'), bob.link])).stdout.trim()
    expect((await kith(['keepers', '--data', dataOf('Ada'), '--ask', kept.stdout.trim()])).stderr).to.contain('Follow')
    expect((await kith(['keepers', '--data', dataOf('Ada'), '--ask', peer])).code).to.equal(0)
    await waitFor('everything at the peer', async () => {
      const { stdout } = await kith(['keepers', '--data', dataOf('Ada')])
      return stdout.includes('has everything')
    })
    await ann.stop()
    const back = await kith(['restore', '--data', dataOf('New'), '--host', host.url], { KITH_WORDS: words })
    expect(back.code, back.stderr).to.equal(0)
    const { mine } = JSON.parse((await kith(['keepers', '--data', dataOf('New'), '--json'])).stdout)
    expect(mine.map(({ person }: { person: { id: string } }) => person.id)).to.deep.equal([peer])
    await bob.stop()
  })

  it('[SW1] a link brings people on different hosts together', async () => {
    const otherHost = await startHost()
    const cy = await start('Cy')
    const dee = await startPeer(['--data', dataOf('Dee'), '--host', otherHost.url, '--name', 'Dee'])
    await post('Cy', 'from another host')
    expect((await kith(['follow', '--data', dataOf('Dee'), cy.link])).code).to.equal(0)
    await waitFor('the post at Dee', async () => (await textsOf('Dee')).includes('from another host'))
    await Promise.all([cy.stop(), dee.stop()])
    await otherHost.stop()
  })
})
