import { expect } from 'chai'
import { sliceSegment } from '../../../src/core/logs/segment.ts'
import { encodeSegment } from '../../../src/core/logs/segment-codec.ts'
import { decodeGet, encodeSync } from '../../../src/core/sync/codec.ts'
import { StreamKind } from '../../../src/core/sync/messages.ts'
import { describe, it } from '../../support/runner.ts'
import { settle, until } from '../../support/wait.ts'
import { createHostileAuthor, post } from '../log/hostile-author.ts'
import { say, startAuthor, startVictim, streamFrom } from './hostile-peer.ts'

describe('the log of a device that was removed', () => {
  it('[SY18] is fetched from its end backwards, until all of it is here', async () => {
    const ann = await createHostileAuthor('Ann')
    await ann.write(...Array.from({ length: 130 }, (_, i) => post(`${i + 1}`)))
    const events = await ann.removedAt(120)
    const victim = await startVictim()
    await victim.get('follow', { link: ann.id })
    await victim.services.persons.applyKeyEvents(ann.id, events)
    const holder = await startAuthor('Holder', 0)
    const session = await victim.meet(holder)
    const log = await streamFrom(session, StreamKind.log)
    const logs = [{ device: ann.device, log: 0, ranges: [{ from: 1, to: 130 }] }]
    await say(log, { type: 'heads', person: ann.id, newest: null, logs })
    const stream = await streamFrom(session, StreamKind.backfill)
    stream.onmessage = async (bytes) => {
      const get = decodeGet(bytes)
      if (!get.ok) return
      // Several segments an answer, oldest first, as holders send them.
      for (let from = get.value.from; from <= get.value.to; from += 20) {
        const segment = encodeSegment(sliceSegment(ann.log(), from, Math.min(from + 19, get.value.to)))
        await stream.send(encodeSync({ type: 'segment', person: ann.id, segment }))
      }
      await stream.send(encodeSync({ type: 'end' }))
    }
    await until(() => victim.services.persons.get(ann.id)!.posts === 120)
    await settle()
    const [head] = await victim.services.logs.heads(ann.id)
    expect(head!.ranges).to.deep.equal([{ from: 1, to: 120 }])
    await holder.stop()
    await victim.stop()
  })
})
