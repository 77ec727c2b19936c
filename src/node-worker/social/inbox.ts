/** Replies and reactions between people who do not follow each other: offered one entry at a time, with a ration. */

import type { KeyState } from '../../core/identity/key-state.ts'
import { MAX_PAYLOAD_BYTES, MAX_SEGMENT_BYTES } from '../../core/limits.ts'
import { logKind } from '../../core/logs/log-id.ts'
import type { Segment } from '../../core/logs/segment.ts'
import { err, type Result } from '../../core/result.ts'
import type { Changes } from '../changes.ts'
import { getLogRow } from '../log/log-row.ts'
import { type Ingested, LOG_FEED, type Refusal } from '../log/log-service.ts'
import type { ReadEntry } from '../log/log-view.ts'
import type { OwnLogs } from '../log/own-logs.ts'
import { isHeld } from '../log/ranges.ts'
import { getPerson, type PersonsBook, updatePerson } from '../person/persons.ts'
import { type Store, StoreFullError, type WriteTransaction } from '../stores/store.ts'
import { unlessFull } from '../stores/unless-full.ts'
import { type EntryRef, idOfRef, PayloadType, readForget, readPost, readReaction } from './bodies.ts'
import { MAX_OFFERS, makeRoom, noteStranger } from './give-way.ts'
import { listPendingOffers, listPendingPersons, type WaitingOffer } from './pending-offers.ts'
import { changeTotal, totalOffers } from './ration.ts'
import { getEntry } from './rows.ts'

/** Entries a person whom nobody here follows may leave in all. */
export const MAX_OFFERS_PER_PERSON = 64
/** An offered segment: one entry with its payload. */
export const MAX_OFFER_BYTES = MAX_PAYLOAD_BYTES + 1024

/** One own entry about something of another person's, which that person's devices have not confirmed yet. */
export interface PendingOffer {
  /** Entry id. */
  readonly id: string
  /** Whom it is for. */
  readonly person: string
  /** Single-entry segment, wire form. */
  readonly segment: Uint8Array
}

/** See the module's doc. */
export interface Inbox {
  /** Takes in one entry of `person` about something of this node's person. Their key events must be known. */
  offer(person: string, wireSegment: Uint8Array, keyEvents: readonly Uint8Array[]): Promise<Result<Ingested, Refusal>>
  /** Own entries to offer to `person`, oldest first. */
  pending(person: string): Promise<readonly PendingOffer[]>
  /** Everyone for whom an offer waits. */
  pendingPersons(): Promise<readonly string[]>
  /** Forgets a pending offer: it arrived, or was refused for good. */
  settled(person: string, id: string): Promise<void>
  /** Called when an offer for someone becomes pending. @returns stops it */
  onPending(handler: (person: string) => void): () => void
  /** Called when no offer for someone is pending any more. @returns stops it */
  onNonePending(handler: (person: string) => void): () => void
}

/** What the node's own services may do beyond {@link Inbox}. */
export interface InboxBook extends Inbox {
  /** Tells whoever delivers offers, after the commit that stored one. */
  announcePending(person: string): void
}

/** What the inbox is built from. */
export interface InboxPorts {
  readonly store: Store
  readonly logs: OwnLogs
  readonly persons: PersonsBook
  readonly changes: Changes
}

const isMine = async (tx: WriteTransaction, target: EntryRef): Promise<boolean> => {
  const row = await getEntry(tx, idOfRef(target))
  return row?.kind === 'post' && (await getPerson(tx, row.person))?.relation === 'me'
}

/** Whether an entry is about an own post, or takes back what its author offered before. */
const isOnTopic = async (tx: WriteTransaction, entry: ReadEntry): Promise<boolean> => {
  if (entry.type === PayloadType.forget) {
    const target = readForget(entry.body)?.target
    return target !== undefined && (await getEntry(tx, idOfRef(target)))?.person === entry.person
  }
  const target = entry.type === PayloadType.post ? readPost(entry.body)?.reply : readReaction(entry.body)?.target
  return target !== undefined && isMine(tx, target)
}

const checkRation = async (tx: WriteTransaction, person: string): Promise<Refusal | undefined> => {
  const own = (await getPerson(tx, person))?.offers ?? 0
  return own >= MAX_OFFERS_PER_PERSON || (await totalOffers(tx)) >= MAX_OFFERS ? { type: 'over-ration' } : undefined
}

