/**
 * Peers by storage key, in the order they came. Most keys have one peer, which then stands in the Map itself: a Set of
 * its own would cost five times as much as all the rest.
 */

import type { MapKey, Peer } from './peer.ts'

/** See the module's doc. A key without peers takes no room. */
export interface PeerLists {
  add(key: MapKey, peer: Peer): void
  /** @returns whether it was there */
  delete(key: MapKey, peer: Peer): boolean
  has(key: MapKey): boolean
  of(key: MapKey): Iterable<Peer>
}

/** Nobody under any key. */
export const createPeerLists = (): PeerLists => {
  const lists = new Map<MapKey, Peer | Set<Peer>>()
  return {
    add(key, peer) {
      const list = lists.get(key)
      if (list instanceof Set) list.add(peer)
      else if (!list) lists.set(key, peer)
      else if (list !== peer) lists.set(key, new Set([list, peer]))
    },
    delete(key, peer) {
      const list = lists.get(key)
      if (!(list instanceof Set)) return list === peer && lists.delete(key)
      if (!list.delete(peer)) return false
      const [only] = list
      if (list.size === 1 && only) lists.set(key, only)
      return true
    },
    has: (key) => lists.has(key),
    of(key) {
      const list = lists.get(key)
      if (list instanceof Set) return list
      return list ? [list] : []
    },
  }
}
