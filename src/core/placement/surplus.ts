/**
 * Pieces that are too many, because a holder that was given up came back: which of them go. Rule PL20 of
 * docs/protocol/96-placement.md.
 */
import { AVAILABILITY } from './availability.ts'
import type { Id, Place } from './placement-types.ts'
import { piecesOf, type Redundancy } from './redundancy.ts'

/** A surplus is left alone for this long: who came back may go again. */
export const SURPLUS_PATIENCE_MS = 7 * 24 * 3_600_000

/** A live piece, and since when its holder has it. */
export interface HeldPiece extends Place {
  /** Milliseconds since 1970. */
  readonly since: number
}

/**
 * The devices that give notice, of all that hold a live piece: those of the worst class first, and of one class the
 * youngest, whatever order they are told in. The same at every device, so that two never make room for each other.
 */
export const chooseSurplus = (redundancy: Redundancy, live: readonly HeldPiece[]): Id[] =>
  [...live]
    .sort(worstFirst)
    .slice(0, Math.max(0, live.length - piecesOf(redundancy)))
    .map(({ device }) => device)

const rankOf = ({ availability }: Place): number => AVAILABILITY[availability].rank

const worstFirst = (a: HeldPiece, b: HeldPiece): number =>
  rankOf(b) - rankOf(a) || b.since - a.since || (String(a.device) < String(b.device) ? -1 : 1)
