import { expect } from 'chai'
import { encodeSync } from '../../../src/core/sync/codec.ts'
import { StreamKind } from '../../../src/core/sync/messages.ts'
import { createReplication } from '../../../src/node-worker/replication/replication.ts'
import type { Session, Stream } from '../../../src/node-worker/sessions/types.ts'
import { seededRandom } from '../../support/platform.ts'
import { describe, it } from '../../support/runner.ts'
import { settle, until } from '../../support/wait.ts'
import { type Author, startAuthor, startVictim, truthOf, untilInTime } from './hostile-peer.ts'

/** Numbers below `limit`, the same in each run. */
const createDice = (seed: string) => {
  const random = seededRandom(seed)
  return (limit: number): number => random.bytes(1)[0]! % limit
}

/**
 * A peer that closes streams, says nonsense, answers in part or not at all, as the dice fall; sometimes it tells the
 * truth.
 */
const misbehave = (session: Session, truth: Author, seed: string): void => {
  const dice = createDice(seed)
  const segment = async (): Promise<Uint8Array> =>
    (await truth.services.logs.readSegment(truth.device, 0, 1 + dice(40), 131_072))?.bytes ?? new Uint8Array(9)
  const acts: ((stream: Stream) => unknown)[] = [
    (stream) => stream.close(),
    (stream) => stream.close('failed'),
    (stream) => stream.close('unknown-kind'),
    (stream) => stream.send(encodeSync({ type: 'end' })),
    (stream) => stream.send(Uint8Array.of(dice(3))),
    (stream) => stream.send(seededRandom(seed).bytes(1000)),
    async (stream) => stream.send(encodeSync({ type: 'segment', person: truth.id, segment: await segment() })),
    async (stream) =>
      stream.send(encodeSync({ type: 'heads', person: truth.id, newest: null, logs: await truthOf(truth) })),
    (stream) => stream.send(encodeSync({ type: 'heads', person: truth.id, newest: null, logs: [] })),
    () => {},
  ]
  const act = async (stream: Stream): Promise<void> => {
    await acts[dice(acts.length)]!(stream)
  }
  session.onStream((stream) => {
    void act(stream)
    stream.onmessage = () => act(stream)
  })
  for (const kind of [...Object.values(StreamKind), 'kith/nothing']) {
    const stream = session.open(kind, 'bulk')
    stream.onmessage = () => act(stream)
    void act(stream)
  }
}

describe('peers that do anything at any moment', () => {
  it('[SY8] whatever one does, an honest one beside it is heard, and what is stored is right', async () => {
    for (let round = 0; round < 10; round++) {
      const ann = await startAuthor('Ann', 40)
      const victim = await startVictim([ann])
      const mallory = await startAuthor('Mallory', 0)
      misbehave(await victim.meet(mallory), ann, `round ${round}`)
      await settle(60)
      victim.timers.skip()
      const serving = createReplication({ services: ann.services, wantsOf: () => [], mayHold: () => false })
      serving.join(await victim.meet(ann))
      const isWhole = async (): Promise<boolean> => {
        const [head] = await victim.services.logs.heads(ann.id)
        return head?.ranges[0]?.from === 1 && head.ranges[0].to === 41
      }
      await untilInTime(victim, isWhole, `all of it in round ${round}`, 200)
      await until(() => victim.services.persons.get(ann.id)?.posts === 40, `all posts in round ${round}`)
      expect(victim.platform.logged.filter(({ level }) => level === 'error')).to.deep.equal([])
      serving.close()
      for (const node of [victim, ann, mallory]) await node.stop()
    }
  })

  it('[SY15] sessions that come and go leave nothing behind', async () => {
    const ann = await startAuthor('Ann', 3)
    const victim = await startVictim([ann])
    const before = victim.timers.waiting()
    for (let i = 0; i < 10; i++) {
      const mallory = await startAuthor('Mallory', 0)
      const session = await victim.meet(mallory)
      misbehave(session, ann, `visit ${i}`)
      await settle(20)
      session.close('bye')
      await mallory.stop()
    }
    await until(() => victim.timers.waiting() <= before)
    expect(await victim.replication.arriving()).to.equal(0)
    await victim.stop()
    await ann.stop()
  })
})
