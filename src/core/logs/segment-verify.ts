/**
 * The verdict on a run of entries. DESIGN's rule: an entry is authentic if its own signature verifies, or if it is
 * hash-linked from an entry that is authentic. Inside a decoded segment every entry is linked from the next, so one
 * check of the last decides for all; and none is needed where an authentic later entry links to the last.
 * Rules S8 to S11 of docs/protocol.
 */
import { equalBytes } from '../bytes.ts'
import type { Verifier } from '../ports.ts'
import { err, ok, type Result } from '../result.ts'
import { type EntryHash, encodeUnsigned } from './entry.ts'
import { lipmaaOf } from './lipmaa.ts'
import { lastEntryOf, type Segment } from './segment.ts'

/** Why an intact segment is not accepted. */
export type SegmentRefusal =
  /** Not authentic: neither signed by its author nor what a later authentic entry links to. */
  | { readonly type: 'forged'; readonly seq: number }
  /** Authentic, yet it names another entry at `seq` than the authentic one held: the author forked the log. */
  | { readonly type: 'fork'; readonly seq: number; readonly held: EntryHash; readonly claimed: EntryHash }
  /** Does not follow what is held. */
  | { readonly type: 'gap'; readonly expected: number; readonly found: number }
  /** Follows the entry that ended the log. */
  | { readonly type: 'ended'; readonly seq: number }

/** A place in a log and the hash of the authentic entry there. */
interface Anchor {
  readonly seq: number
  readonly hash: EntryHash
}

/** What the reader already holds of the log, as far as it matters for a run. */
export interface VerifyContext {
  readonly verifier: Verifier
  /** The entry just before the run, when it is held. */
  readonly anchor?: (Anchor & { readonly endOfLog?: boolean }) | undefined
  /** The run's last position, and the hash that an authentic later entry links to there. */
  readonly later?: Anchor | undefined
  /** Hashes of other authentic entries held, to compare with lipmaa links that leave the run. */
  readonly known?: ((seq: number) => EntryHash | undefined) | undefined
}

const isSigned = (segment: Segment, verifier: Verifier): Promise<boolean> => {
  const last = lastEntryOf(segment)
  return verifier.verify(last.author, encodeUnsigned(last), last.signature)
}

/** Whether the later entry that links to the run means this very run. */
const isLinked = (segment: Segment, later: Anchor): boolean => {
  const { seq, hash } = lastEntryOf(segment)
  return later.seq === seq && equalBytes(later.hash, hash)
}

const authenticate = async (
  segment: Segment,
  { verifier, later }: VerifyContext,
): Promise<SegmentRefusal | undefined> => {
  if (later && isLinked(segment, later)) return undefined
  const { seq, hash } = lastEntryOf(segment)
  if (!(await isSigned(segment, verifier))) return { type: 'forged', seq }
  // Signed, and still not the entry that the same author linked to later on.
  return later?.seq === seq ? { type: 'fork', seq, held: later.hash, claimed: hash } : undefined
}

const compareWithAnchor = (segment: Segment, { anchor }: VerifyContext): SegmentRefusal | undefined => {
  if (!anchor) return undefined
  const { firstSeq, entries } = segment
  if (anchor.seq + 1 !== firstSeq) return { type: 'gap', expected: anchor.seq + 1, found: firstSeq }
  const claimed = entries[0]!.backlink!
  if (!equalBytes(claimed, anchor.hash)) return { type: 'fork', seq: anchor.seq, held: anchor.hash, claimed }
  return anchor.endOfLog ? { type: 'ended', seq: anchor.seq } : undefined
}

const compareWithKnown = (segment: Segment, { known }: VerifyContext): SegmentRefusal | undefined => {
  if (!known) return undefined
  for (const { seq, lipmaa } of segment.entries) {
    const target = lipmaaOf(seq)
    if (!lipmaa || target >= segment.firstSeq) continue
    const held = known(target)
    if (held && !equalBytes(held, lipmaa)) return { type: 'fork', seq: target, held, claimed: lipmaa }
  }
  return undefined
}

/**
 * Whether a decoded segment is authentic and agrees with what is held. At most one signature is checked, and it is
 * checked before anything is called a fork, so that a forger cannot make an honest author look like one who forks.
 */
export const verifySegment = async (
  segment: Segment,
  context: VerifyContext,
): Promise<Result<void, SegmentRefusal>> => {
  const refusal =
    (await authenticate(segment, context)) ?? compareWithAnchor(segment, context) ?? compareWithKnown(segment, context)
  return refusal ? err(refusal) : ok(undefined)
}
