import { expect } from 'chai'
import { encodeCbor } from '../../../src/core/cbor.ts'
import { decodeSegment, encodeSegment } from '../../../src/core/logs/segment-codec.ts'
import { decodeGet, decodeHolderMessage, decodeReaderMessage, encodeSync } from '../../../src/core/sync/codec.ts'
import { type Get, StreamKind } from '../../../src/core/sync/messages.ts'
import { LOG_ACCOUNT } from '../../../src/node-worker/log/log-service.ts'
import type { Session, Stream } from '../../../src/node-worker/sessions/types.ts'
import { describe, it } from '../../support/runner.ts'
import { replicate } from '../../support/test-node.ts'
import { settle, until } from '../../support/wait.ts'
import {
  type Author,
  say,
  startAuthor,
  startVictim,
  streamFrom,
  truthOf,
  untilInTime,
  type Victim,
} from './hostile-peer.ts'

interface Scene {
  readonly ann: Author
  readonly victim: Victim
  stop(): Promise<void>
}

const startScene = async (posts: number, more: readonly Author[] = []): Promise<Scene> => {
  const ann = await startAuthor('Ann', posts)
  const victim = await startVictim([ann, ...more])
  const stop = async (): Promise<void> => {
    for (const node of [victim, ann, ...more]) await node.stop()
  }
  return { ann, victim, stop }
}

/** Everything of the author's public log as one segment. */
const wholeOf = async (author: Author, from = 1, to?: number): Promise<Uint8Array> =>
  (await author.services.logs.readSegment(author.device, 0, from, 131_072, to))!.bytes

const stored = async (victim: Victim, author: Author): Promise<number> =>
  (await victim.services.logs.heads(author.id)).reduce((sum, head) => sum + head.ranges.length, 0)

/** Serves a victim's backfill stream honestly. */
const serve = async (session: Session, author: Author): Promise<void> => {
  const stream = await streamFrom(session, StreamKind.backfill)
  stream.onmessage = async () => {
    await stream.send(encodeSync({ type: 'segment', person: author.id, segment: await wholeOf(author) }))
    await stream.send(encodeSync({ type: 'end' }))
  }
}

