import { expect } from 'chai'
import { dagCborCid } from '../../../src/core/blocks/cid.ts'
import { MAX_KEY_EVENT_BYTES, MAX_KEY_EVENTS } from '../../../src/core/identity/key-event-codec.ts'
import type { KeyState } from '../../../src/core/identity/key-state.ts'
import {
  decodeHolderMessage,
  decodeOfferAnswer,
  decodeReaderMessage,
  encodeSync,
  MAX_SYNC_BYTES,
} from '../../../src/core/sync/codec.ts'
import { type HolderMessage, type ReaderMessage, StreamKind } from '../../../src/core/sync/messages.ts'
import { MAX_HELLO_KEY_EVENTS_BYTES, MAX_STREAM_MESSAGE_BYTES } from '../../../src/core/wire/wire-limits.ts'
import { toEventMessages } from '../../../src/node-worker/replication/key-news.ts'
import { MAX_NAMED } from '../../../src/node-worker/replication/reader.ts'
import type { Stream } from '../../../src/node-worker/sessions/types.ts'
import { describe, it } from '../../support/runner.ts'
import { replicate, type TestNode } from '../../support/test-node.ts'
import { settle, until } from '../../support/wait.ts'
import { type Author, say, startAuthor, startVictim, streamFrom, truthOf, type Victim } from './hostile-peer.ts'
import { createKeyWriter } from './key-writer.ts'

const cidOf = (event: Uint8Array): Uint8Array => dagCborCid(event).bytes
const eventsOf = (node: TestNode, person: string): readonly Uint8Array[] =>
  node.services.persons.get(person)?.events ?? []
const stopAll = async (...nodes: readonly Author[]): Promise<void> => {
  for (const node of nodes) await node.stop()
}

/** What a reader says of a person on a log stream. */
const heardOn = (stream: Stream, person: string): ReaderMessage[] => {
  const heard: ReaderMessage[] = []
  stream.onmessage = (bytes) => {
    const message = decodeReaderMessage(bytes)
    if (message.ok && message.value.person === person) heard.push(message.value)
  }
  return heard
}

/** A node that follows `author` and knows these key events of theirs. */
const startFollower = async (author: Author, events: readonly Uint8Array[]): Promise<Victim> => {
  const node = await startVictim()
  await node.get('follow', { link: author.id })
  if (events.length > 0) await node.services.persons.applyKeyEvents(author.id, events)
  return node
}

/** Has `node` follow `author` and hold what they wrote. */
const followWithPosts = async (node: Victim, author: Author): Promise<void> => {
  node.platform.clock.set(author.platform.clock.now())
  await node.get('follow', { link: author.id })
  await replicate(author, node, author.id)
}

const isContested = async (node: TestNode, person: string): Promise<boolean> =>
  (await node.query('person', { person })).contested

