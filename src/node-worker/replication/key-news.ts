/** Key events between reader and holder: who knows the newest, how a chain is sent, what of one was refused. */
import { cidFromBytes, cidToBytes, cidToString, parseCid } from '../../core/blocks/cid.ts'
import { equalBytes } from '../../core/bytes.ts'
import type { KeyState } from '../../core/identity/key-state.ts'
import type { Result } from '../../core/result.ts'
import type { Events } from '../../core/sync/messages.ts'
import type { AppliedKeyEvents, KeyEventsRefusal } from '../person/persons.ts'
import type { Refuse } from '../refusals.ts'

/** Bytes of a chain in one message, so that it fits with the proof and what is around them. */
export const MAX_CHAIN_PIECE_BYTES = 196_608

/** CID bytes of the newest key event in a state; null when there is none. */
export const newestIn = (state: KeyState | undefined): Uint8Array | null => {
  const cid = state && parseCid(state.newest)
  return cid?.ok ? cidToBytes(cid.value) : null
}

/** Whether a peer that names this event as the newest knows what is known here, neither less nor more. */
export const isNewest = (state: KeyState | undefined, named: Uint8Array | null): boolean => {
  const newest = newestIn(state)
  return newest !== null && named !== null && equalBytes(newest, named)
}

/** Whether the event with these CID bytes counts here. */
export const isKnownEvent = (state: KeyState | undefined, named: Uint8Array): boolean => {
  const cid = cidFromBytes(named)
  return cid.ok && (state?.cids ?? []).includes(cidToString(cid.value))
}

/** [SY21] A chain in as few messages as hold it, the proof of a contest in each. */
export const toEventMessages = (person: string, { chain, proof }: KeyState): Events[] => {
  const pieces: Uint8Array[][] = [[]]
  let bytes = 0
  for (const event of chain) {
    if (bytes + event.length > MAX_CHAIN_PIECE_BYTES) {
      pieces.push([])
      bytes = 0
    }
    pieces.at(-1)!.push(event)
    bytes += event.length
  }
  return pieces.map((piece) => ({ type: 'events', person, events: [...piece, ...proof] }))
}

/** Counts what of key events was refused, once for all that came together. */
export const countRefusedEvents = (applied: Result<AppliedKeyEvents, KeyEventsRefusal>, refuse: Refuse): void => {
  const isMalformed = applied.ok ? applied.value.malformed > 0 : applied.error.type === 'malformed'
  const isForged = applied.ok ? applied.value.forged > 0 : applied.error.type === 'forged'
  if (isMalformed) refuse('malformed-key-events')
  if (isForged) refuse('forged-key-events')
}
