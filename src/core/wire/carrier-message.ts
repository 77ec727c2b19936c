/** A carrier message after the handshake: one or several Noise messages, each behind its length in two bytes. */
import { type Malformed, malformed, ok, type Result } from '../result.ts'
import { MAX_CARRIER_MESSAGE_BYTES, NOISE_TAG_BYTES } from './wire-limits.ts'

/** Bytes before each Noise message. */
export const NOISE_LENGTH_BYTES = 2

/** Puts Noise messages into one carrier message; the caller sees to the limit. */
export const packCarrierMessage = (noiseMessages: readonly Uint8Array[]): Uint8Array => {
  const total = noiseMessages.reduce((sum, message) => sum + NOISE_LENGTH_BYTES + message.length, 0)
  const packed = new Uint8Array(total)
  let offset = 0
  for (const message of noiseMessages) {
    packed[offset] = message.length >>> 8
    packed[offset + 1] = message.length & 0xff
    packed.set(message, offset + NOISE_LENGTH_BYTES)
    offset += NOISE_LENGTH_BYTES + message.length
  }
  return packed
}

/** The Noise messages in a carrier message, as views. */
export const splitCarrierMessage = (message: Uint8Array): Result<Uint8Array[], Malformed<'carrier-message'>> => {
  if (message.length > MAX_CARRIER_MESSAGE_BYTES) return malformed('carrier-message', `${message.length} bytes`)
  const parts: Uint8Array[] = []
  let offset = 0
  while (offset < message.length) {
    const start = offset + NOISE_LENGTH_BYTES
    const length = message.length < start ? 0 : message[offset]! * 256 + message[offset + 1]!
    // A Noise message is never shorter than its tag, so this also bounds how many there can be.
    if (length <= NOISE_TAG_BYTES || start + length > message.length) {
      return malformed('carrier-message', `no whole Noise message at byte ${offset}`)
    }
    parts.push(message.subarray(start, start + length))
    offset = start + length
  }
  return parts.length > 0 ? ok(parts) : malformed('carrier-message', 'empty')
}
