/**
 * Waiting in tests. What must come is waited for with `until`, however long a busy machine takes; `settle` is for what
 * must not come, and for nothing else: a machine that stood still for a second has done nothing in a pause of a second.
 */

/** Far more than anything takes; so long only where something is broken. In milliseconds. */
const PATIENCE_MS = 60_000
const FIRST_POLL_MS = 2
const LAST_POLL_MS = 50

type Falsy = false | 0 | '' | null | undefined

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

/**
 * Asks again and again until the answer is something, and returns it. Throws `what` after `milliseconds`.
 * @param first milliseconds to the second question; later ones are further apart, up to 50 or as much as this
 */
export const until = async <Value>(
  holds: () => Value | Promise<Value>,
  what = 'what is waited for',
  milliseconds = PATIENCE_MS,
  first = FIRST_POLL_MS,
): Promise<Exclude<Value, Falsy>> => {
  const end = Date.now() + milliseconds
  for (let poll = first; ; poll = Math.min(poll * 1.2, Math.max(first, LAST_POLL_MS))) {
    const value = await holds()
    if (value) return value as Exclude<Value, Falsy>
    if (Date.now() > end) throw new Error(`waited ${milliseconds} ms in vain for: ${what}`)
    await sleep(poll)
  }
}

const SLICES = 5

/**
 * Lets so much time pass, in slices with real work behind each: whatever has been started gets its turns, even when the
 * machine stands still for most of the time. That something must not come shows only if all that could bring it is over,
 * so what has to come before is to be waited for with {@link until}.
 */
export const settle = async (milliseconds = 40): Promise<void> => {
  for (let slice = 0; slice < SLICES; slice++) {
    await sleep(milliseconds / SLICES)
    await crypto.subtle.digest('SHA-256', new Uint8Array(32))
  }
}
