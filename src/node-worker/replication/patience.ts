/** How long a peer that owes an answer has kept us waiting, in steps. Begins anew with each answer. */
import type { Timers } from '../sessions/types.ts'

/** See the module's doc. */
export interface Patience<Step extends string> {
  /** The last step that was reached since {@link start}. */
  reached(): Step | undefined
  start(): void
  stop(): void
}

/** @param steps names, and milliseconds since the start, ascending */
export const createPatience = <Step extends string>(
  timers: Timers,
  steps: readonly (readonly [Step, number])[],
  onStep: (step: Step) => void,
): Patience<Step> => {
  let step: Step | undefined
  let timer: unknown

  const waitFor = (next: number, since: number): void => {
    const found = steps[next]
    if (!found) return
    const [name, after] = found
    timer = timers.setTimeout(() => {
      step = name
      waitFor(next + 1, after)
      onStep(name)
    }, after - since)
  }
  const stop = (): void => {
    timers.clearTimeout(timer)
    step = undefined
  }
  return {
    reached: () => step,
    stop,
    start() {
      stop()
      waitFor(0, 0)
    },
  }
}
