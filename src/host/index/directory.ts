/**
 * The index of one network: the devices that are connected, and what each of them announces and watches. Nothing here
 * outlives its connections; after a restart devices log in and announce again.
 */

import { PATHS, publicStorageKey } from '../../core/records/storage-key.ts'
import { MAX_ANNOUNCED_KEYS, MAX_WATCHED_KEYS } from '../../core/swarm/host-limits.ts'
import type { HeldBy } from '../../core/swarm/host-protocol.ts'
import type { KeyBudget } from './key-budget.ts'
import type { KeyTable } from './key-table.ts'
import { type MapKey, mapKey, type Peer } from './peer.ts'

/** The limits of the index, as told to a client that hits one. */
export type IndexLimit = 'announced-keys' | 'watched-keys' | NonNullable<ReturnType<KeyBudget['take']>>

/** The index of one network. A call that hits a limit does what fits and returns the limit's name. */
export interface Directory {
  /** The connection of a device, if it is here. */
  find(device: Uint8Array): Peer | undefined
  /** Takes a peer in, found under its device id from now on; returns the connection that it replaces. */
  enter(peer: Peer): Peer | undefined
  leave(peer: Peer): void
  announce(peer: Peer, keys: readonly Uint8Array[]): IndexLimit | undefined
  withdraw(peer: Peer, keys: readonly Uint8Array[]): void
  watch(peer: Peer, keys: readonly Uint8Array[]): IndexLimit | undefined
  unwatch(peer: Peer, keys: readonly Uint8Array[]): void
  /** Where else the blocks that a peer announces may be read. */
  tellBases(peer: Peer, bases: readonly string[]): void
  /** What the device said last. */
  bases(device: Uint8Array): readonly string[]
  /** Who holds a key now, as watchers are told. */
  holders(key: Uint8Array): readonly HeldBy[]
  /** Connected devices. */
  size(): number
}

/** What one connection has asked for, so that all of it can be undone. */
interface Entry {
  readonly peer: Peer
  /** The key under which the log heads of the peer's own person are found. */
  readonly ownHeads: MapKey
  readonly announced: Set<MapKey>
  readonly watched: Set<MapKey>
  bases: readonly string[]
}

/** An index in which nobody is; `budget` is shared by all indexes of a host. */
export const createDirectory = (table: KeyTable, budget: KeyBudget): Directory => {
  const entries = new Map<MapKey, Entry>()

  /** Only the connection that holds its device's place may change anything. */
  const entryOf = (peer: Peer): Entry | undefined => {
    const entry = entries.get(mapKey(peer.device))
    return entry?.peer === peer ? entry : undefined
  }
  const release = ({ peer, ownHeads }: Entry, key: MapKey): void => {
    table.release(peer, key, key === ownHeads)
    budget.give(peer.address)
  }
  const unwatch = ({ peer }: Entry, key: MapKey): void => {
    table.unwatch(peer, key)
    budget.give(peer.address)
  }
  /** Adds what is new to a set until it, or the budget, is full. @returns the limit at which something was left out */
  const addAll = (
    set: Set<MapKey>,
    keys: readonly Uint8Array[],
    { peer, max, name, added }: { peer: Peer; max: number; name: IndexLimit; added: (key: MapKey) => void },
  ): IndexLimit | undefined => {
    for (const key of keys.map(mapKey)) {
      if (set.has(key)) continue
      const limit = set.size >= max ? name : budget.take(peer.address)
      if (limit) return limit
      set.add(key)
      added(key)
    }
    return undefined
  }
  const leave = (peer: Peer): void => {
    const entry = entryOf(peer)
    if (!entry) return
    const own = mapKey(peer.device)
    for (const key of entry.watched) unwatch(entry, key)
    for (const key of entry.announced) if (key !== own) release(entry, key)
    table.release(peer, own, true)
    entries.delete(own)
  }
  const enter = (peer: Peer): Peer | undefined => {
    const id = mapKey(peer.device)
    const before = entries.get(id)?.peer
    if (before) leave(before)
    const ownHeads = mapKey(publicStorageKey(peer.person, PATHS.heads))
    entries.set(id, { peer, ownHeads, announced: new Set([id]), watched: new Set(), bases: [] })
    table.hold(peer, id, true)
    return before
  }
  return {
    find: (device) => entries.get(mapKey(device))?.peer,
    enter,
    leave,
    announce(peer, keys) {
      const entry = entryOf(peer)
      if (!entry) return undefined
      const added = (key: MapKey): void => table.hold(peer, key, key === entry.ownHeads)
      return addAll(entry.announced, keys, { peer, max: MAX_ANNOUNCED_KEYS, name: 'announced-keys', added })
    },
    withdraw(peer, keys) {
      const own = mapKey(peer.device)
      const entry = entryOf(peer)
      for (const key of keys.map(mapKey)) if (key !== own && entry?.announced.delete(key)) release(entry, key)
    },
    watch(peer, keys) {
      const entry = entryOf(peer)
      if (!entry) return undefined
      const added = (key: MapKey): void => table.watch(peer, key)
      return addAll(entry.watched, keys, { peer, max: MAX_WATCHED_KEYS, name: 'watched-keys', added })
    },
    unwatch(peer, keys) {
      const entry = entryOf(peer)
      for (const key of keys.map(mapKey)) if (entry?.watched.delete(key)) unwatch(entry, key)
    },
    tellBases(peer, bases) {
      const entry = entryOf(peer)
      if (entry) entry.bases = bases
    },
    bases: (device) => entries.get(mapKey(device))?.bases ?? [],
    holders: (key) => table.holders(mapKey(key)),
    size: () => entries.size,
  }
}
