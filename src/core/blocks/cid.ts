/**
 * CIDs of blocks: version 1, codec raw or dag-cbor, sha2-256, in text base32. No other kind is accepted anywhere:
 * one block has one name. Rules B1 to B3 of docs/protocol.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { CID } from 'multiformats/cid'
import { create as createDigest } from 'multiformats/hashes/digest'
import { equalBytes } from '../bytes.ts'
import { MAX_BLOCK_BYTES } from '../limits.ts'
import type { Hasher } from '../ports.ts'
import { type Malformed, malformed, ok, type Result } from '../result.ts'

/** The name of a block. */
export type Cid = CID

/** Bytes under their name. */
export interface Block {
  readonly cid: Cid
  readonly bytes: Uint8Array
}

/** Multicodec numbers of what a block may hold. */
export const Codec = {
  /** Just bytes. */
  raw: 0x55,
  /** dag-cbor. */
  dagCbor: 0x71,
} as const

const SHA2_256 = 0x12

/** Bytes of a CID: version, codec, hash code, hash length, hash. */
export const CID_BYTES = 36

/** Characters of a CID in text. */
export const CID_TEXT_LENGTH = 59

const cidOf = (codec: number, bytes: Uint8Array): Cid => CID.createV1(codec, createDigest(SHA2_256, sha256(bytes)))

/** The CID of plain bytes. */
export const rawCid = (bytes: Uint8Array): Cid => cidOf(Codec.raw, bytes)

/** The CID of dag-cbor bytes. */
export const dagCborCid = (bytes: Uint8Array): Cid => cidOf(Codec.dagCbor, bytes)

/** Whether a decoded value is the CID of a block. */
export const isBlockCid = (value: unknown): value is Cid => {
  // Not CID.asCID, which takes any object of that shape for a CID: strangers choose the shapes of maps.
  if (!(value instanceof CID) || value.version !== 1 || value.bytes.length !== CID_BYTES) return false
  return (value.code === Codec.raw || value.code === Codec.dagCbor) && value.multihash.code === SHA2_256
}

const attempt = (decode: () => CID): Result<Cid, Malformed<'cid'>> => {
  try {
    const cid = decode()
    return isBlockCid(cid) ? ok(cid) : malformed('cid', 'not a v1 CID of raw or dag-cbor under sha2-256')
  } catch (error) {
    return malformed('cid', error instanceof Error ? error.message : String(error))
  }
}

/** The CID in {@link CID_BYTES} bytes. */
export const cidFromBytes = (bytes: Uint8Array): Result<Cid, Malformed<'cid'>> => {
  if (bytes.length !== CID_BYTES) return malformed('cid', `${bytes.length} bytes, ${CID_BYTES} expected`)
  const cid = attempt(() => CID.decode(bytes))
  // Other bytes for the same name (longer varints) would be a second name.
  return cid.ok && !equalBytes(cid.value.bytes, bytes) ? malformed('cid', 'not in its shortest form') : cid
}

/** The CID in a text of {@link CID_TEXT_LENGTH} characters. */
export const parseCid = (text: string): Result<Cid, Malformed<'cid'>> => {
  if (text.length !== CID_TEXT_LENGTH) return malformed('cid', `${text.length} characters, ${CID_TEXT_LENGTH} expected`)
  const cid = attempt(() => CID.parse(text))
  return cid.ok && cid.value.toString() !== text ? malformed('cid', 'not in its canonical form') : cid
}

/** Lower-case base32 with the multibase prefix `b`. */
export const cidToString = (cid: Cid): string => cid.toString()

/** {@link CID_BYTES} bytes. */
export const cidToBytes = (cid: Cid): Uint8Array => cid.bytes

/** Whether `bytes` are the block of that name: within the size of a block and hashing to its CID. */
export const verifyBlock = (cid: Cid, bytes: Uint8Array): boolean =>
  bytes.length <= MAX_BLOCK_BYTES && isBlockCid(cid) && equalBytes(cid.multihash.digest, sha256(bytes))

/** As {@link verifyBlock}, for where blocks come by the dozen: the platform hashes. */
export const verifyBlockBy = async (hasher: Hasher, cid: Cid, bytes: Uint8Array): Promise<boolean> =>
  bytes.length <= MAX_BLOCK_BYTES && isBlockCid(cid) && equalBytes(cid.multihash.digest, await hasher.sha256(bytes))
