/**
 * What two nodes say to each other to bring a reader's copy of somebody's logs up to date. The reader asks, the holder
 * answers; each side of a session is the reader on the streams that it opened. Rules: docs/protocol/80-sync.md.
 */
import type { SeqRange } from './ranges.ts'

/** Stream kinds. A node closes a stream of any other kind with `unknown-kind`. */
export const StreamKind = {
  /** Interactive: wants, heads, key events, records, live entries, acknowledgements. */
  log: 'kith/log',
  /** Bulk: runs of older entries. */
  backfill: 'kith/backfill',
  /** Bulk: blocks by CID. */
  block: 'kith/block',
  /** Interactive: one's own entries about something of the peer's person. */
  offer: 'kith/offer',
  /** Interactive: what is left with the peer, and what it signs for. */
  lease: 'kith/lease',
} as const

/** One log as its holder has it: a device's key, a log id, what is held in ascending ranges. */
export interface LogRanges {
  readonly device: Uint8Array
  readonly log: number
  readonly ranges: readonly SeqRange[]
}

/** From a reader: send me news of this person. Replaces what was asked for that person before. */
export interface Want {
  readonly type: 'want'
  readonly person: string
  /** CID bytes of the newest key event of the person that the reader knows; null when it knows none. */
  readonly newest: Uint8Array | null
  /** What the reader holds, so that the holder does not send it again. */
  readonly logs: readonly LogRanges[]
}

/** From a reader: no more news of this person. */
export interface Unwant {
  readonly type: 'unwant'
  readonly person: string
}

/** From a reader: entries up to `seq` are stored durably here. */
export interface Have {
  readonly type: 'have'
  readonly person: string
  readonly device: Uint8Array
  readonly log: number
  readonly seq: number
  /** True when the reader is an always-on peer. */
  readonly alwaysOn: boolean
}

/**
 * From a holder: key events of a person, oldest first, and behind them the two rotations that prove a contest. A chain
 * too long for one message comes in several, each with the proof, so that none is read without it.
 */
export interface Events {
  readonly type: 'events'
  readonly person: string
  readonly events: readonly Uint8Array[]
}

/** From a holder: records of a person that it holds. */
export interface Records {
  readonly type: 'records'
  readonly person: string
  readonly records: readonly { readonly key: Uint8Array; readonly record: Uint8Array }[]
}

/** From a holder: what it holds of a person's logs now. An empty list says that it holds nothing. */
export interface Heads {
  readonly type: 'heads'
  readonly person: string
  /** CID bytes of the newest key event of the person that the holder knows; null when it knows none, or does not tell. */
  readonly newest: Uint8Array | null
  readonly logs: readonly LogRanges[]
}

/** From a holder: a segment in wire form. */
export interface SegmentMessage {
  readonly type: 'segment'
  readonly person: string
  readonly segment: Uint8Array
}

/** From a reader on a backfill stream: send the entries `from` to `to` of a log. */
export interface Get {
  readonly type: 'get'
  readonly person: string
  readonly device: Uint8Array
  readonly log: number
  readonly from: number
  readonly to: number
}

/** From a holder on a backfill stream: that is all of the last `get` that it has. */
export interface End {
  readonly type: 'end'
}

/** On an offer stream: one entry of the sender's person, with what its receiver needs to check and show it. */
export interface Offer {
  readonly type: 'offer'
  readonly id: string
  readonly segment: Uint8Array
  readonly records: readonly { readonly key: Uint8Array; readonly record: Uint8Array }[]
}

/** The answer to an offer. `again` says that offering it later may help. */
export interface OfferAnswer {
  readonly type: 'answer'
  readonly id: string
  readonly taken: boolean
  readonly again: boolean
}

/** What a reader says on a log stream. */
export type ReaderMessage = Want | Unwant | Have
/** What a holder says on a log stream. */
export type HolderMessage = Events | Records | Heads | SegmentMessage
/** What a holder says on a backfill stream. */
export type BackfillMessage = SegmentMessage | End
