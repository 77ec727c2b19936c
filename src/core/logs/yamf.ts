/**
 * YAMF hashes (github.com/AljoschaMeyer/yamf-hash) as Bamboo uses them: VARU64 hash type, VARU64 length, digest. The
 * one type there is, 0, is BLAKE2b with 64 bytes, so its prefix is constant and the code keeps bare digests.
 */
import { blake2b } from '@noble/hashes/blake2.js'
import type { ByteReader } from '../bytes.ts'

/** 64 bytes of BLAKE2b-512, without the YAMF prefix. */
export type EntryHash = Uint8Array

/** Bytes of a digest. */
export const HASH_BYTES = 64

/** Bytes of a digest with its prefix. */
export const YAMF_BYTES = 2 + HASH_BYTES

const TYPE_BLAKE2B = 0

/** BLAKE2b-512. */
export const hashBytes = (bytes: Uint8Array): EntryHash => blake2b(bytes)

/** Writes prefix and digest at `offset` and returns the offset after them. */
export const writeYamf = (target: Uint8Array, offset: number, hash: EntryHash): number => {
  target[offset] = TYPE_BLAKE2B
  target[offset + 1] = HASH_BYTES
  target.set(hash, offset + 2)
  return offset + YAMF_BYTES
}

/** Reads one; any other type or length fails the reader. */
export const readYamf = (reader: ByteReader): EntryHash => {
  const type = reader.u8()
  const length = reader.u8()
  if (type !== TYPE_BLAKE2B || length !== HASH_BYTES) reader.fail(`hash of type ${type} with ${length} bytes`)
  return reader.take(HASH_BYTES)
}
