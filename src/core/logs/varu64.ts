/**
 * VARU64, Bamboo's variable-length integers (github.com/AljoschaMeyer/varu64): a first byte under 248 is the number;
 * 248 + n announces n + 1 big-endian bytes. Only the shortest form is valid. Numbers beyond JavaScript's safe range
 * are refused: no log has that many entries.
 */
import type { ByteReader } from '../bytes.ts'

const FIRST_MARKER = 248

/** The most bytes a VARU64 takes. */
export const MAX_VARU64_BYTES = 9

const widthOf = (value: number): number => {
  let width = 1
  for (let limit = 256; value >= limit && width < 8; limit *= 256) width++
  return width
}

/** How many bytes `value` takes. */
export const varu64Length = (value: number): number => (value < FIRST_MARKER ? 1 : 1 + widthOf(value))

/** Writes `value` into `target` at `offset` and returns the offset after it. */
export const writeVaru64 = (target: Uint8Array, offset: number, value: number): number => {
  if (value < FIRST_MARKER) {
    target[offset] = value
    return offset + 1
  }
  const width = widthOf(value)
  target[offset] = FIRST_MARKER - 1 + width
  let rest = value
  for (let i = width; i > 0; i--) {
    target[offset + i] = rest % 256
    rest = Math.floor(rest / 256)
  }
  return offset + 1 + width
}

/** The VARU64 of a whole number from 0 to 2^53 - 1. */
export const encodeVaru64 = (value: number): Uint8Array => {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`"value" expected a whole number, got ${value}`)
  const bytes = new Uint8Array(varu64Length(value))
  writeVaru64(bytes, 0, value)
  return bytes
}

/** Reads one; a number in a longer form than needed, or beyond 2^53 - 1, fails the reader. */
export const readVaru64 = (reader: ByteReader): number => {
  const first = reader.u8()
  if (first < FIRST_MARKER) return first
  const width = first - FIRST_MARKER + 1
  let value = 0
  for (let i = 0; i < width; i++) value = value * 256 + reader.u8()
  if (!Number.isSafeInteger(value)) reader.fail('VARU64 beyond 2^53 - 1')
  else if (varu64Length(value) !== 1 + width) reader.fail('VARU64 not in its shortest form')
  return reader.failure() === undefined ? value : 0
}
