/**
 * Room for what all connections together announce and watch. Each of these takes memory of the host, so there is an end
 * to it, and no place in the network may have all of it.
 */

import { MAX_KEYS, MAX_KEYS_PER_ADDRESS } from '../limits.ts'

/** See the module's doc. An address that is undefined (this machine) has no share of its own to keep to. */
export interface KeyBudget {
  /** @returns the name of the limit that leaves no room for one more */
  take(address: string | undefined): 'keys-of-address' | 'keys-of-host' | undefined
  give(address: string | undefined): void
}

/** All of it free. */
export const createKeyBudget = (): KeyBudget => {
  const taken = new Map<string, number>()
  let all = 0
  return {
    take(address) {
      const own = address === undefined ? 0 : (taken.get(address) ?? 0)
      if (own >= MAX_KEYS_PER_ADDRESS) return 'keys-of-address'
      if (all >= MAX_KEYS) return 'keys-of-host'
      all += 1
      if (address !== undefined) taken.set(address, own + 1)
      return undefined
    },
    give(address) {
      all -= 1
      if (address === undefined) return
      const left = taken.get(address)! - 1
      if (left > 0) taken.set(address, left)
      else taken.delete(address)
    },
  }
}
