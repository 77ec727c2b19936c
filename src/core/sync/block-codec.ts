/**
 * What is said on a block stream. A question is `version:u8 ‖ CID text`, an answer `version:u8 ‖ 0 or 1`; after 1 the
 * block follows as a message of its own, bare: it may be as long as a message can be, and its CID says what it is.
 */
import { concatBytes, utf8Decode, utf8Encode } from '../bytes.ts'
import { type Malformed, malformed, ok, type Result } from '../result.ts'
import { type UnknownVersion, unknownVersion } from '../version.ts'

/** The version this module reads and writes. */
export const BLOCK_STREAM_VERSION = 1
/** Bytes of a CID's text; held before it is decoded, let alone looked up. */
export const MAX_CID_LENGTH = 128

/** Whether the block follows. */
export type BlockAnswer = 'not-here' | 'follows'

const ANSWERS: readonly BlockAnswer[] = ['not-here', 'follows']

type Refusal = Malformed<'block-stream'> | UnknownVersion<'block-stream'>

/** The bytes after the version, at most `limit` of them. */
const bodyOf = (bytes: Uint8Array, limit: number): Result<Uint8Array, Refusal> => {
  const [version] = bytes
  if (version === undefined) return malformed('block-stream', 'nothing')
  if (version !== BLOCK_STREAM_VERSION) return unknownVersion('block-stream', version, BLOCK_STREAM_VERSION)
  const length = bytes.length - 1
  return length > limit ? malformed('block-stream', `${length} bytes of ${limit}`) : ok(bytes.subarray(1))
}

/** Asks for the block of this name. */
export const encodeBlockQuestion = (cid: string): Uint8Array =>
  concatBytes(Uint8Array.of(BLOCK_STREAM_VERSION), utf8Encode(cid))

/** The name that is asked for; whether it is a CID is seen when it is looked up. */
export const decodeBlockQuestion = (bytes: Uint8Array): Result<string, Refusal> => {
  const body = bodyOf(bytes, MAX_CID_LENGTH)
  if (!body.ok) return body
  const cid = utf8Decode(body.value)
  return cid === undefined ? malformed('block-stream', 'not UTF-8') : ok(cid)
}

/** Says whether the block follows. */
export const encodeBlockAnswer = (answer: BlockAnswer): Uint8Array =>
  Uint8Array.of(BLOCK_STREAM_VERSION, ANSWERS.indexOf(answer))

/** The answer before a block. */
export const decodeBlockAnswer = (bytes: Uint8Array): Result<BlockAnswer, Refusal> => {
  const body = bodyOf(bytes, 1)
  if (!body.ok) return body
  const answer = ANSWERS[body.value[0] ?? ANSWERS.length]
  return answer === undefined ? malformed('block-stream', 'neither 0 nor 1') : ok(answer)
}
