/** Our own published vectors of the wire. */
import { expect } from 'chai'
import { bytesToHex, hexToBytes } from '../../../src/core/bytes.ts'
import { packCarrierMessage, splitCarrierMessage } from '../../../src/core/wire/carrier-message.ts'
import { decodeFrames } from '../../../src/core/wire/frames.ts'
import {
  decodeHello,
  type ExpectedHello,
  type Hello,
  helloSigningInput,
  type Role,
  sessionPrologue,
  verifyHello,
} from '../../../src/core/wire/hello.ts'
import { decodePacket, encodePacket, type Packet } from '../../../src/core/wire/packets.ts'
import { testCrypto } from '../../support/ed25519.ts'
import { describe, it } from '../../support/runner.ts'
import { loadPublishedVector } from '../../support/vectors.ts'

interface Refused {
  readonly name: string
  readonly hex: string
}

interface HelloVector {
  readonly cases: readonly {
    readonly name: string
    readonly role: Role
    readonly handshakeHash: string
    readonly hello: Record<string, unknown>
    readonly prologue: string
    readonly signingInput: string
    readonly hex: string
  }[]
  readonly refused: readonly Refused[]
}

interface PacketVector {
  readonly cases: readonly {
    readonly name: string
    readonly packet?: Record<string, unknown>
    readonly frames?: readonly unknown[]
    readonly noiseMessages?: readonly string[]
    readonly hex: string
  }[]
  readonly refused: readonly Refused[]
}

const readable = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return bytesToHex(value)
  if (Array.isArray(value)) return value.map(readable)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, readable(inner)]))
}

/** A packet and, when it is one of data, its frames. */
const decodeAll = (bytes: Uint8Array) => {
  const packet = decodePacket(bytes)
  return packet.ok && packet.value.type === 'data' ? decodeFrames(packet.value.frames) : packet
}

describe('docs/vectors/wire-hello.json', () => {
  it('[W5] each hello says what it says, and its device signed it for this handshake and side', async () => {
    const { cases } = (await loadPublishedVector('wire-hello')) as HelloVector
    for (const { role, handshakeHash, hello, prologue, signingInput, hex } of cases) {
      const decoded = decodeHello(hexToBytes(hex))
      if (!decoded.ok) throw new Error(decoded.error.reason)
      const { signature, ...claims } = decoded.value
      expect(readable(claims)).to.deep.equal(hello)
      const hash = hexToBytes(handshakeHash)
      const input: Hello = claims
      expect(bytesToHex(helloSigningInput(role, hash, input))).to.equal(signingInput)
      expect(bytesToHex(sessionPrologue(claims.network, claims.device))).to.equal(prologue)
      const { network, group } = claims
      const expected: ExpectedHello = { role, handshakeHash: hash, network, group }
      const outcome = async (changes: Partial<ExpectedHello>): Promise<string> => {
        const verified = await verifyHello(decoded.value, { ...expected, ...changes }, testCrypto)
        return verified.ok ? 'ok' : verified.error.type
      }
      expect(await outcome({})).to.equal('ok')
      const otherRole = role === 'initiator' ? ('responder' as const) : ('initiator' as const)
      expect(await outcome({ role: otherRole })).to.equal('bad-attestation')
      const other = new Uint8Array(32).fill(1)
      expect(await outcome({ network: other })).to.equal('bad-attestation')
      expect(await outcome({ group: other })).to.equal('wrong-group')
      // Nothing of a hello is looked at whose signature is not good.
      expect(await outcome({ group: other, role: otherRole })).to.equal('bad-attestation')
      expect(signature).to.have.length(64)
    }
  })

  it('[W5] what is no hello is refused', async () => {
    const { refused } = (await loadPublishedVector('wire-hello')) as HelloVector
    for (const { name, hex } of refused) expect(decodeHello(hexToBytes(hex)).ok, name).to.equal(false)
  })

  it('[W5] a hello of more bytes than a handshake carries is refused before it is decoded', () => {
    const decoded = decodeHello(new Uint8Array(61_441))
    expect(decoded.ok ? '' : decoded.error.reason).to.match(/61441 bytes/)
  })
})

describe('docs/vectors/wire-packets.json', () => {
  it('[W12] each packet and frame comes back from its bytes, and packets encode to them', async () => {
    const { cases } = (await loadPublishedVector('wire-packets')) as PacketVector
    for (const { name, packet, frames, hex } of cases.filter((one) => one.packet)) {
      const decoded = decodePacket(hexToBytes(hex))
      if (!decoded.ok) throw new Error(`${name}: ${decoded.error.reason}`)
      if (decoded.value.type === 'data') {
        const read = decodeFrames(decoded.value.frames)
        expect(readable({ type: 'data', seq: decoded.value.seq, ack: decoded.value.ack })).to.deep.equal(packet)
        expect(read.ok && readable(read.value)).to.deep.equal(frames)
      } else {
        expect(readable(decoded.value)).to.deep.equal(packet)
        expect(bytesToHex(encodePacket(decoded.value as Exclude<Packet, { type: 'data' }>))).to.equal(hex)
      }
    }
  })

  it('[W11] a carrier message holds its Noise messages in order', async () => {
    const { cases } = (await loadPublishedVector('wire-packets')) as PacketVector
    const { noiseMessages = [], hex } = cases.find((one) => one.noiseMessages)!
    const split = splitCarrierMessage(hexToBytes(hex))
    expect(split.ok && split.value.map(bytesToHex)).to.deep.equal(noiseMessages)
    expect(bytesToHex(packCarrierMessage(noiseMessages.map(hexToBytes)))).to.equal(hex)
  })

  it('[W12] what is no packet or frame is refused', async () => {
    const { refused } = (await loadPublishedVector('wire-packets')) as PacketVector
    for (const { name, hex } of refused) expect(decodeAll(hexToBytes(hex)).ok, name).to.equal(false)
  })
})
