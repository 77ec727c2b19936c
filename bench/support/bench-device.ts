/** Persons with one device, as many as a benchmark wants. */
import { foldKeyEvents } from '../../src/core/identity/key-chain.ts'
import { commitmentOf, signAddDevice, signInception } from '../../src/core/identity/key-events.ts'
import { NETWORK_ZERO } from '../../src/core/limits.ts'
import { TIME } from '../../tests/core/identity/people.ts'
import type { TestDevice } from '../../tests/host/support/people.ts'
import { testCrypto } from '../../tests/support/ed25519.ts'

const seed = (number: number, use: number): Uint8Array => {
  const bytes = new Uint8Array(32).fill(use)
  new DataView(bytes.buffer).setUint32(0, number)
  return bytes
}

/** Person and device number `number`. */
export const benchDevice = async (number: number): Promise<TestDevice> => {
  const root = await testCrypto.signerFromSeed(seed(number, 1))
  const signer = await testCrypto.signerFromSeed(seed(number, 2))
  const agreement = (await testCrypto.agreementFromSeed(seed(number, 3))).publicKey
  // Neither the next root key nor the words are ever used here.
  const promises = { next: commitmentOf(signer.publicKey), recovery: agreement }
  const inception = await signInception({ network: NETWORK_ZERO, ...promises, time: TIME }, root)
  const folded = await foldKeyEvents([inception.bytes], testCrypto)
  if (!folded.ok) throw new Error(folded.error.type)
  const change = { state: folded.value.state, device: { agreement, name: 'bench' }, time: TIME }
  const added = await signAddDevice(change, root, signer)
  return { signer, device: signer.publicKey, person: inception.cid, keyEvents: [inception.bytes, added.bytes] }
}
