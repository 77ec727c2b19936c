/**
 * The handshake Noise_XX_25519_AESGCM_SHA256 (Noise specification revision 34), checked against the public vector.
 * Each side writes and reads in turn; payloads may depend on the handshake hash just before them, so that a device
 * can sign what it is part of.
 */
import { concatBytes } from '../bytes.ts'
import type { CryptoPort, KeyAgreement } from '../ports.ts'
import { type Malformed, malformed, ok, type Result } from '../result.ts'
import { createNoiseCipher, type NoiseCipher } from './noise-cipher.ts'
import { createSymmetricState, type SymmetricState } from './noise-symmetric.ts'
import { MAX_NOISE_BYTES, NOISE_TAG_BYTES } from './wire-limits.ts'

/** The message patterns of XX, in order. The initiator writes the first and the third. */
const PATTERNS = [['e'], ['e', 'ee', 's', 'es'], ['s', 'se']] as const
type Token = (typeof PATTERNS)[number][number]

const KEY_BYTES = 32
const SEALED_KEY_BYTES = KEY_BYTES + NOISE_TAG_BYTES

/** Gives a payload from the handshake hash at its place. */
export type PayloadMaker = (handshakeHash: Uint8Array) => Promise<Uint8Array>

export interface ReadPayload {
  readonly payload: Uint8Array
  /** The handshake hash at the payload's place: what its maker could sign. */
  readonly handshakeHash: Uint8Array
}

/** What a finished handshake leaves. */
export interface NoiseTransport {
  readonly send: NoiseCipher
  readonly receive: NoiseCipher
  /** Unique to this handshake, known to both sides only. */
  readonly handshakeHash: Uint8Array
}

export interface NoiseHandshake {
  /** True when the next message is ours to write. */
  myTurn(): boolean
  done(): boolean
  /** A failure of `write` (the peer's key was of small order) or `read` is final: this handshake cannot go on. */
  write(payload: PayloadMaker): Promise<Result<Uint8Array, Malformed<'noise'>>>
  read(message: Uint8Array): Promise<Result<ReadPayload, Malformed<'noise'>>>
  /** The peer's static key, once its message was read. */
  remoteStatic(): Uint8Array | undefined
  split(): NoiseTransport
}

export interface NoiseOptions {
  readonly crypto: CryptoPort
  readonly initiator: boolean
  readonly staticKey: KeyAgreement
  readonly prologue: Uint8Array
}

interface State {
  readonly symmetric: SymmetricState
  readonly options: NoiseOptions
  ephemeral?: KeyAgreement
  remoteEphemeral?: Uint8Array
  remoteStatic?: Uint8Array
  next: number
}

/** The keys that a Diffie–Hellman token combines: first letter the initiator's key, second the responder's. */
const sharedSecret = (state: State, token: 'ee' | 'es' | 'se'): Promise<Uint8Array> => {
  const [own, other] = state.options.initiator ? [token[0], token[1]] : [token[1], token[0]]
  const key = own === 'e' ? state.ephemeral! : state.options.staticKey
  return key.sharedSecret(other === 'e' ? state.remoteEphemeral! : state.remoteStatic!)
}

/** @returns false when the peer's key is of small order, so that the secret would be known to all */
const mixSharedSecret = async (state: State, token: 'ee' | 'es' | 'se'): Promise<boolean> => {
  const secret = await sharedSecret(state, token).catch(() => undefined)
  if (secret) await state.symmetric.mixKey(secret)
  return secret !== undefined
}

const SMALL_ORDER = malformed('noise', 'a key of small order')

const writeToken = async (state: State, token: Token): Promise<Uint8Array | undefined> => {
  const { symmetric, options } = state
  if (token === 'e') {
    state.ephemeral = await options.crypto.ephemeral()
    symmetric.mixHash(state.ephemeral.publicKey)
    return state.ephemeral.publicKey
  }
  if (token === 's') return symmetric.encryptAndHash(options.staticKey.publicKey)
  return (await mixSharedSecret(state, token)) ? new Uint8Array(0) : undefined
}

/** @returns the bytes that the token took, or why it was refused */
const readToken = async (state: State, token: Token, rest: Uint8Array): Promise<Result<number, Malformed<'noise'>>> => {
  const { symmetric } = state
  if (token === 'e') {
    if (rest.length < KEY_BYTES) return malformed('noise', 'no room for an ephemeral key')
    state.remoteEphemeral = rest.slice(0, KEY_BYTES)
    symmetric.mixHash(state.remoteEphemeral)
    return ok(KEY_BYTES)
  }
  if (token === 's') {
    if (rest.length < SEALED_KEY_BYTES) return malformed('noise', 'no room for a static key')
    const key = await symmetric.decryptAndHash(rest.subarray(0, SEALED_KEY_BYTES))
    if (!key) return malformed('noise', 'the static key does not decrypt')
    state.remoteStatic = key
    return ok(SEALED_KEY_BYTES)
  }
  return (await mixSharedSecret(state, token)) ? ok(0) : SMALL_ORDER
}

const write = async (state: State, payload: PayloadMaker): Promise<Result<Uint8Array, Malformed<'noise'>>> => {
  const parts: Uint8Array[] = []
  for (const token of PATTERNS[state.next]!) {
    const part = await writeToken(state, token)
    if (!part) return SMALL_ORDER
    parts.push(part)
  }
  parts.push(await state.symmetric.encryptAndHash(await payload(state.symmetric.hash())))
  state.next += 1
  const message = concatBytes(...parts)
  if (message.length > MAX_NOISE_BYTES) throw new RangeError(`Noise message of ${message.length} bytes`)
  return ok(message)
}

const read = async (state: State, message: Uint8Array): Promise<Result<ReadPayload, Malformed<'noise'>>> => {
  if (message.length > MAX_NOISE_BYTES) return malformed('noise', `${message.length} bytes`)
  let offset = 0
  for (const token of PATTERNS[state.next]!) {
    const taken = await readToken(state, token, message.subarray(offset))
    if (!taken.ok) return taken
    offset += taken.value
  }
  const handshakeHash = state.symmetric.hash()
  const payload = await state.symmetric.decryptAndHash(message.subarray(offset))
  if (!payload) return malformed('noise', 'the payload does not decrypt')
  state.next += 1
  return ok({ payload, handshakeHash })
}

const split = (state: State): NoiseTransport => {
  const { crypto, initiator } = state.options
  const [first, second] = state.symmetric.split().map((key) => createNoiseCipher(crypto, key))
  const [send, receive] = initiator ? [first!, second!] : [second!, first!]
  return { send, receive, handshakeHash: state.symmetric.hash() }
}

/** Begins a handshake. Writing or reading out of turn is a bug and throws. */
export const createNoiseHandshake = (options: NoiseOptions): NoiseHandshake => {
  const state: State = { symmetric: createSymmetricState(options.crypto, options.prologue), options, next: 0 }
  const done = (): boolean => state.next === PATTERNS.length
  const myTurn = (): boolean => !done() && (state.next % 2 === 0) === options.initiator
  const check = (allowed: boolean, what: string): void => {
    if (!allowed) throw new Error(`Noise handshake: ${what} out of turn`)
  }
  return {
    myTurn,
    done,
    write: async (payload) => {
      check(myTurn(), 'write')
      return write(state, payload)
    },
    read: async (message) => {
      check(!myTurn() && !done(), 'read')
      return read(state, message)
    },
    remoteStatic: () => state.remoteStatic,
    split: () => {
      check(done(), 'split')
      return split(state)
    },
  }
}
