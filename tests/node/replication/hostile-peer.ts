/**
 * A real node with replication at work, and a peer at its door that holds valid keys and a valid session but whose side
 * of the sync protocol is written by the test.
 */

import { ok } from '../../../src/core/result.ts'
import { encodeSync } from '../../../src/core/sync/codec.ts'
import type { HolderMessage, LogRanges } from '../../../src/core/sync/messages.ts'
import { RECORD_DELAY } from '../../../src/node-worker/person/own-records.ts'
import { createReplication, type Replication } from '../../../src/node-worker/replication/replication.ts'
import type { PeerClaim, Session, Stream, Timers } from '../../../src/node-worker/sessions/types.ts'
import type { Store } from '../../../src/node-worker/stores/store.ts'
import { resolvePeer } from '../../../src/node-worker/swarm/peer-check.ts'
import { createTestPlatform } from '../../support/platform.ts'
import { startNode, type TestNode } from '../../support/test-node.ts'
import { until } from '../../support/wait.ts'
import { connect, createTestPeer, sessionOf, type TestPeer } from '../sessions/test-peer.ts'

/**
 * Short timers run by themselves; longer ones when the test says so. Among these is the one of the own records: nothing
 * is written or told between two steps of a test only because a machine is slow.
 */
export interface PatientTimers extends Timers {
  /** Runs every long timer that waits now. */
  skip(): void
  /** Lets so much time pass for long timers, and runs those that are due then, in order. */
  advance(milliseconds: number): void
  /** Long timers that wait. */
  waiting(): number
}

const LONG = RECORD_DELAY

/** @param longest milliseconds from which a timer waits for the test */
export const createPatientTimers = (longest = LONG): PatientTimers => {
  const long = new Map<object, { readonly due: number; run(): void }>()
  let now = 0
  return {
    setTimeout(run, milliseconds) {
      if (milliseconds < longest) return setTimeout(run, milliseconds)
      const handle = {}
      long.set(handle, { due: now + milliseconds, run })
      return handle
    },
    clearTimeout(handle) {
      if (typeof handle === 'object' && handle !== null && long.delete(handle)) return
      clearTimeout(handle as number)
    },
    skip() {
      const due = [...long.values()]
      long.clear()
      for (const { run } of due) run()
    },
    advance(milliseconds) {
      now += milliseconds
      const due = [...long].filter(([, timer]) => timer.due <= now).sort(([, a], [, b]) => a.due - b.due)
      for (const [handle, { run }] of due) if (long.delete(handle)) run()
    },
    waiting: () => long.size,
  }
}

/** Someone who is followed, with posts. */
export interface Author extends TestNode {
  readonly id: string
  readonly device: Uint8Array
}

/** The node under attack. */
export interface Victim extends Author {
  readonly timers: PatientTimers
  readonly replication: Replication
  /**
   * Lets a device of `author` in, of whose key events it knows `known`, or all.
   * @returns that device's own end of the session
   */
  meet(author: Author, known?: readonly Uint8Array[]): Promise<Session>
  /** Has an honest session with another node, each checking the other's key events. @returns this node's end of it */
  converse(other: Victim): Promise<Session>
}

/** An author with `posts` posts. */
export const startAuthor = async (name: string, posts: number): Promise<Author> => {
  const node = await startNode(`${name}-${Math.random()}`)
  const { person } = await node.get('create-person', { name })
  for (let i = 0; i < posts; i++) {
    node.platform.clock.advance(1000)
    await node.get('publish-post', { text: `${name} ${i}`, pictures: [] })
  }
  return { ...node, id: person, device: node.services.account.self()!.device.signer.publicKey }
}

const managerOf = (node: Author): Promise<TestPeer> =>
  createTestPeer({
    self: {
      person: node.id,
      keys: node.services.account.self()!.device,
      keyEvents: async () => node.services.persons.get(node.id)!.events,
    },
  })

/** Its sessions, of which each side checks the other's key events. */
export const honestManagerOf = async (node: Author): Promise<TestPeer> => {
  const { persons, refusals } = node.services
  const peer = await managerOf(node)
  Object.assign(peer.ports, { resolveKeyEvents: (claim: PeerClaim) => resolvePeer(persons, claim, refusals.count) })
  return peer
}

