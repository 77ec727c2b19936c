/** When leasing looks at what is to be done: soon after changes, every minute, and when something is due. */
import type { Timers } from '../platform.ts'
import { createMutex } from '../stores/mutex.ts'
import { StoreFullError } from '../stores/store.ts'

/** Changes are gathered for so long before it is looked at what they mean, milliseconds. */
export const LOOK_DELAY = 400
/** After changes of what is stored it is planned anew so much later: all of it is read, and a sync stores without end. */
export const PLAN_DELAY = 2_000
/** It is looked at again without any change: leases run out, and people who were asked do not answer. */
export const LOOK_INTERVAL = 60_000

/** Topics after which it is planned anew at once. */
const PLANNED_ANEW: readonly string[] = ['economy', 'settings', 'people']

/** What is done; never two at one time. */
export interface Work {
  /** The holder's side. */
  hold(): Promise<void>
  /** Both sides. */
  plan(): Promise<void>
  readonly timers: Timers
  report(error: unknown): void
}

/** See the module's doc. */
export interface Looks {
  /** Something else, between two looks. */
  run(task: () => Promise<void>): void
  holdSoon(): void
  planSoon(): void
  /** Something changed. */
  changed(topics: readonly string[]): void
  /** The holder's side has something to do by then; what is due later than the next look waits for that. */
  wakeIn(milliseconds: number): void
  close(): void
}

/** Calls `run` again and again until it is stopped. */
export const every = (timers: Timers, milliseconds: number, run: () => void, first = milliseconds): (() => void) => {
  let timer: unknown
  const tick = (): void => {
    run()
    timer = timers.setTimeout(tick, milliseconds)
  }
  timer = timers.setTimeout(tick, first)
  return () => timers.clearTimeout(timer)
}

/** Begins, with a look of both sides. */
export const startLooks = ({ hold, plan, timers, report }: Work): Looks => {
  const oneAtATime = createMutex()
  const wakes = new Set<unknown>()
  let soon: unknown
  let planning: unknown
  let isClosed = false

  const run: Looks['run'] = (task) => {
    if (isClosed) return
    oneAtATime(task).catch((error: unknown) => {
      // Without room nothing can be written down, and it is tried again with the next look; at the end the store closes.
      if (!isClosed && !(error instanceof StoreFullError)) report(error)
    })
  }
  const planIn = (milliseconds: number): void => {
    planning ??= timers.setTimeout(() => {
      planning = undefined
      run(plan)
    }, milliseconds)
  }
  const holdSoon = (): void => {
    soon ??= timers.setTimeout(() => {
      soon = undefined
      run(hold)
    }, LOOK_DELAY)
  }
  const planSoon = (): void => planIn(LOOK_DELAY)
  const stop = every(timers, LOOK_INTERVAL, planSoon)
  planSoon()

  return {
    run,
    holdSoon,
    planSoon,
    changed(topics) {
      const isUrgent = topics.some((topic) => PLANNED_ANEW.includes(topic))
      if (!isUrgent && !topics.includes('storage')) return
      holdSoon()
      planIn(isUrgent ? LOOK_DELAY : PLAN_DELAY)
    },
    wakeIn(milliseconds) {
      if (milliseconds >= LOOK_INTERVAL) return
      const wake = timers.setTimeout(() => {
        wakes.delete(wake)
        run(hold)
      }, milliseconds)
      wakes.add(wake)
    },
    close() {
      isClosed = true
      stop()
      for (const timer of [soon, planning, ...wakes]) timers.clearTimeout(timer)
    },
  }
}
