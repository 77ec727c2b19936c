/** The time by which a host lets its clients do more, in the hands of a test. */
import { mock } from 'node:test'

/**
 * Holds the stopwatch of the hosts of this process: nothing that they allow over time is refilled, however long a slow
 * machine takes to use it up. @returns lets it run again
 */
export const holdStopwatch = (): (() => void) => {
  const now = performance.now()
  const held = mock.method(performance, 'now', () => now)
  return () => held.mock.restore()
}
