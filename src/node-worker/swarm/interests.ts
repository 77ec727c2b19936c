/** Whose things this node wants and holds, as storage keys for hosts and as persons for sessions. */
import { PATHS, publicStorageKey } from '../../core/records/storage-key.ts'
import type { Leases } from '../leasing/standing.ts'
import type { Persons } from '../person/persons.ts'

/** Whom a node cares for. */
export interface Interests {
  /** Oneself, everyone followed, everyone for whom something is kept under leases: served to others, asked for. */
  kept(): readonly string[]
  /** `kept`, and those for whom something waits. */
  sought(): readonly string[]
  /** The storage key under which holders of a person's public things are found. */
  keyOf(person: string): Uint8Array
}

/**
 * @param waiting persons for whom an offer waits
 * @param isDrill [RC16] nobody's things but one's own
 */
export function createInterests(
  me: string,
  persons: Persons,
  leases: Pick<Leases, 'owners'>,
  waiting: ReadonlySet<string>,
  isDrill: boolean,
): Interests {
  const keys = new Map<string, Uint8Array>()
  const others = (): string[] => (isDrill ? [] : [...persons.followed(), ...leases.owners()])
  const kept = (): string[] => [...new Set([me, ...others()])]
  return {
    kept,
    sought: () => [...new Set([...kept(), ...waiting])].filter((person) => persons.relation(person) !== 'blocked'),
    keyOf(person) {
      const known = keys.get(person) ?? publicStorageKey(person, PATHS.heads)
      keys.set(person, known)
      return known
    },
  }
}
