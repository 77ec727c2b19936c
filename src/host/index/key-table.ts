/**
 * Which connected device holds which storage key, and who wants to know. Changes are pushed a moment later and once, so
 * that many devices announcing together cost a watcher one message a key.
 */

import { encodeControl } from '../../core/swarm/host-frames.ts'
import { MAX_HOLDERS_PER_KEY } from '../../core/swarm/host-limits.ts'
import type { HeldBy } from '../../core/swarm/host-protocol.ts'
import { bytesOfMapKey, type MapKey, type Peer } from './peer.ts'

/** Changes of a key are gathered for this long before its watchers hear of them, milliseconds. */
export const PUSH_DELAY = 50

/** Runs something later; the host's clock, or a test's. */
export type Schedule = (run: () => void, milliseconds: number) => void

/** Holders and watchers by storage key. */
export interface KeyTable {
  /** @param isOwn the key is of the peer's own person: such holders are named before others */
  hold(peer: Peer, key: MapKey, isOwn: boolean): void
  release(peer: Peer, key: MapKey): void
  /** Tells the peer the holders now and after every change. */
  watch(peer: Peer, key: MapKey): void
  unwatch(peer: Peer, key: MapKey): void
}

/** One key. Holders stand in the order they came, so that the ones that are named stay the same for long. */
interface Row {
  /** Devices of the person whose key it is: whoever looks for a person wants these most. */
  readonly owners: Set<Peer>
  readonly holders: Set<Peer>
  readonly watchers: Set<Peer>
}

/** An empty table. */
export const createKeyTable = (schedule: Schedule): KeyTable => {
  const rows = new Map<MapKey, Row>()
  const markChanged = createPusher(rows, schedule)

  const rowOf = (key: MapKey): Row => {
    const row = rows.get(key) ?? { owners: new Set(), holders: new Set(), watchers: new Set() }
    rows.set(key, row)
    return row
  }
  const forgetIfEmpty = (key: MapKey): void => {
    const row = rows.get(key)
    if (row && row.owners.size + row.holders.size + row.watchers.size === 0) rows.delete(key)
  }
  return {
    hold(peer, key, isOwn) {
      const { owners, holders } = rowOf(key)
      const among = isOwn ? owners : holders
      among.add(peer)
      if (isOwn || holders.size <= MAX_HOLDERS_PER_KEY) markChanged(key)
    },
    release(peer, key) {
      const row = rows.get(key)
      if (!row || !(row.holders.delete(peer) || row.owners.delete(peer))) return
      markChanged(key)
      forgetIfEmpty(key)
    },
    watch(peer, key) {
      const row = rowOf(key)
      row.watchers.add(peer)
      peer.forward(holdersFrame(key, row))
    },
    unwatch(peer, key) {
      if (rows.get(key)?.watchers.delete(peer)) forgetIfEmpty(key)
    },
  }
}

/** @returns a function that marks a key as changed: its watchers are told after PUSH_DELAY */
const createPusher = (rows: ReadonlyMap<MapKey, Row>, schedule: Schedule): ((key: MapKey) => void) => {
  const changed = new Set<MapKey>()
  const push = (key: MapKey): void => {
    const row = rows.get(key)
    if (!row?.watchers.size) return
    const frame = holdersFrame(key, row)
    for (const watcher of row.watchers) watcher.forward(frame)
  }
  const flush = (): void => {
    const keys = [...changed]
    changed.clear()
    for (const key of keys) push(key)
  }
  return (key) => {
    if (!rows.get(key)?.watchers.size) return
    if (changed.size === 0) schedule(flush, PUSH_DELAY)
    changed.add(key)
  }
}

/** One frame for all watchers of a key: they leave themselves out. */
const holdersFrame = (key: MapKey, { owners, holders }: Row): Uint8Array => {
  const named: HeldBy[] = []
  for (const { device, person } of [...owners, ...holders]) {
    if (named.length === MAX_HOLDERS_PER_KEY) break
    named.push({ device, person })
  }
  return encodeControl({ type: 'holders', key: bytesOfMapKey(key), holders: named })
}
