/**
 * Logs as the rest of the node sees them: append to one's own, take in what others send, read runs to send on.
 * Rules: DESIGN sections 3 (appending) and 5 (logs); ids [N5] to [N9], [N18] in docs/protocol/75-node.md.
 */
import type { EntryHash } from '../../core/logs/entry.ts'
import { LOG_LEDGER, logKind } from '../../core/logs/log-id.ts'
import type { Result } from '../../core/result.ts'

/** Kinds of logs; the id of the log itself also tells the generation (core/logs/log-id.ts). */

/** Public posts, reactions, profile, forgets: replicated to followers. */
export const LOG_FEED = 0
/** Private notes, sealed. Replicated among one's own devices. */
export const LOG_NOTES = 1
/** Private account state, sealed. Replicated among one's own devices. */
export const LOG_ACCOUNT = 2

/** Whether payloads of a log are sealed: all are but those that others must be able to read, the feed and the ledger. */
export const isSealedLog = (log: number): boolean => {
  const kind = logKind(log)
  return kind !== LOG_FEED && kind !== LOG_LEDGER
}

/** Sequence numbers from `from` to `to`, both held. They start at 1. */
export interface SeqRange {
  readonly from: number
  readonly to: number
}

/** What is held of one log. */
export interface LogHead {
  readonly person: string
  readonly device: Uint8Array
  readonly log: number
  /** Newest entry held, and its hash. */
  readonly seq: number
  readonly hash: EntryHash
  /** What is held, ascending, never touching. */
  readonly ranges: readonly SeqRange[]
  /** Of these, entries whose payload is missing for no known reason: others may have it. */
  readonly hollow: readonly SeqRange[]
  /** Two different entries were seen at one position: nothing more is taken in. */
  readonly forked: boolean
}

/** Where an entry stands. */
export interface EntryPosition {
  readonly device: Uint8Array
  readonly log: number
  readonly seq: number
}

/** Consecutive entries of one log. */
export interface EntryRun extends SeqRange {
  readonly device: Uint8Array
  readonly log: number
}

/** After a commit: entries `from`..`to` of a log are new here. */
export interface AppendEvent extends SeqRange {
  readonly person: string
  readonly device: Uint8Array
  readonly log: number
  /** True when this device wrote them. */
  readonly own: boolean
}

/** A log of which two entries at one position are known. */
export interface Fork {
  readonly person: string
  readonly device: Uint8Array
  readonly log: number
  /** When this node learned of it, milliseconds since 1970. */
  readonly time: number
  /** Two segments without payloads, both authentic, that cannot be of one log. */
  readonly proof: readonly [first: Uint8Array, second: Uint8Array]
}

/**
 * What taking in a segment changed. `added` is 0 when everything was held already; `filled` counts entries that were
 * held and got only now the payload that others should have had.
 */
export interface Ingested {
  readonly device: Uint8Array
  readonly log: number
  readonly from: number
  readonly to: number
  readonly added: number
  readonly filled: number
}

/** Why a segment was refused; nothing was stored. All but `full` are the sender's or author's doing. */
export type Refusal =
  /** Not a segment, or over a limit. */
  | { readonly type: 'malformed'; readonly reason: string }
  /** No key event names this device as one of the person's: fetch newer key events first. */
  | { readonly type: 'unknown-device' }
  /** The device was removed before these entries. */
  | { readonly type: 'removed-device' }
  /** Neither signed nor linked from what is signed. */
  | { readonly type: 'forged' }
  /** Two entries at one position. A proof was kept and the log stopped. */
  | { readonly type: 'fork' }
  /** One more separate piece of a log that is in too many already. */
  | { readonly type: 'scattered' }
  /** The person is blocked. */
  | { readonly type: 'blocked' }
  /** This node did not agree to hold that log. */
  | { readonly type: 'not-wanted' }
  /** More of a log than its owner's lease pays for. */
  | { readonly type: 'over-lease' }
  /** An offer over the ration of its person, or of all strangers. */
  | { readonly type: 'over-ration' }
  /** An offer that is not about anything here. */
  | { readonly type: 'off-topic' }
  /** The disk or quota is full. */
  | { readonly type: 'full' }

/** What is appended: a payload type of API and its body, or bytes sealed before. */
export interface NewEntry {
  readonly type: string
  readonly body: unknown
}

/** An entry that was just made. */
export interface Appended {
  /** The log it is in: the newest generation of its kind. */
  readonly log: number
  readonly id: string
  readonly hash: EntryHash
  readonly seq: number
}

/** A run in wire form, and which entries it holds. */
export interface WireSegment extends SeqRange {
  readonly bytes: Uint8Array
}

/** See the module's doc. All methods are safe to call at the same time: each log has one queue. */
export interface LogService {
  /** What is held of every log of a person. */
  heads(person: string): Promise<readonly LogHead[]>
  /** What is held of one log. */
  head(device: Uint8Array, log: number): Promise<LogHead | undefined>
  /**
   * A run starting at `fromSeq` in wire form: as many held entries as fit into `maxBytes` (at least one), no further
   * than `toSeq`. Undefined when `fromSeq` is not held.
   */
  readSegment(
    device: Uint8Array,
    log: number,
    fromSeq: number,
    maxBytes: number,
    toSeq?: number,
  ): Promise<WireSegment | undefined>
  /** The newest `count` entries held (fewer when they do not fit one message). */
  readTail(device: Uint8Array, log: number, count: number): Promise<WireSegment | undefined>
  /** Verifies, stores and updates every view in one transaction. `person` is who the sender says owns the log. */
  ingest(
    person: string,
    wireSegment: Uint8Array,
    /** Asked once it is known to be of a device of the person, before anything is stored. False: `not-wanted`. */
    expect?: (run: EntryRun) => boolean,
  ): Promise<Result<Ingested, Refusal>>
  /** Called after each commit, own and ingested alike. @returns stops it */
  onAppend(handler: (event: AppendEvent) => void): () => void
  /** Logs of a device that are known to be forked. */
  forks(device: Uint8Array): Promise<readonly Fork[]>
  /** Called when a fork became known. @returns stops it */
  onFork(handler: (fork: Fork) => void): () => void
  /** `peer` says that it holds a log up to there. If it is one of this device's own, appends wait for it a while. */
  heardOf(entry: EntryPosition, peer: Uint8Array): void
  /** Shows public entries of whoever is newly followed that were kept here without being shown. */
  showHeld(): Promise<void>
  /** Refused since start, by reason. */
  refused(): Readonly<Record<string, number>>
}
