/** What is known of the economy, in memory: the fold, and where the bytes are that show each part of it. */

import { foldFacts, hear, type Ledger } from '../../core/economy/ledger.ts'
import type { EntryId, Fact, LeaseFact } from '../../core/economy/ledger-facts.ts'
import { type Kept, placeOf } from './ledger-rows.ts'

/** See the module's doc. */
export interface LedgerMemory {
  ledger(): Ledger
  /** By place (ledger-rows.ts), in the order in which they were heard. */
  readonly kept: ReadonlyMap<string, Kept>
  /** What stands in ledger logs here, by id of the entry. */
  readonly logged: ReadonlyMap<EntryId, Kept>
  lease(id: EntryId): (Kept & { readonly fact: LeaseFact }) | undefined
  /** Receipts, releases and notices that name a lease. */
  about(lease: EntryId): readonly Kept[]
  /** Adds a statement, which takes the place of an earlier one. */
  keep(kept: Kept): void
  /** Adds an entry of a ledger log that is held here. */
  log(kept: Kept): void
  drop(places: readonly string[]): void
}

const isLease = (kept: Kept | undefined): kept is Kept & { readonly fact: LeaseFact } => kept?.fact.kind === 'lease'

const leasesIn = (fact: Fact): readonly EntryId[] => {
  if (fact.kind === 'receipt') return [fact.lease]
  return fact.kind === 'release' || fact.kind === 'notice' ? fact.leases : []
}

/** An empty memory. */
export const createLedgerMemory = (): LedgerMemory => {
  const kept = new Map<string, Kept>()
  const logged = new Map<EntryId, Kept>()
  const placesByLease = new Map<EntryId, Set<string>>()
  let ledger = foldFacts([])

  const addPlace = (place: string, { fact }: Kept): void => {
    for (const lease of leasesIn(fact)) {
      placesByLease.set(lease, (placesByLease.get(lease) ?? new Set()).add(place))
    }
  }
  const removePlace = (place: string): void => {
    const gone = kept.get(place)
    for (const lease of gone ? leasesIn(gone.fact) : []) {
      const places = placesByLease.get(lease)
      places?.delete(place)
      if (places?.size === 0) placesByLease.delete(lease)
    }
    kept.delete(place)
  }

  return {
    ledger: () => ledger,
    kept,
    logged,
    lease(id) {
      const found = logged.get(id) ?? kept.get(`lease/${id}`)
      return isLease(found) ? found : undefined
    },
    about: (lease) => [...(placesByLease.get(lease) ?? [])].map((place) => kept.get(place)!),
    keep(statement) {
      const place = placeOf(statement)
      removePlace(place)
      kept.set(place, statement)
      addPlace(place, statement)
      hear(ledger, statement.fact)
    },
    log(entry) {
      if (entry.fact.kind !== 'lease' && entry.fact.kind !== 'pledge') return
      logged.set(entry.fact.id, entry)
      hear(ledger, entry.fact)
    },
    drop(places) {
      for (const place of places) removePlace(place)
      // A fold forgets nothing: what is dropped goes with the fold that it was in.
      ledger = foldFacts([...logged.values(), ...kept.values()].map(({ fact }) => fact))
    },
  }
}
