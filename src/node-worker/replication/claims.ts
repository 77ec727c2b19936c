/** Which session fetches which log at this moment, so that two holders are not asked for the same entries. */

/** Shared by all sessions of a node. */
export interface Claims {
  /** @returns false when another owner has it */
  take(log: string, owner: object): boolean
  release(log: string, owner: object): void
  releaseAll(owner: object): void
  /** Called when something became free. @returns stops it */
  onFree(handler: () => void): () => void
}

/** An empty set of claims. */
export function createClaims(): Claims {
  const owners = new Map<string, object>()
  const handlers = new Set<() => void>()
  const free = (log: string): void => {
    owners.delete(log)
    for (const handler of [...handlers]) handler()
  }
  return {
    take(log, owner) {
      const current = owners.get(log)
      if (current && current !== owner) return false
      owners.set(log, owner)
      return true
    },
    release(log, owner) {
      if (owners.get(log) === owner) free(log)
    },
    releaseAll(owner) {
      for (const [log, current] of [...owners]) if (current === owner) free(log)
    },
    onFree(handler) {
      handlers.add(handler)
      return () => handlers.delete(handler)
    },
  }
}
