/**
 * Private content as holders see it: padded to one of a few named sizes, then encrypted.
 *
 * ```
 * sealed = version:u8 nonce:12 AES-256-GCM(padded), the version and what it is bound to being additional data
 * padded = length:u32 content zeros, up to the smallest step that holds it
 * ```
 * Nonces are random: one key seals at most 2^32 times (NIST SP 800-38D section 8.3). Rules C1 to C4 of docs/protocol.
 */
import { concatBytes, createReader, createWriter } from '../bytes.ts'
import { MAX_BLOCK_BYTES } from '../limits.ts'
import type { Aead, Random } from '../ports.ts'
import { err, type Malformed, malformed, ok, type Result } from '../result.ts'
import { type UnknownVersion, unknownVersion } from '../version.ts'

/** The version this module reads and writes. */
const SEALED_VERSION = 1

const NONCE_BYTES = 12
const TAG_BYTES = 16
const LENGTH_BYTES = 4

/** What sealing adds to the padded bytes. */
export const SEAL_OVERHEAD = 1 + NONCE_BYTES + TAG_BYTES

/**
 * The padded sizes, so that a length tells little: powers of two, then the two largest that fit, sealed, a log
 * entry's payload with its envelope, and a block.
 */
export const PADDING_STEPS = [
  256,
  512,
  1024,
  2048,
  4096,
  8192,
  16_384,
  32_768,
  64_512,
  131_072,
  MAX_BLOCK_BYTES - SEAL_OVERHEAD,
] as const

/** The most content that one padded unit holds. */
export const MAX_PADDED_CONTENT = MAX_BLOCK_BYTES - SEAL_OVERHEAD - LENGTH_BYTES

const stepFor = (length: number): number | undefined => PADDING_STEPS.find((step) => step >= LENGTH_BYTES + length)

/**
 * Content with its length in front, filled with zeros up to a step.
 * @throws {RangeError} content over {@link MAX_PADDED_CONTENT}
 */
export const pad = (content: Uint8Array): Uint8Array => {
  const step = stepFor(content.length)
  if (step === undefined) {
    throw new RangeError(`"content" expected at most ${MAX_PADDED_CONTENT} bytes, got ${content.length}`)
  }
  const writer = createWriter(step)
  writer.u32(content.length)
  writer.bytes(content)
  writer.bytes(new Uint8Array(step - writer.length()))
  return writer.finish()
}

/** The content in padded bytes; undefined unless they are exactly what {@link pad} makes of it. */
export const unpad = (padded: Uint8Array): Uint8Array | undefined => {
  const reader = createReader(padded)
  const length = reader.u32()
  const content = reader.take(length)
  const zeros = reader.take(reader.remaining())
  const exact = reader.failure() === undefined && stepFor(length) === padded.length
  return exact && zeros.every((byte) => byte === 0) ? content : undefined
}

const UNBOUND = new Uint8Array(0)

/**
 * Pads and encrypts under a fresh random nonce.
 * @param bound where this stands and nowhere else: it opens only beside the same bytes
 */
export const sealPrivate = async (
  aead: Aead,
  random: Random,
  content: Uint8Array,
  bound: Uint8Array = UNBOUND,
): Promise<Uint8Array> => {
  const version = Uint8Array.of(SEALED_VERSION)
  const nonce = random.bytes(NONCE_BYTES)
  return concatBytes(version, nonce, await aead.seal(nonce, pad(content), concatBytes(version, bound)))
}

/** Why sealed bytes do not open. */
export type SealedRefusal =
  | Malformed<'sealed'>
  | UnknownVersion<'sealed'>
  /** Sealed under another key, bound to something else, or changed: these cannot be told apart. */
  | { readonly type: 'sealed-to-another-key' }

/** The content of sealed bytes. */
export const openPrivate = async (
  aead: Aead,
  sealed: Uint8Array,
  bound: Uint8Array = UNBOUND,
): Promise<Result<Uint8Array, SealedRefusal>> => {
  if (sealed.length > MAX_BLOCK_BYTES) return malformed('sealed', `${sealed.length} bytes, at most ${MAX_BLOCK_BYTES}`)
  if (sealed.length < SEAL_OVERHEAD) return malformed('sealed', `${sealed.length} bytes, at least ${SEAL_OVERHEAD}`)
  const version = sealed[0]!
  if (version !== SEALED_VERSION) return unknownVersion('sealed', version, SEALED_VERSION)
  const nonce = sealed.subarray(1, 1 + NONCE_BYTES)
  const padded = await aead.open(nonce, sealed.subarray(1 + NONCE_BYTES), concatBytes(sealed.subarray(0, 1), bound))
  if (!padded) return err({ type: 'sealed-to-another-key' })
  const content = unpad(padded)
  return content ? ok(content) : malformed('sealed', 'padding is not what its length asks for')
}
