import { expect } from 'chai'
import { encodeBlockAnswer } from '../../../src/core/sync/block-codec.ts'
import { StreamKind } from '../../../src/core/sync/messages.ts'
import type { Session, Stream } from '../../../src/node-worker/sessions/types.ts'
import { faultyStore } from '../../support/faulty-store.ts'
import { openTestStore } from '../../support/open-store.ts'
import { describe, it } from '../../support/runner.ts'
import { replicate } from '../../support/test-node.ts'
import { settle, until } from '../../support/wait.ts'
import { blocksHeld, holds, picture, questionIn, startScene } from './block-scene.ts'
import { type Author, streamFrom, untilInTime } from './hostile-peer.ts'

/** The victim's questions on its block stream; answers nothing by itself. */
const questionsOf = async (session: Session): Promise<{ stream: Stream; asked: string[] }> => {
  const stream = await streamFrom(session, StreamKind.block)
  const asked: string[] = []
  stream.onmessage = (bytes) => void asked.push(questionIn(bytes))
  return { stream, asked }
}

/** Answers truly, for as long as there are questions. */
const answerFrom = async (session: Session, author: Author, note?: (cid: string) => void): Promise<void> => {
  for (;;) {
    const stream = await streamFrom(session, StreamKind.block)
    stream.onmessage = async (bytes) => {
      const asked = questionIn(bytes)
      note?.(asked)
      const block = await author.services.files.get(asked)
      await stream.send(encodeBlockAnswer(block ? 'follows' : 'not-here'))
      if (block) await stream.send(block)
    }
  }
}

