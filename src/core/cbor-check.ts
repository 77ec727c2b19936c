/**
 * Checks without decoding that bytes are one value of canonical dag-cbor (IPLD's specification, "Strictness"):
 * shortest heads, definite lengths, text keys in length-first order without repetition, only tag 42, only 64-bit
 * floats that are not whole safe numbers, UTF-8 that is UTF-8, integers within JavaScript's safe range, and bounded
 * nesting.
 */
import { compareBytes, utf8Decode } from './bytes.ts'
import { MAX_CBOR_DEPTH } from './limits.ts'

/** CBOR's major types, RFC 8949 section 3.1. */
const Major = { unsigned: 0, negative: 1, bytes: 2, text: 3, list: 4, map: 5, tag: 6, simple: 7 } as const

/** The one tag of dag-cbor: a CID. */
const TAG_CID = 42

/** The character `/`. */
const SLASH = 0x2f

/** Low five bits of a head byte of major type 7. */
const Simple = { false: 20, true: 21, null: 22, float64: 27 } as const

/** Thrown and caught in this file only: a walk this deep has no cheaper way out. */
class Refused extends Error {}

interface Walk {
  readonly bytes: Uint8Array
  readonly view: DataView
  offset: number
}

const refuse = (walk: Walk, what: string): never => {
  throw new Refused(`${what} at byte ${walk.offset}`)
}

const need = (walk: Walk, length: number): void => {
  if (length > walk.bytes.length - walk.offset) refuse(walk, 'cut short')
}

/** Reads `1 << (info - 24)` bytes of an argument that may not fit a smaller width. */
const wideArgument = (walk: Walk, info: number): number => {
  const width = 1 << (info - 24)
  need(walk, width)
  let value = 0
  for (let i = 0; i < width; i++) value = value * 256 + walk.bytes[walk.offset + i]!
  if (value > Number.MAX_SAFE_INTEGER) refuse(walk, 'number beyond the safe range')
  if (value < (info === 24 ? 24 : 2 ** (4 * width))) refuse(walk, 'number not in its shortest form')
  walk.offset += width
  return value
}

const readArgument = (walk: Walk, info: number): number => {
  if (info < 24) return info
  return info <= 27 ? wideArgument(walk, info) : refuse(walk, 'length not stated')
}

const readText = (walk: Walk, length: number): Uint8Array => {
  need(walk, length)
  const text = walk.bytes.subarray(walk.offset, walk.offset + length)
  if (text.some((byte) => byte > 0x7f) && utf8Decode(text) === undefined) refuse(walk, 'text is not UTF-8')
  walk.offset += length
  return text
}

const readKey = (walk: Walk): Uint8Array => {
  need(walk, 1)
  const head = walk.bytes[walk.offset++]!
  if (head >> 5 !== Major.text) refuse(walk, 'key is not a text')
  const key = readText(walk, readArgument(walk, head & 31))
  // Libraries take an object with this key for a CID, whatever else is in it.
  if (key.length === 1 && key[0] === SLASH) refuse(walk, 'key "/" is reserved')
  return key
}

const walkMap = (walk: Walk, count: number, depth: number): void => {
  let previous: Uint8Array | undefined
  for (let i = 0; i < count; i++) {
    const key = readKey(walk)
    if (previous && (key.length - previous.length || compareBytes(key, previous)) <= 0)
      refuse(walk, 'keys out of order')
    previous = key
    walkValue(walk, depth)
  }
}

const walkSimple = (walk: Walk, info: number): void => {
  if (info === Simple.false || info === Simple.true || info === Simple.null) return
  if (info !== Simple.float64) refuse(walk, 'simple value that dag-cbor does not have')
  need(walk, 8)
  const value = walk.view.getFloat64(walk.offset)
  if (!Number.isFinite(value) || Number.isSafeInteger(value)) refuse(walk, 'float that should be none')
  walk.offset += 8
}

const walkTag = (walk: Walk, tag: number): void => {
  if (tag !== TAG_CID) refuse(walk, `tag ${tag}`)
  need(walk, 1)
  const head = walk.bytes[walk.offset++]!
  if (head >> 5 !== Major.bytes) refuse(walk, 'CID that is not bytes')
  skip(walk, readArgument(walk, head & 31))
}

const skip = (walk: Walk, length: number): void => {
  need(walk, length)
  walk.offset += length
}

const walkList = (walk: Walk, count: number, depth: number): void => {
  for (let i = 0; i < count; i++) walkValue(walk, depth)
}

const walkNegative = (walk: Walk, argument: number): void => {
  // Its value is -1 - argument, and that must be safe too.
  if (argument === Number.MAX_SAFE_INTEGER) refuse(walk, 'number beyond the safe range')
}

/** What follows the head of each major type; simple values have heads of their own. */
const walkers: Record<number, (walk: Walk, argument: number, depth: number) => void> = {
  [Major.unsigned]: () => {},
  [Major.negative]: walkNegative,
  [Major.bytes]: skip,
  [Major.text]: readText,
  [Major.list]: walkList,
  [Major.map]: walkMap,
  [Major.tag]: walkTag,
}

const walkValue = (walk: Walk, depth: number): void => {
  if (depth > MAX_CBOR_DEPTH) refuse(walk, `nested deeper than ${MAX_CBOR_DEPTH}`)
  need(walk, 1)
  const head = walk.bytes[walk.offset++]!
  const info = head & 31
  const walker = walkers[head >> 5]
  if (walker) walker(walk, readArgument(walk, info), depth + 1)
  else walkSimple(walk, info)
}

/** Why `bytes` are not one canonical dag-cbor value, or undefined when they are. CIDs are not looked into. */
export const checkCbor = (bytes: Uint8Array): string | undefined => {
  const walk: Walk = { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }
  try {
    walkValue(walk, 0)
    if (walk.offset < bytes.length) refuse(walk, 'more than one value')
    return undefined
  } catch (error) {
    if (error instanceof Refused) return error.message
    throw error
  }
}
