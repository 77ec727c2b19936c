/**
 * Tuple keys as bytes whose byte order is the order of store.ts, which is IndexedDB's: numbers, then strings by UTF-16
 * code unit, then bytes; a key before its extensions. Every part is a tag, its content, and for texts and bytes a
 * terminator, with zero bytes inside escaped as 00 FF.
 */
import type { Key, KeyPart } from './store.ts'

const NUMBER = 0x10
const STRING = 0x20
const BYTES = 0x30
const ESCAPE = 0xff

/** Sorts after every key that has the encoded prefix before it. */
export const END_OF_PREFIX = 0xff

/** Encodes a key after the name of its table. */
export function encodeKey(table: string, key: Key): Uint8Array {
  const out: number[] = []
  for (let i = 0; i < table.length; i++) out.push(table.charCodeAt(i))
  out.push(0)
  for (const part of key) pushPart(out, part)
  return Uint8Array.from(out)
}

/** Decodes what {@link encodeKey} made. */
export function decodeKey(table: string, encoded: Uint8Array): Key {
  const key: KeyPart[] = []
  let at = table.length + 1
  while (at < encoded.length) {
    const [part, next] = readPart(encoded, at)
    key.push(part)
    at = next
  }
  return key
}

function pushPart(out: number[], part: KeyPart): void {
  if (typeof part === 'number') {
    out.push(NUMBER, ...orderedDouble(part))
    return
  }
  out.push(typeof part === 'string' ? STRING : BYTES)
  const content = typeof part === 'string' ? utf16(part) : part
  for (const byte of content) {
    out.push(byte)
    if (byte === 0) out.push(ESCAPE)
  }
  out.push(0)
}

function readPart(encoded: Uint8Array, at: number): [KeyPart, number] {
  if (encoded[at] === NUMBER) return [fromOrderedDouble(Uint8Array.from(encoded.subarray(at + 1, at + 9))), at + 9]
  const content: number[] = []
  let i = at + 1
  for (; encoded[i] !== 0 || encoded[i + 1] === ESCAPE; i++) {
    content.push(encoded[i] as number)
    if (encoded[i] === 0) i++
  }
  const bytes = Uint8Array.from(content)
  return [encoded[at] === STRING ? fromUtf16(bytes) : bytes, i + 1]
}

// IEEE 754 doubles order like their bits once negative ones are inverted and positive ones get the sign bit set.
function orderedDouble(value: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setFloat64(0, value === 0 ? 0 : value)
  if ((bytes[0] as number) & 0x80) return bytes.map((byte) => ~byte)
  bytes[0] = (bytes[0] as number) | 0x80
  return bytes
}

function fromOrderedDouble(ordered: Uint8Array): number {
  const isPositive = (ordered[0] as number) & 0x80
  const bytes = isPositive ? ordered : ordered.map((byte) => ~byte)
  if (isPositive) bytes[0] = (bytes[0] as number) & 0x7f
  return new DataView(bytes.buffer).getFloat64(0)
}

function utf16(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i))
  return bytes
}

function fromUtf16(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer)
  let text = ''
  for (let i = 0; i < bytes.length; i += 2) text += String.fromCharCode(view.getUint16(i))
  return text
}
