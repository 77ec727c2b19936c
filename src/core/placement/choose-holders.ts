/**
 * Who is asked to keep an item. Rules PL6 to PL10 of docs/protocol/96-placement.md. Pure: the same candidates in the
 * same order and the same dice give the same holders.
 */
import { AVAILABILITY } from './availability.ts'
import type { Candidate, Dice, Id, Place } from './placement-types.ts'
import { fallBackToCopies, familyCap, neededOf, pieceBytes, piecesOf, type Redundancy } from './redundancy.ts'
import { findShortfall, type Shortfall } from './shortfall.ts'

/** Candidates that are looked at; an index hands out no more, and what it sends beyond is ignored. */
export const MAX_CANDIDATES = 256

/** What is to be kept, and what is known of who might. */
export interface PlacementRequest {
  readonly redundancy: Redundancy
  /** Of the whole item, at least 1. */
  readonly bytes: number
  /** Whose it is: none of their own devices is chosen. */
  readonly owner: Id
  /** Where it is alive already. */
  readonly held: readonly Place[]
  /** Where it may still be though nothing was heard of it for long: they may come back, and are not asked again. */
  readonly silent: readonly Place[]
  readonly candidates: readonly Candidate[]
  /** Bytes that the owner may still occupy at others. */
  readonly balanceBytes: number
}

/** Who keeps it, and what is wanting. */
export interface Placement {
  /** Each of another person. */
  readonly chosen: readonly Candidate[]
  /** What is kept: not what was asked for when `fellBack`. */
  readonly redundancy: Redundancy
  /** Too few persons for shards, so that whole copies are kept. */
  readonly fellBack: boolean
  /** More pieces are in one browser family than would survive its eviction, because nobody else was there. */
  readonly crowdedFamily: boolean
  /** Why pieces are missing; undefined when all are placed. */
  readonly shortfall: Shortfall | undefined
}

/** Chooses holders for the pieces that `held` lacks. What cannot be placed has its reason in `shortfall`. */
export const chooseHolders = (request: PlacementRequest, dice: Dice): Placement => {
  const candidates = request.candidates.slice(0, MAX_CANDIDATES).filter(({ person }) => person !== request.owner)
  const redundancy = redundancyFor(request, candidates)
  const piece = pieceBytes(redundancy, request.bytes)
  const missing = Math.max(0, piecesOf(redundancy) - request.held.length)
  const payable = Math.floor(Math.max(0, request.balanceBytes) / piece)
  const draw = drawFrom(candidates, request, redundancy, dice)
  const chosen = takeBest(draw, Math.min(missing, payable))
  const short = missing - chosen.length
  return {
    chosen,
    redundancy,
    fellBack: redundancy !== request.redundancy,
    crowdedFamily: draw.crowded,
    shortfall:
      short > 0 ? findShortfall({ ...request, candidates, missing: short, piece, chosen: chosen.length }) : undefined,
  }
}

/** Shards that are there already stay shards; only what is placed for the first time may fall back. */
const redundancyFor = (request: PlacementRequest, candidates: readonly Candidate[]): Redundancy => {
  if (request.held.length > 0 || request.redundancy.kind === 'copies') return request.redundancy
  const persons = new Set(candidates.map(({ person }) => person))
  return fallBackToCopies(request.redundancy, persons.size) ?? request.redundancy
}

interface Drawn {
  readonly candidate: Candidate
  readonly rank: number
  readonly ticket: number
}

/** What is left to choose from, and what was chosen. */
interface Draw {
  /** Best first: by class, then by lot. */
  readonly drawn: Drawn[]
  readonly persons: Set<Id>
  readonly families: Map<string, number>
  /** Pieces at devices of the best class. */
  hosts: number
  readonly familyCap: number
  readonly hostCap: number
  crowded: boolean
}

/** Room for more pieces than this counts for no more: a large disk is not to draw everything to itself. */
const ROOM_THAT_COUNTS = 64

/** So that a device without a past is drawn now and then, too. */
const LEAST_PRESENCE = 0.02

/** Efraimidis and Spirakis 2006: the largest u^(1/w) are a weighted sample without replacement. */
const ticketOf = ({ presence, freeBytes }: Candidate, piece: number, dice: Dice): number => {
  const room = Math.min(Math.floor(freeBytes / piece), ROOM_THAT_COUNTS)
  const weight = Math.max(LEAST_PRESENCE, Math.min(1, presence)) * room
  return Math.log(1 - dice()) / weight
}

const isHost = ({ availability }: Place): boolean => AVAILABILITY[availability].rank === 0

const drawFrom = (
  candidates: readonly Candidate[],
  { held, silent, bytes }: PlacementRequest,
  redundancy: Redundancy,
  dice: Dice,
): Draw => {
  const piece = pieceBytes(redundancy, bytes)
  const persons = new Set([...held, ...silent].map(({ person }) => person))
  const families = new Map<string, number>()
  for (const { family } of held) if (family !== undefined) families.set(family, (families.get(family) ?? 0) + 1)
  const drawn = candidates
    .filter(({ online, freeBytes, person }) => online && freeBytes >= piece && !persons.has(person))
    .map((candidate) => ({
      candidate,
      rank: AVAILABILITY[candidate.availability].rank,
      ticket: ticketOf(candidate, piece, dice),
    }))
    .sort((a, b) => a.rank - b.rank || b.ticket - a.ticket)
  return {
    drawn,
    persons,
    families,
    hosts: held.filter(isHost).length,
    familyCap: familyCap(redundancy),
    hostCap: neededOf(redundancy),
    crowded: false,
  }
}

const usesOf = ({ families }: Draw, { family }: Place): number =>
  family === undefined ? 0 : (families.get(family) ?? 0)

const isOverCap = (draw: Draw, candidate: Candidate): boolean =>
  usesOf(draw, candidate) >= draw.familyCap || (isHost(candidate) && draw.hosts >= draw.hostCap)

/** The next holder: within a class from the family that has least, by lot; over a cap only when nobody else is left. */
const nextOf = (draw: Draw, overCap: boolean): Candidate | undefined => {
  let best: Drawn | undefined
  let bestUses = 0
  for (const drawn of draw.drawn) {
    if (best && drawn.rank > best.rank) break
    if (draw.persons.has(drawn.candidate.person)) continue
    if (!overCap && isOverCap(draw, drawn.candidate)) continue
    const uses = usesOf(draw, drawn.candidate)
    if (best && uses >= bestUses) continue
    best = drawn
    bestUses = uses
  }
  return best?.candidate
}

const takeBest = (draw: Draw, count: number): Candidate[] => {
  const chosen: Candidate[] = []
  while (chosen.length < count) {
    const next = nextOf(draw, false) ?? nextOf(draw, true)
    if (!next) break
    if (usesOf(draw, next) >= draw.familyCap) draw.crowded = true
    take(draw, next)
    chosen.push(next)
  }
  return chosen
}

const take = (draw: Draw, candidate: Candidate): void => {
  draw.persons.add(candidate.person)
  if (candidate.family !== undefined) draw.families.set(candidate.family, usesOf(draw, candidate) + 1)
  if (isHost(candidate)) draw.hosts++
}
