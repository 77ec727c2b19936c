import { expect } from 'chai'
import { bytesToHex, hexToBytes } from '../../../src/core/bytes.ts'
import type { CryptoPort } from '../../../src/core/ports.ts'
import { createNoiseCipher } from '../../../src/core/wire/noise-cipher.ts'
import { createNoiseHandshake, type NoiseHandshake } from '../../../src/core/wire/noise-xx.ts'
import { createWebCrypto } from '../../../src/node-worker/crypto/web-crypto.ts'
import { describe, it } from '../../support/runner.ts'
import { loadVector } from '../../support/vectors.ts'

interface NoiseVector {
  readonly init_prologue: string
  readonly init_static: string
  readonly init_ephemeral: string
  readonly resp_static: string
  readonly resp_ephemeral: string
  readonly messages: readonly { readonly payload: string; readonly ciphertext: string }[]
}

const crypto = createWebCrypto()

const withEphemeral = (seed: string): CryptoPort => ({
  ...crypto,
  ephemeral: () => crypto.agreementFromSeed(hexToBytes(seed)),
})

const vectorSide = async (vector: NoiseVector, initiator: boolean): Promise<NoiseHandshake> =>
  createNoiseHandshake({
    crypto: withEphemeral(initiator ? vector.init_ephemeral : vector.resp_ephemeral),
    initiator,
    staticKey: await crypto.agreementFromSeed(hexToBytes(initiator ? vector.init_static : vector.resp_static)),
    prologue: hexToBytes(vector.init_prologue),
  })

const freshSide = async (initiator: boolean, prologue = new Uint8Array(4)): Promise<NoiseHandshake> =>
  createNoiseHandshake({ crypto, initiator, staticKey: await crypto.ephemeral(), prologue })

/** Writes, which must work, and gives the message. */
const written = async (side: NoiseHandshake, payload = new Uint8Array(0)): Promise<Uint8Array> => {
  const message = await side.write(async () => payload)
  if (!message.ok) throw new Error(message.error.reason)
  return message.value
}

describe('Noise', () => {
  it('[W1] every message of the public vector comes out byte for byte, on both sides', async (context) => {
    const [vector] = (await loadVector('noise-xx-25519-aesgcm-sha256', context)) as [NoiseVector]
    const sides = [await vectorSide(vector, true), await vectorSide(vector, false)] as const
    for (const [index, { payload, ciphertext }] of vector.messages.slice(0, 3).entries()) {
      const [writer, reader] = index % 2 === 0 ? sides : [sides[1], sides[0]]
      const message = await written(writer, hexToBytes(payload))
      expect(bytesToHex(message)).to.equal(ciphertext)
      const read = await reader.read(message)
      expect(read.ok && bytesToHex(read.value.payload)).to.equal(payload)
    }
    const transports = sides.map((side) => side.split())
    for (const [index, { payload, ciphertext }] of vector.messages.slice(3).entries()) {
      // After an odd number of handshake messages it is the responder's turn.
      const [writer, reader] = index % 2 === 0 ? [transports[1]!, transports[0]!] : [transports[0]!, transports[1]!]
      const message = await writer.send.seal(hexToBytes(payload))
      expect(bytesToHex(message)).to.equal(ciphertext)
      expect(bytesToHex((await reader.receive.open(message))!)).to.equal(payload)
    }
  })

  it('[W2] a handshake with another prologue fails at its first encrypted message', async () => {
    const [initiator, responder] = [await freshSide(true), await freshSide(false, new Uint8Array(5))]
    await responder.read(await written(initiator))
    const read = await initiator.read(await written(responder))
    expect(read.ok).to.equal(false)
  })

  it('[W1] truncated, changed and oversized handshake messages are refused as malformed', async () => {
    for (const spoil of [
      (message: Uint8Array) => message.subarray(0, 31),
      (message: Uint8Array) => message.subarray(0, 70),
      (message: Uint8Array) => message.map((byte, i) => (i === 40 ? byte ^ 1 : byte)),
      (message: Uint8Array) => message.map((byte, i) => (i === message.length - 1 ? byte ^ 1 : byte)),
      () => new Uint8Array(65_536),
    ]) {
      const [initiator, responder] = [await freshSide(true), await freshSide(false)]
      await responder.read(await written(initiator))
      const read = await initiator.read(spoil(await written(responder)))
      expect(read.ok ? 'read' : read.error.type).to.equal('malformed')
    }
  })

  it('[W1] an ephemeral key of small order is refused', async () => {
    const [initiator, responder] = [await freshSide(true), await freshSide(false)]
    const message = await written(initiator)
    message.fill(0, 0, 32)
    await responder.read(message)
    const answer = await responder.write(async () => new Uint8Array(0))
    expect(answer.ok ? 'written' : answer.error.reason).to.equal('a key of small order')
  })

  it('[W3] nonces and keys are assigned in calling order, and both sides rekey at the same message', async () => {
    const policy = { messages: 3, bytes: 1 << 20 }
    const key = crypto.bytes(32)
    const [sender, receiver] = [createNoiseCipher(crypto, key, policy), createNoiseCipher(crypto, key, policy)]
    const unchanging = createNoiseCipher(crypto, key)
    const plain = Array.from({ length: 10 }, (_, i) => Uint8Array.of(i))
    const sealed = await Promise.all(plain.map((message) => sender.seal(message)))
    const opened = await Promise.all(sealed.map((message) => receiver.open(message)))
    expect(opened).to.deep.equal(plain)
    const withoutRekey = await Promise.all(sealed.map((message) => unchanging.open(message)))
    expect(withoutRekey.map((message) => message !== undefined)).to.deep.equal(plain.map((_, i) => i < 3))
  })

  it('[W3] bytes alone also make a direction rekey', async () => {
    const key = crypto.bytes(32)
    const sender = createNoiseCipher(crypto, key, { messages: 100, bytes: 10 })
    const unchanging = createNoiseCipher(crypto, key)
    expect(await unchanging.open(await sender.seal(new Uint8Array(10)))).to.have.length(10)
    expect(await unchanging.open(await sender.seal(new Uint8Array(10)))).to.equal(undefined)
  })
})
