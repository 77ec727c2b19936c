/**
 * Repair of one item as one of its holders does it, without the owner: wait by lot, claim, listen, copy, back off. Rules
 * PL15 to PL19 of docs/protocol/96-placement.md. Sans-I/O: whoever calls `stepRepair` calls it again when what it knows
 * of the item changes and at `wakeAt`, does what `action` says, and tells `repairEnded` how it went. Times are
 * milliseconds.
 */
import { beats, CLAIM_MS, CLAIM_SETTLE_MS, type RepairClaim, standingClaim } from './claims.ts'
import type { Dice, Id } from './placement-types.ts'
import { neededOf, type Redundancy, repairBelow } from './redundancy.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** Within this time somebody repairs an item that one more loss would end. */
export const URGENT_WINDOW_MS = 10 * MINUTE

/** Within this time somebody repairs an item that lacks only what makes repair begin. */
export const CALM_WINDOW_MS = 6 * HOUR

/** After a repair that failed; doubled each time up to {@link MAX_BACK_OFF_MS}, and up to half more by lot. */
export const FIRST_BACK_OFF_MS = 10 * MINUTE

/** The longest pause after failures. */
export const MAX_BACK_OFF_MS = 24 * HOUR

/** A device that cannot repair now looks again after this, and up to as much again by lot. */
export const UNABLE_PAUSE_MS = HOUR

/** What a holder knows of an item. */
export interface RepairView {
  readonly now: number
  readonly device: Id
  readonly redundancy: Redundancy
  /** Pieces that count as alive, this device's own among them. */
  readonly live: number
  /** Since when they are so few ({@link LiveCount}). */
  readonly since: number
  /** Those of {@link rememberClaim}, this device's own among them or not. */
  readonly claims: readonly RepairClaim[]
  /** Whether {@link mayRepair} allows it, and enough pieces are online to make the missing ones of. */
  readonly isAble: boolean
}

/** Where a holder stands with an item. `failures`: repairs that failed in a row. */
export type RepairState =
  | { readonly phase: 'idle'; readonly failures: number }
  | { readonly phase: 'waiting'; readonly failures: number; readonly dueAt: number }
  | { readonly phase: 'claimed'; readonly failures: number; readonly claim: RepairClaim }
  | { readonly phase: 'repairing'; readonly failures: number; readonly claim: RepairClaim }

/** What the caller does next: tell the other holders of a claim, or make the missing pieces and have them kept. */
export type RepairAction =
  | { readonly type: 'none' }
  | { readonly type: 'claim'; readonly claim: RepairClaim }
  | { readonly type: 'repair' }

/** One step. `wakeAt` is when to look again, whatever happens; undefined when nothing is to be done. */
export interface RepairStep {
  readonly state: RepairState
  readonly action: RepairAction
  readonly wakeAt: number | undefined
}

/** A holder that knows of nothing to repair. */
export const IDLE_REPAIR: RepairState = { phase: 'idle', failures: 0 }

const NONE: RepairAction = { type: 'none' }

/** The time within which a repair begins: the fewer pieces are left over the needed ones, the shorter. */
export const repairWindow = (redundancy: Redundancy, live: number): number => {
  const needed = neededOf(redundancy)
  const calm = repairBelow(redundancy) - 1 - needed
  if (calm <= 0 || live <= needed) return URGENT_WINDOW_MS
  return URGENT_WINDOW_MS + (CALM_WINDOW_MS - URGENT_WINDOW_MS) * Math.min(1, (live - needed) / calm)
}

/**
 * When this holder would repair, by lot. Who learns of it after the window, because it was away, waits a little too:
 * others may have come at the same time.
 */
const repairDueAt = ({ redundancy, live, since, now }: RepairView, dice: Dice): number =>
  Math.max(since + dice() * repairWindow(redundancy, live), now + dice() * URGENT_WINDOW_MS)

/** More pieces may have been lost since: the window of those that are left holds, except after failures. */
const sooner = (state: RepairState & { readonly dueAt: number }, view: RepairView, dice: Dice): number => {
  const window = repairWindow(view.redundancy, view.live)
  if (state.failures > 0 || state.dueAt <= view.now + Math.max(window, CLAIM_MS + URGENT_WINDOW_MS)) return state.dueAt
  return view.now + dice() * window
}

/** What a holder does about an item now. */
export const stepRepair = (state: RepairState, view: RepairView, dice: Dice): RepairStep => {
  if (view.live >= repairBelow(view.redundancy)) return standDown(state)
  switch (state.phase) {
    case 'idle':
      return wait(state, repairDueAt(view, dice))
    case 'waiting':
      return view.now < state.dueAt ? wait(state, sooner(state, view, dice)) : claimOrWait(state, view, dice)
    case 'claimed':
      return holdClaim(state, state.claim, view, dice)
    case 'repairing':
      return { state, action: NONE, wakeAt: undefined }
  }
}

/** Enough are alive again. A repair that runs is let end: `repairEnded` follows. */
const standDown = (state: RepairState): RepairStep => ({
  state: state.phase === 'repairing' ? state : IDLE_REPAIR,
  action: NONE,
  wakeAt: undefined,
})

const wait = ({ failures }: RepairState, dueAt: number): RepairStep => ({
  state: { phase: 'waiting', failures, dueAt },
  action: NONE,
  wakeAt: dueAt,
})

/** Behind a claim of somebody else: when it is over, and a little later by lot. */
const behind = (claim: RepairClaim, dice: Dice): number => claim.at + CLAIM_MS + dice() * URGENT_WINDOW_MS

const claimOrWait = (state: RepairState, view: RepairView, dice: Dice): RepairStep => {
  const rival = rivalOf(view)
  if (rival) return wait(state, behind(rival, dice))
  if (!view.isAble) return wait(state, view.now + UNABLE_PAUSE_MS * (1 + dice()))
  const claim = { device: view.device, ticket: dice(), at: view.now }
  return {
    state: { phase: 'claimed', failures: state.failures, claim },
    action: { type: 'claim', claim },
    wakeAt: view.now + CLAIM_SETTLE_MS,
  }
}

const holdClaim = (state: RepairState, claim: RepairClaim, view: RepairView, dice: Dice): RepairStep => {
  const rival = rivalOf(view)
  if (rival && beats(rival, claim)) return wait(state, behind(rival, dice))
  // It was away meanwhile: nobody gives way to this claim any more.
  if (view.now >= claim.at + CLAIM_MS) return claimOrWait(state, view, dice)
  const settled = claim.at + CLAIM_SETTLE_MS
  if (view.now < settled) return { state, action: NONE, wakeAt: settled }
  return {
    state: { phase: 'repairing', failures: state.failures, claim },
    action: { type: 'repair' },
    wakeAt: undefined,
  }
}

const rivalOf = ({ claims, device, now }: RepairView): RepairClaim | undefined =>
  standingClaim(
    claims.filter((claim) => claim.device !== device),
    now,
  )

/** The pause after so many failures in a row. */
export const backOff = (failures: number, dice: Dice): number =>
  Math.min(MAX_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** Math.min(20, failures - 1)) * (1 + dice() / 2)

/** A repair ended: done for now, or tried again after a pause. */
export const repairEnded = (state: RepairState, succeeded: boolean, now: number, dice: Dice): RepairStep => {
  if (succeeded) return { state: IDLE_REPAIR, action: NONE, wakeAt: undefined }
  const failures = state.failures + 1
  return wait({ phase: 'idle', failures }, now + backOff(failures, dice))
}
