/** Whose signature a key event needs, and whether it has it. */
import { equalBytes } from '../bytes.ts'
import type { Verifier } from '../ports.ts'
import type { Establishment, SignedKeyEvent } from './key-event-types.ts'
import { commitmentOf, consentSigningInput, keyEventSigningInput } from './key-events.ts'

const isSignedBy = (verifier: Verifier, { event, signature }: SignedKeyEvent, root: Uint8Array): Promise<boolean> =>
  verifier.verify(root, keyEventSigningInput(event), signature)

/** Whether a rotation names the key that `established` committed to ([I5]); its signature is not looked at. */
export const spendsCommitment = ({ event }: SignedKeyEvent, established: Establishment): boolean =>
  event.kind === 'rotate' && equalBytes(commitmentOf(event.root), established.next)

/**
 * [I3] to [I6] Whether an event's signatures are those it needs under `established`: an inception's and a rotation's
 * own new root, the established root for device events, and the device itself for its addition.
 */
export const isAuthentic = async (
  verifier: Verifier,
  signed: SignedKeyEvent,
  established: Establishment,
): Promise<boolean> => {
  const { event } = signed
  if (event.kind === 'inception') return isSignedBy(verifier, signed, event.root)
  if (event.kind === 'rotate') return spendsCommitment(signed, established) && isSignedBy(verifier, signed, event.root)
  if (!(await isSignedBy(verifier, signed, established.root))) return false
  if (event.kind === 'remove-device') return true
  return verifier.verify(event.device.signing, consentSigningInput(event.person, event.device), event.consent)
}
