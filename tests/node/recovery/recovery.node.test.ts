/** Back from twelve words and nothing else: real nodes, a real host, and whoever keeps what is looked for. */
import { expect } from 'chai'
import { base32Encode } from '../../../src/core/bytes.ts'
import { wordsToEntropy } from '../../../src/core/identity/words.ts'
import { locatorKey } from '../../../src/core/records/locator.ts'
import { ask } from '../../host/support/http.ts'
import { after, before, describe, it } from '../../support/runner.ts'
import type { TestNode } from '../../support/test-node.ts'
import { until } from '../../support/wait.ts'
import { startHost, startPeer, type TestHost, textsOf } from '../replication/peers.ts'
import { wordsOf } from '../transfer/archive.ts'
import { recover, showsPosts, startAdaAndBob, startBlank } from './scene.ts'

const holdersOf = async (host: TestHost, node: TestNode, words: string): Promise<string[]> => {
  const entropy = await wordsToEntropy(words)
  if (!entropy.ok) throw new Error('words that are none')
  const key = await locatorKey(entropy.value, node.platform.crypto)
  return JSON.parse(String((await ask(`${host.origin}/k/${base32Encode(key)}`)).body))
}

describe('recovery by words alone', () => {
  let host: TestHost
  before(async () => {
    host = await startHost()
  })
  after(() => host.close())

  it('[RC5] a follower is enough: profile, posts and pictures come back, and what is written then arrives', async () => {
    const { ada, bob, words } = await startAdaAndBob([host.origin])
    await ada.stop()
    let ask = (): void => {}
    const isSeen = new Promise<void>((resolve) => {
      ask = resolve
    })
    const blank = await startBlank([host.origin], { ready: isSeen })
    const steps = new Set<string | undefined>()
    const { job } = await blank.get('restore', { words })
    const work = blank.live('job', { job })
    const end = await work.until((view) => {
      steps.add(view?.step)
      if (view?.step === 'asking') ask()
      return view?.state === 'done' || view?.state === 'failed'
    })
    expect(end).to.deep.include({ state: 'done', name: 'Ada', skipped: {} })
    expect([...steps]).to.include.members(['asking', 'fetching'])
    const session = await blank.query('session', {})
    expect(session).to.have.nested.property('me.id', ada.person)
    expect(session).to.have.nested.property('me.about', 'counts')
    const home = await blank.query('person-feed', { person: ada.person, limit: 10 })
    expect(home.posts.map(({ text }) => text)).to.deep.equal(['second', 'first'])
    const read = await blank.ask('read-file', { file: home.posts[1]!.pictures[0]!.file })
    expect(read.ok && read.value.bytes.length).to.equal(300_000)
    await blank.get('publish-post', { text: 'I am back', pictures: [] })
    await showsPosts(bob, ada.person, 3)
    expect((await textsOf(bob, ada.person))[0]).to.equal('I am back')
    for (const node of [blank, bob]) await node.stop()
  })

  it('[RC5] another device of the person gives back what is private as well', async () => {
    const { ada, bob, words } = await startAdaAndBob([host.origin])
    await bob.stop()
    await ada.get('save-settings', { theme: 'dark' })
    await ada.get('create-note', {})
    const second = await startBlank([host.origin])
    expect(await recover(second, words)).to.deep.include({ state: 'done', skipped: {} })
    await ada.stop()
    const third = await startBlank([host.origin])
    expect(await recover(third, words)).to.deep.include({ state: 'done', skipped: {} })
    expect(await third.query('settings', {})).to.have.property('theme', 'dark')
    expect((await third.query('people', {})).following.map(({ id }) => id)).to.deep.equal([bob.person])
    expect(await third.query('notes', {})).to.have.length(1)
    expect(await third.query('devices', {})).to.have.length(3)
    for (const node of [second, third]) await node.stop()
  })

  it('[RC4] the index names everybody who keeps a locator, until they unfollow', async () => {
    const { ada, bob, words } = await startAdaAndBob([host.origin])
    await until(async () => (await holdersOf(host, ada, words)).length === 2, 'both are named')
    await bob.get('unfollow', { person: ada.person })
    await until(async () => (await holdersOf(host, ada, words)).length === 1, 'one is named')
    for (const node of [ada, bob]) await node.stop()
  })

  it('[RC3] who follows a follower keeps it too, from somebody else than the person', async () => {
    const { ada, bob, words } = await startAdaAndBob([host.origin])
    const cid = await startPeer('Cid', [host.origin])
    const link = await ada.get('my-link', {})
    await ada.stop()
    await cid.get('follow', link)
    await showsPosts(cid, ada.person, 2)
    await until(async () => (await holdersOf(host, cid, words)).length === 2, 'Cid is named')
    await bob.stop()
    const blank = await startBlank([host.origin])
    expect(await recover(blank, words)).to.deep.include({ state: 'done', skipped: {} })
    for (const node of [cid, blank]) await node.stop()
  })

  it('[RC9] says apart: no host answers, nobody has it, words that are none', async () => {
    const blank = await startBlank(['http://127.0.0.1:1'])
    const stranger = await startPeer('Stranger', [])
    const words = await wordsOf(stranger)
    expect((await recover(blank, words)).error).to.deep.equal({ type: 'person-not-found', asked: 1, answered: 0 })
    expect((await recover(blank, words, [host.origin])).error).to.deep.equal({
      type: 'person-not-found',
      asked: 2,
      answered: 1,
    })
    expect(await blank.ask('restore', { words: words.replace(/^\w+/, 'kith') })).to.have.nested.property(
      'error.type',
      'wrong-words',
    )
    const plain = await blank.ask('restore', { words, hosts: ['http://elsewhere.example'] })
    expect(plain).to.have.nested.property('error.type', 'bad-host')
    expect(await blank.query('session', {})).to.have.property('state', 'none')
    for (const node of [stranger, blank]) await node.stop()
  })

  it('[RC13] [RC14] over sessions: a removed device is dropped, the others go on under the new secret', async () => {
    const { ada, bob, words } = await startAdaAndBob([host.origin])
    const second = await startBlank([host.origin])
    expect(await recover(second, words)).to.deep.include({ state: 'done', skipped: {} })
    const third = await startBlank([host.origin])
    expect(await recover(third, words)).to.deep.include({ state: 'done', skipped: {} })
    const device = base32Encode(ada.services.account.self()!.device.signer.publicKey)
    await second.get('remove-device', { device, words })
    const connection = second.live('connection', {})
    await connection.until(({ sessions }) => sessions.every((session) => session.device !== device))
    connection.end()
    await second.get('save-settings', { theme: 'light' })
    const settings = third.live('settings', {})
    await settings.until(({ theme }) => theme === 'light')
    settings.end()
    expect(third.services.account.self()!.secrets.epoch).to.equal(1)
    await third.get('publish-post', { text: 'from a device that stayed', pictures: [] })
    await showsPosts(bob, ada.person, 3)
    await ada.get('publish-post', { text: 'from the removed one', pictures: [] })
    await second.get('publish-post', { text: 'after it', pictures: [] })
    await showsPosts(bob, ada.person, 4)
    expect(await textsOf(bob, ada.person)).not.to.include('from the removed one')
    for (const node of [ada, bob, second, third]) await node.stop()
  })

  it('[RC11] a host that was typed in is dialled from then on', async () => {
    const other = await startHost()
    const { ada, bob, words } = await startAdaAndBob([other.origin])
    await ada.stop()
    const blank = await startBlank([host.origin])
    expect(await recover(blank, words, [other.origin])).to.deep.include({ state: 'done', skipped: {} })
    const { hosts } = await blank.query('connection', {})
    expect(hosts.map(({ url }) => url)).to.have.members([host.origin, other.origin])
    for (const node of [bob, blank]) await node.stop()
    await other.close()
  })
})
