/** Who asks over HTTP, by network address, and how much: one caller's flood is refused at the door. */

import { ok, type Result } from '../../core/result.ts'
import {
  CALLER_BURST,
  CALLER_BYTES_BURST,
  CALLER_BYTES_PER_SECOND,
  CALLER_PER_SECOND,
  CALLER_REQUESTS,
  MAX_CALLERS,
  MAX_TUNNEL_ANSWERS,
} from '../limits.ts'
import type { Stopwatch } from '../socket/token-bucket.ts'
import { type Budget, createBudget } from './budget.ts'
import { type Refusal, refuse } from './refusals.ts'

/** One request of one caller, from its headers until its answer has been read. */
export interface Visit {
  /** Bytes that were moved for it. */
  spend(bytes: number): void
  /** Its place is free again. */
  leave(): void
}

/** All callers. */
export interface Callers {
  /** Takes a place, unless the caller or all together have too many. */
  enter(caller: string): Result<Visit, Refusal>
}

const ALLOWANCE = {
  perSecond: CALLER_PER_SECOND,
  burst: CALLER_BURST,
  bytesPerSecond: CALLER_BYTES_PER_SECOND,
  bytesBurst: CALLER_BYTES_BURST,
}

/** Places are free again in moments; a second is the shortest that Retry-After can say. */
const SOON = 1_000

interface Caller {
  readonly budget: Budget
  visits: number
}

/** Nobody there yet. */
export const createCallers = (stopwatch: Stopwatch): Callers => {
  const callers = new Map<string, Caller>()
  let visits = 0

  /** The caller moves to the end: who was longest away is the first to be forgotten. */
  const find = (name: string): Caller => {
    const caller = callers.get(name) ?? { budget: createBudget(ALLOWANCE, stopwatch), visits: 0 }
    callers.delete(name)
    callers.set(name, caller)
    if (callers.size > MAX_CALLERS) forgetOne(callers)
    return caller
  }
  const take = (caller: Caller): Visit => {
    let isOver = false
    caller.visits += 1
    visits += 1
    return {
      spend: caller.budget.spend,
      leave() {
        if (isOver) return
        isOver = true
        caller.visits -= 1
        visits -= 1
      },
    }
  }
  return {
    enter(name) {
      const caller = find(name)
      if (caller.visits >= CALLER_REQUESTS) return refuse('too-many-requests', { retryAfter: SOON })
      const wait = caller.budget.enter()
      if (wait > 0) return refuse('too-many-requests', { retryAfter: wait })
      return visits >= MAX_TUNNEL_ANSWERS ? refuse('host-busy', { retryAfter: SOON }) : ok(take(caller))
    },
  }
}

/** Those with a request on its way are few (MAX_TUNNEL_ANSWERS), so this ends soon. */
const forgetOne = (callers: Map<string, Caller>): void => {
  for (const [name, { visits }] of callers) if (visits === 0) return void callers.delete(name)
}
