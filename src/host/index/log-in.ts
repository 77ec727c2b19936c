/** Whether a log-in holds: made for this host, over this challenge, by this device, which is one of this person's. */

import { foldKeyEvents } from '../../core/identity/key-chain.ts'
import { isActiveDevice } from '../../core/identity/key-state.ts'
import type { Verifier } from '../../core/ports.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { HOST_PROTOCOL_VERSION } from '../../core/swarm/host-limits.ts'
import { loginTranscript } from '../../core/swarm/host-login.ts'
import type { HostErrorCode, LogIn } from '../../core/swarm/host-protocol.ts'
import type { Identified } from './peer.ts'

/** Why a connection is ended. */
export interface Refusal {
  readonly code: HostErrorCode
  readonly detail: string
}

/** What the host knows to judge a log-in by. */
export interface LoginRules {
  readonly publicUrl: string
  /** Whether a web origin is one of this host's own. */
  isOwnOrigin(origin: string): boolean
  /** Somebody came who took this host for another. */
  onWrongOrigin(origin: string): void
  readonly verifier: Verifier
  /** Whether these key events make the device one of the person's, not removed. */
  isDeviceOf(device: Uint8Array, person: string, keyEvents: readonly Uint8Array[]): Promise<boolean>
}

const refuse = (code: HostErrorCode, detail: string) => err({ code, detail })

/** Cheap checks first; the key events, which cost most, last. */
export const checkLogIn = async (
  logIn: LogIn,
  challenge: Uint8Array,
  rules: LoginRules,
): Promise<Result<Identified, Refusal>> => {
  const { version, origin, network, device, person } = logIn
  if (version !== HOST_PROTOCOL_VERSION)
    return refuse('unsupported-version', `this is version ${HOST_PROTOCOL_VERSION}`)
  if (!rules.isOwnOrigin(origin)) {
    rules.onWrongOrigin(origin)
    return refuse('wrong-origin', rules.publicUrl)
  }
  const transcript = loginTranscript({ origin, challenge, network, device, person })
  if (!(await rules.verifier.verify(device, transcript, logIn.signature))) return refuse('bad-signature', '')
  if (!(await rules.isDeviceOf(device, person, logIn.keyEvents))) return refuse('not-a-device', '')
  return ok({ device, person, network })
}

/** Folds the person's key events: the device must have been added and not removed. */
export const isDeviceOf = async (
  verifier: Verifier,
  device: Uint8Array,
  person: string,
  keyEvents: readonly Uint8Array[],
): Promise<boolean> => {
  const folded = await foldKeyEvents(keyEvents, verifier, { person })
  return folded.ok && folded.value.state.person === person && isActiveDevice(folded.value.state, device)
}
