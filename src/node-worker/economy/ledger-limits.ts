/**
 * What of the words of others is kept here: only what concerns this person as owner or holder, and no more of it than
 * is named here. Rules Q33 and Q34 of docs/protocol.
 */
import type {
  EndFact,
  Fact,
  LeaseFact,
  PledgeFact,
  ProofFact,
  ReceiptFact,
  WarrantFact,
} from '../../core/economy/ledger-facts.ts'
import type { LedgerMemory } from './ledger-memory.ts'
import { type Kept, placeOf } from './ledger-rows.ts'

/** Statements of all kinds in the table. */
export const MAX_KEPT = 65_536
/** Leases of one other person that nobody here signed for. */
export const MAX_UNSIGNED_LEASES = 256
/** Those of all other persons together: making persons costs nothing. */
export const MAX_UNSIGNED_IN_ALL = 4_096
/** Pledges of devices of others, one a device. */
export const MAX_KEPT_PLEDGES = 1_024
/** Releases and notices that name one lease. */
export const MAX_ENDS_PER_LEASE = 4
/** Warrants, one a device; each may have a quarter of a mebibyte. */
export const MAX_KEPT_WARRANTS = 32
/** For so long a lease is remembered after it ended, so that it is not taken for one that was never heard of. */
export const LEASE_MEMORY = 86_400_000

/** Why a statement that is true is not kept. */
export type NotKept =
  /** It is not about anything that this person owns or holds. */
  | { readonly type: 'no-concern' }
  /** It is about a lease that was not shown here: show it first. */
  | { readonly type: 'unknown-lease'; readonly lease: string }
  | { readonly type: 'lease-over'; readonly ends: number; readonly now: number }
  | {
      readonly type: 'too-many'
      readonly what: 'statements' | 'leases' | 'pledges' | 'ends' | 'warrants'
      readonly limit: number
    }

/** What the answer depends on. */
export interface KeepContext {
  readonly memory: LedgerMemory
  readonly me: string
  readonly now: number
  /** Whether a person is followed or oneself. */
  isFollowed(person: string): boolean
}

const NO_CONCERN: NotKept = { type: 'no-concern' }

const tooMany = (what: Extract<NotKept, { type: 'too-many' }>['what'], limit: number): NotKept => ({
  type: 'too-many',
  what,
  limit,
})

const countKept = ({ kept }: LedgerMemory, isCounted: (fact: Fact) => boolean): number => {
  let count = 0
  for (const { fact } of kept.values()) if (isCounted(fact)) count++
  return count
}

const isPartner = ({ memory, me }: KeepContext, person: string): boolean => {
  const { leasesByOwner, leasesByHolder } = memory.ledger()
  const isMine = (lease: LeaseFact): boolean => lease.person === me || lease.holderPerson === me
  return [leasesByOwner, leasesByHolder].some((leases) => leases.get(person)?.some(isMine))
}

const isKnownHere = (context: KeepContext, person: string): boolean =>
  person === context.me || context.isFollowed(person) || isPartner(context, person)

/** [Q34] A lease of somebody else costs nothing to write, so only so many wait for an answer. */
const checkWaiting = (lease: LeaseFact, { memory, me }: KeepContext): NotKept | undefined => {
  if (lease.person === me) return undefined
  let [theirs, all] = [0, 0]
  for (const { fact } of memory.kept.values()) {
    if (fact.kind !== 'lease' || fact.person === me || memory.kept.has(`receipt/${fact.id}`)) continue
    all++
    if (fact.person === lease.person) theirs++
  }
  if (theirs >= MAX_UNSIGNED_LEASES) return tooMany('leases', MAX_UNSIGNED_LEASES)
  return all < MAX_UNSIGNED_IN_ALL ? undefined : tooMany('leases', MAX_UNSIGNED_IN_ALL)
}

const checkLease = (fact: LeaseFact, context: KeepContext): NotKept | undefined => {
  const { me, now } = context
  if (fact.person !== me && fact.holderPerson !== me) return NO_CONCERN
  return fact.ends <= now ? { type: 'lease-over', ends: fact.ends, now } : checkWaiting(fact, context)
}