/** A node that follows `followed` and knows their key events, but holds nothing of theirs. */
export const startVictim = async (followed: readonly Author[] = [], store?: Store): Promise<Victim> => {
  const timers = createPatientTimers()
  const given = await createTestPlatform(`victim-${Math.random()}`, store && { store })
  const platform = { ...given, timers }
  const node = await startNode('victim', { platform })
  const { person } = await node.get('create-person', { name: 'Victim' })
  for (const author of followed) {
    platform.clock.set(Math.max(platform.clock.now(), author.platform.clock.now()))
    await node.get('follow', { link: author.id })
    await node.services.persons.applyKeyEvents(author.id, author.services.persons.get(author.id)!.events)
  }
  const kept = () => [person, ...node.services.persons.followed()]
  const replication = createReplication({ services: node.services, wantsOf: kept, mayHold: () => true })
  const self: Author = { ...node, id: person, device: node.services.account.self()!.device.signer.publicKey }
  const meet: Victim['meet'] = async (author, known) => {
    const [mine, theirs] = [await managerOf(self), await managerOf(author)]
    const believed = (other: Author, events = other.services.persons.get(other.id)!.events): void => {
      const { agreement } = other.services.account.self()!.device
      const manager = other === self ? theirs : mine
      Object.assign(manager.ports, {
        resolveKeyEvents: async () => ok({ agreement: agreement.publicKey, keyEvents: events }),
      })
    }
    believed(self)
    believed(author, known)
    mine.manager.onSession(replication.join)
    await connect(theirs, mine)
    return sessionOf(theirs, mine)
  }
  const converse = async (other: Victim): Promise<Session> => {
    const [mine, theirs] = [await honestManagerOf(self), await honestManagerOf(other)]
    mine.manager.onSession(replication.join)
    theirs.manager.onSession(other.replication.join)
    await connect(theirs, mine)
    return sessionOf(mine, theirs)
  }
  return {
    ...self,
    timers,
    replication,
    meet,
    converse,
    async stop() {
      replication.close()
      await node.stop()
    },
  }
}

/** The stream of a kind that the victim opened. */
export const streamFrom = async (session: Session, kind: string): Promise<Stream> => streamsOf(session).next(kind)

/** Streams that the other side opens, by kind, in order. */
export interface IncomingStreams {
  next(kind: string): Promise<Stream>
}

const known = new WeakMap<Session, IncomingStreams>()

/** Takes the streams of a session; always the same taker for one session. */
export const streamsOf = (session: Session): IncomingStreams => {
  const before = known.get(session)
  if (before) return before
  const streams: Stream[] = []
  const waiting: { readonly kind: string; readonly take: (stream: Stream) => void }[] = []
  session.onStream((stream) => {
    const next = waiting.findIndex(({ kind }) => kind === stream.kind)
    if (next < 0) streams.push(stream)
    else waiting.splice(next, 1)[0]!.take(stream)
  })
  const taker: IncomingStreams = {
    // Without a bound: some wait for streams for as long as a test lasts, which must not keep Node.js from ending.
    next: (kind) =>
      new Promise((take) => {
        const found = streams.findIndex((stream) => stream.kind === kind)
        if (found < 0) waiting.push({ kind, take })
        else take(streams.splice(found, 1)[0]!)
      }),
  }
  known.set(session, taker)
  return taker
}

/** Says something on a log stream as its holder. */
export const say = (stream: Stream, message: HolderMessage): Promise<boolean> => stream.send(encodeSync(message))

/** What an author really holds of its own public log. */
export const truthOf = async (author: Author): Promise<LogRanges[]> => {
  const heads = await author.services.logs.heads(author.id)
  return heads.filter(({ log }) => log === 0).map(({ device, log, ranges }) => ({ device, log, ranges: [...ranges] }))
}

/** Between two looks at long timers, milliseconds: what has begun when they ran out may come to its end. */
const SKIP_MS = 2000

/**
 * Lets long timers run out until something is so: again after a while, because on a slow machine the one that matters
 * may not have been set yet.
 */
export const untilInTime = async (
  victim: Victim,
  holds: () => boolean | Promise<boolean>,
  what?: string,
  every = SKIP_MS,
): Promise<void> => {
  let next = 0
  const look = async (): Promise<boolean> => {
    if (await holds()) return true
    if (Date.now() < next) return false
    victim.timers.skip()
    next = Date.now() + every
    return false
  }
  await until(look, what)
}
