import { expect } from 'chai'
import { decodeSegment, encodeSegment } from '../../../src/core/logs/segment-codec.ts'
import { decodeGet, encodeSync } from '../../../src/core/sync/codec.ts'
import { type Get, StreamKind } from '../../../src/core/sync/messages.ts'
import type { SeqRange } from '../../../src/core/sync/ranges.ts'
import type { Stream } from '../../../src/node-worker/sessions/types.ts'
import { describe, it } from '../../support/runner.ts'
import { settle, until } from '../../support/wait.ts'
import { type Author, say, startAuthor, startVictim, streamFrom, truthOf, type Victim } from './hostile-peer.ts'

/** A run of the author's public log, without the payloads of posts if `isBare`. */
const runOf = async (author: Author, isBare: boolean, from = 1, to?: number): Promise<Uint8Array> => {
  const { bytes } = (await author.services.logs.readSegment(author.device, 0, from, 131_072, to))!
  const decoded = decodeSegment(bytes)
  if (!decoded.ok) throw new Error(decoded.error.type)
  return isBare ? encodeSegment({ ...decoded.value, payloads: decoded.value.payloads.map(() => null) }) : bytes
}

/** A peer that holds all of the author's log and gives it away whole, or without what it says. */
interface Giver {
  readonly log: Stream
  /** What it was asked for. */
  readonly asked: Get[]
  /** Says what it holds. */
  tell(): Promise<unknown>
}

const startGiver = async (victim: Victim, peer: Author, author: Author, isBare: boolean): Promise<Giver> => {
  const session = await victim.meet(peer)
  const log = await streamFrom(session, StreamKind.log)
  const asked: Get[] = []
  const serve = async (): Promise<void> => {
    const stream = await streamFrom(session, StreamKind.backfill)
    stream.onmessage = async (bytes) => {
      const get = decodeGet(bytes)
      if (!get.ok) return
      asked.push(get.value)
      const segment = await runOf(author, isBare, get.value.from, get.value.to)
      await stream.send(encodeSync({ type: 'segment', person: author.id, segment }))
      await stream.send(encodeSync({ type: 'end' }))
    }
  }
  // A stream is opened only if something is asked.
  void serve().catch(() => {})
  const tell = async () => say(log, { type: 'heads', person: author.id, newest: null, logs: await truthOf(author) })
  return { log, asked, tell }
}

const rangesOf = (asked: readonly Get[]): SeqRange[] => asked.map(({ from, to }) => ({ from, to }))

const postsOf = (victim: Victim, author: Author): number => victim.services.persons.get(author.id)?.posts ?? 0

const hollowOf = async (victim: Victim, author: Author): Promise<readonly SeqRange[] | undefined> =>
  (await victim.services.logs.head(author.device, 0))?.hollow

describe('holders that leave out what somebody said', () => {
  for (const order of ['stripping first', 'honest first'] as const) {
    it(`[SY17] hide nothing when another has it, ${order}`, async () => {
      const ann = await startAuthor('Ann', 3)
      const mallory = await startAuthor('Mallory', 0)
      const victim = await startVictim([ann])
      const stripping = await startGiver(victim, mallory, ann, true)
      const honest = await startGiver(victim, ann, ann, false)
      const givers = order === 'stripping first' ? [stripping, honest] : [honest, stripping]
      for (const giver of givers) {
        await giver.tell()
        await until(() => giver.asked.length > 0 || postsOf(victim, ann) === 3)
        await settle(100)
      }
      await until(() => postsOf(victim, ann) === 3)
      await until(async () => (await hollowOf(victim, ann))?.length === 0)
      await settle(100)
      expect(rangesOf(honest.asked)).to.deep.equal([{ from: 1, to: 4 }])
      for (const node of [victim, ann, mallory]) await node.stop()
    })
  }

  it('[SY17] are asked for it once, and again only when they say something anew', async () => {
    const ann = await startAuthor('Ann', 3)
    const mallory = await startAuthor('Mallory', 0)
    const victim = await startVictim([ann])
    const stripping = await startGiver(victim, mallory, ann, true)
    // An answer that is waited for has timers, which this test must not let run out.
    const timers = victim.timers.waiting()
    await stripping.tell()
    await until(() => stripping.asked.length === 2 && victim.timers.waiting() === timers, 'both answers')
    await settle(100)
    victim.timers.skip()
    await settle(100)
    // For what is missing, then for what they left out; both say the same range.
    expect(rangesOf(stripping.asked)).to.deep.equal([
      { from: 1, to: 4 },
      { from: 1, to: 4 },
    ])
    await stripping.tell()
    await until(() => stripping.asked.length === 3)
    await settle(100)
    expect(stripping.asked).to.have.length(3)
    for (const node of [victim, ann, mallory]) await node.stop()
  })

  it('[SY17] are asked no more once the author took it back', async () => {
    const ann = await startAuthor('Ann', 2)
    const mallory = await startAuthor('Mallory', 0)
    const victim = await startVictim([ann])
    const bare = await runOf(ann, true)
    for (const { id } of (await ann.query('home', { limit: 5 })).posts) await ann.get('delete-entry', { entry: id })
    const stripping = await startGiver(victim, mallory, ann, true)
    await say(stripping.log, { type: 'segment', person: ann.id, segment: bare })
    await say(stripping.log, { type: 'segment', person: ann.id, segment: await runOf(ann, false, 4) })
    // What is left is the profile, which nobody took back.
    await until(async () => (await hollowOf(victim, ann))?.at(-1)?.to === 1)
    expect(await hollowOf(victim, ann)).to.deep.equal([{ from: 1, to: 1 }])
    const honest = await startGiver(victim, ann, ann, false)
    await honest.tell()
    await until(() => honest.asked.length === 1)
    for (let i = 0; i < 3; i++) await honest.tell()
    await until(async () => (await hollowOf(victim, ann))?.length === 0)
    await settle(200)
    expect(rangesOf(honest.asked)).to.deep.equal([{ from: 1, to: 1 }])
    for (const node of [victim, ann, mallory]) await node.stop()
  })
})
