/** What this device wants of a host, kept here so that every new connection can be told all of it. */

import { bytesToHex } from '../../core/bytes.ts'
import { MAX_KEYS_PER_MESSAGE } from '../../core/swarm/host-limits.ts'

/** A set of storage keys. */
export interface Wishes {
  /** @returns those that were not there */
  add(keys: readonly Uint8Array[]): Uint8Array[]
  /** @returns those that were there */
  remove(keys: readonly Uint8Array[]): Uint8Array[]
  has(key: Uint8Array): boolean
  all(): Uint8Array[]
}

/** No wishes yet. */
export const createWishes = (): Wishes => {
  const wishes = new Map<string, Uint8Array>()
  const isNew = (key: Uint8Array): boolean => {
    const before = wishes.size
    wishes.set(bytesToHex(key), key)
    return wishes.size > before
  }
  return {
    add: (keys) => keys.filter(isNew),
    remove: (keys) => keys.filter((key) => wishes.delete(bytesToHex(key))),
    has: (key) => wishes.has(bytesToHex(key)),
    all: () => [...wishes.values()],
  }
}

/** Cuts a list of keys into what one message holds. */
export const inMessages = (keys: readonly Uint8Array[]): Uint8Array[][] => {
  const messages: Uint8Array[][] = []
  for (let at = 0; at < keys.length; at += MAX_KEYS_PER_MESSAGE)
    messages.push(keys.slice(at, at + MAX_KEYS_PER_MESSAGE))
  return messages
}
