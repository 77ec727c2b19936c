import { expect } from 'chai'
import { encodeCbor } from '../../../src/core/cbor.ts'
import { encodeBlockAnswer, encodeBlockQuestion, MAX_CID_LENGTH } from '../../../src/core/sync/block-codec.ts'
import { decodeHolderMessage, decodeOfferAnswer, encodeSync } from '../../../src/core/sync/codec.ts'
import { type Get, type HolderMessage, StreamKind, type Want } from '../../../src/core/sync/messages.ts'
import { MAX_WANTED_PERSONS } from '../../../src/node-worker/replication/holder.ts'
import { MAX_REFUSED_OFFERS } from '../../../src/node-worker/replication/offers.ts'
import type { Session } from '../../../src/node-worker/sessions/types.ts'
import { describe, it } from '../../support/runner.ts'
import { replicate } from '../../support/test-node.ts'
import { settle, until } from '../../support/wait.ts'
import { type Author, startAuthor, startVictim, type Victim } from './hostile-peer.ts'

/** A victim with two posts of its own, and a stranger who may read it. */
const startScene = async () => {
  const victim = await startVictim()
  for (const text of ['one', 'two']) await victim.get('publish-post', { text, pictures: [] })
  const mallory = await startAuthor('Mallory', 0)
  const session = await victim.meet(mallory)
  const stop = async (): Promise<void> => {
    await victim.stop()
    await mallory.stop()
  }
  return { victim, mallory, session, stop }
}

/** Thousands of messages take seconds, several on a machine that does other things. */
const MANY_MS = 150_000

/** Opens a log stream. */
const readFrom = (session: Session) => {
  const stream = session.open(StreamKind.log, 'interactive')
  const heard: HolderMessage[] = []
  stream.onmessage = (bytes) => {
    const message = decodeHolderMessage(bytes)
    if (message.ok) heard.push(message.value)
  }
  const want = (person: string, logs: Want['logs'] = []): Promise<boolean> =>
    stream.send(encodeSync({ type: 'want', person, newest: null, logs }))
  const heads = () => heard.filter((message) => message.type === 'heads')
  return { stream, heard, want, heads }
}

const copiesOf = (victim: Victim, seq: number): number =>
  victim.services.copies.copies({ device: victim.device, log: 0, seq }, 2).live

const countCopies = (victim: Victim): Promise<number> =>
  victim.platform.store.read(['copies'], (tx) => tx.count('copies'))

