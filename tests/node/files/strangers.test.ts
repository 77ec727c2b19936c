import { expect } from 'chai'
import { type Block, cidToString, rawCid } from '../../../src/core/blocks/cid.ts'
import { MAX_CHUNKS } from '../../../src/core/blocks/manifest.ts'
import { MAX_BLOCK_BYTES } from '../../../src/core/limits.ts'
import { MAX_PICTURE_BYTES } from '../../../src/node-worker/files/picture.ts'
import { MAX_STRANGER_BYTES, MAX_STRANGERS_BYTES } from '../../../src/node-worker/files/strangers.ts'
import { afterEach, beforeEach, describe, it } from '../../support/runner.ts'
import { until } from '../../support/wait.ts'
import { manifestOf, openScene, pictureOf, type Scene } from './scene.ts'

const LARGEST = MAX_PICTURE_BYTES / MAX_BLOCK_BYTES
const fileOf = ({ cid }: Block): string => cidToString(cid)
const from = (person: string) => ({ name: `reply of ${person}`, person, lazy: true })

/** Waits until a look has said what it wants. */
const untilWanted = (scene: Scene, count: number): Promise<string[]> =>
  until(async () => {
    const wanted = await scene.wanted()
    return wanted.length === count && wanted
  }, `${count} blocks to be wanted`)

