/**
 * Who is still there. A MessagePort has no close event in every engine, so a window holds a Web Lock for as long as it
 * lives and the other side asks for the same lock: it gets it when the window is gone. A frozen window keeps its lock,
 * so there is a heartbeat beside it. Heartbeats count ticks, not time: after a freeze of its own a counter sees one
 * missed tick, where a deadline would see hours and declare a healthy peer dead.
 */

/** The narrow part of LockManager that is needed here. */
export interface Locks {
  request(
    name: string,
    options: { readonly mode?: 'exclusive' | 'shared'; readonly signal?: AbortSignal; readonly steal?: boolean },
    held: () => Promise<void> | void,
  ): Promise<unknown>
}

/** Milliseconds between two heartbeats. */
export const HEARTBEAT_MS = 2_000

/** Heartbeats in a row that may stay unanswered. */
export const MAX_MISSED_BEATS = 2

/** Calls `gone` once nobody holds `name` any more. The returned function stops waiting. */
export const onLockReleased = (locks: Locks, name: string, gone: () => void): (() => void) => {
  const waiting = new AbortController()
  // Shared mode, so that several watchers of one window do not wait for each other.
  locks.request(name, { mode: 'shared', signal: waiting.signal }, gone).catch(() => undefined)
  return () => waiting.abort()
}

/**
 * Takes a lock and keeps it until the returned function is called or this thread ends. Rejects when `signal` aborts the
 * wait.
 */
export const holdLock = (locks: Locks, name: string, signal?: AbortSignal): Promise<() => void> =>
  new Promise((resolve, reject) => {
    const options = signal ? { signal } : {}
    locks.request(name, options, () => new Promise<void>((release) => resolve(release))).catch(reject)
  })

/** A running heartbeat. */
export interface Heartbeat {
  /** The other side answered. */
  beat(): void
  stop(): void
}

/** Calls `ping` every `interval`; after {@link MAX_MISSED_BEATS} without a `beat` in between it calls `silent` once. */
export const startHeartbeat = (options: {
  readonly ping: () => void
  readonly silent: () => void
  readonly interval?: number
}): Heartbeat => {
  let missed = 0
  const stop = (): void => clearInterval(timer)
  const tick = (): void => {
    missed += 1
    if (missed <= MAX_MISSED_BEATS) options.ping()
    else {
      stop()
      options.silent()
    }
  }
  const timer = setInterval(tick, options.interval ?? HEARTBEAT_MS)
  const beat = (): void => {
    missed = 0
  }
  return { beat, stop }
}
