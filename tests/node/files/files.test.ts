import { expect } from 'chai'
import { MAX_PICTURE_BYTES } from '../../../src/node-worker/files/picture.ts'
import { describe, it } from '../../support/runner.ts'
import { replicate, startNode, type TestNode } from '../../support/test-node.ts'

const picture = (size: number) => ({
  bytes: new Uint8Array(size).map((_, i) => i * 7),
  mediaType: 'image/png' as const,
  width: 8,
  height: 6,
  alt: 'dots',
})

/** Carries wanted blocks over until nothing is wanted any more, as a session would. */
const fetchWanted = async (from: TestNode, to: TestNode): Promise<number> => {
  let fetched = 0
  for (;;) {
    const wanted = await to.services.files.wanted(100)
    if (wanted.length === 0) return fetched
    for (const { cid } of wanted) {
      expect(await to.services.files.put(cid, (await from.services.files.get(cid))!)).to.equal('kept')
      fetched++
    }
  }
}

/** Blocks of files: the block that holds a new person's own key events is beside them. */
const countBlocks = async (node: TestNode): Promise<number> =>
  (await node.platform.store.read(['blocks'], (tx) => tx.count('blocks'))) - 1

describe('files', () => {
  it('[N11] pictures of a followed person are wanted, taken in, read, and deleted with their post', async () => {
    const alice = await startNode('alice')
    const bob = await startNode('bob')
    const a = (await alice.get('create-person', { name: 'Alice', avatar: picture(900) })).person
    await bob.get('create-person', { name: 'Bob' })
    const { entry } = await alice.get('publish-post', { text: '', pictures: [picture(300_000)] })
    expect(await alice.services.files.wanted(10)).to.deep.equal([])
    expect(await countBlocks(alice)).to.equal(5)
    expect((await alice.query('storage', {})).own.files).to.equal(2)
    await bob.get('follow', { link: a })
    await replicate(alice, bob, a)
    expect(await fetchWanted(alice, bob)).to.equal(5)
    const [post] = (await bob.query('home', { limit: 1 })).posts
    const [shown] = post!.pictures
    expect(shown).to.include({ mediaType: 'image/png', width: 8, height: 6, alt: 'dots' })
    const file = await bob.get('read-file', { file: shown!.file })
    expect(file.mediaType).to.equal('image/png')
    expect(file.bytes).to.deep.equal(picture(300_000).bytes)
    const { avatar } = await bob.query('person', { person: a })
    expect((await bob.get('read-file', { file: avatar! })).bytes).to.have.length(900)

    await alice.get('delete-entry', { entry })
    await replicate(alice, bob, a)
    for (const node of [alice, bob]) expect(await countBlocks(node)).to.equal(2)
    await bob.get('block', { person: a })
    expect(await countBlocks(bob)).to.equal(0)
    await alice.stop()
    await bob.stop()
  })

  it('[N11] however often a person refers to a picture, blocking them deletes it', async () => {
    const alice = await startNode('alice')
    const bob = await startNode('bob')
    const a = (await alice.get('create-person', { name: 'Alice' })).person
    await bob.get('create-person', { name: 'Bob' })
    for (let i = 0; i < 70; i++) await alice.get('publish-post', { text: `${i}`, pictures: [picture(900)] })
    await bob.get('follow', { link: a })
    await replicate(alice, bob, a)
    await fetchWanted(alice, bob)
    expect(await countBlocks(bob)).to.equal(2)
    await bob.get('block', { person: a })
    expect(await countBlocks(bob)).to.equal(0)
    await alice.stop()
    await bob.stop()
  })

  it('[N12] a block that nobody here refers to, or whose bytes do not fit, is not taken in', async () => {
    const alice = await startNode('alice')
    const bob = await startNode('bob')
    const a = (await alice.get('create-person', { name: 'Alice', avatar: picture(900) })).person
    await bob.get('create-person', { name: 'Bob' })
    const file = (await alice.query('person', { person: a })).avatar!
    const bytes = (await alice.services.files.get(file))!
    expect(await bob.services.files.put(file, bytes)).to.equal('unwanted')
    await bob.get('follow', { link: a })
    await replicate(alice, bob, a)
    expect(await bob.services.files.put(file, bytes.slice(1))).to.equal('forged')
    expect(await bob.services.files.put(file, bytes)).to.equal('kept')
    await alice.stop()
    await bob.stop()
  })

  it('[N17] a picture over the limit is refused where it is posted', async () => {
    const node = await startNode('large')
    await node.get('create-person', { name: 'L' })
    const post = (size: number) => node.ask('publish-post', { text: '', pictures: [picture(size)] })
    expect(await post(MAX_PICTURE_BYTES + 1)).to.have.nested.property('error.limit', MAX_PICTURE_BYTES)
    expect(await post(MAX_PICTURE_BYTES)).to.have.property('ok', true)
    await node.stop()
  })

  it('[N13] reading a file waits for whoever has it', async () => {
    const alice = await startNode('alice')
    const bob = await startNode('bob')
    const a = (await alice.get('create-person', { name: 'Alice', avatar: picture(900) })).person
    await bob.get('create-person', { name: 'Bob' })
    await bob.get('follow', { link: a })
    await replicate(alice, bob, a)
    const carry = async (cid: string): Promise<void> => {
      await bob.services.files.put(cid, (await alice.services.files.get(cid))!)
    }
    bob.services.files.onWanted(({ cid }) => void carry(cid))
    const file = (await bob.query('person', { person: a })).avatar!
    expect((await bob.get('read-file', { file })).bytes).to.have.length(900)
    expect(await bob.ask('read-file', { file: 'nonsense' })).to.have.nested.property('error.type', 'not-found')
    await alice.stop()
    await bob.stop()
  })
})