describe('a holder that means no good', () => {
  it('[SY8] never ends an answer: after a while another session takes over', async () => {
    const { ann, victim, stop } = await startScene(3)
    const mallory = await startAuthor('Mallory', 0)
    const silent = await victim.meet(mallory)
    const log = await streamFrom(silent, StreamKind.log)
    await say(log, { type: 'heads', person: ann.id, newest: null, logs: await truthOf(ann) })
    const asked = await streamFrom(silent, StreamKind.backfill)
    const gets: Uint8Array[] = []
    asked.onmessage = (bytes) => void gets.push(bytes)
    await until(() => gets.length === 1)
    const honest = await victim.meet(ann)
    const honestLog = await streamFrom(honest, StreamKind.log)
    await say(honestLog, { type: 'heads', person: ann.id, newest: null, logs: await truthOf(ann) })
    await settle()
    expect(await stored(victim, ann)).to.equal(0)
    victim.timers.skip()
    await serve(honest, ann)
    await until(async () => (await stored(victim, ann)) === 1)
    await mallory.stop()
    await stop()
  })

  it('[SY5] whose entries they are hears of a copy that came from somebody else, and once', async () => {
    const { ann, victim, stop } = await startScene(3)
    const bob = await startAuthor('Bob', 0)
    const withAnn = await streamFrom(await victim.meet(ann), StreamKind.log)
    const said: unknown[] = []
    withAnn.onmessage = (bytes) => {
      const message = decodeReaderMessage(bytes)
      if (message.ok && message.value.type === 'have') said.push(message.value)
    }
    const session = await victim.meet(bob)
    const log = await streamFrom(session, StreamKind.log)
    await say(log, { type: 'heads', person: ann.id, newest: null, logs: await truthOf(ann) })
    await serve(session, ann)
    await until(() => said.length > 0, 'the acknowledgement to Ann')
    await settle()
    const have = { type: 'have', person: ann.id, device: ann.device, log: 0, seq: 4, alwaysOn: false }
    expect(said).to.deep.equal([have])
    await bob.stop()
    await stop()
  })

  it('[SY8] sends the same again and again: that is no progress', async () => {
    const { ann, victim, stop } = await startScene(3)
    const session = await victim.meet(ann)
    const log = await streamFrom(session, StreamKind.log)
    await say(log, {
      type: 'heads',
      person: ann.id,
      newest: null,
      logs: [{ device: ann.device, log: 0, ranges: [{ from: 1, to: 9 }] }],
    })
    const asked = await streamFrom(session, StreamKind.backfill)
    let ended = false
    asked.onclose = () => {
      ended = true
    }
    const part = await wholeOf(ann, 1, 2)
    let isSaid = false
    asked.onmessage = async () => {
      for (let i = 0; i < 5; i++) await asked.send(encodeSync({ type: 'segment', person: ann.id, segment: part }))
      isSaid = true
    }
    await until(() => ended || isSaid, 'all that it sends')
    await settle(100)
    await untilInTime(victim, () => ended, 'the end of the stream')
    await stop()
  })

  it('[SY6] sends what was not asked for on the backfill stream: other ranges, after the end', async () => {
    const { ann, victim, stop } = await startScene(5)
    const session = await victim.meet(ann)
    const log = await streamFrom(session, StreamKind.log)
    await say(log, {
      type: 'heads',
      person: ann.id,
      newest: null,
      logs: [{ device: ann.device, log: 0, ranges: [{ from: 5, to: 6 }] }],
    })
    const asked = await streamFrom(session, StreamKind.backfill)
    let answered = false
    asked.onmessage = async () => {
      await asked.send(encodeSync({ type: 'end' }))
      await asked.send(encodeSync({ type: 'segment', person: ann.id, segment: await wholeOf(ann, 5, 6) }))
      await asked.send(encodeSync({ type: 'segment', person: ann.id, segment: await wholeOf(ann, 1, 2) }))
      answered = true
    }
    await until(() => answered)
    await settle()
    expect(await stored(victim, ann)).to.equal(0)
    await stop()
  })

  it('[SY6] invents logs without number: only those of known devices are noted, and only the last word', async () => {
    const { ann, victim, stop } = await startScene(1)
    const session = await victim.meet(ann)
    const log = await streamFrom(session, StreamKind.log)
    for (let i = 0; i < 20; i++) {
      const logs = Array.from({ length: 96 }, (_, n) => ({
        device: crypto.getRandomValues(new Uint8Array(32)),
        log: n,
        ranges: [{ from: 1, to: 1000 }],
      }))
      await say(log, { type: 'heads', person: ann.id, newest: null, logs })
    }
    await settle()
    expect(await victim.replication.arriving()).to.equal(0)
    await stop()
  })

  it('[SY8] claims an absurd range: it is asked once and counts for nothing afterwards', async () => {
    const { ann, victim, stop } = await startScene(1)
    const session = await victim.meet(ann)
    const log = await streamFrom(session, StreamKind.log)
    const ranges = [{ from: 1, to: Number.MAX_SAFE_INTEGER }]
    await say(log, { type: 'heads', person: ann.id, newest: null, logs: [{ device: ann.device, log: 0, ranges }] })
    const asked = await streamFrom(session, StreamKind.backfill)
    let gets = 0
    asked.onmessage = async () => {
      gets++
      await asked.send(encodeSync({ type: 'end' }))
    }
    await until(async () => gets > 0 && (await victim.replication.arriving()) === 0)
    await settle()
    expect(gets).to.equal(1)
    await stop()
  })

  it('[SY6] speaks of persons nobody asked for: nothing of them is kept', async () => {
    const cy = await startAuthor('Cy', 2)
    const { ann, victim, stop } = await startScene(1)
    const session = await victim.meet(ann)
    const log = await streamFrom(session, StreamKind.log)
    await say(log, { type: 'events', person: cy.id, events: cy.services.persons.get(cy.id)!.events })
    await say(log, { type: 'heads', person: cy.id, newest: null, logs: await truthOf(cy) })
    await say(log, { type: 'segment', person: cy.id, segment: await wholeOf(cy) })
    await settle(100)
    expect(victim.services.persons.get(cy.id)).to.equal(undefined)
    expect(await victim.services.persons.keyState(cy.id)).to.equal(undefined)
    expect(await stored(victim, cy)).to.equal(0)
    await cy.stop()
    await stop()
  })

  it("[SY6] puts one person's segment or record under another's name: nothing of it is kept", async () => {
    const cy = await startAuthor('Cy', 2)
    const { ann, victim, stop } = await startScene(1, [cy])
    const session = await victim.meet(ann)
    const log = await streamFrom(session, StreamKind.log)
    await say(log, { type: 'segment', person: ann.id, segment: await wholeOf(cy) })
    const records = await cy.platform.store.read(['records'], (tx) => tx.list<Uint8Array>('records'))
    await say(log, {
      type: 'records',
      person: ann.id,
      records: records.map(({ key, value }) => ({ key: key[0] as Uint8Array, record: value })),
    })
    await settle(100)
    expect(await stored(victim, cy)).to.equal(0)
    for (const { key } of records) expect(await victim.services.records.get(key[0] as Uint8Array)).to.equal(undefined)
    await stop()
  })

  it("[SY2] brings entries of private logs although it is nobody's own device: they are refused", async () => {
    const { ann, victim, stop } = await startScene(1)
    await ann.get('save-settings', { theme: 'dark' })
    const segment = (await ann.services.logs.readSegment(ann.device, LOG_ACCOUNT, 1, 131_072))!
    const session = await victim.meet(ann)
    const log = await streamFrom(session, StreamKind.log)
    let answered = 0
    log.onmessage = () => void answered++
    await until(() => answered === 2, 'what is wanted of Ann and of itself')
    await say(log, { type: 'segment', person: ann.id, segment: segment.bytes })
    await settle(100)
    expect(answered).to.equal(2)
    expect(await victim.services.logs.head(ann.device, LOG_ACCOUNT)).to.equal(undefined)
    await stop()
  })

  it("[EC16] brings entries of one's own private logs, as a substitute may have them: nothing is told of how far they go", async () => {
    const { ann, victim, stop } = await startScene(1)
    const segment = (await victim.services.logs.readSegment(victim.device, LOG_ACCOUNT, 1, 131_072))!
    const before = await victim.services.logs.head(victim.device, LOG_ACCOUNT)
    const session = await victim.meet(ann)
    const log = await streamFrom(session, StreamKind.log)
    let answered = 0
    log.onmessage = () => void answered++
    await until(() => answered === 2, 'what is wanted of Ann and of itself')
    await say(log, { type: 'segment', person: victim.id, segment: segment.bytes })
    const forged = Uint8Array.from(segment.bytes)
    forged[forged.length - 1]! ^= 1
    await say(log, { type: 'segment', person: victim.id, segment: forged })
    await settle(100)
    expect(answered).to.equal(2)
    expect(await victim.services.logs.head(victim.device, LOG_ACCOUNT)).to.deep.equal(before)
    await stop()
  })

  it('[SY17] keeps payloads to itself: they are asked of others, and until then it is no copy', async () => {
    const { ann, victim, stop } = await startScene(4)
    await ann.get('delete-entry', { entry: (await ann.query('home', { limit: 1 })).posts[0]!.id })
    const mallory = await startAuthor('Mallory', 0)
    const stripping = await victim.meet(mallory)
    const log = await streamFrom(stripping, StreamKind.log)
    const decoded = decodeSegment(await wholeOf(ann))
    if (!decoded.ok) throw new Error(decoded.error.type)
    const bare = encodeSegment({ ...decoded.value, payloads: decoded.value.payloads.map((p, i) => (i < 5 ? null : p)) })
    await say(log, { type: 'segment', person: ann.id, segment: bare })
    await until(async () => (await stored(victim, ann)) === 1)
    const [head] = await victim.services.logs.heads(ann.id)
    // The post that was taken back is known to be: nobody is asked for that one.
    expect(head).to.deep.include({ ranges: [{ from: 1, to: 6 }], hollow: [{ from: 1, to: 4 }] })
    const honest = await victim.meet(ann)
    const honestLog = await streamFrom(honest, StreamKind.log)
    await say(honestLog, { type: 'heads', person: ann.id, newest: null, logs: await truthOf(ann) })
    const gets: Get[] = []
    const backfill = await streamFrom(honest, StreamKind.backfill)
    backfill.onmessage = async (bytes) => {
      const get = decodeGet(bytes)
      if (!get.ok) return
      gets.push(get.value)
      const segment = await wholeOf(ann, get.value.from, get.value.to)
      await backfill.send(encodeSync({ type: 'segment', person: ann.id, segment }))
      await backfill.send(encodeSync({ type: 'end' }))
    }
    await until(() => victim.services.persons.get(ann.id)!.posts === 3)
    await until(async () => (await victim.services.logs.heads(ann.id))[0]!.hollow.length === 0)
    await settle(100)
    expect(gets.map(({ from, to }) => [from, to])).to.deep.equal([[1, 4]])
    await mallory.stop()
    await stop()
  })

  it('[SY3] says something malformed, or opens a stream of an unknown kind: that ends, nothing else', async () => {
    const { ann, victim, stop } = await startScene(1)
    const session = await victim.meet(ann)
    const ends: string[] = []
    const unknown = session.open('kith/unheard-of', 'interactive')
    unknown.onclose = (end) => void ends.push(end)
    await until(() => ends.length === 1)
    expect(ends).to.deep.equal(['unknown-kind'])
    const bad = session.open(StreamKind.log, 'interactive')
    bad.onclose = (end) => void ends.push(end)
    await bad.send(Uint8Array.of(1, 2, 3))
    await until(() => ends.length === 2)
    expect(ends[1]).to.equal('failed')
    const good = session.open(StreamKind.log, 'interactive')
    const heard: Uint8Array[] = []
    good.onmessage = (bytes) => void heard.push(bytes)
    await good.send(encodeSync({ type: 'want', person: victim.id, newest: null, logs: [] }))
    await until(() => heard.length >= 3)
    await stop()
  })

  for (const [name, bytes, reason, why] of [
    ['malformed', Uint8Array.of(1, 2, 3), 'malformed-sync', 'malformed'],
    ['of another version', encodeCbor([2, { type: 'end' }]), 'unknown-sync-version', 'unknown-version'],
  ] as const) {
    for (const kind of [StreamKind.log, StreamKind.backfill]) {
      it(`[SY3] answers on ${kind} what is ${name}: its session ends, and it is counted`, async () => {
        const { ann, victim, stop } = await startScene(1)
        const session = await victim.meet(ann)
        let ended = ''
        session.onState((_, end) => {
          if (end?.type === 'closed') ended = end.reason
        })
        const log = await streamFrom(session, StreamKind.log)
        await say(log, { type: 'heads', person: ann.id, newest: null, logs: await truthOf(ann) })
        const stream = kind === StreamKind.log ? log : await streamFrom(session, kind)
        await stream.send(bytes)
        await until(() => ended !== '')
        expect(ended).to.equal(why)
        expect(victim.services.refusals.counts()).to.deep.equal({ [reason]: 1 })
        expect(victim.services.logs.refused()).to.deep.equal({})
        await stop()
      })
    }
  }

  it('[SY3] answers an offer with what is malformed: that stream ends, and it is counted', async () => {
    const { ann, victim, stop } = await startScene(1)
    await replicate(ann, victim, ann.id)
    const [post] = (await victim.query('home', { limit: 1 })).posts
    const session = await victim.meet(ann)
    await victim.get('publish-post', { text: 'a reply', pictures: [], replyTo: post!.id })
    const offers = await streamFrom(session, StreamKind.offer)
    let ended = ''
    offers.onclose = (end) => {
      ended = end
    }
    await offers.send(Uint8Array.of(1, 2, 3))
    await until(() => ended === 'failed')
    expect(victim.services.refusals.counts()).to.deep.equal({ 'malformed-sync': 1 })
    await stop()
  })

  it('[SY15] never reads its acknowledgements: they do not pile up', async () => {
    const { ann, victim, stop } = await startScene(3)
    const session = await victim.meet(ann)
    const log = await streamFrom(session, StreamKind.log)
    // No handler: no credit goes back, so that what the victim says waits on its side.
    const whole = await wholeOf(ann)
    for (let i = 0; i < 3600; i++) await say(log, { type: 'segment', person: ann.id, segment: whole })
    const heard: Uint8Array[] = []
    log.onmessage = (bytes) => void heard.push(bytes)
    for (let before = -1; before !== heard.length; ) {
      before = heard.length
      await settle(300)
    }
    // What fits the window, 3,396, and a few that were on their way; were all kept, there would be 3,600 and more.
    expect(heard.length).to.be.below(3500)
    await stop()
  })

  it('[SY4] floods with segments of unknown devices: nothing is remembered of them', async () => {
    const { ann, victim, stop } = await startScene(2)
    const session = await victim.meet(ann)
    const log = await streamFrom(session, StreamKind.log)
    const heard: Uint8Array[] = []
    log.onmessage = (bytes) => void heard.push(bytes)
    const segment = await wholeOf(ann)
    segment.set(crypto.getRandomValues(new Uint8Array(32)), 2)
    await say(log, { type: 'segment', person: ann.id, segment })
    await say(log, { type: 'segment', person: ann.id, segment: await wholeOf(ann) })
    await until(() => heard.length > 2)
    expect(victim.services.logs.refused()).to.deep.equal({ 'unknown-device': 1 })
    await stop()
  })

  it('[SY16] closes its log stream: it is asked again later, not at once', async () => {
    const { ann, victim, stop } = await startScene(2)
    const session = await victim.meet(ann)
    const first: Stream = await streamFrom(session, StreamKind.log)
    first.close('failed')
    let again: Stream | undefined
    void streamFrom(session, StreamKind.log).then((stream) => {
      again = stream
    })
    await settle(200)
    expect(again).to.equal(undefined)
    await untilInTime(victim, () => again !== undefined, 'another log stream')
    await stop()
  })

  it('[SY16] closes its log stream: what it reads itself goes on', async () => {
    const { ann, victim, stop } = await startScene(2)
    const session = await victim.meet(ann)
    const asked = await streamFrom(session, StreamKind.log)
    const reading = session.open(StreamKind.log, 'interactive')
    const heard: string[] = []
    let end: string | undefined
    reading.onmessage = (bytes) => {
      const message = decodeHolderMessage(bytes)
      if (message.ok) heard.push(message.value.type)
    }
    reading.onclose = (reason) => {
      end = reason
    }
    await reading.send(encodeSync({ type: 'want', person: victim.id, newest: null, logs: [] }))
    await until(() => heard.includes('heads'))
    let stream: Stream | undefined = asked
    for (let round = 0; round < 3; round++) {
      stream?.close('failed')
      stream = undefined
      void streamFrom(session, StreamKind.log).then((opened) => {
        stream = opened
      })
      await untilInTime(victim, () => stream !== undefined, 'another log stream')
      const pushed = heard.length
      await victim.get('publish-post', { text: `round ${round}`, pictures: [] })
      await until(() => heard.length > pushed)
    }
    expect(end).to.equal(undefined)
    await stop()
  })

  it('[SY8] is slow, and so is the disk: it is asked again at once, and what was left does not disturb that', async () => {
    const { ann, victim, stop } = await startScene(9)
    const disk = slowDisk(victim)
    const session = await victim.meet(ann)
    const log = await streamFrom(session, StreamKind.log)
    let acknowledged = 0
    log.onmessage = (bytes) => {
      const message = decodeReaderMessage(bytes)
      if (message.ok && message.value.type === 'have') acknowledged = message.value.seq
    }
    await say(log, { type: 'heads', person: ann.id, newest: null, logs: await truthOf(ann) })
    const open = async () => {
      const stream = await streamFrom(session, StreamKind.backfill)
      let isAsked = false
      stream.onmessage = () => {
        isAsked = true
      }
      await until(() => isAsked, 'a question')
      return stream
    }
    const give = async (stream: Stream, from: number, to: number): Promise<boolean> =>
      stream.send(encodeSync({ type: 'segment', person: ann.id, segment: await wholeOf(ann, from, to) }))
    // Said when it is stored and the wait for the next has begun.
    const holds = (count: number) => until(() => acknowledged === count, `entry ${count}`)
    const first = await open()
    for (let entry = 1; entry <= 5; entry++) {
      if (entry > 1) victim.timers.advance(25_000)
      await give(first, entry, entry)
      await holds(entry)
    }
    disk.hold()
    await give(first, 6, 6)
    await until(() => disk.waiting() === 1)
    // Two minutes since the question, while the sixth is being stored.
    victim.timers.advance(20_000)
    const second = await open()
    victim.timers.advance(20_000)
    disk.release()
    await holds(6)
    victim.timers.advance(5000)
    await give(second, 7, 7)
    await holds(7)
    // Half a minute since the sixth was stored, which is not what the second question waits for.
    victim.timers.advance(26_000)
    await give(second, 8, 10)
    await second.send(encodeSync({ type: 'end' }))
    await holds(10)
    await stop()
  })
})

/** Makes storing wait for as long as the test holds it. */
const slowDisk = (victim: Victim): { hold(): void; release(): void; waiting(): number } => {
  const { logs } = victim.services
  const { ingest } = logs
  let gate = Promise.resolve()
  let release = (): void => {}
  let waiting = 0
  Object.assign(logs, {
    ingest: async (...args: Parameters<typeof ingest>) => {
      waiting++
      await gate
      waiting--
      return ingest(...args)
    },
  })
  return {
    hold() {
      gate = new Promise((resolve) => {
        release = resolve
      })
    },
    release: () => release(),
    waiting: () => waiting,
  }
}
