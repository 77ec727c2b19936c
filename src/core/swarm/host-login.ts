/**
 * The signed log-in. What a device signs names the host by its web origin, so a hostile host that hands on another
 * host's challenge gets a signature that is of no use there; and names challenge, network, device and person, so nothing
 * of it fits another log-in.
 */

import { signingInput } from '../identity/signed.ts'
import type { Signer } from '../ports.ts'
import { HOST_PROTOCOL_VERSION } from './host-limits.ts'
import type { LogIn } from './host-protocol.ts'

/** What a log-in's signature is for; see identity/signed.ts. */
export const LOGIN_DOMAIN = 'kith/host-login/1'

/** What a log-in binds together. */
export interface LoginClaim {
  /** Web origin of the host as the client dialled it: `https://host`, port only if it is not the usual one. */
  readonly origin: string
  readonly challenge: Uint8Array
  readonly network: Uint8Array
  readonly device: Uint8Array
  readonly person: string
}

/** The bytes that the device signs. */
export const loginTranscript = ({ origin, challenge, network, device, person }: LoginClaim): Uint8Array =>
  signingInput(LOGIN_DOMAIN, { origin, challenge, network, device, person })

/** What a client answers a challenge with. */
export const signLogin = async (
  claim: Omit<LoginClaim, 'device'>,
  keyEvents: readonly Uint8Array[],
  signer: Signer,
): Promise<LogIn> => {
  const { origin, network, person } = claim
  const device = signer.publicKey
  const signature = await signer.sign(loginTranscript({ ...claim, device }))
  return { type: 'log-in', version: HOST_PROTOCOL_VERSION, origin, network, device, person, keyEvents, signature }
}
