/**
 * A person's key events as blocks, and the list of those blocks that the record at `/keys` carries: a chain may be two
 * megabytes long, a record eight kilobytes. Rule R9 of docs/protocol.
 */
import { type Block, type Cid, Codec, dagCborCid, isBlockCid, verifyBlock } from '../blocks/cid.ts'
import { decodeCbor, encodeCbor, hasKeys, isBytes, isCount, isRecord } from '../cbor.ts'
import { MAX_BLOCK_BYTES } from '../limits.ts'
import { err, type Malformed, malformed, ok, type Result } from '../result.ts'
import { type UnknownVersion, unknownVersion } from '../version.ts'
import { MAX_KEY_EVENT_BYTES, MAX_KEY_EVENTS } from './key-event-codec.ts'
import type { KeyState } from './key-state.ts'

/** The version that list and blocks begin with. */
export const KEY_LIST_VERSION = 1

/** Blocks that the longest chain and its proof take, every event as large as it may be. */
export const MAX_KEY_BLOCKS = 9

/** Two rotations prove that a person is contested. */
const PROOF_EVENTS = 2
/** dag-cbor's header of an event's bytes. */
const EVENT_HEADER_BYTES = 3
/** What stands around the events in a block: the map, its names, the version, the header of the list. */
const BLOCK_OVERHEAD_BYTES = 20

/** The value of the record at `/keys`. */
export interface KeyList {
  readonly version: typeof KEY_LIST_VERSION
  /** Events of the chain; they come first. */
  readonly chain: number
  /** Events of the proof behind them: none, or two. */
  readonly proof: number
  /** dag-cbor blocks that hold the events in order. */
  readonly blocks: readonly Cid[]
}

/** Key events as they are handed on. */
export type KeyEvents = Pick<KeyState, 'chain' | 'proof'>

/** Why a value is no list of ours. */
export type KeyListError = Malformed<'key-list'> | UnknownVersion<'key-list'>

/** Why blocks do not give the events that a list speaks of. */
export type KeyBlockError =
  | Malformed<'key-block'>
  | UnknownVersion<'key-block'>
  /** The bytes at this place of the list are not those of its CID. */
  | { readonly type: 'wrong-block'; readonly index: number }

const toBlock = (events: readonly Uint8Array[]): Block => {
  const bytes = encodeCbor({ version: KEY_LIST_VERSION, events })
  return { cid: dagCborCid(bytes), bytes }
}

/** As many events to a block as fit, so that a chain that grows changes no block but its last. */
const splitEvents = (events: readonly Uint8Array[]): Uint8Array[][] => {
  const parts: Uint8Array[][] = []
  let room = 0
  for (const event of events) {
    const cost = event.length + EVENT_HEADER_BYTES
    if (cost > room) {
      parts.push([])
      room = MAX_BLOCK_BYTES - BLOCK_OVERHEAD_BYTES
    }
    parts.at(-1)!.push(event)
    room -= cost
  }
  return parts
}

/** The blocks that hold a person's key events, and the list that names them. The same events give the same blocks. */
export const packKeyEvents = ({
  chain,
  proof,
}: KeyEvents): { readonly list: KeyList; readonly blocks: readonly Block[] } => {
  const blocks = splitEvents([...chain, ...proof]).map(toBlock)
  const list = { version: KEY_LIST_VERSION, chain: chain.length, proof: proof.length } as const
  return { list: { ...list, blocks: blocks.map(({ cid }) => cid) }, blocks }
}

const areKeyBlocks = (value: unknown): value is Cid[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.length <= MAX_KEY_BLOCKS &&
  value.every((cid) => isBlockCid(cid) && cid.code === Codec.dagCbor) &&
  new Set(value.map(String)).size === value.length

/** [R9] The list in the value of a record. */
export const decodeKeyList = (value: unknown): Result<KeyList, KeyListError> => {
  if (!isRecord(value) || !isCount(value.version)) return malformed('key-list', 'no version')
  const { version, chain, proof, blocks } = value
  if (version !== KEY_LIST_VERSION) return unknownVersion('key-list', value.version, KEY_LIST_VERSION)
  if (!hasKeys(value, ['version', 'chain', 'proof', 'blocks']))
    return malformed('key-list', 'fields missing or unknown')
  if (!isCount(chain, MAX_KEY_EVENTS) || chain === 0) return malformed('key-list', '"chain" is not valid')
  if (proof !== 0 && proof !== PROOF_EVENTS) return malformed('key-list', '"proof" is not valid')
  if (!areKeyBlocks(blocks)) return malformed('key-list', '"blocks" is not valid')
  return ok({ version: KEY_LIST_VERSION, chain, proof, blocks })
}

const isEvent = (value: unknown): value is Uint8Array =>
  isBytes(value) && value.length > 0 && value.length <= MAX_KEY_EVENT_BYTES

const decodeBlock = (bytes: Uint8Array): Result<readonly Uint8Array[], KeyBlockError> => {
  const decoded = decodeCbor(bytes, MAX_BLOCK_BYTES)
  if (!decoded.ok) return malformed('key-block', decoded.error.reason)
  if (!isRecord(decoded.value) || !isCount(decoded.value.version)) return malformed('key-block', 'no version')
  const { version, events } = decoded.value
  if (version !== KEY_LIST_VERSION) return unknownVersion('key-block', decoded.value.version, KEY_LIST_VERSION)
  if (!hasKeys(decoded.value, ['version', 'events'])) return malformed('key-block', 'fields missing or unknown')
  const isFine = Array.isArray(events) && events.length > 0 && events.every(isEvent)
  return isFine ? ok(events) : malformed('key-block', '"events" is not valid')
}

/**
 * [R9] The key events in the blocks of a list, handed over in its order. Whether they count, the fold decides.
 * Stops at the first block that is wrong, and as soon as there are more events than the list speaks of.
 */
export const joinKeyEvents = (
  { chain, proof, blocks }: KeyList,
  contents: readonly Uint8Array[],
): Result<KeyEvents, KeyBlockError> => {
  const events: Uint8Array[] = []
  for (const [index, cid] of blocks.entries()) {
    const bytes = contents[index]
    if (!bytes || !verifyBlock(cid, bytes)) return err({ type: 'wrong-block', index })
    const part = decodeBlock(bytes)
    if (!part.ok) return part
    events.push(...part.value)
    if (events.length > chain + proof) break
  }
  if (events.length !== chain + proof) return malformed('key-block', `not ${chain + proof} events`)
  return ok({ chain: events.slice(0, chain), proof: events.slice(chain) })
}
