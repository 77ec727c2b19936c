/**
 * What is known of the economy: a set of verified statements, sorted so that a person's share is found without looking
 * at everybody's. Hearing is commutative and idempotent: whatever the order, and however often, the same statements
 * give the same ledger. It judges nothing; what counts at a time is ledger-view.ts. Rules Q16 to Q18 of docs/protocol.
 */
import type { PersonId } from '../identity/key-event-types.ts'
import { lipmaaOf } from '../logs/lipmaa.ts'
import type {
  DeviceId,
  EndFact,
  EntryId,
  Fact,
  LeaseFact,
  LedgerFact,
  Offence,
  PledgeFact,
  ProofFact,
  ReceiptFact,
  WarrantFact,
} from './ledger-facts.ts'

/** What is known of the ledger log of one device. */
export interface KnownLog {
  readonly entries: Map<EntryId, LedgerFact>
  /** What stands at a position, by the first entry that named it: the one there, or one that links there. */
  readonly claims: Map<number, EntryId>
  /** Two entries name different ones at one position. */
  forked: boolean
  /** Whom its entries speak for. */
  readonly persons: Set<PersonId>
  /** The pledges, in no order: which one counts depends on which entries do. */
  readonly pledges: PledgeFact[]
}

/** The set. Made by {@link emptyLedger}, changed by {@link hear} only. */
export interface Ledger {
  readonly logs: Map<DeviceId, KnownLog>
  readonly devicesByPerson: Map<PersonId, Set<DeviceId>>
  readonly leases: Map<EntryId, LeaseFact>
  readonly leasesByOwner: Map<PersonId, LeaseFact[]>
  readonly leasesByHolder: Map<PersonId, LeaseFact[]>
  /** By lease, then by signer: whoever signs for a lease is kept until it is known whose word counts. */
  readonly receipts: Map<EntryId, Map<string, ReceiptFact>>
  readonly releases: Map<EntryId, Map<string, EndFact>>
  readonly notices: Map<EntryId, Map<string, EndFact>>
  /** The newest proof, by lease, signer and challenging device. */
  readonly proofs: Map<EntryId, Map<string, ProofFact>>
  readonly warrants: Map<PersonId, Map<DeviceId, Offence>>
}

/** A ledger that heard nothing. */
export const emptyLedger = (): Ledger => ({
  logs: new Map(),
  devicesByPerson: new Map(),
  leases: new Map(),
  leasesByOwner: new Map(),
  leasesByHolder: new Map(),
  receipts: new Map(),
  releases: new Map(),
  notices: new Map(),
  proofs: new Map(),
  warrants: new Map(),
})

/** The value of a map, put there first where it is missing. */
const getOrPut = <K, V>(map: Map<K, V>, key: K, create: () => V): V => {
  const held = map.get(key)
  if (held !== undefined) return held
  const created = create()
  map.set(key, created)
  return created
}

const newMap = <K, V>(): Map<K, V> => new Map<K, V>()

const newLog = (): KnownLog => ({
  entries: new Map(),
  claims: new Map(),
  forked: false,
  persons: new Set(),
  pledges: [],
})

const claim = (log: KnownLog, seq: number, id: EntryId | undefined): void => {
  if (id !== undefined && getOrPut(log.claims, seq, () => id) !== id) log.forked = true
}

const hearLease = (ledger: Ledger, lease: LeaseFact): void => {
  ledger.leases.set(lease.id, lease)
  getOrPut(ledger.leasesByOwner, lease.person, () => [] as LeaseFact[]).push(lease)
  getOrPut(ledger.leasesByHolder, lease.holderPerson, () => [] as LeaseFact[]).push(lease)
}

const hearEntry = (ledger: Ledger, fact: LedgerFact): void => {
  const log = getOrPut(ledger.logs, fact.device, newLog)
  if (log.entries.has(fact.id)) return
  log.entries.set(fact.id, fact)
  claim(log, fact.seq, fact.id)
  claim(log, fact.seq - 1, fact.backlink)
  claim(log, lipmaaOf(fact.seq), fact.lipmaa)
  log.persons.add(fact.person)
  getOrPut(ledger.devicesByPerson, fact.person, () => new Set<DeviceId>()).add(fact.device)
  if (fact.kind === 'lease') hearLease(ledger, fact)
  else log.pledges.push(fact)
}

const signerOf = ({ person, device }: { readonly person: PersonId; readonly device: DeviceId }): string =>
  `${person}/${device}`

const hearReceipt = (ledger: Ledger, fact: ReceiptFact): void => {
  getOrPut(ledger.receipts, fact.lease, newMap<string, ReceiptFact>).set(signerOf(fact), fact)
}

const hearEnd = (ledger: Ledger, fact: EndFact): void => {
  const ends = fact.kind === 'release' ? ledger.releases : ledger.notices
  for (const lease of fact.leases) {
    const bySigner = getOrPut(ends, lease, newMap<string, EndFact>)
    // Of two notices the earlier end counts: a holder that took a notice back would have promised nothing.
    const held = bySigner.get(signerOf(fact))
    if (!held || fact.ends < held.ends) bySigner.set(signerOf(fact), fact)
  }
}

const hearProof = (ledger: Ledger, fact: ProofFact): void => {
  const proofs = getOrPut(ledger.proofs, fact.lease, newMap<string, ProofFact>)
  const key = `${signerOf(fact)}/${fact.challenger}/${fact.challengerDevice}`
  const held = proofs.get(key)
  if (!held || fact.time > held.time) proofs.set(key, fact)
}

const hearWarrant = (ledger: Ledger, { person, device, offence }: WarrantFact): void => {
  const offences = getOrPut(ledger.warrants, person, newMap<DeviceId, Offence>)
  // A device may have done both; which one is named must not depend on which was heard first.
  if (offences.get(device) !== 'fork') offences.set(device, offence)
}

/** [Q16] Adds a verified statement. Changes `ledger`; a view made before is not good any more. */
export const hear = (ledger: Ledger, fact: Fact): void => {
  if (fact.kind === 'pledge' || fact.kind === 'lease') hearEntry(ledger, fact)
  else if (fact.kind === 'receipt') hearReceipt(ledger, fact)
  else if (fact.kind === 'proof') hearProof(ledger, fact)
  else if (fact.kind === 'warrant') hearWarrant(ledger, fact)
  else hearEnd(ledger, fact)
}

/** [Q16] The ledger of these statements. */
export const foldFacts = (facts: Iterable<Fact>): Ledger => {
  const ledger = emptyLedger()
  for (const fact of facts) hear(ledger, fact)
  return ledger
}