const countOffer = async (tx: WriteTransaction, state: KeyState, { person, arrival }: ReadEntry): Promise<void> => {
  await changeTotal(tx, 1)
  if (!(await getPerson(tx, person))?.offers) await noteStranger(tx, person, arrival)
  await updatePerson(tx, state.person, (row) => ({
    ...row,
    events: state.chain,
    proof: state.proof,
    offers: row.offers + 1,
  }))
}

const admitFrom =
  (state: KeyState) =>
  async (
    tx: WriteTransaction,
    person: string,
    run: Segment,
    entries: readonly ReadEntry[],
  ): Promise<Refusal | undefined> => {
    if ((await getPerson(tx, person))?.relation === 'blocked') return { type: 'blocked' }
    if (run.entries.length !== 1 || logKind(run.logId) !== LOG_FEED)
      return { type: 'malformed', reason: 'one entry expected' }
    const held = await getLogRow(tx, run.author, run.logId)
    const [entry] = entries
    // It may be here unshown, because its log is kept under a lease.
    const isShown = entry !== undefined && (await getEntry(tx, entry.id)) !== undefined
    if (held && isHeld(held.ranges, run.firstSeq) && isShown) return undefined
    if (!entry || !(await isOnTopic(tx, entry))) return { type: 'off-topic' }
    const refusal = await checkRation(tx, person)
    if (!refusal) await countOffer(tx, state, entry)
    return refusal
  }

type Handler = (person: string) => void

const createListeners = () => {
  const handlers = new Set<Handler>()
  return {
    tell(person: string): void {
      for (const handler of [...handlers]) handler(person)
    },
    add(handler: Handler): () => void {
      handlers.add(handler)
      return () => handlers.delete(handler)
    },
  }
}

/** Creates the inbox over the log service. */
export const createInbox = ({ store, logs, persons, changes }: InboxPorts): InboxBook => {
  const onPending = createListeners()
  const onNonePending = createListeners()

  const settle = async (person: string, id: string): Promise<void> => {
    const left = await store.write(['queue'], 'relaxed', async (tx) => {
      await tx.delete('queue', ['offer', person, id])
      return tx.count('queue', { prefix: ['offer', person] })
    })
    if (left === 0) onNonePending.tell(person)
  }

  const toOffer = async ({ person, id, device, log, seq }: WaitingOffer): Promise<PendingOffer | undefined> => {
    const gone = await store.read(['posts'], async (tx) => (await getEntry(tx, id))?.kind === 'gone')
    const run = gone ? undefined : await logs.readSegment(device, log, seq, MAX_SEGMENT_BYTES, seq)
    if (!run) await settle(person, id)
    return run && { id, person, segment: run.bytes }
  }

  /** @returns false when the disk is too full even for that */
  const letWayBeGiven = async (coming: string): Promise<boolean> => {
    try {
      const gone = await makeRoom(store, coming)
      if (gone) await persons.refresh([gone.person])
      if (gone) changes.emit(...gone.topics)
      return true
    } catch (error) {
      if (error instanceof StoreFullError) return false
      throw error
    }
  }

  return {
    async offer(person, wireSegment, keyEvents) {
      const relation = persons.relation(person)
      if (relation === 'blocked') return err({ type: 'blocked' })
      if (wireSegment.length > MAX_OFFER_BYTES)
        return err({ type: 'malformed', reason: `over ${MAX_OFFER_BYTES} bytes` })
      const taken = await unlessFull(() => persons.applyKeyEvents(person, keyEvents))
      if (!taken.ok) return taken
      const applied = taken.value
      if (!applied.ok) return err(applied.error)
      if (relation !== 'none') return logs.ingest(person, wireSegment)
      if (!(await letWayBeGiven(person))) return err({ type: 'full' })
      return logs.ingestWith(person, wireSegment, { admit: admitFrom(applied.value.state), shows: () => 'unshown' })
    },

    async pending(person) {
      const waiting = await store.read(['queue'], (tx) => listPendingOffers(tx, person))
      const offers = await Promise.all(waiting.map(toOffer))
      return offers.filter((offer) => offer !== undefined)
    },

    pendingPersons: () => store.read(['queue'], listPendingPersons),
    settled: settle,
    announcePending: onPending.tell,
    onPending: onPending.add,
    onNonePending: onNonePending.add,
  }
}
