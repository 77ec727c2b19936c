/** Why something cannot be kept as often as it should be, in terms that a page can put into words. Rule PL10. */
import type { Candidate, Id, Place } from './placement-types.ts'

/** What is in the way. The first of these that is true is named. */
export type Shortfall =
  /** Nobody else is known here: invite someone. */
  | { readonly type: 'alone'; readonly missing: number }
  /** Others are known, and none of them is online. */
  | { readonly type: 'everyone-offline'; readonly missing: number; readonly persons: number }
  /** The owner gives too little: so many bytes more would do. */
  | { readonly type: 'balance-too-small'; readonly missing: number; readonly bytesWanting: number }
  /** Every person who is online keeps a piece already, or too few are. */
  | { readonly type: 'too-few-persons'; readonly missing: number; readonly persons: number }
  /** Enough persons are online, but their room is given away. */
  | { readonly type: 'too-little-room'; readonly missing: number; readonly persons: number }

/** What is known after choosing. */
export interface ShortfallFacts {
  /** Without the owner's devices. */
  readonly candidates: readonly Candidate[]
  readonly held: readonly Place[]
  /** Pieces that have no place. */
  readonly missing: number
  /** Bytes of one. */
  readonly piece: number
  /** What the owner may occupy. */
  readonly balanceBytes: number
  readonly chosen: number
}

/** The reason for `missing` pieces without a place. */
export const findShortfall = (facts: ShortfallFacts): Shortfall => {
  const { candidates, held, missing, piece, balanceBytes, chosen } = facts
  if (candidates.length === 0 && held.length === 0) return { type: 'alone', missing }
  const persons = new Set(candidates.map(({ person }) => person))
  const online = new Set(candidates.filter((candidate) => candidate.online).map(({ person }) => person))
  if (online.size === 0) return { type: 'everyone-offline', missing, persons: persons.size }
  const bytesWanting = (chosen + missing) * piece - balanceBytes
  if (balanceBytes < (chosen + 1) * piece) return { type: 'balance-too-small', missing, bytesWanting }
  const willing = without(online, held).size - chosen
  if (willing < missing) return { type: 'too-few-persons', missing, persons: online.size }
  return { type: 'too-little-room', missing, persons: online.size }
}

const without = (persons: ReadonlySet<Id>, held: readonly Place[]): Set<Id> => {
  const rest = new Set(persons)
  for (const { person } of held) rest.delete(person)
  return rest
}