describe('a reader that means no good', () => {
  it('[SY5] claims copies of what was never written, in a want or in a have: nothing of it counts', async () => {
    const { victim, session, stop } = await startScene()
    const { stream, want, heads } = readFrom(session)
    const device = victim.device
    const absurd = [{ from: 1, to: Number.MAX_SAFE_INTEGER }]
    const invented = Array.from({ length: 90 }, (_, log) => ({ device, log: log + 3, ranges: [{ from: 1, to: 1 }] }))
    await want(victim.id, [{ device, log: 0, ranges: absurd }, ...invented])
    await until(() => heads().length === 1)
    const have = { type: 'have', person: victim.id, device, log: 0, alwaysOn: true } as const
    await stream.send(encodeSync({ ...have, seq: 4 }))
    await stream.send(encodeSync({ ...have, log: 1, seq: 1 }))
    await settle(100)
    expect(copiesOf(victim, 1)).to.equal(0)
    expect(await countCopies(victim)).to.equal(0)
    await stream.send(encodeSync({ ...have, seq: 3 }))
    await until(() => copiesOf(victim, 3) === 1)
    await stop()
  })

  it('[SY5] holds the newest only: older entries have no copy for it', async () => {
    const { victim, session, stop } = await startScene()
    const { want, heads } = readFrom(session)
    await want(victim.id, [{ device: victim.device, log: 0, ranges: [{ from: 2, to: 3 }] }])
    await until(() => heads().length === 1)
    expect(copiesOf(victim, 1)).to.equal(0)
    expect(copiesOf(victim, 3)).to.equal(0)
    await want(victim.id, [{ device: victim.device, log: 0, ranges: [{ from: 1, to: 2 }] }])
    await until(() => copiesOf(victim, 2) === 1)
    expect(copiesOf(victim, 3)).to.equal(0)
    await stop()
  })

  it('[SY1] wants more persons than are listened to, none of them kept here: one empty answer each', async () => {
    const { victim, session, stop } = await startScene()
    const { want, heads } = readFrom(session)
    for (let i = 0; i <= MAX_WANTED_PERSONS; i++) await want(`person-${i}`)
    await until(() => heads().length === MAX_WANTED_PERSONS, 'an answer for each', MANY_MS)
    await settle()
    expect(heads()).to.have.length(MAX_WANTED_PERSONS)
    expect(heads().every((message) => message.logs.length === 0)).to.equal(true)
    expect(victim.services.persons.all()).to.have.length(1)
    await stop()
  })

  it('[SY1] wants a stranger who replied here: the reply is not passed on', async () => {
    const { victim, session, stop } = await startScene()
    const cy = await startAuthor('Cy', 0)
    await cy.get('follow', { link: victim.id })
    await replicate(victim, cy, victim.id)
    const [post] = (await cy.query('home', { limit: 1 })).posts
    await cy.get('publish-post', { text: 'a reply', pictures: [], replyTo: post!.id })
    const [offer] = await cy.services.inbox.pending(victim.id)
    const { want, heads, heard } = readFrom(session)
    await want(cy.id)
    await until(() => heads().length === 1)
    victim.platform.clock.set(cy.platform.clock.now())
    const events = cy.services.persons.get(cy.id)!.events
    expect(await victim.services.inbox.offer(cy.id, offer!.segment, events)).to.have.property('ok', true)
    await settle(100)
    expect(heard).to.have.length(1)
    await cy.stop()
    await stop()
  })

  it('[SY2] asks for private logs: it gets nothing, by heads, backfill or push', async () => {
    const { victim, session, stop } = await startScene()
    const { want, heads, heard } = readFrom(session)
    await want(victim.id)
    await until(() => heads().length === 1)
    expect(heads()[0]!.logs.map(({ log }) => log)).to.deep.equal([0])
    const backfill = session.open(StreamKind.backfill, 'bulk')
    const answers: Uint8Array[] = []
    backfill.onmessage = (bytes) => void answers.push(bytes)
    const get: Get = { type: 'get', person: victim.id, device: victim.device, log: 2, from: 1, to: 99 }
    await backfill.send(encodeSync(get))
    await until(() => answers.length === 1)
    expect(answers[0]).to.deep.equal(encodeSync({ type: 'end' }))
    const before = heard.length
    await victim.get('follow', { link: (await startMute()).id })
    await settle(100)
    // Public records that the victim signs meanwhile may be told (RC3); of its private logs nothing is.
    expect(heard.slice(before).filter(({ type }) => type !== 'records')).to.deep.equal([])
    await stop()
  })

  it('[SY3] asks without end for what is not there: each gets a short answer, and the node goes on', async () => {
    const { victim, session, stop } = await startScene()
    const backfill = session.open(StreamKind.backfill, 'bulk')
    let ends = 0
    backfill.onmessage = () => void ends++
    const get: Get = { type: 'get', person: victim.id, device: victim.device, log: 0, from: 4, to: 2 ** 53 - 1 }
    for (let i = 0; i < 500; i++) await backfill.send(encodeSync(get))
    await until(() => ends === 500)
    await victim.get('publish-post', { text: 'three', pictures: [] })
    await stop()
  })

  it('[SY15] takes no pushes any more: it is told heads instead, and nothing piles up', async () => {
    const { victim, session, stop } = await startScene()
    const stream = session.open(StreamKind.log, 'interactive')
    // No handler yet, so no credit goes back.
    await stream.send(encodeSync({ type: 'want', person: victim.id, newest: null, logs: [] }))
    await settle(100)
    const text = 'x'.repeat(9000)
    for (let i = 0; i < 120; i++) await victim.get('publish-post', { text, pictures: [] })
    let bytes = 0
    let last: HolderMessage | undefined
    stream.onmessage = (message) => {
      bytes += message.length
      const decoded = decodeHolderMessage(message)
      if (decoded.ok) last = decoded.value
    }
    await until(() => last?.type === 'heads' && last.logs[0]?.ranges.at(-1)?.to === 123)
    expect(bytes).to.be.below(700_000)
    await stop()
  })

  it('[SY11] floods with offers about nothing: after some it is not listened to', async () => {
    const { victim, mallory, session, stop } = await startScene()
    await mallory.get('publish-post', { text: 'buy this', pictures: [] })
    const run = (await mallory.services.logs.readTail(mallory.device, 0, 1))!
    const stream = session.open(StreamKind.offer, 'interactive')
    const answers: boolean[] = []
    let ended = ''
    stream.onmessage = (bytes) => {
      const answer = decodeOfferAnswer(bytes)
      if (answer.ok) answers.push(answer.value.taken)
    }
    stream.onclose = (end) => {
      ended = end
    }
    for (let i = 0; i < MAX_REFUSED_OFFERS + 5; i++) {
      if (!(await stream.send(encodeSync({ type: 'offer', id: `offer-${i}`, segment: run.bytes, records: [] })))) break
    }
    await until(() => ended !== '')
    expect(answers.length).to.be.at.most(MAX_REFUSED_OFFERS)
    expect(answers).to.not.include(true)
    expect(await victim.services.logs.heads(mallory.id)).to.deep.equal([])
    expect(victim.services.persons.get(mallory.id)).to.equal(undefined)
    await stop()
  })

  it('[SY11] brings records other than the profile with an offer: they are not kept, however often it is made', async () => {
    const { victim, mallory, session, stop } = await startScene()
    await mallory.get('follow', { link: victim.id })
    await replicate(victim, mallory, victim.id)
    const [post] = (await mallory.query('home', { limit: 1 })).posts
    await mallory.get('publish-post', { text: 'a reply', pictures: [], replyTo: post!.id })
    const [offer] = await mallory.services.inbox.pending(victim.id)
    const rows = await mallory.platform.store.read(['records'], (tx) => tx.list<Uint8Array>('records'))
    const records = rows.map(({ key, value }) => ({ key: key[0] as Uint8Array, record: value }))
    const stream = session.open(StreamKind.offer, 'interactive')
    let taken = 0
    stream.onmessage = (bytes) => {
      const answer = decodeOfferAnswer(bytes)
      if (answer.ok && answer.value.taken) taken++
    }
    for (let i = 0; i < 3; i++) {
      await stream.send(encodeSync({ type: 'offer', id: offer!.id, segment: offer!.segment, records }))
    }
    await until(() => taken === 3)
    expect(records.length).to.be.above(2)
    // Records of the victim's own are written meanwhile: only those that were brought are looked for.
    const held = await Promise.all(records.map(({ key }) => victim.services.records.get(key)))
    expect(held.filter((record) => record !== undefined)).to.have.length(1)
    await stop()
  })

  it('[SY3] says what is malformed or of another version on any stream: that ends it, and is counted', async () => {
    const { victim, session, stop } = await startScene()
    const garbage = Uint8Array.of(1, 2, 3)
    const later = encodeCbor([2, { type: 'get' }])
    let malformed = 0
    let unknown = 0
    for (const kind of [StreamKind.log, StreamKind.backfill, StreamKind.offer]) {
      for (const bytes of [garbage, later]) {
        let ended = ''
        const stream = session.open(kind, 'bulk')
        stream.onclose = (end) => {
          ended = end
        }
        await stream.send(bytes)
        await until(() => ended === 'failed')
        if (bytes === garbage) malformed++
        else unknown++
        const counts = { 'malformed-sync': malformed, ...(unknown > 0 && { 'unknown-sync-version': unknown }) }
        expect(victim.services.refusals.counts()).to.deep.equal(counts)
      }
    }
    expect(session.carrier()).to.equal('direct')
    await stop()
  })

  it('[SY3] asks for blocks by texts that are no CIDs: not here, or the end of the stream', async () => {
    const { victim, session, stop } = await startScene()
    const open = () => {
      const stream = session.open(StreamKind.block, 'bulk')
      const answers: Uint8Array[] = []
      const ends: string[] = []
      stream.onmessage = (bytes) => void answers.push(bytes)
      stream.onclose = (end) => void ends.push(end)
      return { stream, answers, ends }
    }
    const { stream, answers } = open()
    const texts = ['', 'x', 'bafy', '\u0000', 'x'.repeat(MAX_CID_LENGTH)]
    for (const text of texts) await stream.send(encodeBlockQuestion(text))
    await until(() => answers.length === texts.length)
    for (const answer of answers) expect(answer).to.deep.equal(encodeBlockAnswer('not-here'))
    expect(victim.services.refusals.counts()).to.deep.equal({})
    for (const [question, reason, times] of [
      [encodeBlockQuestion('x'.repeat(MAX_CID_LENGTH + 1)), 'malformed-sync', 1],
      [Uint8Array.of(1, 0xff), 'malformed-sync', 2],
      [new Uint8Array(0), 'malformed-sync', 3],
      [encodeBlockQuestion('bafy').with(0, 2), 'unknown-sync-version', 1],
    ] as const) {
      const { stream, ends } = open()
      await stream.send(question)
      await until(() => ends.length === 1)
      expect(ends).to.deep.equal(['failed'])
      expect(victim.services.refusals.counts()[reason]).to.equal(times)
    }
    await stop()
  })
})

/** Someone to follow who never comes. */
async function startMute(): Promise<Author> {
  const author = await startAuthor('Mute', 0)
  await author.stop()
  return author
}
