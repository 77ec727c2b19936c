/** The vectors of docs/protocol/50-wire.md: `npx tsx scripts/vectors/wire.ts`. */
import { bytesToHex, concatBytes, utf8Encode } from '../../src/core/bytes.ts'
import { decodeCbor, encodeCbor } from '../../src/core/cbor.ts'
import { packCarrierMessage } from '../../src/core/wire/carrier-message.ts'
import { createFrameWriter, encodeControl, type Frame } from '../../src/core/wire/frames.ts'
import { type Hello, helloSigningInput, type Role, sessionPrologue, signHello } from '../../src/core/wire/hello.ts'
import { encodePacket, type Packet, writeDataHeader } from '../../src/core/wire/packets.ts'
import { testSigner } from '../../tests/support/ed25519.ts'
import { writeVector } from './write-vector.ts'

/** Bytes become hex wherever they are. */
const readable = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return bytesToHex(value)
  if (Array.isArray(value)) return value.map(readable)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, readable(inner)]))
}

const refused = (name: string, ...parts: Uint8Array[]) => ({
  name,
  error: 'malformed',
  hex: bytesToHex(concatBytes(...parts)),
})

const signer = await testSigner(1)
const handshakeHash = new Uint8Array(32).fill(0xab)
const hello: Hello = {
  version: 1,
  network: new Uint8Array(32),
  group: new Uint8Array(32),
  person: 'bafyreigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi',
  device: signer.publicKey,
  newestKeyEvent: Uint8Array.from({ length: 36 }, (_, i) => i),
  keyEvents: [utf8Encode('a first event'), utf8Encode('a second event')],
}
const signed = await signHello(hello, signer, 'initiator', handshakeHash)
const decoded = decodeCbor(signed, 65_536)
const fields = decoded.ok ? (decoded.value as Record<string, unknown>) : {}

const helloCase = async (name: string, role: Role, value: Hello) => ({
  name,
  role,
  handshakeHash: bytesToHex(handshakeHash),
  hello: readable(value),
  prologue: bytesToHex(sessionPrologue(value.network, value.device)),
  signingInput: bytesToHex(helloSigningInput(role, handshakeHash, value)),
  hex: bytesToHex(await signHello(value, signer, role, handshakeHash)),
})

await writeVector('wire-hello', {
  description:
    'Payloads of the second and third handshake message, signed by the Ed25519 key of the seed 0101…01. Bytes are hex. `prologue` is the one of a handshake that dials this device.',
  cases: [
    await helloCase('the side that dialled', 'initiator', hello),
    await helloCase('the dialled side, whose key events do not fit', 'responder', { ...hello, keyEvents: [] }),
  ],
  refused: [
    refused('another version', encodeCbor({ ...fields, version: 2 })),
    refused('a field more', encodeCbor({ ...fields, more: 1 })),
    refused('a device key of 31 bytes', encodeCbor({ ...fields, device: new Uint8Array(31) })),
    refused('no signature', encodeCbor(hello)),
    refused(
      'too many key events',
      encodeCbor({ ...fields, keyEvents: Array.from({ length: 257 }, () => utf8Encode('x')) }),
    ),
    refused('cut short', signed.subarray(0, 100)),
  ],
})

const position = {
  epoch: 3,
  mine: new Uint8Array(16).fill(1),
  yours: new Uint8Array(16).fill(2),
  received: 2 ** 33 + 5,
}
const plain: Exclude<Packet, { type: 'data' }>[] = [
  { type: 'ready', epoch: 0 },
  { type: 'attach', position },
  { type: 'attached', position: { ...position, yours: new Uint8Array(16) } },
  { type: 'ack', ack: 258 },
  { type: 'ping' },
  { type: 'pong' },
  { type: 'goodbye', reason: 'gute Nacht, ä' },
]
const frames: Frame[] = [
  { type: 'open', stream: 2, priority: 'interactive', kind: 'kith/log' },
  { type: 'part', stream: 2, data: utf8Encode('one message, ') },
  { type: 'last', stream: 2, data: utf8Encode('two pieces') },
  { type: 'credit', stream: 3, amount: 131_072 },
  { type: 'end', stream: 5, end: 'cancelled' },
]

const layOut = (list: readonly Frame[]): Uint8Array => {
  const buffer = new Uint8Array(1000)
  const writer = createFrameWriter(buffer, 13)
  for (const frame of list) {
    if (frame.type === 'part' || frame.type === 'last') writer.part(frame.type, frame.stream, frame.data)
    else writer.control(encodeControl(frame))
  }
  writeDataHeader(buffer, 7, 2 ** 32)
  return buffer.subarray(0, writer.length())
}
const data = layOut(frames)
const frameRefused = (name: string, ...parts: Uint8Array[]) => refused(name, data.subarray(0, 13), ...parts)

await writeVector('wire-packets', {
  description:
    'Plaintexts of Noise transport messages. Bytes are hex; `frames` are those of a data packet. The last of `cases` is a carrier message of three Noise messages, here of made-up bytes.',
  cases: [
    ...plain.map((packet) => ({ name: packet.type, packet: readable(packet), hex: bytesToHex(encodePacket(packet)) })),
    {
      name: 'data',
      packet: { type: 'data', seq: 7, ack: 2 ** 32 },
      frames: readable(frames),
      hex: bytesToHex(data),
    },
    {
      name: 'carrier message',
      noiseMessages: [17, 300, 20].map((length) => bytesToHex(new Uint8Array(length).fill(length & 0xff))),
      hex: bytesToHex(packCarrierMessage([17, 300, 20].map((length) => new Uint8Array(length).fill(length & 0xff)))),
    },
  ],
  refused: [
    refused('an unknown type', Uint8Array.of(8)),
    refused('nothing'),
    refused('an attach cut short', encodePacket(plain[1]!).subarray(0, 20)),
    refused('a ping with something behind it', Uint8Array.of(5, 0)),
    refused('a reason that is not UTF-8', Uint8Array.of(7, 0xff)),
    refused('a reason too long', Uint8Array.of(7), new Uint8Array(257).fill(65)),
    frameRefused('an unknown frame', Uint8Array.of(5, 0, 0, 0, 2)),
    frameRefused('an open with an unknown priority', Uint8Array.of(0, 0, 0, 0, 2, 2, 1, 97)),
    frameRefused('an open whose kind is no name', Uint8Array.of(0, 0, 0, 0, 2, 0, 1, 65)),
    frameRefused('an empty part', Uint8Array.of(1, 0, 0, 0, 2, 0, 0)),
    frameRefused('a piece cut short', Uint8Array.of(2, 0, 0, 0, 2, 0, 9, 1)),
    frameRefused('an unknown end', Uint8Array.of(4, 0, 0, 0, 2, 99)),
  ],
})
