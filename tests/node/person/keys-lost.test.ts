import { expect } from 'chai'
import { Doc, encodeStateAsUpdate } from 'yjs'
import { memoryVault, seededRandom } from '../../support/platform.ts'
import { describe, it } from '../../support/runner.ts'
import { startNode, type TestNode } from '../../support/test-node.ts'
import { archiveOf, restoreFrom, shownOf, startFullPerson, wordsOf } from '../transfer/archive.ts'
import { jobDone } from '../transfer/files.ts'

/** The same store without the keys of its device: site data cleared by halves. */
const loseKeys = (node: TestNode, seed: string): Promise<TestNode> =>
  startNode(seed, { platform: { ...node.platform, keys: memoryVault(seededRandom(seed)) } })

const restoreWithWords = async (node: TestNode, words: string) =>
  jobDone(node, (await node.get('restore', { words })).job)

describe('a device whose keys are gone', () => {
  it('[N42] says whose things are here, shows them, writes nothing, and lets nobody take their place', async () => {
    const alice = await startFullPerson('lost')
    const before = await shownOf(alice)
    const lost = await loseKeys(alice, 'lost again')
    const session = await lost.query('session', {})
    expect(session).to.have.property('state', 'keys-lost')
    expect(session).to.have.nested.property('me.name', 'Alice')
    expect((await lost.query('home', { limit: 1000 })).posts).to.have.length(before.home.length)
    for (const refused of [
      await lost.ask('publish-post', { text: 'unsigned', pictures: [] }),
      await lost.ask('create-person', { name: 'Mallory' }),
      await lost.ask('create-note', {}),
      await lost.ask('export', {}),
    ])
      expect(refused).to.deep.equal({ ok: false, error: { type: 'keys-lost' } })
    expect(await lost.query('session', {})).to.have.nested.property('me.name', 'Alice')
    await lost.stop()
  })

  it('[X11] the words alone make new keys: everything is as it was, and goes on after a restart', async () => {
    const alice = await startFullPerson('words only')
    const words = await wordsOf(alice)
    const before = await shownOf(alice)
    const lost = await loseKeys(alice, 'words only again')
    expect(await restoreWithWords(lost, words)).to.deep.include({ state: 'done', skipped: {} })
    expect(await shownOf(lost)).to.deep.equal(before)
    expect((await lost.query('devices', {})).map(({ here }) => here)).to.deep.equal([false, true])
    await lost.get('publish-post', { text: 'with new keys', pictures: [] })

    const again = await startNode('words only later', { platform: lost.platform })
    const { home, notes } = await shownOf(again)
    expect(home.map(({ text }) => text)).to.include('with new keys')
    expect(notes).to.deep.equal(before.notes)
    await again.stop()
  })

  it('[N42] an older archive brings nobody back to an older state: what is stored here counts as well', async () => {
    const alice = await startFullPerson('older')
    const words = await wordsOf(alice)
    const archive = await archiveOf(alice)
    // Since then a second time: one device more, a post and a note more.
    const once = await loseKeys(alice, 'older once')
    await restoreWithWords(once, words)
    await once.get('publish-post', { text: 'since the archive', pictures: [] })
    const doc = new Doc()
    doc.getText('title').insert(0, 'Newer')
    const { note } = await once.get('create-note', {})
    await once.get('update-note', { note, update: encodeStateAsUpdate(doc) })
    const before = await shownOf(once)

    const twice = await loseKeys(once, 'older twice')
    expect(await restoreFrom(twice, words, archive)).to.deep.include({ state: 'done', skipped: {} })
    expect(await shownOf(twice)).to.deep.equal(before)
    expect(await twice.query('devices', {})).to.have.length(3)
    await twice.stop()
  })

  it('[N42] somebody else’s words or archive change nothing', async () => {
    const alice = await startFullPerson('others')
    const mallory = await startNode('others mallory')
    await mallory.get('create-person', { name: 'Mallory' })
    const theirs = { words: await wordsOf(mallory), archive: await archiveOf(mallory) }
    const lost = await loseKeys(alice, 'others again')
    const errorOf = async (input: { words: string; archive?: Blob }) => {
      const result = await lost.ask('restore', input)
      return result.ok ? undefined : result.error.type
    }
    expect(await errorOf({ words: theirs.words })).to.equal('words-do-not-fit')
    expect(await errorOf(theirs)).to.equal('person-exists')
    expect(await lost.query('session', {})).to.have.property('state', 'keys-lost')
    await mallory.stop()
    await lost.stop()
  })

  it('[X11] where somebody is signed in, words without an archive are refused', async () => {
    const alice = await startNode('no archive alice')
    await alice.get('create-person', { name: 'Alice' })
    const refused = await alice.ask('restore', { words: await wordsOf(alice) })
    expect(refused).to.have.nested.property('error.type', 'bad-file')
    await alice.stop()
  })

  it('[RC5] where nobody is, hosts are asked, and no keys are made for nobody', async () => {
    const blank = await startNode('no network')
    const alice = await startNode('no network alice')
    await alice.get('create-person', { name: 'Alice' })
    const { error } = await restoreWithWords(blank, await wordsOf(alice))
    expect(error).to.deep.equal({ type: 'person-not-found', asked: 1, answered: 0 })
    expect(await blank.platform.keys.load()).to.equal(undefined)
    for (const node of [blank, alice]) await node.stop()
  })
})
