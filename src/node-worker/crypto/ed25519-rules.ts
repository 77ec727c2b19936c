/**
 * What is refused before WebCrypto sees an Ed25519 signature ([K1], [K2], [K5], [K6]). Implementations differ in what
 * they make of odd keys and signatures (Chalkias, Garillot, Nikolaenko: "Taming the many EdDSAs", section 3).
 * WebKitGTK takes scalars beyond the order, and it alone refuses some signatures under keys with a small-order part.
 * An entry that counts for half of its readers would split them, so all of this is refused everywhere.
 */
import { compareBytes, equalBytes, hexToBytes } from '../../core/bytes.ts'

/**
 * The y coordinates of the eight points whose order divides eight, little-endian, sign bit clear. Both signs are
 * refused, so the list covers the encodings that differ in the sign bit alone.
 */
export const SMALL_ORDER_Y: readonly string[] = [
  /* order 4 */ '0000000000000000000000000000000000000000000000000000000000000000',
  /* order 1 */ '0100000000000000000000000000000000000000000000000000000000000000',
  /* order 2 */ 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  /* order 8 */ '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  /* order 8 */ 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
]

const KEY_BYTES = 32
/** Clears the sign of x, which stands in the top bit of the last byte (RFC 8032 section 5.1.2). */
const Y_MASK = 0x7f
/** 2^255 - 19, little-endian: 0xed, thirty times 0xff, 0x7f. */
const P_FIRST = 0xed

const yOf = (key: Uint8Array): Uint8Array => {
  const y = key.slice()
  y[KEY_BYTES - 1]! &= Y_MASK
  return y
}

/** y >= p, that is 2^255 - 19 <= y < 2^255. */
const isUnreduced = (y: Uint8Array): boolean =>
  y[0]! >= P_FIRST && y[KEY_BYTES - 1] === Y_MASK && y.subarray(1, KEY_BYTES - 1).every((byte) => byte === 0xff)

const SMALL_ORDER = SMALL_ORDER_Y.map(hexToBytes)

/** False for a wrong length, a y that is not reduced and a point of small order. Says nothing else about the key. */
export const isAcceptablePublicKey = (key: Uint8Array): boolean => {
  if (key.length !== KEY_BYTES) return false
  const y = yOf(key)
  return !isUnreduced(y) && !SMALL_ORDER.some((small) => equalBytes(small, y))
}

const SIGNATURE_BYTES = 64
/** 2^252 + 27742317777372353535851937790883648493, the order of the base point, big-endian. */
const ORDER = hexToBytes('1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed')

/** 64 bytes whose second half, a little-endian scalar, is below the order (RFC 8032 section 5.1.7, step 1). */
export const isReducedSignature = (signature: Uint8Array): boolean =>
  signature.length === SIGNATURE_BYTES && compareBytes(signature.slice(KEY_BYTES).reverse(), ORDER) < 0
