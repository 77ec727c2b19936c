/**
 * How often something damaged or forged was turned away, by reason: one counter for all that speaks to peers. The
 * reasons are a fixed list, so that nobody can make it grow; a full disk here is none of them. Rule [N23].
 */

/** Reasons, and what was turned away for each. */
export const REFUSED = {
  /** Bytes of a block that do not fit the CID they were asked for under. */
  'forged-block': 'block',
  /** An answer to no question, or a body without its header, on a block stream. */
  'unasked-block': 'block',
  /** A key event whose signature is not the one that its place in the chain needs. */
  'forged-key-events': 'key event',
  /** Key events that cannot be decoded, are too many, or begin with nobody. */
  'malformed-key-events': 'key event',
  /** A record that somebody was brought back by: forged, not a record, or not the one that was asked for. */
  'forged-recovery': 'record',
  /** The record of a shared note: forged, not a record, or not the one that was asked for. */
  'forged-share': 'record',
  /** An answer over HTTP that is over its limit, or no list where one was asked for. */
  'oversized-answer': 'message',
  /** A message on a sync stream over a limit or of another shape than its kind has. */
  'malformed-sync': 'message',
  /** A message on a sync stream in a version that this node does not speak. */
  'unknown-sync-version': 'message',
  /** A receipt, proof or other word on storage that was not asked for, or does not verify. */
  'bad-statement': 'message',
  /** Leaves that a holder signed and that are not those of the block: it lost what it promised to keep. */
  'wrong-proof': 'message',
  /** A packet or frame that breaks the rules of sessions; it ends its session. */
  'session-violation': 'packet',
  /** Bytes on a carrier that do not decrypt; they lose the carrier. */
  'undecryptable-carrier': 'carrier',
  /** A carrier message that is empty, too long or not made of whole Noise messages. */
  'malformed-carrier': 'carrier',
  /** More on a carrier than can be decrypted in time. */
  'flooded-carrier': 'carrier',
} as const

/** Why something was turned away. */
export type Refused = keyof typeof REFUSED

/** Counts one piece that was turned away. */
export type Refuse = (reason: Refused) => void

/** See the module's doc. */
export interface Refusals {
  readonly count: Refuse
  /** Counts since the start; reasons that never occurred are left out. */
  counts(): Readonly<Partial<Record<Refused, number>>>
}

/** All at zero. */
export const createRefusals = (): Refusals => {
  const counts: Partial<Record<Refused, number>> = {}
  return {
    count(reason) {
      counts[reason] = (counts[reason] ?? 0) + 1
    },
    counts: () => ({ ...counts }),
  }
}
