/** Bytes and their texts, and a reader and a writer for binary formats. */
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { base32 } from 'multiformats/bases/base32'

/** Lower-case hex; `hexToBytes` throws on anything that is not hex. */
export { bytesToHex, concatBytes, hexToBytes }

const EMPTY = new Uint8Array(0)

/** Every platform has it, and the language's own library does not name it. */
declare const TextDecoder: new (
  label: 'utf-8',
  options: { readonly fatal: true; readonly ignoreBOM: true },
) => { decode(bytes: Uint8Array): string }

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Whether both hold the same bytes. Not constant in time: for public values only. */
export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Negative, zero or positive: byte by byte, and a beginning comes before what continues it. */
export const compareBytes = (a: Uint8Array, b: Uint8Array): number => {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return a[i]! - b[i]!
  return a.length - b.length
}

/** UTF-8 of a text; lone surrogates become U+FFFD. */
export const utf8Encode = (text: string): Uint8Array => utf8ToBytes(text)

/** The text of UTF-8 bytes; undefined when they are not UTF-8. */
export const utf8Decode = (bytes: Uint8Array): string | undefined => {
  try {
    return UTF8.decode(bytes)
  } catch {
    return undefined
  }
}

/** RFC 4648 base32, lower case, no padding. */
export const base32Encode = (bytes: Uint8Array): string => base32.baseEncode(bytes)

/** The bytes of a base32 text; undefined unless the text is exactly what {@link base32Encode} writes for them. */
export const base32Decode = (text: string): Uint8Array | undefined => {
  try {
    const bytes = base32.baseDecode(text)
    return base32.baseEncode(bytes) === text ? bytes : undefined
  } catch {
    return undefined
  }
}

/**
 * Reads a binary format from front to back. The first failure sticks: every later read gives zeros, so that a decoder
 * reads straight through and asks once, at the end. Loops over a count that was read must be bounded by a limit.
 */
export interface ByteReader {
  /** One byte. */
  u8(): number
  /** Four bytes, big-endian. */
  u32(): number
  /** A view, not a copy, of the next `length` bytes; empty after a failure. */
  take(length: number): Uint8Array
  /** Bytes not read yet. */
  remaining(): number
  /** Records why the input is refused; only the first reason is kept. */
  fail(reason: string): void
  /** Why the input is refused so far. */
  failure(): string | undefined
  /** Why the input is refused, when nothing more may follow. */
  end(): string | undefined
}

/** A reader over `bytes`, which must not change while views of it are used. */
export const createReader = (bytes: Uint8Array): ByteReader => {
  let offset = 0
  let reason: string | undefined
  const fail = (why: string): void => {
    reason ??= why
  }
  const take = (length: number): Uint8Array => {
    if (reason !== undefined) return EMPTY
    if (length > bytes.length - offset) {
      fail(`cut short: ${length} bytes needed at ${offset}, ${bytes.length - offset} there`)
      return EMPTY
    }
    offset += length
    return bytes.subarray(offset - length, offset)
  }
  const u8 = (): number => {
    if (reason !== undefined) return 0
    if (offset < bytes.length) return bytes[offset++]!
    fail(`cut short: one byte needed at ${offset}, none there`)
    return 0
  }
  return {
    u8,
    u32: () => ((u8() << 24) | (u8() << 16) | (u8() << 8) | u8()) >>> 0,
    take,
    remaining: () => bytes.length - offset,
    fail,
    failure: () => reason,
    end: () => {
      if (offset < bytes.length) fail(`${bytes.length - offset} bytes too many at the end`)
      return reason
    },
  }
}

/** Writes a binary format from front to back into memory that grows. */
export interface ByteWriter {
  u8(value: number): void
  /** Four bytes, big-endian. */
  u32(value: number): void
  bytes(value: Uint8Array): void
  /** Bytes written so far. */
  length(): number
  /** A view of what was written; the writer must not be used after it. */
  finish(): Uint8Array
}

/** A writer; `capacity` is a guess at how much will be written. */
export const createWriter = (capacity = 256): ByteWriter => {
  let buffer = new Uint8Array(capacity)
  let length = 0
  const reserve = (more: number): void => {
    if (length + more <= buffer.length) return
    const grown = new Uint8Array(Math.max(length + more, buffer.length * 2))
    grown.set(buffer.subarray(0, length))
    buffer = grown
  }
  const u8 = (value: number): void => {
    reserve(1)
    buffer[length++] = value
  }
  const bytes = (value: Uint8Array): void => {
    reserve(value.length)
    buffer.set(value, length)
    length += value.length
  }
  const u32 = (value: number): void => {
    for (const shift of [24, 16, 8, 0]) u8((value >>> shift) & 0xff)
  }
  return { u8, u32, bytes, length: () => length, finish: () => buffer.subarray(0, length) }
}
