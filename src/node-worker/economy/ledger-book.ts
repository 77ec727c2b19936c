/**
 * What this node knows of the economy: statements that are durable, folded in memory. Pledges and leases of this
 * person's devices are in their ledger logs, everything else in the table `economy`. Rules Q32 to Q36 of docs/protocol.
 */
import type { EntryId, Fact, LeaseFact } from '../../core/economy/ledger-facts.ts'
import type { LedgerView } from '../../core/economy/ledger-view.ts'
import type {
  Challenge,
  Lease,
  LedgerBody,
  LedgerEvidence,
  Notice,
  Proof,
  Receipt,
  Release,
  SignedStatement,
} from '../../core/economy/statement-types.ts'
import type { Result } from '../../core/result.ts'
import type { Also } from '../log/append.ts'
import type { Heard, NoFact } from './heard.ts'
import type { NotKept } from './ledger-limits.ts'
import type { Kept } from './ledger-rows.ts'

/** Why nothing was kept of what was heard. */
export type HearError = NoFact | NotKept | { readonly type: 'no-person' } | { readonly type: 'full' }

/** A lease, and what shows it to others. */
export interface KnownLease {
  readonly fact: LeaseFact
  readonly lease: Lease
  readonly evidence: LedgerEvidence
}

type Said<S> = Omit<S, 'version' | 'network' | 'group' | 'person' | 'device' | 'keyEvent' | 'time'>

/** What a device says outside its ledger log, before it puts its name and the time to it. */
export type Unsigned = Said<Receipt> | Said<Release> | Said<Notice> | Said<Challenge> | Said<Proof>

/** See the module's doc. */
export interface LedgerBook {
  /** Balances now or at `time`, by the key events known here. Good until the next change (topic `economy`). */
  view(time?: number): LedgerView
  /** A lease that is known here. */
  lease(id: EntryId): KnownLease | undefined
  /** The receipt that is kept for a lease, and when it came here, milliseconds since 1970. */
  receipt(lease: EntryId): { readonly bytes: Uint8Array; readonly heard: number } | undefined
  /** The bytes of the receipt, releases and notices that are kept for a lease, to show to others. */
  statementsOf(lease: EntryId): readonly Uint8Array[]
  /** Everything that is known: first what stands in ledger logs, then the rest as it was heard. */
  all(): Iterable<Kept>
  /**
   * Appends pledges or leases to this device's ledger log. Durable when it resolves, with what `also` writes in the same
   * transaction. Only with a person signed in.
   * @returns their ids, in that order
   * @throws LogSpentError when the ledger was forked; StoreFullError; RangeError for what nobody would take
   */
  say(bodies: readonly LedgerBody[], also?: Also): Promise<readonly EntryId[]>
  /** Verifies and keeps what others said. Nothing is stored that is not true, or not this person's concern. */
  hear(heard: Heard): Promise<Result<Fact, HearError>>
  /**
   * Signs a statement of this device. Receipts, releases and notices are kept, durably, before anybody gets to see them.
   * Only with a person signed in.
   * @throws StoreFullError; RangeError for what nobody would take
   */
  sign(said: Unsigned): Promise<SignedStatement>
  /** Stops listening; what runs is let finish. */
  close(): Promise<void>
}