describe('key events over sessions', () => {
  it('[SY20] a stranger whose hello names an event that is not known is asked for key events, and nothing else', async () => {
    const ann = await startAuthor('Ann', 2)
    const victim = await startVictim()
    const session = await victim.meet(ann)
    const log = await streamFrom(session, StreamKind.log)
    const heard = heardOn(log, ann.id)
    await until(() => heard.length === 1)
    expect(heard[0]).to.deep.equal({ type: 'want', person: ann.id, newest: null, logs: [] })
    const events = eventsOf(ann, ann.id)
    await say(log, { type: 'events', person: ann.id, events })
    const segment = (await ann.services.logs.readSegment(ann.device, 0, 1, 131_072))!.bytes
    await say(log, { type: 'segment', person: ann.id, segment })
    await say(log, { type: 'heads', person: ann.id, newest: cidOf(events.at(-1)!), logs: await truthOf(ann) })
    await until(() => heard.length === 2)
    expect(heard[1]).to.deep.equal({ type: 'unwant', person: ann.id })
    expect((await victim.services.persons.keyState(ann.id))?.chain).to.deep.equal(events)
    // What was not asked for is not looked at any more: neither entries nor later key events.
    await say(log, { type: 'segment', person: ann.id, segment })
    await settle(100)
    expect(await victim.services.logs.heads(ann.id)).to.deep.equal([])
    expect(await victim.replication.arriving()).to.equal(0)
    expect(heard).to.have.length(2)
    await stopAll(victim, ann)
  })

  it('[SY20] a stranger whose heads name an event that is not known is asked again, so many times at most', async () => {
    const ann = await startAuthor('Ann', 0)
    const writer = await createKeyWriter(ann)
    const chain = await writer.withDevices(2)
    const victim = await startVictim()
    await victim.services.persons.applyKeyEvents(ann.id, writer.chain)
    const session = await victim.meet(ann)
    const log = await streamFrom(session, StreamKind.log)
    const heard = heardOn(log, ann.id)
    const names = (newest: Uint8Array) => say(log, { type: 'heads', person: ann.id, newest, logs: [] })
    await names(cidOf(writer.chain.at(-1)!))
    await names(cidOf(chain.at(-1)!))
    await until(() => heard.length === 1)
    expect(heard[0]).to.deep.include({ type: 'want', newest: cidOf(writer.chain.at(-1)!) })
    await say(log, { type: 'events', person: ann.id, events: chain })
    await names(cidOf(chain.at(-1)!))
    await until(() => heard.length === 2)
    expect(heard[1]).to.deep.equal({ type: 'unwant', person: ann.id })
    expect((await victim.services.persons.keyState(ann.id))?.chain).to.deep.equal(chain)
    for (let i = 0; i < 2 * MAX_NAMED; i++) await names(cidOf(Uint8Array.of(i)))
    await until(() => heard.length === 1 + MAX_NAMED)
    await settle(100)
    expect(heard).to.have.length(1 + MAX_NAMED)
    await stopAll(victim, ann)
  })

  it('[SY20] [EC13] a stranger hears of new keys while a session lasts', async () => {
    const [ann, bob] = [await startVictim(), await startVictim()]
    const writer = await createKeyWriter(ann)
    await bob.services.persons.applyKeyEvents(ann.id, writer.chain)
    await bob.converse(ann)
    const { chain } = await writer.withDevice()
    await ann.services.persons.applyKeyEvents(ann.id, chain)
    await until(async () => (await bob.services.persons.keyState(ann.id))?.events === chain.length, 'the new device')
    expect(bob.services.persons.get(ann.id)).to.equal(undefined)
    await stopAll(ann, bob)
  })

  it('[SY20] who is known as far as they say is not asked', async () => {
    const ann = await startAuthor('Ann', 0)
    const victim = await startVictim()
    await victim.services.persons.applyKeyEvents(ann.id, eventsOf(ann, ann.id))
    const session = await victim.meet(ann)
    const heard = heardOn(await streamFrom(session, StreamKind.log), ann.id)
    await settle(200)
    expect(heard).to.deep.equal([])
    await stopAll(victim, ann)
  })

  it('[SY20] an offer of a device that may be among the events asked for may be made again', async () => {
    const victim = await startVictim()
    const [mallory, stranger] = [await startAuthor('Mallory', 0), await startAuthor('Stranger', 1)]
    const writer = await createKeyWriter(mallory)
    const { chain } = await writer.withDevice()
    await mallory.services.persons.applyKeyEvents(mallory.id, chain)
    await victim.services.persons.applyKeyEvents(mallory.id, writer.chain)
    const session = await victim.meet(mallory, writer.chain)
    const log = await streamFrom(session, StreamKind.log)
    const offers = session.open(StreamKind.offer, 'interactive')
    const answers: boolean[] = []
    offers.onmessage = (bytes) => {
      const answer = decodeOfferAnswer(bytes)
      if (answer.ok) answers.push(answer.value.again)
    }
    const { bytes: segment } = (await stranger.services.logs.readTail(stranger.device, 0, 1))!
    const offer = async (): Promise<void> => {
      const count = answers.length
      await offers.send(encodeSync({ type: 'offer', id: 'a', segment, records: [] }))
      await until(() => answers.length > count)
    }
    await offer()
    await say(log, { type: 'events', person: mallory.id, events: chain })
    await until(async () => (await victim.services.persons.keyState(mallory.id))?.events === chain.length)
    await offer()
    expect(answers).to.deep.equal([true, false])
    await stopAll(victim, mallory, stranger)
  })

  it('[SY20] a chain too long for a hello: the session begins with what is known of it, and the rest is fetched', async () => {
    const ann = await startVictim()
    const writer = await createKeyWriter(ann)
    const long = await writer.withDevices(160)
    expect(long.reduce((sum, event) => sum + event.length, 0)).to.be.above(MAX_HELLO_KEY_EVENTS_BYTES)
    await ann.services.persons.applyKeyEvents(ann.id, long)
    for (const bob of [await startFollower(ann, writer.chain), await startVictim()]) {
      // Who does not follow knows them, too, for example from a reply.
      await bob.services.persons.applyKeyEvents(ann.id, writer.chain)
      const session = await bob.converse(ann)
      expect(session.newestKeyEvent).to.deep.equal(cidOf(long.at(-1)!))
      const chain = async () => (await bob.services.persons.keyState(ann.id))!.chain
      await until(async () => (await chain()).length === long.length)
      expect(await chain()).to.deep.equal(long)
      await bob.stop()
    }
    await ann.stop()
  })

  it('[SY20] a rotation gets to who holds a longer chain that it beats', async () => {
    const ann = await startAuthor('Ann', 0)
    const writer = await createKeyWriter(ann)
    const { chain: stolen } = await writer.withDevice()
    const recovered = [...writer.chain, await writer.rotation(writer.chain, 1)]
    const longer = await writer.withDevices(4)
    const newestOf = (node: TestNode): string => dagCborCid(eventsOf(node, ann.id).at(-1)!).toString()
    for (const before of [stolen, longer]) {
      const [holder, reader] = [await startFollower(ann, recovered), await startFollower(ann, before)]
      await reader.converse(holder)
      await until(() => eventsOf(reader, ann.id).length === recovered.length && newestOf(reader) === newestOf(holder))
      expect(eventsOf(reader, ann.id)).to.deep.equal(recovered)
      await stopAll(reader, holder)
    }
    await ann.stop()
  })

  it('[SY20] a holder that has nothing else of a person yet sends key events, and then what comes', async () => {
    const ann = await startAuthor('Ann', 0)
    const holder = await startFollower(ann, eventsOf(ann, ann.id))
    const reader = await startFollower(ann, [])
    await reader.converse(holder)
    await until(() => eventsOf(reader, ann.id).length === 2)
    holder.platform.clock.set(ann.platform.clock.now())
    reader.platform.clock.set(ann.platform.clock.now())
    await ann.get('publish-post', { text: 'first', pictures: [] })
    await replicate(ann, holder, ann.id)
    await until(() => reader.services.persons.get(ann.id)?.posts === 1)
    expect(reader.services.logs.refused()).to.deep.equal({})
    await stopAll(reader, holder, ann)
  })

  it('[SY21] a third person hears from a follower that somebody is contested, whatever it knew before', async () => {
    const ann = await startAuthor('Ann', 0)
    const writer = await createKeyWriter(ann)
    const [one, other] = [await writer.rotation(writer.chain, 1), await writer.rotation(writer.chain, 2)]
    const chain = [...writer.chain, one]
    const bob = await startFollower(ann, chain)
    await bob.services.persons.applyKeyEvents(ann.id, [...writer.chain, other])
    expect(await isContested(bob, ann.id)).to.equal(true)
    for (const before of [[], writer.chain, chain, [...writer.chain, other]]) {
      const cy = await startFollower(ann, before)
      expect(await isContested(cy, ann.id)).to.equal(false)
      await cy.converse(bob)
      await until(() => isContested(cy, ann.id))
      // Known a moment before it is stored.
      await until(() => cy.services.persons.get(ann.id)!.proof.length > 0)
      expect(cy.services.persons.get(ann.id)!.proof).to.have.deep.members([one, other])
      // [I10] [I11] Who had accepted one keeps it, who met both at once accepts neither.
      const kept = before.length > writer.chain.length ? before : writer.chain
      expect(eventsOf(cy, ann.id)).to.deep.equal(kept)
      expect(cy.services.refusals.counts()).to.deep.equal({})
      await cy.stop()
    }
    await stopAll(bob, ann)
  })

  it('[SY21] a contest is told when it is learned, over a session that is there already', async () => {
    const ann = await startAuthor('Ann', 0)
    const writer = await createKeyWriter(ann)
    const [one, other] = [await writer.rotation(writer.chain, 1), await writer.rotation(writer.chain, 2)]
    const bob = await startFollower(ann, [...writer.chain, one])
    const cy = await startFollower(ann, [...writer.chain, one])
    await cy.converse(bob)
    await settle(100)
    expect(await isContested(cy, ann.id)).to.equal(false)
    await bob.services.persons.applyKeyEvents(ann.id, [...writer.chain, other])
    await until(() => isContested(cy, ann.id))
    await stopAll(cy, bob, ann)
  })

  it('[SY21] a chain longer than a message comes whole, and the entries of whoever is asked for after it', async () => {
    const [mallory, ann] = [await startAuthor('Mallory', 0), await startAuthor('Ann', 2)]
    const logs = Array.from({ length: 32 }, (_, logId) => ({ logId, seq: 1, hash: new Uint8Array(64).fill(logId) }))
    const chain = await (await createKeyWriter(mallory)).withDevices(172, logs)
    expect(chain.reduce((sum, event) => sum + event.length, 0)).to.be.above(MAX_STREAM_MESSAGE_BYTES)
    const [holder, reader] = [await startFollower(mallory, chain), await startFollower(mallory, [])]
    await followWithPosts(holder, ann)
    await reader.get('follow', { link: ann.id })
    await reader.converse(holder)
    await until(async () => (await reader.query('person', { person: ann.id })).posts === 2)
    await until(async () => (await reader.services.persons.keyState(mallory.id))?.chain.length === chain.length)
    await stopAll(reader, holder, ann, mallory)
  })

  for (const who of ['the holder', 'the reader'] as const) {
    it(`[SY16] ${who} cannot read somebody's key events: everybody else's entries come all the same`, async () => {
      const [mallory, ann] = [await startAuthor('Mallory', 0), await startAuthor('Ann', 2)]
      const [holder, reader] = [await startFollower(mallory, []), await startFollower(mallory, [])]
      await followWithPosts(holder, ann)
      await reader.get('follow', { link: ann.id })
      const { persons } = (who === 'the holder' ? holder : reader).services
      const { keyState } = persons
      Object.assign(persons, {
        keyState: async (person: string) => {
          if (person === mallory.id) throw new Error('stored key events do not fold')
          return keyState(person)
        },
      })
      await reader.converse(holder)
      await until(async () => (await reader.query('person', { person: ann.id })).posts === 2)
      // Also what comes later.
      await ann.get('publish-post', { text: 'three', pictures: [] })
      holder.platform.clock.set(ann.platform.clock.now())
      reader.platform.clock.set(ann.platform.clock.now())
      await replicate(ann, holder, ann.id)
      await until(async () => (await reader.query('person', { person: ann.id })).posts === 3)
      await stopAll(reader, holder, ann, mallory)
    })
  }

  it('[SY21] the longest chain of the longest events fits into messages, each with the proof', () => {
    const event = (fill: number): Uint8Array => new Uint8Array(MAX_KEY_EVENT_BYTES).fill(fill)
    const chain = Array.from({ length: MAX_KEY_EVENTS }, (_, i) => event(i))
    const proof = [event(1), event(2)]
    const messages = toEventMessages('bafyperson', { chain, proof } as unknown as KeyState)
    const decoded = messages.map((message) => {
      const bytes = encodeSync(message)
      expect(bytes.length).to.be.at.most(MAX_SYNC_BYTES)
      const read = decodeHolderMessage(bytes)
      if (!read.ok || read.value.type !== 'events') throw new Error('not read back')
      return read.value.events
    })
    for (const events of decoded) expect(events.slice(-2)).to.deep.equal(proof)
    expect(decoded.flatMap((events) => events.slice(0, -2))).to.deep.equal(chain)
    const short = toEventMessages('bafyperson', { chain: chain.slice(0, 2), proof: [] } as unknown as KeyState)
    expect(short.map(({ events }) => events)).to.deep.equal([chain.slice(0, 2)])
  })

  it('[N23] forged and malformed key events are refused and counted, and the others of the message count', async () => {
    const ann = await startAuthor('Ann', 0)
    const writer = await createKeyWriter(ann)
    const { chain } = await writer.withDevice()
    const victim = await startFollower(ann, writer.chain)
    const session = await victim.meet(ann)
    const log = await streamFrom(session, StreamKind.log)
    const counts = () => victim.services.refusals.counts()
    const send = (events: readonly Uint8Array[]): Promise<boolean> =>
      say(log, { type: 'events', person: ann.id, events } satisfies HolderMessage)
    await send([...writer.chain, withOtherSignature(chain.at(-1)!)])
    await until(() => Object.keys(counts()).length === 1)
    expect(counts()).to.deep.equal({ 'forged-key-events': 1 })
    expect(eventsOf(victim, ann.id)).to.deep.equal(writer.chain)
    await send([Uint8Array.of(1, 2, 3), chain.at(-1)!])
    await until(() => Object.keys(counts()).length === 2 && eventsOf(victim, ann.id).length === chain.length)
    expect(counts()).to.deep.equal({ 'forged-key-events': 1, 'malformed-key-events': 1 })
    expect(eventsOf(victim, ann.id)).to.deep.equal(chain)
    expect(session.carrier()).to.equal('direct')
    // Nothing is wrong with what is known already, nor with what is another person's.
    await send([...chain, ...eventsOf(victim, victim.id)])
    await settle(200)
    expect(counts()).to.deep.equal({ 'forged-key-events': 1, 'malformed-key-events': 1 })
    const fresh = await startFollower(ann, [])
    const other = await streamFrom(await fresh.meet(ann), StreamKind.log)
    await say(other, { type: 'events', person: ann.id, events: [withOtherSignature(chain[0]!)] })
    await say(other, { type: 'events', person: ann.id, events: [chain[1]!] })
    await until(() => fresh.services.refusals.counts()['malformed-key-events'] === 2)
    expect(fresh.services.refusals.counts()).to.deep.equal({ 'malformed-key-events': 2 })
    await stopAll(fresh, victim, ann)
  })
})

/** The 64 bytes behind the field's name; one bit of them is another. */
const withOtherSignature = (event: Uint8Array): Uint8Array => {
  const name = new TextEncoder().encode('signature')
  const at = event.findIndex((_, i) => name.every((byte, n) => event[i + n] === byte))
  if (at < 0) throw new Error('an event without a signature')
  // A header of two bytes, then the signature; its middle, so that it stays below the order of the base point.
  return event.with(at + name.length + 2 + 20, event[at + name.length + 2 + 20]! ^ 1)
}
