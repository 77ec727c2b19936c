/** Balances once more, as the protocol's page says them and with no thought of speed: what the ledger is compared with. */
import type { Fact, LeaseFact, LedgerFact, PledgeFact } from '../../../src/core/economy/ledger-facts.ts'
import { lipmaaOf } from '../../../src/core/logs/lipmaa.ts'
import { endsOf, leasesOf } from './history.ts'

const isEntry = (fact: Fact): fact is LedgerFact => fact.kind === 'pledge' || fact.kind === 'lease'

const claims = ({ seq, id, backlink, lipmaa }: LedgerFact): (readonly [number, string | undefined])[] => [
  [seq, id],
  [seq - 1, backlink],
  [lipmaaOf(seq), lipmaa],
]

const differ = (a: LedgerFact, b: LedgerFact): boolean =>
  a.device === b.device &&
  claims(a).some(([seq, id]) => claims(b).some(([other, named]) => seq === other && id && named && id !== named))

const isBarred = (facts: readonly Fact[], person: string): boolean => {
  const entries = facts.filter(isEntry)
  const isForked = entries.some((a) => a.person === person && entries.some((b) => differ(a, b)))
  return isForked || facts.some((fact) => fact.kind === 'warrant' && fact.person === person)
}

const isInForce = (facts: readonly Fact[], lease: LeaseFact, now: number): boolean => {
  if (isBarred(facts, lease.person) || isBarred(facts, lease.holderPerson)) return false
  const ends = endsOf(facts).filter(({ leases }) => leases.includes(lease.id))
  if (ends.some(({ kind, person }) => kind === 'release' && person === lease.person)) return false
  const noticed = ends.filter(({ kind, device }) => kind === 'notice' && device === lease.holderDevice)
  return now < Math.min(lease.ends, ...noticed.map((notice) => notice.ends))
}

const isSigned = (facts: readonly Fact[], lease: LeaseFact): boolean =>
  lease.device === lease.holderDevice ||
  facts.some((fact) => fact.kind === 'receipt' && fact.lease === lease.id && fact.device === lease.holderDevice)

/** The dearest of each copy. */
const priceOf = (leases: readonly LeaseFact[]): number => {
  const copies = new Map<string, number>()
  for (const { person, subject, holderDevice, steps } of leases) {
    const key = `${person} ${subject} ${holderDevice}`
    copies.set(key, Math.max(steps, copies.get(key) ?? 0))
  }
  return [...copies.values()].reduce((a, b) => a + b, 0)
}

const givenBy = (facts: readonly Fact[], person: string): number => {
  if (isBarred(facts, person)) return 0
  const pledges = facts.filter((fact): fact is PledgeFact => fact.kind === 'pledge' && fact.person === person)
  const newest = pledges.filter((a) => !pledges.some((b) => b.device === a.device && b.seq > a.seq))
  const byDevice = new Map(newest.map(({ device, slots }) => [device, slots]))
  return [...byDevice.values()].reduce((a, b) => a + b, 0) * 64
}

/** What a person gives, uses and holds, in steps; nobody's device was removed. */
export const plainBalance = (facts: readonly Fact[], person: string, now: number) => {
  const inForce = leasesOf([...new Map(facts.filter(isEntry).map((fact) => [fact.id, fact])).values()]).filter(
    (lease) => isInForce(facts, lease, now),
  )
  const given = givenBy(facts, person)
  const used = priceOf(inForce.filter((lease) => lease.person === person))
  const signed = priceOf(inForce.filter((lease) => lease.person === person && isSigned(facts, lease)))
  const held = priceOf(inForce.filter((lease) => lease.holderPerson === person && isSigned(facts, lease)))
  return { given, used, pending: used - signed, free: given - used, held }
}
