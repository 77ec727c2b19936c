/** HKDF-SHA256 (RFC 5869) with a label of ours as the salt, so that keys for different purposes never meet. */
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8Encode } from '../bytes.ts'

/** Bytes of every key that is derived. */
export const DERIVED_BYTES = 32

/**
 * @param label what kind of key this is, with a version, such as `kith/words/1`
 * @param info which key of that kind
 */
export const derive = (ikm: Uint8Array, label: string, info: string): Uint8Array =>
  hkdf(sha256, ikm, utf8Encode(label), utf8Encode(info), DERIVED_BYTES)

/**
 * Like {@link derive}, for bytes that become a private key of Ed25519 or X25519. The first byte is never zero: the
 * engine of WebKitGTK refuses such keys, and a person's words have to work everywhere. One seed in 256 is passed
 * over for the next, which takes 0.006 bits from it.
 */
export const deriveSeed = (ikm: Uint8Array, label: string, info: string): Uint8Array => {
  let seed = derive(ikm, label, info)
  for (let again = 1; seed[0] === 0; again++) seed = derive(ikm, label, `${info}#${again}`)
  return seed
}
