import { expect } from 'chai'
import { Codec, parseCid } from '../../../src/core/blocks/cid.ts'
import { MAX_BLOCK_PLACES } from '../../../src/node-worker/replication/block-places.ts'
import { MAX_ASKED } from '../../../src/node-worker/replication/blocks.ts'
import { openTestStore } from '../../support/open-store.ts'
import { describe, it } from '../../support/runner.ts'
import { settle, until } from '../../support/wait.ts'
import { blocksHeld, holds, type Source, startScene } from './block-scene.ts'
import type { Victim } from './hostile-peer.ts'

/** Answers one question after the other until the source has `count` of them open. */
const answerUntil = async (source: Source, count: number): Promise<void> => {
  while (source.open.length < count) {
    await until(() => source.open.length > 0)
    const before = source.asked.length
    await source.answer()
    // Each block that is kept in time allows one question more: one for it, and one beyond.
    await until(() => source.asked.length >= before + 2)
  }
}

const isChunk = (name: string): boolean => {
  const cid = parseCid(name)
  return cid.ok && cid.value.code === Codec.raw
}

/** How many blocks cannot come before those that are named do: a manifest holds one chunk back. */
const withheldBy = (names: readonly string[]): number => names.reduce((sum, name) => sum + (isChunk(name) ? 1 : 2), 0)

const passFive = (victim: Victim): void => {
  // Each second counts on its own: a timer that runs out sets the next.
  victim.timers.advance(1_000)
  victim.timers.advance(4_000)
}

describe('blocks in flight', () => {
  it('[SY23] several peers share the work, and each block is asked of one of them', async () => {
    const { victim, startSource, stop } = await startScene(30)
    const sources = [await startSource(), await startSource(), await startSource()]
    for (const source of sources) source.serve()
    await until(holds(victim, 60))
    const asked = sources.flatMap((source) => source.asked)
    expect(asked).to.have.length(60)
    expect(new Set(asked).size).to.equal(60)
    for (const source of sources) expect(source.asked.length).to.be.at.least(10)
    await stop()
  })

  it('[SY23] a peer that dies half way: what it was asked for is asked of others at once', async () => {
    const { victim, startSource, stop } = await startScene(30)
    const dying = await startSource()
    await answerUntil(dying, 4)
    const left = [...dying.open]
    const other = await startSource()
    other.serve()
    await until(holds(victim, 60 - withheldBy(left)))
    for (const cid of left) expect(other.asked).not.to.include(cid)
    dying.session.close('gone')
    await until(holds(victim, 60))
    expect(other.asked).to.include.members(left)
    await stop()
  })

  it('[SY23] so it is when it only ends its stream, and it is not asked again for a while', async () => {
    const { victim, startSource, stop } = await startScene(10)
    const erratic = await startSource()
    await answerUntil(erratic, 3)
    const before = erratic.asked.length
    erratic.breakOff()
    const other = await startSource()
    other.serve()
    await until(holds(victim, 20))
    expect(erratic.asked).to.have.length(before)
    await stop()
  })

  it('[SY23] a peer that falls silent half way: others take over after five seconds; a late answer does no harm', async () => {
    const { victim, startSource, stop } = await startScene(20)
    const slow = await startSource()
    await answerUntil(slow, 4)
    const left = [...slow.open]
    const other = await startSource()
    other.serve()
    await until(holds(victim, 40 - withheldBy(left)))
    await settle(100)
    for (const cid of left) expect(other.asked).not.to.include(cid)
    passFive(victim)
    await until(holds(victim, 40))
    expect(other.asked).to.include.members(left)
    await slow.answer()
    await settle(100)
    expect(victim.services.refusals.counts()).to.deep.equal({})
    expect(slow.open).to.have.length(left.length - 1)
    await stop()
  })

  it('[SY23] a peer that begins to lie half way: the block comes from another, and the liar is asked little', async () => {
    const { victim, startSource, stop } = await startScene(20)
    const lying = await startSource()
    await answerUntil(lying, 4)
    const [forged] = lying.open
    const before = lying.asked.length
    await lying.answer(new Uint8Array(500).fill(255))
    await until(() => victim.services.refusals.counts()['forged-block'] === 1)
    const other = await startSource()
    other.serve()
    await until(() => other.asked.includes(forged!))
    await settle(100)
    // One question may have taken the place of the one that was answered, before the answer was looked into.
    expect(lying.asked).to.have.length.at.most(before + 1)
    lying.serve()
    await until(holds(victim, 40))
    await stop()
  })

  it('[SY24] a peer is asked for one block at first, for one more with each that it brings, for eight at most', async () => {
    const { victim, startSource, stop } = await startScene(40)
    const source = await startSource()
    await until(() => source.open.length === 1)
    await settle(100)
    expect(source.open).to.have.length(1)
    await answerUntil(source, MAX_ASKED)
    for (let i = 0; i < 5; i++) {
      await source.answer()
      await until(() => source.open.length === MAX_ASKED)
    }
    await settle(100)
    expect(source.open).to.have.length(MAX_ASKED)
    expect(await blocksHeld(victim)).to.equal(source.asked.length - MAX_ASKED)
    await stop()
  })

  it('[SY24] a peer that is late is asked for half as many', async () => {
    const { victim, startSource, stop } = await startScene(40)
    const source = await startSource()
    await answerUntil(source, MAX_ASKED)
    victim.timers.advance(1_000)
    const before = source.asked.length
    await source.answer()
    await until(holds(victim, before - MAX_ASKED + 1))
    await settle(100)
    expect(source.asked).to.have.length(before)
    expect(source.open).to.have.length(MAX_ASKED - 1)
    await stop()
  })

  it('[SY24] however many peers there are, so many blocks are on their way and one of each; a new one has its turn', async () => {
    const { startSource, stop } = await startScene(80)
    const sources: Source[] = []
    const open = (): number => sources.reduce((sum, source) => sum + source.open.length, 0)
    for (let i = 0; i < 6; i++) {
      const source = await startSource()
      sources.push(source)
      await until(() => source.open.length === 1)
      // The last of them find no places left.
      await answerUntil(source, Math.min(MAX_ASKED, MAX_BLOCK_PLACES - i * (MAX_ASKED - 1) + 1))
    }
    expect(open()).to.equal(MAX_BLOCK_PLACES + 6)
    sources.push(await startSource())
    await until(() => sources.at(-1)!.open.length === 1)
    await settle(100)
    expect(open()).to.equal(MAX_BLOCK_PLACES + 7)
    await stop()
  })

  it('[SY24] blocks that wait for a store that stands still count as well: no more is asked for', async () => {
    const store = await openTestStore()
    let isStill = true
    let open = (): void => {}
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    const still: typeof store = {
      ...store,
      async write(tables, durability, run) {
        if (isStill && tables.join() === 'meta,blocks,blockMeta,queue') await gate
        return store.write(tables, durability, run)
      },
    }
    const { victim, startSource, stop } = await startScene(50, still)
    const source = await startSource()
    source.serve()
    await until(() => source.asked.length > MAX_BLOCK_PLACES)
    await settle(200)
    expect(source.asked).to.have.length(MAX_BLOCK_PLACES + 1)
    expect(await blocksHeld(victim)).to.equal(0)
    isStill = false
    open()
    await until(holds(victim, 100))
    await stop()
  })
})
