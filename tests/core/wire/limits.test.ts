/** Each limit of the wire with a message that breaks it by one, and one that does not. */
import { expect } from 'chai'
import { concatBytes, utf8Encode } from '../../../src/core/bytes.ts'
import { encodeCbor } from '../../../src/core/cbor.ts'
import { packCarrierMessage, splitCarrierMessage } from '../../../src/core/wire/carrier-message.ts'
import {
  createFrameWriter,
  decodeFrames,
  encodeControl,
  FrameType,
  MAX_PART_BYTES,
  PART_HEADER_BYTES,
} from '../../../src/core/wire/frames.ts'
import { decodeHello, fitKeyEvents, WIRE_VERSION } from '../../../src/core/wire/hello.ts'
import { createNoiseHandshake } from '../../../src/core/wire/noise-xx.ts'
import { decodePacket, PacketType } from '../../../src/core/wire/packets.ts'
import { createStreamTable } from '../../../src/core/wire/streams.ts'
import {
  MAX_CARRIER_MESSAGE_BYTES,
  MAX_CID_BYTES,
  MAX_HELLO_BYTES,
  MAX_HELLO_KEY_EVENTS,
  MAX_HELLO_KEY_EVENTS_BYTES,
  MAX_NOISE_BYTES,
  MAX_PERSON_ID_CHARS,
  MAX_REASON_BYTES,
  MAX_STREAM_KIND_CHARS,
  MAX_STREAM_MESSAGE_BYTES,
  NOISE_TAG_BYTES,
} from '../../../src/core/wire/wire-limits.ts'
import { createWebCrypto } from '../../../src/node-worker/crypto/web-crypto.ts'
import { describe, it } from '../../support/runner.ts'

const hello = (changes: Record<string, unknown> = {}): Uint8Array =>
  encodeCbor({
    version: WIRE_VERSION,
    network: new Uint8Array(32),
    group: new Uint8Array(32),
    person: 'p',
    device: new Uint8Array(32),
    newestKeyEvent: new Uint8Array(36),
    keyEvents: [],
    signature: new Uint8Array(64),
    ...changes,
  })
const events = (count: number, size: number): Uint8Array[] => Array.from({ length: count }, () => new Uint8Array(size))

const reasonOf = (result: { ok: true } | { ok: false; error: { reason: string } }): string =>
  result.ok ? '' : result.error.reason

describe('limits of the wire', () => {
  it('[W5] each field of a hello has its limit, and the whole has one before it is decoded', () => {
    const fields: readonly (readonly [string, number, (size: number) => unknown])[] = [
      ['person', MAX_PERSON_ID_CHARS, (size) => 'p'.repeat(size)],
      ['newestKeyEvent', MAX_CID_BYTES, (size) => new Uint8Array(size)],
      ['keyEvents', MAX_HELLO_KEY_EVENTS, (size) => events(size, 1)],
      ['keyEvents', MAX_HELLO_KEY_EVENTS_BYTES, (size) => [new Uint8Array(size)]],
    ]
    for (const [field, limit, make] of fields) {
      expect(decodeHello(hello({ [field]: make(limit) })).ok, field).to.equal(true)
      expect(decodeHello(hello({ [field]: make(limit + 1) })).ok, field).to.equal(false)
    }
    const large = decodeHello(hello({ padding: new Uint8Array(MAX_HELLO_BYTES) }))
    expect(reasonOf(large)).to.contain(`${MAX_HELLO_BYTES}`)
  })

  it('[W5] a chain that is over either limit is left out by an honest device', () => {
    expect(fitKeyEvents(events(MAX_HELLO_KEY_EVENTS, 10))).to.have.length(MAX_HELLO_KEY_EVENTS)
    expect(fitKeyEvents(events(MAX_HELLO_KEY_EVENTS + 1, 10))).to.deep.equal([])
    expect(fitKeyEvents(events(2, MAX_HELLO_KEY_EVENTS_BYTES / 2))).to.have.length(2)
    expect(fitKeyEvents(events(2, MAX_HELLO_KEY_EVENTS_BYTES / 2 + 1))).to.deep.equal([])
  })

  it('[W11] a Noise message over 65,535 bytes is refused before it is decrypted, and never written', async () => {
    const crypto = createWebCrypto()
    const side = async (initiator: boolean) =>
      createNoiseHandshake({ crypto, initiator, staticKey: await crypto.ephemeral(), prologue: new Uint8Array(0) })
    const read = await (await side(false)).read(new Uint8Array(MAX_NOISE_BYTES + 1))
    expect(reasonOf(read)).to.contain(`${MAX_NOISE_BYTES + 1} bytes`)
    const written = (await side(true)).write(async () => new Uint8Array(MAX_NOISE_BYTES))
    expect(await written.catch((error: unknown) => error)).to.be.instanceOf(RangeError)
    const plain = new Uint8Array(MAX_NOISE_BYTES - NOISE_TAG_BYTES).fill(0)
    plain[0] = PacketType.data
    expect(decodePacket(plain).ok).to.equal(true)
    expect(decodePacket(concatBytes(plain, new Uint8Array(1))).ok).to.equal(false)
  })

  it('[W11] a carrier message has at most 256 KiB, however well it is made', () => {
    const part = (length: number): Uint8Array => new Uint8Array(length)
    const filled = packCarrierMessage([...Array.from({ length: 4 }, () => part(65_000)), part(2134)])
    expect(filled).to.have.length(MAX_CARRIER_MESSAGE_BYTES)
    expect(splitCarrierMessage(filled).ok).to.equal(true)
    const over = packCarrierMessage([...Array.from({ length: 4 }, () => part(65_000)), part(2135)])
    expect(splitCarrierMessage(over).ok).to.equal(false)
  })

  it('[W30] a kind of 64 characters is one, of 65 none; the reason of a goodbye has 256 bytes', () => {
    const open = (length: number) =>
      decodeFrames(encodeControl({ type: 'open', stream: 1, priority: 'bulk', kind: 'k'.repeat(length) })).ok
    expect(open(MAX_STREAM_KIND_CHARS)).to.equal(true)
    expect(open(MAX_STREAM_KIND_CHARS + 1)).to.equal(false)
    const goodbye = (length: number) =>
      decodePacket(concatBytes(Uint8Array.of(PacketType.goodbye), utf8Encode('r'.repeat(length)))).ok
    expect(goodbye(MAX_REASON_BYTES)).to.equal(true)
    expect(goodbye(MAX_REASON_BYTES + 1)).to.equal(false)
  })

  it('[W33] a part says its length in two bytes, and is refused when less is there', () => {
    const buffer = new Uint8Array(PART_HEADER_BYTES + MAX_PART_BYTES)
    createFrameWriter(buffer, 0).part('last', 1, new Uint8Array(MAX_PART_BYTES))
    expect(decodeFrames(buffer).ok).to.equal(true)
    expect(decodeFrames(buffer.subarray(0, -1)).ok).to.equal(false)
    expect(buffer[0]).to.equal(FrameType.last)
  })

  it('[W33] a message that grows over 256 KiB ends the session, in whatever pieces it comes', () => {
    const table = createStreamTable(1)
    expect(table.receive({ type: 'open', stream: 2, priority: 'bulk', kind: 'k' }).ok).to.equal(true)
    const part = (size: number) => table.receive({ type: 'part', stream: 2, data: new Uint8Array(size) })
    for (let left = MAX_STREAM_MESSAGE_BYTES; left > 0; left -= 65_536) expect(part(65_536).ok).to.equal(true)
    expect(part(1)).to.deep.equal({ ok: false, error: 'message too long' })
  })
})
