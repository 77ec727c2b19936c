/**
 * What a holder looks at before it signs for a lease: its terms by the holder's own clock, and, for a block, that the
 * bytes are the block and the root is theirs. What it signs is evidence against it later on. Rules Q9 and Q10 of
 * docs/protocol.
 */
import { verifyBlock } from '../blocks/cid.ts'
import { equalBytes } from '../bytes.ts'
import { err, ok, type Result } from '../result.ts'
import { CLOCK_SKEW, USUAL_TERM } from './economy-limits.ts'
import { merkleRoot } from './merkle.ts'
import type { Lease } from './statement-types.ts'

/** Why a holder does not sign, with the figures that the owner needs to write a better lease. Milliseconds. */
export type TermsRefusal =
  | { readonly type: 'lease-over'; readonly ends: number; readonly now: number }
  /** The clocks are further apart than CLOCK_SKEW. */
  | { readonly type: 'clocks-differ'; readonly theirs: number; readonly now: number }
  | { readonly type: 'term-too-long'; readonly term: number; readonly longest: number }

/** [Q9] Whether a lease that arrives at `now` has terms to sign for; `longest` is how long it may run from now on. */
export const checkLeaseTerms = (
  { time, ends }: Pick<Lease, 'time' | 'ends'>,
  now: number,
  longest: number = USUAL_TERM,
): Result<void, TermsRefusal> => {
  if (ends <= now) return err({ type: 'lease-over', ends, now })
  if (Math.abs(time - now) > CLOCK_SKEW) return err({ type: 'clocks-differ', theirs: time, now })
  const term = ends - now
  return term > longest + CLOCK_SKEW ? err({ type: 'term-too-long', term, longest }) : ok(undefined)
}

/** The lease names other bytes than these. */
export interface NotTheBlock {
  readonly type: 'not-the-block'
  /** What of the lease does not fit; `subject` when it is no block at all. */
  readonly wrong: 'subject' | 'size' | 'cid' | 'root'
}

/** [Q10] Whether `bytes` are the block of a lease, with the size and the Merkle root that it states. */
export const checkLeasedBlock = (
  { subject, size }: Pick<Lease, 'subject' | 'size'>,
  bytes: Uint8Array,
): Result<void, NotTheBlock> => {
  const refuse = (wrong: NotTheBlock['wrong']) => err<NotTheBlock>({ type: 'not-the-block', wrong })
  if (subject.kind !== 'block') return refuse('subject')
  if (bytes.length !== size) return refuse('size')
  if (!verifyBlock(subject.cid, bytes)) return refuse('cid')
  return equalBytes(merkleRoot(bytes), subject.root) ? ok(undefined) : refuse('root')
}
