/** Which devices hold what, as each host says. Devices and keys are hex; hosts are origins. */
import type { Candidate } from './targets.ts'

/** Devices remembered for having signalled through a host, so that they can be answered there. */
const MAX_SPOKEN = 1024

/** See the module's doc. */
export interface HolderTable {
  /** Replaces what a host says about a key. @returns devices that this host had not named for it before */
  set(host: string, key: string, holders: readonly Candidate[]): string[]
  /** A device spoke through a host. */
  spoke(host: string, device: string): void
  /** All holders of a key that any host names, each once. */
  holders(key: string): Candidate[]
  /** Whether a device was named by a host, or spoke through it. */
  knows(host: string, device: string): boolean
  /** Forgets a key that is no longer of interest. */
  drop(key: string): void
  /** Forgets a host. */
  forget(host: string): void
}

/** An empty table. */
export function createHolderTable(): HolderTable {
  const byHost = new Map<string, Map<string, readonly Candidate[]>>()
  const spoken = new Map<string, Set<string>>()
  const keysOf = (host: string): Map<string, readonly Candidate[]> => {
    const keys = byHost.get(host) ?? new Map<string, readonly Candidate[]>()
    byHost.set(host, keys)
    return keys
  }
  return {
    set(host, key, holders) {
      const before = new Set((keysOf(host).get(key) ?? []).map(({ device }) => device))
      keysOf(host).set(key, holders)
      return holders.map(({ device }) => device).filter((device) => !before.has(device))
    },
    spoke(host, device) {
      const devices = spoken.get(host) ?? new Set<string>()
      spoken.set(host, devices)
      devices.delete(device)
      devices.add(device)
      const [oldest] = devices
      if (devices.size > MAX_SPOKEN && oldest !== undefined) devices.delete(oldest)
    },
    holders(key) {
      const all = [...byHost.values()].flatMap((keys) => keys.get(key) ?? [])
      return [...new Map(all.map((candidate) => [candidate.device, candidate])).values()]
    },
    knows(host, device) {
      if (spoken.get(host)?.has(device)) return true
      return [...(byHost.get(host)?.values() ?? [])].some((list) => list.some((holder) => holder.device === device))
    },
    drop(key) {
      for (const keys of byHost.values()) keys.delete(key)
    },
    forget(host) {
      byHost.delete(host)
      spoken.delete(host)
    },
  }
}
