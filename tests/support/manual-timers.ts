/** Timers that stand still until the test lets time pass. The wall clock is another matter: it may jump. */
import type { Timers } from '../../src/node-worker/platform.ts'

/** See the module's doc. */
export interface ManualTimers extends Timers {
  /** Lets time pass: what falls due runs, in order, and what it starts too. */
  pass(milliseconds: number): void
  /** What every timer so far was set to, in milliseconds. */
  readonly asked: readonly number[]
}

/** Starts at time 0. */
export const createManualTimers = (): ManualTimers => {
  const waiting = new Map<number, { readonly at: number; readonly run: () => void }>()
  const asked: number[] = []
  let now = 0
  const nextBefore = (end: number) =>
    [...waiting].filter(([, { at }]) => at <= end).sort(([a, one], [b, other]) => one.at - other.at || a - b)[0]
  return {
    asked,
    setTimeout(run, milliseconds) {
      asked.push(milliseconds)
      waiting.set(asked.length, { at: now + milliseconds, run })
      return asked.length
    },
    clearTimeout: (handle) => void waiting.delete(handle as number),
    pass(milliseconds) {
      const end = now + milliseconds
      for (let next = nextBefore(end); next; next = nextBefore(end)) {
        const [handle, { at, run }] = next
        waiting.delete(handle)
        now = at
        run()
      }
      now = end
    },
  }
}
