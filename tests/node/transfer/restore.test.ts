import { expect } from 'chai'
import { decodeArchiveRoot, encodeArchiveRoot } from '../../../src/node-worker/transfer/archive-root.ts'
import { cborBlock } from '../../../src/node-worker/transfer/export-blocks.ts'
import { describe, it } from '../../support/runner.ts'
import { startNode, type TestNode } from '../../support/test-node.ts'
import { archiveOf, archiveWith, blocksOf, flipped, restoreFrom, shownOf, startFullPerson, wordsOf } from './archive.ts'
import { importFile, item, rss } from './files.ts'

/** A blank browser whose clock is that of another node. */
const startBlank = async (seed: string, like: TestNode): Promise<TestNode> => {
  const node = await startNode(seed)
  node.platform.clock.set(like.platform.clock.now() + 60_000)
  return node
}

const errorOf = async (node: TestNode, words: string, archive: Blob): Promise<unknown> => {
  const result = await node.ask('restore', { words, archive })
  return result.ok ? undefined : result.error
}

const root = async (archive: Blob) => {
  const [first] = await blocksOf(archive)
  const decoded = decodeArchiveRoot(first!.bytes)
  if (!decoded.ok) throw new Error('no root')
  return decoded.value
}

describe('export and restore', () => {
  it('[X9] the words and the archive bring everything back, and nothing of it twice', async () => {
    const alice = await startFullPerson('whole')
    const words = await wordsOf(alice)
    const archive = await archiveOf(alice)
    const blank = await startBlank('blank', alice)
    const job = await restoreFrom(blank, `  ${words.toUpperCase()} `, archive)
    expect(job).to.deep.include({ state: 'done', skipped: {}, done: archive.size, total: archive.size })
    const [before, after] = [await shownOf(alice), await shownOf(blank)]
    expect(after).to.deep.equal(before)
    expect(after).to.have.property('posts', 302)
    expect(after.files.every((file) => file.ok)).to.equal(true)

    expect(await blank.query('session', {})).to.include({ state: 'ready', wordsKept: true })
    expect(await blank.get('recovery-words', {})).to.deep.equal({ gone: true })
    expect((await blank.query('devices', {})).map(({ here }) => here)).to.deep.equal([false, true])
    expect(await importFile(blank, rss(item(7), item(900)))).to.deep.include({ added: 1, skipped: { duplicate: 1 } })
    expect(await restoreFrom(blank, words, archive)).to.deep.include({ state: 'done', added: 0, skipped: {} })

    // The restored device's own archive holds both devices' logs and restores in turn.
    await blank.get('publish-post', { text: 'from the second device', pictures: [] })
    const second = await archiveOf(blank)
    const third = await startBlank('third', blank)
    expect(await restoreFrom(third, words, second)).to.deep.include({ state: 'done', skipped: {} })
    expect(await shownOf(third)).to.deep.equal(await shownOf(blank))
    for (const node of [alice, blank, third]) await node.stop()
  })

  it('[X9] a restored person is still there after a restart', async () => {
    const alice = await startNode('kept')
    await alice.get('create-person', { name: 'Alice' })
    await alice.get('publish-post', { text: 'hello', pictures: [] })
    const blank = await startBlank('kept blank', alice)
    await restoreFrom(blank, await wordsOf(alice), await archiveOf(alice))
    const again = await startNode('again', { platform: blank.platform })
    expect(await shownOf(again)).to.deep.equal(await shownOf(alice))
    await again.get('publish-post', { text: 'more', pictures: [] })
    await again.stop()
    await alice.stop()
  })

  it('[X5] wrong words are refused with the first that is wrong, and nothing is stored', async () => {
    const alice = await startNode('words')
    await alice.get('create-person', { name: 'Alice' })
    const words = await wordsOf(alice)
    const archive = await archiveOf(alice)
    const other = await startNode('other words')
    await other.get('create-person', { name: 'Other' })
    const blank = await startBlank('blank words', alice)
    const parts = words.split(' ')
    expect(await errorOf(blank, parts.with(4, 'nonsense').join(' '), archive)).to.deep.equal({
      type: 'wrong-words',
      index: 4,
    })
    expect(await errorOf(blank, parts.slice(1).join(' '), archive)).to.deep.equal({ type: 'wrong-words' })
    expect(await errorOf(blank, await wordsOf(other), archive)).to.deep.equal({ type: 'words-do-not-fit' })
    expect(await errorOf(other, words, archive)).to.deep.equal({ type: 'person-exists' })
    expect(await blank.query('session', {})).to.deep.equal({ state: 'none' })
    expect(await restoreFrom(blank, words, archive)).to.include({ state: 'done' })
    for (const node of [alice, other, blank]) await node.stop()
  })

  it('[X6] what is no archive, or has a damaged head, is refused and nothing is stored', async () => {
    const alice = await startFullPerson('head')
    const words = await wordsOf(alice)
    const archive = await archiveOf(alice)
    const blocks = await blocksOf(archive)
    const blank = await startBlank('head blank', alice)
    const files: Blob[] = [
      new Blob([]),
      new Blob(['words of no archive']),
      archive.slice(0, 300),
      await flipped(archive, 60),
      await flipped(archive, 200),
      // Without its first key event, in another order, with another root.
      await archiveWith([blocks[0]!, ...blocks.slice(2)]),
      await archiveWith(blocks.slice(1)),
      await archiveWith([blocks[0]!]),
    ]
    for (const [i, file] of files.entries()) {
      expect(await errorOf(blank, words, file), String(i)).to.have.property('type', 'bad-file')
      expect(await blank.query('session', {})).to.deep.equal({ state: 'none' })
    }
    const newer = blocks[0]!.bytes.slice()
    const version = String.fromCharCode(...newer).indexOf('gversion') + 8
    newer[version] = 2
    const next = await archiveWith([cborBlock(newer), ...blocks.slice(1)])
    expect(await errorOf(blank, words, next)).to.deep.equal({ type: 'newer-version' })
    for (const node of [alice, blank]) await node.stop()
  })

  it('[X6] key events that do not all count are refused: a device behind them would fork the chain', async () => {
    const alice = await startFullPerson('chain')
    const words = await wordsOf(alice)
    const archive = await archiveOf(alice)
    const blocks = await blocksOf(archive)
    const whole = await root(archive)
    const [inception] = whole.events
    const doubled = encodeArchiveRoot({ ...whole, events: [inception!, inception!] })
    const blank = await startBlank('chain blank', alice)
    const file = await archiveWith([cborBlock(doubled), ...blocks.slice(1)])
    expect(await errorOf(blank, words, file)).to.have.property('type', 'bad-file')
    for (const node of [alice, blank]) await node.stop()
  })

  it('[X7] of an archive that is cut short everything before the cut comes back, and giving it again mends the rest', async () => {
    const alice = await startFullPerson('cut')
    const words = await wordsOf(alice)
    const archive = await archiveOf(alice)
    const segments = (await root(archive)).logs.flatMap((log) => log.segments).length
    const blank = await startBlank('cut blank', alice)
    // Pictures come last: the cut takes them and the last segment.
    const cut = archive.slice(0, archive.size - 640_000)
    const job = await restoreFrom(blank, words, cut)
    expect(job.state).to.equal('done')
    expect(job.skipped.malformed).to.be.within(1, segments)
    expect(await blank.query('session', {})).to.have.nested.property('state', 'ready')
    expect((await blank.query('notes', {}))[0]).to.have.property('title', 'Plans')
    expect(await restoreFrom(blank, words, archive)).to.deep.include({ state: 'done', skipped: {} })
    expect(await shownOf(blank)).to.deep.equal(await shownOf(alice))
    for (const node of [alice, blank]) await node.stop()
  })

  it('[X7] a damaged block is left out and counted, and all others come in', async () => {
    const alice = await startFullPerson('flip')
    const words = await wordsOf(alice)
    const archive = await archiveOf(alice)
    const { logs } = await root(archive)
    const blocks = await blocksOf(archive)
    const bytes = new Uint8Array(await archive.arrayBuffer())
    const feed = logs.find(({ log }) => log === 0)!.segments[0]!
    const segment = blocks.find(({ cid }) => cid.equals(feed))!
    const start = indexOf(bytes, segment.bytes)
    const blank = await startBlank('flip blank', alice)
    const job = await restoreFrom(blank, words, await flipped(archive, start + 500))
    expect(job).to.deep.include({ state: 'done', skipped: { malformed: 1 } })
    expect((await blank.query('notes', {}))[0]).to.have.property('title', 'Plans')
    expect(await blank.query('settings', {})).to.have.property('theme', 'dark')
    for (const node of [alice, blank]) await node.stop()
  })

  it('[X8] another person’s entries in an archive are refused', async () => {
    const alice = await startNode('mixed')
    await alice.get('create-person', { name: 'Alice' })
    const mallory = await startNode('mallory')
    await mallory.get('create-person', { name: 'Mallory' })
    await mallory.get('publish-post', { text: 'put into your mouth', pictures: [] })
    const archive = await archiveOf(alice)
    const theirs = await root(await archiveOf(mallory))
    const theirBlocks = await blocksOf(await archiveOf(mallory))
    const whole = await root(archive)
    const forged = encodeArchiveRoot({ ...whole, logs: [...whole.logs, ...theirs.logs] })
    const file = await archiveWith([cborBlock(forged), ...(await blocksOf(archive)).slice(1), ...theirBlocks.slice(1)])
    const blank = await startBlank('mixed blank', alice)
    const job = await restoreFrom(blank, await wordsOf(alice), file)
    expect(job.skipped.malformed).to.equal(theirs.logs.flatMap((log) => log.segments).length)
    expect((await shownOf(blank)).home).to.deep.equal([])
    for (const node of [alice, mallory, blank]) await node.stop()
  })

  it('[X2] an archive holds no private content in plain text', async () => {
    const alice = await startFullPerson('private')
    const text = new TextDecoder('latin1').decode(await (await archiveOf(alice)).arrayBuffer())
    expect(text).to.include('with a picture')
    for (const secret of ['write it down', 'Plans', 'friend', ...(await wordsOf(alice)).split(' ').slice(0, 2)]) {
      expect(text.includes(secret), secret).to.equal(false)
    }
    expect(text).to.not.include('regretted')
    await alice.stop()
  })

  it('[X1] exporting needs a person', async () => {
    const node = await startNode('nobody')
    expect(await node.ask('export', {})).to.deep.equal({ ok: false, error: { type: 'no-person' } })
    await node.stop()
  })
})

const indexOf = (bytes: Uint8Array, part: Uint8Array): number => {
  for (let i = 0; i + part.length <= bytes.length; i++) {
    if (bytes[i] === part[0] && part.every((byte, j) => bytes[i + j] === byte)) return i
  }
  throw new Error('not in it')
}
