/**
 * How much of an item is kept, and what that costs: whole copies, or shards of which some suffice (counts only; coding
 * is not done here). Rules PL3 to PL5 of docs/protocol/96-placement.md. Sizes are bytes.
 */
import { err, ok, type Result } from '../result.ts'

/** R whole copies, or N shards of which any K give the item back. */
export type Redundancy =
  | { readonly kind: 'copies'; readonly copies: number }
  | { readonly kind: 'shards'; readonly needed: number; readonly total: number }

/** Copies or shards of one item: each goes to another person, and more persons than this nobody can find. */
export const MAX_PIECES = 64

/** What is kept is charged in steps of this. */
export const CHARGE_STEP_BYTES = 4096

/** Why a redundancy is none. */
export interface BadRedundancy {
  readonly type: 'bad-redundancy'
  readonly reason: string
}

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= MAX_PIECES

/** Checks what somebody chose: at least one copy, or 2 ≤ K < N, and never more than {@link MAX_PIECES}. */
export const checkRedundancy = (redundancy: Redundancy): Result<Redundancy, BadRedundancy> => {
  const bad = (reason: string) => err({ type: 'bad-redundancy', reason } as const)
  if (!isCount(piecesOf(redundancy))) return bad(`pieces expected 1 to ${MAX_PIECES}, got ${piecesOf(redundancy)}`)
  if (redundancy.kind === 'copies') return ok(redundancy)
  const { needed, total } = redundancy
  if (!isCount(needed) || needed < 2 || needed >= total)
    return bad(`shards expected 2 ≤ K < N, got ${needed} of ${total}`)
  return ok(redundancy)
}

/** How many pieces are kept when all is well. */
export const piecesOf = (redundancy: Redundancy): number =>
  redundancy.kind === 'copies' ? redundancy.copies : redundancy.total

/** How many pieces give the item back. */
export const neededOf = (redundancy: Redundancy): number => (redundancy.kind === 'copies' ? 1 : redundancy.needed)

/** Bytes of one piece of an item of `bytes` (at least 1), as they are charged. */
export const pieceBytes = (redundancy: Redundancy, bytes: number): number =>
  Math.ceil(bytes / neededOf(redundancy) / CHARGE_STEP_BYTES) * CHARGE_STEP_BYTES

/** The price: bytes that all pieces of an item of `bytes` take. */
export const priceBytes = (redundancy: Redundancy, bytes: number): number =>
  piecesOf(redundancy) * pieceBytes(redundancy, bytes)

/**
 * Most pieces in one browser family, so that what is left after the family loses all it has still gives the item back.
 * Half of them where that suffices.
 */
export const familyCap = (redundancy: Redundancy): number => {
  const [pieces, needed] = [piecesOf(redundancy), neededOf(redundancy)]
  return Math.max(1, Math.min(Math.ceil(pieces / 2), pieces - needed))
}

/**
 * Repair begins when fewer live pieces than this are left. A copy is replaced at once. To make one shard K have to be
 * read, to make three as well: so a quarter of the spare shards may be missing before.
 */
export const repairBelow = (redundancy: Redundancy): number => {
  const pieces = piecesOf(redundancy)
  return redundancy.kind === 'copies' ? pieces : pieces - Math.floor((pieces - redundancy.needed) / 4)
}

/** What one repair moves: bytes that the repairer reads from other holders, and bytes that it writes to new ones. */
export interface RepairTraffic {
  readonly readBytes: number
  readonly writtenBytes: number
}

/**
 * Traffic of making `missing` pieces anew by somebody who holds one: a copy is sent on as it is, for shards K − 1
 * others have to come first.
 */
export const repairTraffic = (redundancy: Redundancy, bytes: number, missing: number): RepairTraffic => {
  const piece = pieceBytes(redundancy, bytes)
  return { readBytes: (neededOf(redundancy) - 1) * piece, writtenBytes: missing * piece }
}

/**
 * What is kept instead of shards where only `persons` others are: copies for the same price, but no more than there
 * are persons. Undefined where the shards can be kept, and where nobody is.
 */
export const fallBackToCopies = (redundancy: Redundancy, persons: number): Redundancy | undefined => {
  if (redundancy.kind === 'copies' || persons >= redundancy.total || persons < 1) return undefined
  const copies = Math.ceil(redundancy.total / redundancy.needed)
  return { kind: 'copies', copies: Math.min(copies, persons) }
}
