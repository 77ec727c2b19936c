/**
 * Folds key events into a {@link KeyState}. The chain is walked from establishment to establishment: a rotation that
 * spends the current commitment decides which device events before it count; where there is none, device events are
 * taken in order. Rules [I4] to [I12] and the table of races: docs/protocol/30-identity.md.
 */
import type { Verifier } from '../ports.ts'
import { err, ok, type Result } from '../result.ts'
import { applyEvent, startState } from './key-apply.ts'
import { decodeKeyEvent, MAX_KEY_EVENTS } from './key-event-codec.ts'
import type { Inception, PersonId, Rotate, SignedKeyEvent } from './key-event-types.ts'
import { createKeyPool, type KeyPool } from './key-pool.ts'
import type { KeyState } from './key-state.ts'
import { isAuthentic, spendsCommitment } from './key-verify.ts'

/** Events looked at in one call: a whole chain and as many that lost a race. */
export const MAX_KEY_EVENT_BATCH = 2 * MAX_KEY_EVENTS

/** Choices of the caller. */
export interface FoldOptions {
  /** Whose events these are; without it there must be exactly one inception among them. */
  readonly person?: PersonId
  /** CID of the rotation that the reader's person confirmed by comparing fingerprints ([I11]). */
  readonly accepted?: string
}

/** The state, and what became of the events that were handed in. */
export interface KeyFold {
  readonly state: KeyState
  /** Events of the chain that were not in it before. */
  readonly added: number
  /** CIDs of this person's events that do not count: forged, beaten or losers of a race. */
  readonly left: readonly string[]
  /** Events that could not be decoded. */
  readonly malformed: number
  /** Events whose signature was looked at and is not the one that their place needs. */
  readonly forged: number
  /** CIDs that are named as the event before and are not here: fetch the whole chain. */
  readonly missing: readonly string[]
}

/** Why there is no state at all. */
export type KeyChainError =
  | { readonly type: 'too-many-events'; readonly limit: number }
  | { readonly type: 'no-inception' }
  | { readonly type: 'several-persons' }
  | { readonly type: 'forged-inception' }

/** What to hand to others: always the whole chain, and the proof if the person is contested. */
export const gossipOf = (state: KeyState): readonly Uint8Array[] => [...state.chain, ...state.proof]

/** [I4] Folds events, in any order, into the state of one person. */
export const foldKeyEvents = async (
  events: readonly Uint8Array[],
  verifier: Verifier,
  options: FoldOptions = {},
): Promise<Result<KeyFold, KeyChainError>> => {
  const batch = decodeBatch(events)
  if (!batch.ok) return batch
  const inception = findInception(batch.value.decoded, options.person)
  if (!inception.ok) return inception
  const start = startState(inception.value)
  if (!(await isAuthentic(verifier, inception.value, start))) return err({ type: 'forged-inception' })
  return ok(await walk({ verifier, options, held: [], proof: [] }, start, batch.value))
}

/** [I9] Adds events to a state that was accepted before; what was accepted first stays. */
export const mergeKeyEvents = async (
  state: KeyState,
  events: readonly Uint8Array[],
  verifier: Verifier,
  options: Pick<FoldOptions, 'accepted'> = {},
): Promise<Result<KeyFold, KeyChainError>> => {
  const batch = decodeBatch(events)
  if (!batch.ok) return batch
  const held = decodeAll(state.chain).decoded
  const proof = decodeAll(state.proof).decoded
  const start = startState(held[0] as SignedKeyEvent<Inception>)
  return ok(await walk({ verifier, options, held, proof }, start, batch.value))
}

interface Batch {
  readonly decoded: readonly SignedKeyEvent[]
  readonly malformed: number
}

const decodeAll = (events: readonly Uint8Array[]): Batch => {
  const results = events.map(decodeKeyEvent)
  const decoded = results.flatMap((result) => (result.ok ? [result.value] : []))
  return { decoded, malformed: results.length - decoded.length }
}

const decodeBatch = (events: readonly Uint8Array[]): Result<Batch, KeyChainError> =>
  events.length > MAX_KEY_EVENT_BATCH
    ? err({ type: 'too-many-events', limit: MAX_KEY_EVENT_BATCH })
    : ok(decodeAll(events))

const findInception = (
  events: readonly SignedKeyEvent[],
  person: PersonId | undefined,
): Result<SignedKeyEvent<Inception>, KeyChainError> => {
  const inceptions = new Map(events.filter(({ event }) => event.kind === 'inception').map((it) => [it.cid, it]))
  if (person === undefined && inceptions.size > 1) return err({ type: 'several-persons' })
  const found = person === undefined ? [...inceptions.values()][0] : inceptions.get(person)
  return found ? ok(found as SignedKeyEvent<Inception>) : err({ type: 'no-inception' })
}

/** What a walk knows beyond the state it is at. */
interface Knowledge {
  readonly verifier: Verifier
  readonly options: FoldOptions
  /** The chain accepted before: its signatures are not checked again, its rotations stay. */
  readonly held: readonly SignedKeyEvent[]
  /** A pair met before. */
  readonly proof: readonly SignedKeyEvent[]
}

interface Walk {
  readonly verifier: Verifier
  readonly pool: KeyPool
  readonly isHeld: (cid: string) => boolean
  readonly accepted: string | undefined
  /** CIDs of events whose signature was looked at and is not the one their place needs. */
  readonly forged: Set<string>
}

