/** Bounded waiting, with a sentence about what did not come. */
import { until } from '../wait.ts'

/** What a person may wait for in a moment, on a machine that does ten other things. */
export const DEFAULT_TIMEOUT_MS = 60_000

/** What a browser may take to start, or for one command, on such a machine. */
export const COMMAND_TIMEOUT_MS = 180_000

/** No faster: each question is work for a browser, and hosts let a caller ask only so often (H49). */
const POLL_MS = 100

/** Calls `check` until it returns something true, and returns that. Throws `what` after `timeout` milliseconds. */
export const waitFor = <Value>(what: string, check: () => Promise<Value> | Value, timeout = DEFAULT_TIMEOUT_MS) =>
  until(check, what, timeout, POLL_MS)
