/** What a chain of key events says: the root key, the devices and where each one's word ends. */

import { equalBytes } from '../bytes.ts'
import type { DevicePublic, Establishment, LogEnd, PersonId } from './key-event-types.ts'

/** A device as the chain knows it, removed ones included. */
export interface DeviceState extends DevicePublic {
  /** Position of the event that added it. */
  readonly addedAt: number
  /** Set once it was removed. */
  readonly removed?: { readonly position: number; readonly logs: readonly LogEnd[] }
}

/** A person's keys, folded from their key events. Plain data, never changed in place. */
export interface KeyState extends Establishment {
  readonly person: PersonId
  /** The network named by the inception. */
  readonly network: Uint8Array
  /** The accepted events in order, as they were received. Persist these and {@link KeyState.proof}. */
  readonly chain: readonly Uint8Array[]
  /** Length of the chain. */
  readonly events: number
  /** CID of the last accepted event; sessions, records and entries name it. */
  readonly newest: string
  /** CIDs of all accepted events, in order. */
  readonly cids: readonly string[]
  readonly devices: readonly DeviceState[]
  /** Every root key there was, `root` last. */
  readonly roots: readonly Uint8Array[]
  /** True once two rotations that spend one commitment were seen. */
  readonly contested: boolean
  /** True when both were met at once and neither was accepted: fingerprints have to be compared. */
  readonly undecided: boolean
  /** The two rotations, to be handed on to everyone who follows this person. */
  readonly proof: readonly Uint8Array[]
}

/** How far a device's word goes in one of its logs. */
export type LogBound =
  /** Every authentic entry counts. */
  | { readonly type: 'open' }
  /** Entries up to `seq` that are linked from the entry with `hash` count; nothing else. */
  | { readonly type: 'closed'; readonly seq: number; readonly hash: Uint8Array }
  /** Nothing counts: not a device of this person, or removed without naming this log. */
  | { readonly type: 'void' }

/** @returns the device with this Ed25519 key, removed or not */
export const findDevice = (state: KeyState, signing: Uint8Array): DeviceState | undefined =>
  state.devices.find((device) => equalBytes(device.signing, signing))

/** @returns the devices that may speak now */
export const activeDevices = (state: KeyState): DeviceState[] => state.devices.filter((device) => !device.removed)

/** True when the device was added and not removed: it may open sessions and sign records. */
export const isActiveDevice = (state: KeyState, signing: Uint8Array): boolean => {
  const device = findDevice(state, signing)
  return device !== undefined && !device.removed
}

/** [I14] How far the log `logId` of the device `signing` counts for this person. */
export const logBound = (state: KeyState, signing: Uint8Array, logId: number): LogBound => {
  const device = findDevice(state, signing)
  if (!device) return { type: 'void' }
  if (!device.removed) return { type: 'open' }
  const end = device.removed.logs.find((log) => log.logId === logId)
  return end ? { type: 'closed', seq: end.seq, hash: end.hash } : { type: 'void' }
}

/**
 * [I14] Whether an authentic entry counts for this person. For a removed device an entry before the named end counts
 * only if it is linked from that end; whoever holds a whole run anchors it there ({@link logBound}), this function
 * alone sees position and, at the end itself, the hash.
 */
export const isDeviceValidFor = (
  state: KeyState,
  signing: Uint8Array,
  logId: number,
  seq: number,
  hash: Uint8Array,
): boolean => {
  const bound = logBound(state, signing, logId)
  if (bound.type !== 'closed') return bound.type === 'open'
  return seq < bound.seq || (seq === bound.seq && equalBytes(hash, bound.hash))
}
