/** Where public records and blocks are found. Private records: `privateSlot` in identity/account-secret.ts. */
import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes, utf8Encode } from '../bytes.ts'
import type { PersonId } from '../identity/key-event-types.ts'

/** Bytes of a storage key. */
export const STORAGE_KEY_BYTES = 32

/** UTF-8 bytes of a path. */
export const MAX_PATH_BYTES = 256

/** Paths that every person has. */
export const PATHS = {
  /** The newest entry of each public log. */
  heads: '/heads',
  /** The sealed account secret. */
  secret: '/secret',
  /** The key events. */
  keys: '/keys',
  /** What the person says about themselves. */
  profile: '/profile',
  /** The locator, as bytes: a device of the person vouches for it, so that others keep one for each person and no more. */
  locator: '/locator',
  /** Whom the person asks to keep everything of theirs; absent while they never asked anybody. */
  keepers: '/keepers',
} as const

const PREFIX = 'kith/public'
const BLOCK_PREFIX = 'kith/block'
const PLACES_PREFIX = 'kith/places'
/** Slash-separated names without control characters: what can be shown and cannot be spelled in two ways. */
const PATH = /^(?:\/[^/\p{Cc}\p{Cs}]+)+$/u

/** [R2] Whether a text is a path: `/name`, `/name/name`, at most {@link MAX_PATH_BYTES}. */
export const isPath = (path: string): boolean =>
  path.length <= MAX_PATH_BYTES && utf8Encode(path).length <= MAX_PATH_BYTES && PATH.test(path)

/**
 * [R1] sha256("kith/public" ‖ person id ‖ path), all as UTF-8. The id has a fixed length and a path begins with a
 * slash, so no two pairs run together to the same text.
 */
export const publicStorageKey = (person: PersonId, path: string): Uint8Array => {
  if (!isPath(path)) throw new RangeError('"path" expected slash-separated names')
  return sha256(concatBytes(utf8Encode(PREFIX), utf8Encode(person), utf8Encode(path)))
}

/**
 * [H40] sha256("kith/block" ‖ CID), the CID as its 36 bytes: the key under which holders of a block are found. Not the
 * digest in the CID: bytes could be chosen whose digest is the key of somebody's record, and an index would learn the
 * name of every block that it is told of. Of this key it learns something only when it knows the CID already.
 */
export const blockStorageKey = (cid: Uint8Array): Uint8Array => sha256(concatBytes(utf8Encode(BLOCK_PREFIX), cid))

/**
 * [EC11] sha256("kith/places" ‖ network): the key under which devices are found that have room for others, as if they
 * held something that everybody looks for. The list of free places is thus one of the lists that any host keeps.
 */
export const placesStorageKey = (network: Uint8Array): Uint8Array =>
  sha256(concatBytes(utf8Encode(PLACES_PREFIX), network))
