/** Devices with the key events that prove whose they are. */
import { NETWORK_ZERO } from '../../../src/core/limits.ts'
import type { Signer } from '../../../src/core/ports.ts'
import { signLogin } from '../../../src/core/swarm/host-login.ts'
import type { LogIn } from '../../../src/core/swarm/host-protocol.ts'
import { addDevice, incept } from '../../core/identity/people.ts'
import { testSigner } from '../../support/ed25519.ts'

/** One device of one person. */
export interface TestDevice {
  readonly signer: Signer
  readonly device: Uint8Array
  readonly person: string
  readonly keyEvents: readonly Uint8Array[]
}

/** The device of seed `byte` (1 to 90), of the person that `who` numbers. */
export const createDevice = async (byte: number, who = byte % 10): Promise<TestDevice> => {
  const inception = await incept(who)
  const chain = [inception, await addDevice([inception], byte, { who })]
  const signer = await testSigner(byte)
  return { signer, device: signer.publicKey, person: inception.cid, keyEvents: chain.map(({ bytes }) => bytes) }
}

/** What the device answers `challenge` with; `change` makes it wrong. */
export const logInOf = (
  who: TestDevice,
  origin: string,
  challenge: Uint8Array,
  network: Uint8Array = NETWORK_ZERO,
): Promise<LogIn> => signLogin({ origin, challenge, network, person: who.person }, who.keyEvents, who.signer)