describe('pictures that others refer to', () => {
  let scene: Scene
  beforeEach(async () => {
    scene = await openScene()
  })
  afterEach(() => scene.store.destroy())

  it('[N30] a manifest of more than a picture may be: nothing that it lists is wanted, kept or read', async () => {
    const chunk = rawCid(new Uint8Array(MAX_BLOCK_BYTES))
    const bombs = [
      manifestOf(Array.from({ length: MAX_CHUNKS }, () => chunk)),
      manifestOf(Array.from({ length: LARGEST + 1 }, (_, i) => rawCid(Uint8Array.of(i)))),
    ]
    for (const [i, bomb] of bombs.entries()) {
      for (const reference of [from('stranger'), { name: 'post', person: 'friend' }]) {
        await scene.refer(fileOf(bomb), reference)
        expect(await scene.look(fileOf(bomb), [bomb])).to.deep.equal({
          ok: false,
          error: { type: 'too-large', what: 'picture', limit: MAX_PICTURE_BYTES },
        })
        expect(await scene.wanted()).to.deep.equal([])
      }
      expect((await scene.held()).blocks).to.equal(i + 1)
    }
  })

  it('[N30] a chunk that a manifest lists many times is fetched and held once', async () => {
    const bytes = new Uint8Array(MAX_BLOCK_BYTES).fill(7)
    const chunk = { cid: rawCid(bytes), bytes }
    const manifest = manifestOf(Array.from({ length: LARGEST }, () => chunk.cid))
    await scene.refer(fileOf(manifest), from('stranger'))
    const read = await scene.look(fileOf(manifest), [manifest, chunk])
    expect(read.ok && read.value.bytes).to.have.length(MAX_PICTURE_BYTES)
    expect(scene.told.filter(({ cid }) => cid === fileOf(chunk))).to.have.length(1)
    expect(await scene.held()).to.deep.equal({ blocks: 2, bytes: MAX_BLOCK_BYTES + manifest.bytes.length })
  })

  it('[N31] what only strangers refer to is wanted for as long as somebody waits for it, and no longer', async () => {
    const { file, blocks } = pictureOf(1, 3)
    await scene.refer(file, from('stranger'))
    expect(await scene.wanted()).to.deep.equal([])
    expect(await scene.files.put(file, blocks[0]!.bytes)).to.equal('unwanted')
    const read = scene.files.read(file)
    expect(await untilWanted(scene, 1)).to.deep.equal([file])
    expect(await scene.files.put(file, blocks[0]!.bytes)).to.equal('kept')
    await untilWanted(scene, 3)
    scene.giveUp()
    expect((await read).ok).to.equal(false)
    expect(await scene.wanted()).to.deep.equal([])
    expect(scene.files.isAwaited(fileOf(blocks[1]!))).to.equal(false)
    expect(await scene.files.put(fileOf(blocks[1]!), blocks[1]!.bytes)).to.equal('unwanted')
    expect((await scene.look(file, blocks)).ok).to.equal(true)
  })

  it('[N31] of one stranger a ration is stored; beyond it nothing is asked for, and others have theirs', async () => {
    const pictures = Array.from({ length: MAX_STRANGER_BYTES / MAX_PICTURE_BYTES }, (_, i) => pictureOf(i, LARGEST))
    for (const { file } of pictures) await scene.refer(file, from('mallory'))
    const last = pictures.pop()!
    for (const { file, blocks } of pictures) expect((await scene.look(file, blocks)).ok).to.equal(true)
    const { bytes } = await scene.held()
    const before = scene.told.length
    expect(await scene.look(last.file, last.blocks)).to.have.nested.property('error.type', 'not-found')
    // Of what has no room only the manifest was fetched, whose size is not known before.
    expect(scene.told.slice(before).map(({ cid }) => cid)).to.deep.equal([last.file])
    expect((await scene.held()).bytes)
      .to.equal(bytes + last.blocks[0]!.bytes.length)
      .and.to.be.at.most(MAX_STRANGER_BYTES)
    await scene.refer(last.file, from('ann'))
    expect((await scene.look(last.file, last.blocks)).ok).to.equal(true)
    await scene.unrefer(pictures[0]!.file, from('mallory'))
    const again = pictureOf(99, LARGEST)
    await scene.refer(again.file, from('mallory'))
    expect((await scene.look(again.file, again.blocks)).ok).to.equal(true)
  })

  it('[N31] of all strangers together what was looked at first gives way, and comes again when looked at', async () => {
    const [first, second, third] = [pictureOf(1, 1), pictureOf(2, 1), pictureOf(3, 1)] as const
    for (const [i, { file, blocks }] of [first, second].entries()) {
      await scene.refer(file, from(`stranger ${i}`))
      expect((await scene.look(file, blocks)).ok).to.equal(true)
    }
    await scene.write((tx) => tx.put('meta', ['looked'], { bytes: MAX_STRANGERS_BYTES, next: 100 }))
    await scene.refer(third.file, from('third'))
    expect((await scene.look(third.file, third.blocks)).ok).to.equal(true)
    expect(await scene.files.has(first.file)).to.equal(false)
    expect((await scene.held()).blocks).to.be.at.most(4)
    await scene.write((tx) => tx.put('meta', ['looked'], { bytes: 0, next: 200 }))
    expect((await scene.look(first.file, first.blocks)).ok).to.equal(true)
  })

  it('[N31] who is followed has no ration: what a stranger left is wanted from then on, and counts no more', async () => {
    const { file, blocks } = pictureOf(1, 2)
    await scene.refer(file, from('ann'))
    expect((await scene.look(file, blocks)).ok).to.equal(true)
    await scene.refer(file, { ...from('ann'), lazy: false })
    expect((await scene.held()).blocks).to.equal(3)
    expect(await scene.store.read(['meta'], (tx) => tx.get('meta', ['looked', 'ann']))).to.equal(undefined)
    const other = pictureOf(2, 2)
    await scene.refer(other.file, from('ann'))
    await scene.refer(other.file, { ...from('ann'), lazy: false })
    expect(await scene.wanted()).to.deep.equal([other.file])
  })

  it('[N11] when nobody followed refers to it any more, a block goes, though a stranger does', async () => {
    const { file, blocks } = pictureOf(1, 2)
    await scene.refer(file, { name: 'post', person: 'friend' })
    for (const { cid, bytes } of blocks) expect(await scene.files.put(cidToString(cid), bytes)).to.equal('kept')
    await scene.refer(file, from('stranger'))
    await scene.unrefer(file, { name: 'post', person: 'friend' })
    expect((await scene.held()).blocks).to.equal(0)
    expect((await scene.look(file, blocks)).ok).to.equal(true)
    await scene.unrefer(file, from('stranger'))
    expect((await scene.held()).blocks).to.equal(0)
    expect(await scene.store.read(['blockMeta'], (tx) => tx.count('blockMeta'))).to.equal(0)
  })

  it('[N11] a block with very many references goes with the last of them', async () => {
    const { file, blocks } = pictureOf(1, 1)
    const names = Array.from({ length: 1100 }, (_, i) => ({ name: `post ${i}`, person: 'friend' }))
    const each = (run: (name: (typeof names)[number]) => Promise<void>) =>
      names.reduce((before, name) => before.then(() => run(name)), Promise.resolve())
    await each((name) => scene.refer(file, name))
    for (const { cid, bytes } of blocks) await scene.files.put(cidToString(cid), bytes)
    await each((name) => scene.unrefer(file, name))
    expect((await scene.held()).blocks).to.equal(0)
    expect(await scene.store.read(['blockMeta'], (tx) => tx.count('blockMeta'))).to.equal(0)
  })

  it('[N32] everyone who refers to a block is worth asking for it and for what it lists, as long as they do', async () => {
    const { file, blocks } = pictureOf(1, 1)
    const persons = async () => (await scene.files.wanted(10)).map((block) => block.persons)
    await scene.refer(file, { name: 'post', person: 'ann' })
    await scene.refer(file, { name: 'another', person: 'ben' })
    await scene.refer(file, from('stranger'))
    expect(await persons()).to.deep.equal([['ann', 'ben']])
    await scene.files.put(file, blocks[0]!.bytes)
    expect(await persons()).to.deep.equal([['ann', 'ben']])
    await scene.refer(file, { name: 'third', person: 'cy' })
    await scene.unrefer(file, { name: 'post', person: 'ann' })
    expect(await persons()).to.deep.equal([['ben', 'cy']])
    await scene.unrefer(file, { name: 'another', person: 'ben' })
    await scene.unrefer(file, { name: 'third', person: 'cy' })
    expect(await persons()).to.deep.equal([])
  })
})
