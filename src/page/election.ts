/**
 * Which tab runs the node where no SharedWorker can: the one that holds the Web Lock of the node. The browser frees the
 * lock when a tab dies, whatever killed it, and the next in line gets it. A frozen leader keeps its lock, so a follower
 * that found it silent may take the lock away; the old one learns of it when it thaws and steps down.
 */

/** Between two stays in the queue. */
const PAUSE_MS = 50

/** This tab's place in the election. */
export interface Election {
  /** Tells at once: does this tab lead, or has it queued up behind the one that does? */
  join(): Promise<'leader' | 'follower'>
  /** Takes the lead from a tab that does not answer. */
  steal(): void
  /** Steps down or leaves the queue; `onDeposed` is called before this returns. */
  leave(): void
}

/** One stay in the election: from `join` or `steal` to `leave`. */
interface Stay {
  readonly waiting: AbortController
  /** Gives the lock back; present while it is held. */
  release: (() => void) | undefined
}

/** `onElected` and `onDeposed` alternate. */
export const createElection = (options: {
  readonly locks: LockManager
  readonly name: string
  readonly onElected: () => void
  readonly onDeposed: () => void
}): Election => {
  let current: Stay | undefined

  const depose = (stay: Stay): void => {
    if (!stay.release) return
    stay.release()
    stay.release = undefined
    options.onDeposed()
  }

  const lead = (stay: Stay): Promise<void> | undefined => {
    if (stay !== current) return undefined
    return new Promise((release) => {
      stay.release = release
      options.onElected()
    })
  }

  /** Resolves when the lock is given back, was stolen, or the wait was ended. */
  const request = async (stay: Stay, lockOptions: LockOptions, held: (lock: Lock | null) => void): Promise<void> => {
    const run = (lock: Lock | null): Promise<void> | undefined => {
      held(lock)
      return lock ? lead(stay) : undefined
    }
    // Rejects when the lock is stolen or the wait aborted; what follows is the same as after a return.
    await options.locks.request(options.name, lockOptions, run).catch(() => undefined)
    depose(stay)
  }

  const queueUp = async (stay: Stay): Promise<void> => {
    while (stay === current) {
      await request(stay, { signal: stay.waiting.signal }, () => undefined)
      // A window that is being torn down is refused at once, for ever; its timers no longer run.
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }

  const enter = (): Stay => {
    leave()
    current = { waiting: new AbortController(), release: undefined }
    return current
  }

  const join = (): Promise<'leader' | 'follower'> =>
    new Promise((resolve) => {
      const stay = enter()
      const tell = (lock: Lock | null): void => resolve(lock ? 'leader' : 'follower')
      void request(stay, { ifAvailable: true }, tell).then(() => queueUp(stay))
    })

  const steal = (): void => {
    const stay = enter()
    void request(stay, { steal: true }, () => undefined).then(() => queueUp(stay))
  }

  const leave = (): void => {
    const stay = current
    current = undefined
    stay?.waiting.abort()
    if (stay) depose(stay)
  }
  return { join, steal, leave }
}
