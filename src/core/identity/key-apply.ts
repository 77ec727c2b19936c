/** One step of the fold: what an authentic event, in its place, does to the state. */
import { equalBytes } from '../bytes.ts'
import { MAX_DEVICES, MAX_KEY_EVENTS } from './key-event-codec.ts'
import type { AddDevice, Inception, RemoveDevice, Rotate, SignedKeyEvent } from './key-event-types.ts'
import { activeDevices, type DeviceState, findDevice, type KeyState } from './key-state.ts'

/** The state after an authentic inception. */
export const startState = ({ event, bytes, cid }: SignedKeyEvent<Inception>): KeyState => ({
  person: cid,
  network: event.network,
  root: event.root,
  next: event.next,
  recovery: event.recovery,
  chain: [bytes],
  events: 1,
  newest: cid,
  cids: [cid],
  devices: [],
  roots: [event.root],
  contested: false,
  undecided: false,
  proof: [],
})

/** [I7] A key is added once: a removed device does not come back, and no two devices share a key. */
const withDevice = (state: KeyState, { device, position }: AddDevice): DeviceState[] | undefined => {
  const isKnown = state.devices.some(
    (known) => equalBytes(known.signing, device.signing) || equalBytes(known.agreement, device.agreement),
  )
  if (isKnown || activeDevices(state).length >= MAX_DEVICES) return undefined
  return [...state.devices, { ...device, addedAt: position }]
}

/** [I8] Only a device that is there can be removed. */
const withoutDevice = (state: KeyState, { device, position, logs }: RemoveDevice): DeviceState[] | undefined => {
  const known = findDevice(state, device)
  if (!known || known.removed) return undefined
  return state.devices.map((other) => (other === known ? { ...known, removed: { position, logs } } : other))
}

/**
 * [I5] A root key serves once. One that came back would spend two commitments at a time, and a chain of such rotations
 * would cost its reader the square of its length in signature checks.
 */
const withRoot = ({ roots }: KeyState, { root, next, recovery }: Rotate): Partial<KeyState> | undefined =>
  roots.some((known) => equalBytes(known, root)) ? undefined : { root, next, recovery, roots: [...roots, root] }

const changeOf = (state: KeyState, { event }: SignedKeyEvent): Partial<KeyState> | undefined => {
  if (event.kind === 'inception') return undefined
  if (event.kind === 'rotate') return withRoot(state, event)
  const devices = event.kind === 'add-device' ? withDevice(state, event) : withoutDevice(state, event)
  return devices && { devices }
}

/** [I4] Whether an event says that it comes right behind the last one of `state`. */
const isInPlace = (state: KeyState, { event }: SignedKeyEvent): boolean =>
  event.kind !== 'inception' &&
  event.person === state.person &&
  event.previous === state.newest &&
  event.position === state.events &&
  state.events < MAX_KEY_EVENTS

/** @returns the next state, undefined when the event does not follow from `state` */
export const applyEvent = (state: KeyState, signed: SignedKeyEvent): KeyState | undefined => {
  const change = isInPlace(state, signed) ? changeOf(state, signed) : undefined
  return (
    change && {
      ...state,
      ...change,
      chain: [...state.chain, signed.bytes],
      cids: [...state.cids, signed.cid],
      events: state.events + 1,
      newest: signed.cid,
    }
  )
}
