/**
 * A person's key events out of several places. Each chain is judged by itself, so that one who mixes in what does not
 * belong there spoils only their own; all that hold are then folded together, so that whoever shows an older chain takes
 * nothing away, and two rotations that spend one commitment are met at once. Rules [RC6], [RC7].
 */
import { cidToString, dagCborCid } from '../../core/blocks/cid.ts'
import { foldKeyEvents, gossipOf, MAX_KEY_EVENT_BATCH } from '../../core/identity/key-chain.ts'
import { decodeKeyList, joinKeyEvents, type KeyEvents, type KeyList } from '../../core/identity/key-list.ts'
import type { KeyState } from '../../core/identity/key-state.ts'
import { PATHS } from '../../core/records/storage-key.ts'
import type { Place } from './doors.ts'
import { fetchRecord, type Judge, judgeRecord } from './read-records.ts'

/** What the places had. */
export interface ReadKeys {
  /** Undefined when no chain held. */
  readonly state?: KeyState
  /** The highest `seq` of a list that counts. */
  readonly seq: number
}

interface Chain {
  readonly state: KeyState
  readonly seq: number
}

/** Blocks by CID: the same ones lie in many places, and fit their names wherever they come from. */
type Blocks = Map<string, Uint8Array>

const readBlocks = async (place: Place, { blocks }: KeyList, known: Blocks): Promise<Uint8Array[] | undefined> => {
  const contents: Uint8Array[] = []
  for (const cid of blocks) {
    const bytes = known.get(cidToString(cid)) ?? (await place.block(cid))
    if (!bytes) return undefined
    known.set(cidToString(cid), bytes)
    contents.push(bytes)
  }
  return contents
}

/** The events as a state, if every one of the chain counts. */
const foldWhole = async (events: KeyEvents, person: string, { verifier }: Judge): Promise<KeyState | undefined> => {
  const all = [...events.chain, ...events.proof]
  const folded = await foldKeyEvents(all, verifier, { person })
  if (!folded.ok) return undefined
  const { state, malformed, forged } = folded.value
  const isWhole = state.events === events.chain.length || state.undecided
  return isWhole && malformed === 0 && forged === 0 ? state : undefined
}

const readChain = async (place: Place, person: string, known: Blocks, judge: Judge): Promise<Chain | undefined> => {
  const signed = await fetchRecord(place, person, PATHS.keys)
  if (!signed) return undefined
  const list = decodeKeyList(signed.record.value)
  const contents = list.ok ? await readBlocks(place, list.value, known) : undefined
  const events = list.ok && contents ? joinKeyEvents(list.value, contents) : undefined
  const state = events?.ok ? await foldWhole(events.value, person, judge) : undefined
  // A block that is not there is no lie; everything else that leads to no chain is one.
  if (!list.ok || (events && !state)) place.lied('malformed-key-events')
  if (!state) return undefined
  // In a chain that ends undecided the list's signer may stand behind the end.
  const verdict = state.undecided ? undefined : await judgeRecord(signed, judge, state)
  if (verdict && !verdict.ok) {
    place.lied('forged-recovery')
    return undefined
  }
  return { state, seq: signed.record.seq }
}

/** Asks all places. */
export const readKeys = async (places: readonly Place[], person: string, judge: Judge): Promise<ReadKeys> => {
  const known: Blocks = new Map()
  const read = await Promise.all(places.map((place) => readChain(place, person, known, judge)))
  const chains = read.filter((chain) => chain !== undefined)
  const longest = chains.toSorted((a, b) => b.state.events - a.state.events)
  const events = new Map<string, Uint8Array>()
  for (const { state } of longest)
    for (const event of gossipOf(state)) events.set(cidToString(dagCborCid(event)), event)
  const folded = await foldKeyEvents([...events.values()].slice(0, MAX_KEY_EVENT_BATCH), judge.verifier, { person })
  const seq = Math.max(0, ...chains.map((chain) => chain.seq))
  return folded.ok ? { state: folded.value.state, seq } : { seq }
}
