/** Bytes of key events: signing makes them, decoding takes them apart. Whether one counts, key-chain.ts decides. */
import { sha256 } from '@noble/hashes/sha2.js'
import { cidToString, dagCborCid } from '../blocks/cid.ts'
import { encodeCbor } from '../cbor.ts'
import type { Signer } from '../ports.ts'
import { keyEventFields } from './key-event-codec.ts'
import type {
  AddDevice,
  DevicePublic,
  Establishment,
  Inception,
  LogEnd,
  PersonId,
  RemoveDevice,
  Rotate,
  SignedKeyEvent,
  UnsignedKeyEvent,
} from './key-event-types.ts'
import { KEY_EVENT_VERSION } from './key-event-types.ts'
import type { KeyState } from './key-state.ts'
import { Domain, signingInput } from './signed.ts'

/** What an establishment commits to: the SHA-256 of the next root key. */
export const commitmentOf = (rootPublicKey: Uint8Array): Uint8Array => sha256(rootPublicKey)

/** What the root key signs. */
export const keyEventSigningInput = (event: UnsignedKeyEvent): Uint8Array =>
  signingInput(Domain.keyEvent, keyEventFields(event))

/** What a device signs to say that it belongs to `person`. */
export const consentSigningInput = (
  person: PersonId,
  device: Pick<DevicePublic, 'signing' | 'agreement'>,
): Uint8Array => signingInput(Domain.deviceConsent, { person, signing: device.signing, agreement: device.agreement })

const sign = async <E extends UnsignedKeyEvent>(event: E, signer: Signer): Promise<SignedKeyEvent<E>> => {
  const signature = await signer.sign(keyEventSigningInput(event))
  const bytes = encodeCbor({ ...keyEventFields(event), signature })
  return { event, signature, bytes, cid: cidToString(dagCborCid(bytes)) }
}

/** Fields that place an event behind the last one of a chain. */
const following = (state: KeyState, time: number): Omit<Rotate, 'kind' | keyof Establishment> => ({
  version: KEY_EVENT_VERSION,
  person: state.person,
  previous: state.newest,
  position: state.events,
  time,
})

/** Makes a person. `rootSigner` holds the key named by `root`. */
export const signInception = (
  fields: Omit<Inception, 'version' | 'kind' | 'root'>,
  rootSigner: Signer,
): Promise<SignedKeyEvent<Inception>> =>
  sign({ version: KEY_EVENT_VERSION, kind: 'inception', root: rootSigner.publicKey, ...fields }, rootSigner)

/**
 * Takes the root key over. `newRootSigner` holds the key that the last establishment committed to. To take back a
 * stolen root key, hand in a state that ends before the thief's events: the rotation beats what follows there.
 */
export const signRotate = (
  { state, time, ...keys }: Omit<Establishment, 'root'> & { readonly state: KeyState; readonly time: number },
  newRootSigner: Signer,
): Promise<SignedKeyEvent<Rotate>> =>
  sign({ ...following(state, time), kind: 'rotate', root: newRootSigner.publicKey, ...keys }, newRootSigner)

/** Lets a device speak for the person; both sign. */
export const signAddDevice = async (
  change: {
    readonly state: KeyState
    readonly device: Omit<DevicePublic, 'signing'>
    readonly time: number
  },
  rootSigner: Signer,
  deviceSigner: Signer,
): Promise<SignedKeyEvent<AddDevice>> => {
  const device = { signing: deviceSigner.publicKey, ...change.device }
  const consent = await deviceSigner.sign(consentSigningInput(change.state.person, device))
  return sign({ ...following(change.state, change.time), kind: 'add-device', device, consent }, rootSigner)
}

/** Ends a device. `logs` names the last entry that stays valid in each of its logs. */
export const signRemoveDevice = (
  change: {
    readonly state: KeyState
    readonly device: Uint8Array
    readonly logs: readonly LogEnd[]
    readonly time: number
  },
  rootSigner: Signer,
): Promise<SignedKeyEvent<RemoveDevice>> => {
  const { state, device, logs, time } = change
  return sign({ ...following(state, time), kind: 'remove-device', device, logs }, rootSigner)
}
