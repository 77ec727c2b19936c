/** Failure memory: whatever failed waits longer each time, with jitter, until it succeeds or is forgiven. */
import type { Clock, Random } from '../../core/ports.ts'
import { withJitter } from '../hosts/back-off.ts'

/** Keys remembered; strangers' hosts may name any number of devices. */
const MAX_KEYS = 4096

/** See the module's doc. Keys are free text. */
export interface Backoff {
  failed(key: string): void
  succeeded(key: string): void
  /** Whether the key may be tried now. */
  isReady(key: string): boolean
  /** When it may be tried; undefined when it may be now. */
  retryAt(key: string): number | undefined
  /** Forgets every failure: something in the world changed. */
  forgiveAll(): void
  /** Lets a key be tried soon, though never faster than after its first failure: what forgives may itself be at fault. */
  forgive(key: string): void
}

/** Waits `firstMs` after the first failure, twice as long after each further one, at most `maxMs`. */
export function createBackoff(
  ports: { readonly clock: Clock; readonly random: Random },
  { firstMs, maxMs }: { readonly firstMs: number; readonly maxMs: number },
): Backoff {
  const failures = new Map<string, { count: number; failedAt: number; retryAt: number }>()
  const retryAt = (key: string): number | undefined => {
    const at = failures.get(key)?.retryAt
    return at !== undefined && at > ports.clock.now() ? at : undefined
  }
  return {
    failed(key) {
      const count = (failures.get(key)?.count ?? 0) + 1
      const wait = withJitter(Math.min(maxMs, firstMs * 2 ** (count - 1)), ports.random)
      const failedAt = ports.clock.now()
      failures.delete(key)
      failures.set(key, { count, failedAt, retryAt: failedAt + wait })
      const [oldest] = failures.keys()
      if (failures.size > MAX_KEYS && oldest !== undefined) failures.delete(oldest)
    },
    succeeded: (key) => void failures.delete(key),
    isReady: (key) => retryAt(key) === undefined,
    retryAt,
    forgiveAll: () => failures.clear(),
    forgive(key) {
      const failure = failures.get(key)
      if (failure) failure.retryAt = Math.min(failure.retryAt, failure.failedAt + firstMs)
    },
  }
}