const walk = async (knowledge: Knowledge, start: KeyState, batch: Batch): Promise<KeyFold> => {
  const { verifier, options, held, proof } = knowledge
  const pool = createKeyPool(start.person, [...held, ...proof, ...batch.decoded])
  const heldCids = new Set(held.map(({ cid }) => cid))
  const walked: Walk = {
    verifier,
    pool,
    isHeld: (cid) => heldCids.has(cid),
    accepted: options.accepted,
    forged: new Set(),
  }
  const state = await climb(walked, start)
  const counted = new Set([...state.cids, ...decodeAll(state.proof).decoded.map(({ cid }) => cid)])
  return {
    state,
    added: state.cids.filter((cid) => !heldCids.has(cid)).length,
    left: [...pool.byCid.keys()].filter((cid) => !counted.has(cid)),
    malformed: batch.malformed,
    forged: walked.forged.size,
    missing: pool.missing(),
  }
}

/** From establishment to establishment, as long as a rotation can be accepted. */
const climb = async (walked: Walk, start: KeyState): Promise<KeyState> => {
  let state = start
  for (;;) {
    const spenders = await spendersOf(walked, state)
    state = withProof(state, spenders)
    const chosen = choose(walked, spenders)
    const rotated = chosen && (await climbTo(walked, state, chosen))
    if (rotated) state = rotated
    else return settle(walked, state, spenders.length > 1 ? spenders : [])
  }
}

/** Authentic rotations that spend the commitment of the current establishment, wherever they stand. */
const spendersOf = async (walked: Walk, state: KeyState): Promise<SignedKeyEvent<Rotate>[]> => {
  const candidates = walked.pool.rotations.filter(
    (rotation) => spendsCommitment(rotation, state) && !state.cids.includes(rotation.cid),
  )
  const authentic = await Promise.all(candidates.map((rotation) => hasSignature(walked, rotation, state)))
  return candidates.filter((_, i) => authentic[i])
}

/** [I10] Two rotations of one commitment: the person is contested from here on, and the first such pair is kept. */
const withProof = (state: KeyState, spenders: readonly SignedKeyEvent[]): KeyState =>
  spenders.length < 2 || state.contested
    ? state
    : { ...state, contested: true, proof: spenders.slice(0, 2).map(({ bytes }) => bytes) }

/** [I9] The one accepted before, the only one, or the one that was confirmed; else none ([I11]). */
const choose = (
  { isHeld, accepted }: Walk,
  spenders: readonly SignedKeyEvent<Rotate>[],
): SignedKeyEvent<Rotate> | undefined =>
  spenders.find(({ cid }) => isHeld(cid)) ??
  (spenders.length === 1 ? spenders[0] : spenders.find(({ cid }) => cid === accepted))

/** [I6] Takes the device events that lead to `rotation`, then the rotation; undefined when one is not there or wrong. */
const climbTo = async (
  walked: Walk,
  from: KeyState,
  rotation: SignedKeyEvent<Rotate>,
): Promise<KeyState | undefined> => {
  let state: KeyState | undefined = from
  for (const signed of pathTo(walked.pool, from.newest, rotation)) {
    const established: KeyState = state
    state = (await counts(walked, signed, established)) ? applyEvent(established, signed) : undefined
    if (!state) return undefined
  }
  return state
}

/** From behind `start` up to `rotation`, in order. A path that misses `start` begins elsewhere and will not apply. */
const pathTo = ({ byCid }: KeyPool, start: string, rotation: SignedKeyEvent<Rotate>): SignedKeyEvent[] => {
  const path: SignedKeyEvent[] = []
  let at: SignedKeyEvent | undefined = rotation
  while (at && at.cid !== start && path.length < MAX_KEY_EVENTS) {
    path.push(at)
    at = at.event.kind === 'inception' ? undefined : byCid.get(at.event.previous)
  }
  return path.reverse()
}

const counts = async (walked: Walk, signed: SignedKeyEvent, state: KeyState): Promise<boolean> =>
  walked.isHeld(signed.cid) || hasSignature(walked, signed, state)

const hasSignature = async ({ verifier, forged }: Walk, signed: SignedKeyEvent, state: KeyState): Promise<boolean> => {
  const isGood = await isAuthentic(verifier, signed, state)
  if (!isGood) forged.add(signed.cid)
  return isGood
}

/**
 * [I12] Takes device events while there are any; of two in one place the one whose CID sorts first. With rotations
 * between which nobody decided, it ends before the lower of them ([I11]).
 */
const settle = async (
  walked: Walk,
  from: KeyState,
  undecided: readonly SignedKeyEvent<Rotate>[],
): Promise<KeyState> => {
  const end = Math.min(MAX_KEY_EVENTS, ...undecided.map(({ event }) => event.position))
  let state: KeyState = { ...from, undecided: undecided.length > 0 }
  while (state.events < end) {
    const next = await nextDeviceEvent(walked, state)
    if (!next) break
    state = next
  }
  return state
}

const nextDeviceEvent = async (walked: Walk, state: KeyState): Promise<KeyState | undefined> => {
  for (const signed of walked.pool.following(state.newest)) {
    if (signed.event.kind === 'rotate') continue
    const next = applyEvent(state, signed)
    if (next && (await counts(walked, signed, state))) return next
  }
  return undefined
}