const checkPledge = (fact: PledgeFact, context: KeepContext): NotKept | undefined => {
  if (!isKnownHere(context, fact.person)) return NO_CONCERN
  const pledges = countKept(context.memory, ({ kind }) => kind === 'pledge')
  return pledges < MAX_KEPT_PLEDGES ? undefined : tooMany('pledges', MAX_KEPT_PLEDGES)
}

const checkByHolder = (fact: ReceiptFact | ProofFact, { memory }: KeepContext): NotKept | undefined => {
  const lease = memory.lease(fact.lease)?.fact
  if (!lease) return { type: 'unknown-lease', lease: fact.lease }
  return lease.holderPerson === fact.person && lease.holderDevice === fact.device ? undefined : NO_CONCERN
}

/** Whether it is the signer's business to end that lease. */
const mayEnd = ({ kind, person, device }: EndFact, lease: LeaseFact): boolean =>
  kind === 'release' ? lease.person === person : lease.holderPerson === person && lease.holderDevice === device

const checkEnd = (fact: EndFact, { memory }: KeepContext): NotKept | undefined => {
  const known = fact.leases.flatMap((id) => memory.lease(id)?.fact ?? [])
  if (known.length === 0) return { type: 'unknown-lease', lease: fact.leases[0]! }
  const ended = known.filter((lease) => mayEnd(fact, lease))
  if (ended.length === 0) return NO_CONCERN
  const endsOf = ({ id }: LeaseFact): number =>
    memory.about(id).filter(({ fact: { kind } }) => kind !== 'receipt').length
  return ended.some((lease) => endsOf(lease) < MAX_ENDS_PER_LEASE) ? undefined : tooMany('ends', MAX_ENDS_PER_LEASE)
}

const checkWarrant = (fact: WarrantFact, context: KeepContext): NotKept | undefined => {
  if (!isKnownHere(context, fact.person)) return NO_CONCERN
  const warrants = countKept(context.memory, ({ kind }) => kind === 'warrant')
  return warrants < MAX_KEPT_WARRANTS ? undefined : tooMany('warrants', MAX_KEPT_WARRANTS)
}

const checkKind = (fact: Fact, context: KeepContext): NotKept | undefined => {
  switch (fact.kind) {
    case 'lease':
      return checkLease(fact, context)
    case 'pledge':
      return checkPledge(fact, context)
    case 'receipt':
    case 'proof':
      return checkByHolder(fact, context)
    case 'warrant':
      return checkWarrant(fact, context)
    default:
      return checkEnd(fact, context)
  }
}

/** Whether what is kept in that place says as much already. */
const isOlder = (held: Fact, fact: Fact): boolean => {
  if (held.kind === 'pledge' && fact.kind === 'pledge') return fact.seq < held.seq || fact.id === held.id
  return held.kind !== 'proof' || fact.kind !== 'proof' || fact.time <= held.time
}

/** [Q33] Whether a verified statement is kept: it is new and concerns this person, or why not. */
export const checkKeeping = (
  statement: Pick<Kept, 'fact' | 'shown'>,
  context: KeepContext,
): 'new' | 'known' | NotKept => {
  const { fact } = statement
  const { kept, logged } = context.memory
  if ((fact.kind === 'lease' || fact.kind === 'pledge') && logged.has(fact.id)) return 'known'
  const held = kept.get(placeOf(statement))
  if (held) return isOlder(held.fact, fact) ? 'known' : 'new'
  const refusal = checkKind(fact, context)
  if (refusal) return refusal
  return kept.size < MAX_KEPT ? 'new' : tooMany('statements', MAX_KEPT)
}

const isOver = (fact: Fact, now: number): boolean => fact.kind === 'lease' && fact.ends + LEASE_MEMORY <= now

/** [Q35] Places of what nobody needs any more: leases that are over since a day, and what was said of no other. */
export const placesOver = ({ kept, lease }: LedgerMemory, now: number): string[] => {
  const isGone = (id: string): boolean => {
    const found = lease(id)
    return !found || isOver(found.fact, now)
  }
  const isUseless = (fact: Fact): boolean => {
    if (fact.kind === 'lease') return isOver(fact, now)
    if (fact.kind === 'receipt' || fact.kind === 'proof') return isGone(fact.lease)
    return (fact.kind === 'release' || fact.kind === 'notice') && fact.leases.every(isGone)
  }
  return [...kept].flatMap(([place, { fact }]) => (isUseless(fact) ? [place] : []))
}
