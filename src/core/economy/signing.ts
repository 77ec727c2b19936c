/**
 * Whether a holder may sign for a lease that stands in the ledger already. The door before a lease is written is
 * occupation.ts; here the lease is among what the owner uses, and what was said after it does not count against it: so
 * all holders who know the same entries come to the same answer, whatever else the owner asks of others. Rule EC5 of
 * docs/protocol.
 */
import { err, ok, type Result } from '../result.ts'
import type { LeaseFact } from './ledger-facts.ts'
import type { Copy, LedgerView } from './ledger-view.ts'
import { checkStanding, type OccupationRefusal, provenSteps, STRANGER_RATION, type Trusts } from './occupation.ts'

/** Why a holder does not sign for a lease. */
export type SigningRefusal =
  | OccupationRefusal
  /** Over, released, with a device that is none of that person's, or never said. */
  | { readonly type: 'not-in-force' }

const isSameCopy = (copy: Copy, lease: LeaseFact): boolean =>
  copy.subject === lease.subject && copy.holderPerson === lease.holderPerson && copy.holderDevice === lease.holderDevice

/** What was said before the lease, as far as that can be told: other devices' words count whenever they were said. */
const isBefore = (copy: Copy, { device, seq }: LeaseFact): boolean =>
  copy.leases.some((other) => other.device !== device || other.seq <= seq)

const usedBy = (copies: readonly Copy[]): number => copies.reduce((total, { used }) => total + used, 0)

const checkHolder = (view: LedgerView, lease: LeaseFact, copy: Copy, signed: number): OccupationRefusal | undefined => {
  const { holderPerson: person, holderDevice: device } = lease
  const isOther = (other: Copy): boolean =>
    other.subject === lease.subject && other.holderPerson === person && other.holderDevice !== device && other.held > 0
  if (view.copiesOf(lease.person).some(isOther)) return { type: 'same-person', person }
  const needed = copy.used - copy.held
  const room = (view.devices(person).find((known) => known.device === device)?.room ?? 0) - signed
  return needed > 0 && needed > room ? { type: 'no-room', device, needed, room } : undefined
}

const checkOwner = (view: LedgerView, lease: LeaseFact, copy: Copy, trusts: Trusts): OccupationRefusal | undefined => {
  const { person: owner } = lease
  const needed = copy.used - copy.held
  const copies = view.copiesOf(owner).filter((other) => isBefore(other, lease))
  const free = view.balance(owner).given - usedBy(copies) + needed
  if (needed > free) return { type: 'over-balance', needed, free, missing: needed - free }
  if (trusts(owner)) return undefined
  const used = usedBy(copies.filter(({ holderPerson }) => holderPerson !== owner)) - needed
  const ration = STRANGER_RATION + provenSteps(view, owner, trusts)
  const missing = used + needed - ration
  return missing > 0 ? { type: 'over-ration', needed, ration, used, missing } : undefined
}

/**
 * [EC5] Whether the holder of a lease may sign for it now; one that costs nothing beyond what it holds is renewed.
 * @param signed steps that the holder signed for since the view was made
 * @returns the steps that it takes beyond what is held already
 */
export const checkSigning = (
  view: LedgerView,
  lease: LeaseFact,
  trusts: Trusts,
  signed = 0,
): Result<number, SigningRefusal> => {
  const { person: owner, holderPerson: holder } = lease
  const standing = checkStanding(view, owner, [holder])
  if (standing) return err(standing)
  const copy = view.copiesOf(owner).find((known) => isSameCopy(known, lease))
  if (!copy?.leases.some(({ id }) => id === lease.id)) return err({ type: 'not-in-force' })
  const isRenewal = copy.used === copy.held
  const refusal =
    checkHolder(view, lease, copy, signed) ?? (isRenewal ? undefined : checkOwner(view, lease, copy, trusts))
  return refusal ? err(refusal) : ok(copy.used - copy.held)
}
