/**
 * Which of several carriers a session uses. The device with the smaller key leads: it alone chooses, so both sides
 * reach the same choice whatever order they see things in; the follower takes the carrier that `attach` comes on.
 */
import { compareBytes } from '../bytes.ts'
import type { Carrier } from '../ports.ts'

/** What the leader knows of a carrier whose handshake is done. */
export interface CarrierFacts {
  readonly kind: Carrier['kind']
  /** Whether this side, the leader, dialled it. */
  readonly initiator: boolean
  /** The attachment it got; 0 before. */
  readonly epoch: number
  /** Whether the follower agreed to it. */
  readonly confirmed: boolean
  /** The attachment that the follower last named on it as its own, 0 for none; undefined while it has not spoken. */
  readonly knownEpoch: number | undefined
  /** The attachment that was confirmed when the follower was asked for that; undefined before. */
  readonly askedAt: number | undefined
}

/** Whether this device leads the session with that one. Their keys differ: a device has no session with itself. */
export const isLeader = (ownDevice: Uint8Array, peerDevice: Uint8Array): boolean =>
  compareBytes(ownDevice, peerDevice) < 0

/** Direct before relay, then the one that the leader dialled, then the newer. */
const isAtLeastAsGood = (candidate: CarrierFacts, active: CarrierFacts): boolean => {
  if (candidate.kind !== active.kind) return candidate.kind === 'direct'
  return candidate.initiator || !active.initiator
}

/** What the leader does with a carrier that is not the active one. */
export const chooseCarrier = (
  active: CarrierFacts | undefined,
  candidate: CarrierFacts,
): 'attach' | 'wait' | 'ask' | 'refuse' => {
  if (!active) return 'attach'
  if (candidate.knownEpoch === undefined) return 'wait'
  if (isAtLeastAsGood(candidate, active)) return 'attach'
  if (!active.confirmed) return 'wait'
  if (candidate.knownEpoch === active.epoch) return 'refuse'
  // The follower agreed to the active carrier and names another. It may have spoken before it agreed, so it is asked
  // again; when it still does not know the active one, it has lost it, or all of its state.
  return candidate.askedAt === active.epoch ? 'attach' : 'ask'
}
