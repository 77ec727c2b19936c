/** Bounded waiting, with a sentence about what did not come. */
import { setTimeout as sleep } from 'node:timers/promises'

/** How long a person would wait before calling it broken. */
export const DEFAULT_TIMEOUT_MS = 20_000

const POLL_MS = 100

/** Calls `check` until it returns something true, and returns that. Throws `what` after `timeout` milliseconds. */
export const waitFor = async <Value>(
  what: string,
  check: () => Promise<Value> | Value,
  timeout = DEFAULT_TIMEOUT_MS,
): Promise<NonNullable<Value>> => {
  for (const end = Date.now() + timeout; ; await sleep(POLL_MS)) {
    const value = await check()
    if (value) return value
    if (Date.now() > end) throw new Error(`waited ${timeout} ms for ${what}`)
  }
}
