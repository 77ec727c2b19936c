/** Whom a session's handshake may name: a device that its person's key events list and have not removed. */
import { findDevice } from '../../core/identity/key-state.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { Persons } from '../person/persons.ts'
import type { Refuse } from '../refusals.ts'
import { countRefusedEvents } from '../replication/key-news.ts'
import type { PeerClaim, ResolvedPeer } from '../sessions/types.ts'

/**
 * Checks a claim against the key events it brings and those known here. A chain that was too long for the hello must be
 * known already as far as the device; what it names beyond that is fetched over the session (rule SY20).
 * @param refuse counts events that were left out of a chain which counts all the same
 */
export async function resolvePeer(
  persons: Persons,
  claim: PeerClaim,
  refuse: Refuse,
): Promise<Result<ResolvedPeer, { readonly reason: string }>> {
  if (claim.keyEvents) {
    const applied = await persons.applyKeyEvents(claim.person, claim.keyEvents)
    if (!applied.ok) return err({ reason: applied.error.type })
    countRefusedEvents(applied, refuse)
    return resolveIn(applied.value.state, claim)
  }
  const state = await persons.keyState(claim.person)
  return state ? resolveIn(state, claim) : err({ reason: 'unknown-person' })
}

function resolveIn(
  state: Parameters<typeof findDevice>[0] & { readonly chain: readonly Uint8Array[] },
  claim: PeerClaim,
): Result<ResolvedPeer, { readonly reason: string }> {
  const device = findDevice(state, claim.device)
  if (!device) return err({ reason: 'unknown-device' })
  if (device.removed) return err({ reason: 'removed-device' })
  return ok({ agreement: device.agreement, keyEvents: state.chain })
}
