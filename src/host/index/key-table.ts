/** Which connected device holds which storage key, and who wants to know. */

import { encodeControl } from '../../core/swarm/host-frames.ts'
import { MAX_HOLDERS_PER_KEY } from '../../core/swarm/host-limits.ts'
import type { HeldBy } from '../../core/swarm/host-protocol.ts'
import { bytesOfMapKey, type MapKey, type Peer } from './peer.ts'
import { createPeerLists } from './peer-lists.ts'
import { createPushes, type Schedule } from './pushes.ts'

/** Holders and watchers by storage key. */
export interface KeyTable {
  /** @param isOwn the key is of the peer's own person: such holders are named before others */
  hold(peer: Peer, key: MapKey, isOwn: boolean): void
  /** @param isOwn as it was held */
  release(peer: Peer, key: MapKey, isOwn: boolean): void
  /** Tells the peer the holders now and after changes. */
  watch(peer: Peer, key: MapKey): void
  unwatch(peer: Peer, key: MapKey): void
  /** Those who are named to watchers, in the same order. */
  holders(key: MapKey): readonly HeldBy[]
}

/** An empty table. */
export const createKeyTable = (schedule: Schedule): KeyTable => {
  /** Devices of the person whose key it is: whoever looks for a person wants these most. */
  const owners = createPeerLists()
  /** The others. In the order they came, so that the ones that are named stay the same for long. */
  const others = createPeerLists()
  const watchers = createPeerLists()

  const named = (key: MapKey): Peer[] => {
    const list: Peer[] = []
    for (const peers of [owners.of(key), others.of(key)])
      for (const peer of peers) {
        if (list.length === MAX_HOLDERS_PER_KEY) return list
        list.push(peer)
      }
    return list
  }
  const pushes = createPushes({
    schedule,
    named,
    isWatched: watchers.has,
    push(key, list) {
      const frame = holdersFrame(key, list)
      for (const watcher of watchers.of(key)) watcher.forward(frame)
    },
  })
  return {
    hold(peer, key, isOwn) {
      pushes.changing(key, isOwn)
      const among = isOwn ? owners : others
      among.add(key, peer)
    },
    release(peer, key, isOwn) {
      pushes.changing(key, isOwn)
      const among = isOwn ? owners : others
      among.delete(key, peer)
    },
    watch(peer, key) {
      watchers.add(key, peer)
      pushes.told(key)
      peer.forward(holdersFrame(key, named(key)))
    },
    unwatch: (peer, key) => void watchers.delete(key, peer),
    holders: (key) => named(key).map(({ device, person }) => ({ device, person })),
  }
}

/** One frame for all watchers of a key: they leave themselves out. */
const holdersFrame = (key: MapKey, named: readonly Peer[]): Uint8Array => {
  const holders = named.map(({ device, person }) => ({ device, person }))
  return encodeControl({ type: 'holders', key: bytesOfMapKey(key), holders })
}
