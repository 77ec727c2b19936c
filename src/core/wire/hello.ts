/**
 * What a device says of itself inside the Noise handshake, and how it is bound to it: the prologue names version,
 * network and the device that is dialled, and the device's Ed25519 key signs the handshake hash together with all
 * that the hello says. docs/protocol/50-wire.md, rules W4 to W9.
 */
import { concatBytes, equalBytes, utf8Encode } from '../bytes.ts'
import { decodeCbor, encodeCbor, hasKeys, isBytes, isRecord, isText } from '../cbor.ts'
import { SCOPE_ID_BYTES } from '../limits.ts'
import type { Signer, Verifier } from '../ports.ts'
import { err, type Malformed, malformed, ok, type Result } from '../result.ts'
import {
  MAX_CID_BYTES,
  MAX_HELLO_BYTES,
  MAX_HELLO_KEY_EVENTS,
  MAX_HELLO_KEY_EVENTS_BYTES,
  MAX_PERSON_ID_CHARS,
} from './wire-limits.ts'

/** Version of everything in this folder. The first byte of each handshake message; also in prologue and hello. */
export const WIRE_VERSION = 1

const KEY_BYTES = 32
const SIGNATURE_BYTES = 64

/** Which side of the handshake signs: a signature of one side is none of the other. */
export type Role = 'initiator' | 'responder'

/** The claims of a hello; what it is worth is for the receiver to check. */
export interface Hello {
  readonly version: typeof WIRE_VERSION
  readonly network: Uint8Array
  readonly group: Uint8Array
  readonly person: string
  /** Ed25519 key of the device. */
  readonly device: Uint8Array
  /** CID bytes of the newest key event that the device knows of its person. */
  readonly newestKeyEvent: Uint8Array
  /** The chain, oldest first; empty when it is too long for a handshake. */
  readonly keyEvents: readonly Uint8Array[]
}

export interface SignedHello extends Hello {
  /** By `device`, over {@link helloSigningInput}. */
  readonly signature: Uint8Array
}

const FIELDS = ['version', 'network', 'group', 'person', 'device', 'newestKeyEvent', 'keyEvents'] as const

/** The prologue of the handshake. Sides that disagree on any of it cannot finish. */
export const sessionPrologue = (network: Uint8Array, dialledDevice: Uint8Array): Uint8Array =>
  concatBytes(utf8Encode('kith/session'), Uint8Array.of(0, WIRE_VERSION), network, dialledDevice)

const helloBody = (hello: Hello): Record<string, unknown> =>
  Object.fromEntries(FIELDS.map((field) => [field, hello[field]]))

/** What the device signs: purpose, side, the handshake so far, and every claim. */
export const helloSigningInput = (role: Role, handshakeHash: Uint8Array, hello: Hello): Uint8Array =>
  concatBytes(
    utf8Encode('kith/hello'),
    Uint8Array.of(0, role === 'initiator' ? 1 : 2),
    handshakeHash,
    encodeCbor(helloBody(hello)),
  )

/** Leaves the chain out when it does not fit: then `newestKeyEvent` alone says what there is. */
export const fitKeyEvents = (keyEvents: readonly Uint8Array[]): readonly Uint8Array[] => {
  const bytes = keyEvents.reduce((sum, event) => sum + event.length, 0)
  return bytes <= MAX_HELLO_KEY_EVENTS_BYTES && keyEvents.length <= MAX_HELLO_KEY_EVENTS ? keyEvents : []
}

/** Signs and encodes a hello for its place in the handshake. */
export const signHello = async (
  hello: Hello,
  signer: Signer,
  role: Role,
  handshakeHash: Uint8Array,
): Promise<Uint8Array> => {
  const signature = await signer.sign(helloSigningInput(role, handshakeHash, hello))
  return encodeCbor({ ...helloBody(hello), signature })
}

const isKeyEventList = (value: unknown): value is Uint8Array[] =>
  Array.isArray(value) &&
  value.length <= MAX_HELLO_KEY_EVENTS &&
  value.every((event) => isBytes(event)) &&
  value.reduce((sum, event) => sum + event.length, 0) <= MAX_HELLO_KEY_EVENTS_BYTES

const checkFields = (value: Record<string, unknown>): string | undefined => {
  if (!hasKeys(value, [...FIELDS, 'signature'])) return 'other fields than a hello has'
  if (value.version !== WIRE_VERSION) return 'a version that differs from its handshake'
  if (!isBytes(value.network, SCOPE_ID_BYTES) || !isBytes(value.group, SCOPE_ID_BYTES)) return 'a scope id'
  if (!isText(value.person, MAX_PERSON_ID_CHARS)) return 'the person id'
  if (!isBytes(value.device, KEY_BYTES)) return 'the device key'
  if (!isBytes(value.newestKeyEvent) || value.newestKeyEvent.length > MAX_CID_BYTES) return 'the newest key event'
  if (!isKeyEventList(value.keyEvents)) return 'the key events'
  return isBytes(value.signature, SIGNATURE_BYTES) ? undefined : 'the signature'
}

/** Reads a hello. Its signature is not checked here: {@link verifyHello} needs the handshake hash for that. */
export const decodeHello = (bytes: Uint8Array): Result<SignedHello, Malformed<'hello'>> => {
  const decoded = decodeCbor(bytes, MAX_HELLO_BYTES)
  if (!decoded.ok) return malformed('hello', decoded.error.reason)
  if (!isRecord(decoded.value)) return malformed('hello', 'not a map')
  const reason = checkFields(decoded.value)
  return reason === undefined ? ok(decoded.value as unknown as SignedHello) : malformed('hello', reason)
}

/** What a hello has to be made for. */
export interface ExpectedHello {
  /** The side that sent it. */
  readonly role: Role
  readonly handshakeHash: Uint8Array
  readonly network: Uint8Array
  readonly group: Uint8Array
}

/** Why a hello is not the one that was expected. */
export interface UnexpectedHello {
  /** `bad-attestation`: not signed for this handshake, this side and this network; then its group is not looked at. */
  readonly type: 'bad-attestation' | 'wrong-group'
}

/** Whether the device that the hello names made it for this handshake, this side, this network and this group. */
export const verifyHello = async (
  hello: SignedHello,
  expected: ExpectedHello,
  verifier: Verifier,
): Promise<Result<void, UnexpectedHello>> => {
  const input = helloSigningInput(expected.role, expected.handshakeHash, hello)
  const isSigned =
    equalBytes(hello.network, expected.network) && (await verifier.verify(hello.device, input, hello.signature))
  if (!isSigned) return err({ type: 'bad-attestation' })
  return equalBytes(hello.group, expected.group) ? ok(undefined) : err({ type: 'wrong-group' })
}