describe('a peer that lies about blocks', () => {
  it('[SY13] is silent: after a while others are asked', async () => {
    const { ann, victim, mallory, stop } = await startScene(3)
    const silent = await victim.meet(mallory)
    const { asked } = await questionsOf(silent)
    await until(() => asked.length === 1)
    const honest = await victim.meet(ann)
    void answerFrom(honest, ann).catch(() => {})
    // All but what the silent one was asked for, and what that lists.
    await until(holds(victim, 4))
    await settle(100)
    expect(await blocksHeld(victim)).to.equal(4)
    await untilInTime(victim, holds(victim, 6))
    await stop()
  })

  it('[SY13] sends other bytes: they are not kept, and it is not asked again for that block', async () => {
    const { victim, mallory, stop } = await startScene(1)
    const session = await victim.meet(mallory)
    const { stream, asked } = await questionsOf(session)
    await until(() => asked.length === 1)
    await stream.send(encodeBlockAnswer('follows'))
    await stream.send(new Uint8Array(500).fill(9))
    await until(() => Object.keys(victim.services.refusals.counts()).length > 0)
    await settle(100)
    expect(asked).to.have.length(1)
    expect(victim.services.refusals.counts()).to.deep.equal({ 'forged-block': 1 })
    expect(await blocksHeld(victim)).to.equal(0)
    await stop()
  })

  it('[SY13] sends blocks nobody asked for, or a body without its header: that ends the stream', async () => {
    const { ann, victim, mallory, stop } = await startScene(1)
    const session = await victim.meet(mallory)
    const first = await questionsOf(session)
    await until(() => first.asked.length === 1)
    let ends = 0
    first.stream.onclose = () => void ends++
    await first.stream.send((await ann.services.files.get(first.asked[0]!))!)
    await until(() => ends === 1)
    expect(await blocksHeld(victim)).to.equal(0)
    expect(victim.services.refusals.counts()).to.deep.equal({ 'unknown-sync-version': 1 })
    victim.timers.skip()
    const second = await questionsOf(session)
    await until(() => second.asked.length === 1)
    second.stream.onclose = () => void ends++
    for (let i = 0; i < 51; i++) await second.stream.send(encodeBlockAnswer('not-here'))
    await until(() => ends === 2)
    // The first 'not here' was an answer; what came behind the first that was none is for nobody.
    expect(victim.services.refusals.counts()).to.deep.equal({ 'unknown-sync-version': 1, 'unasked-block': 1 })
    await stop()
  })

  it('[SY13] answers in another version, with more than an answer, or with none: that ends the stream', async () => {
    const { victim, mallory, stop } = await startScene(1)
    const session = await victim.meet(mallory)
    for (const [answer, reason, times] of [
      [Uint8Array.of(2, 1), 'unknown-sync-version', 1],
      [Uint8Array.of(1, 2), 'malformed-sync', 1],
      [Uint8Array.of(1, 1, 0), 'malformed-sync', 2],
      [Uint8Array.of(1), 'malformed-sync', 3],
      [new Uint8Array(0), 'malformed-sync', 4],
    ] as const) {
      const { stream, asked } = await questionsOf(session)
      await until(() => asked.length === 1)
      let isEnded = false
      stream.onclose = () => {
        isEnded = true
      }
      await stream.send(answer)
      await until(() => isEnded)
      expect(victim.services.refusals.counts()[reason]).to.equal(times)
      victim.timers.skip()
    }
    expect(await blocksHeld(victim)).to.equal(0)
    await stop()
  })

  it('[N23] sends a block that is not wanted any more: that is no forgery', async () => {
    const { ann, victim, stop } = await startScene(1)
    const session = await victim.meet(ann)
    const { stream, asked } = await questionsOf(session)
    await until(() => asked.length === 1)
    const block = (await ann.services.files.get(asked[0]!))!
    await victim.get('unfollow', { person: ann.id })
    await victim.get('block', { person: ann.id })
    await stream.send(encodeBlockAnswer('follows'))
    await stream.send(block)
    await settle(100)
    expect(victim.services.refusals.counts()).to.deep.equal({})
    await stop()
  })

  it('[SY13] ends the stream at each question: it is asked again only after a while, others at once', async () => {
    const { ann, victim, mallory, stop } = await startScene(3)
    const erratic = await victim.meet(mallory)
    let streams = 0
    erratic.onStream((stream) => {
      if (stream.kind !== StreamKind.block) return
      streams++
      stream.onmessage = () => stream.close('done')
    })
    await until(() => streams === 1)
    await settle(300)
    expect(streams).to.equal(1)
    const honest = await victim.meet(ann)
    void answerFrom(honest, ann).catch(() => {})
    await until(holds(victim, 6))
    await ann.get('publish-post', { text: 'one more', pictures: [picture(99)] })
    honest.close('done')
    await replicate(ann, victim, ann.id)
    await untilInTime(victim, () => streams === 2)
    await settle(300)
    expect(streams).to.equal(2)
    await stop()
  })

  it('[SY9] a full disk: no block is downloaded only to be thrown away, and all come when there is room', async () => {
    const store = faultyStore(await openTestStore())
    const { ann, victim, stop } = await startScene(3, store)
    store.room = 0
    const tried = store.writes
    const session = await victim.meet(ann)
    const answered: string[] = []
    void answerFrom(session, ann, (cid) => void answered.push(cid)).catch(() => {})
    await until(() => answered.length > 0 && store.writes > tried)
    await settle(400)
    // Those that were asked for before the first did not fit may still come.
    expect(answered).to.have.length.at.most(4)
    const before = answered.length
    await untilInTime(victim, () => answered.length > before)
    await settle(400)
    expect(answered.length - before).to.be.within(1, 4)
    store.room = Number.POSITIVE_INFINITY
    await untilInTime(victim, holds(victim, 6))
    await stop()
  })

  it('[SY14] blocks that nobody has do not stand in the way of others', async () => {
    const { ann, victim, mallory, stop } = await startScene(20)
    // References to nothing, more than are looked at in one go.
    await victim.platform.store.write(['queue', 'blockMeta'], 'relaxed', async (tx) => {
      for (let i = 0; i < 300; i++)
        await tx.put('queue', ['want', `a${String(i).padStart(4, '0')}`], { persons: [ann.id] })
    })
    const lacking = await victim.meet(mallory)
    void (async () => {
      for (;;) {
        const stream = await streamFrom(lacking, StreamKind.block)
        stream.onmessage = () => void stream.send(encodeBlockAnswer('not-here'))
      }
    })().catch(() => {})
    const honest = await victim.meet(ann)
    void answerFrom(honest, ann).catch(() => {})
    await until(holds(victim, 40))
    await stop()
  })

  it('[SY14] what somebody looks at is asked for first, of a stranger too', async () => {
    const { ann, victim, stop } = await startScene(1)
    const session = await victim.meet(ann)
    void answerFrom(session, ann).catch(() => {})
    const [post] = (await victim.query('person-feed', { person: ann.id, limit: 1 })).posts
    await victim.get('unfollow', { person: ann.id })
    const read = await victim.get('read-file', { file: post!.pictures[0]!.file })
    expect(read.bytes).to.have.length(500)
    await stop()
  })
})
