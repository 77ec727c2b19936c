import { expect } from 'chai'
import { cidToBytes, parseCid } from '../../../src/core/blocks/cid.ts'
import { bytesToHex, hexToBytes } from '../../../src/core/bytes.ts'
import { blockStorageKey } from '../../../src/core/records/storage-key.ts'
import { decodeClientMessage, decodeHostMessage } from '../../../src/core/swarm/host-codec.ts'
import {
  decodeHostFrame,
  encodeCircuitData,
  encodeControl,
  encodeCredit,
  encodePiece,
} from '../../../src/core/swarm/host-frames.ts'
import { loginTranscript } from '../../../src/core/swarm/host-login.ts'
import { testCrypto } from '../../support/ed25519.ts'
import { describe, it } from '../../support/runner.ts'
import { loadPublishedVector } from '../../support/vectors.ts'

interface MessageVector {
  cases: (
    | { name: string; from: 'client' | 'host'; message: object; hex: string }
    | { name: string; circuit: number; data?: string; credit?: number; hex: string }
    | { name: string; request: number; left: number; piece: string; hex: string }
  )[]
  refused: { name: string; error: string; hex: string }[]
}

interface LoginVector {
  cases: {
    origin: string
    challenge: string
    network: string
    person: string
    device: string
    transcript: string
    signature: string
  }[]
}

const unhex = (text: string): Uint8Array => hexToBytes(text.replace('hex:', ''))
const fromReadable = (message: object) =>
  JSON.parse(JSON.stringify(message), (_, value) =>
    typeof value === 'string' && value.startsWith('hex:') ? unhex(value) : value,
  )

const decode = (bytes: Uint8Array, from: 'client' | 'host') => {
  const frame = decodeHostFrame(bytes)
  if (!frame.ok || frame.value.kind !== 'control') return frame
  return from === 'client' ? decodeClientMessage(frame.value.body) : decodeHostMessage(frame.value.body)
}

describe('published vectors of the host protocol', () => {
  it('[H21] each message has these bytes and is read back from them', async () => {
    const { cases } = (await loadPublishedVector('host-messages')) as MessageVector
    for (const vector of cases) {
      if (!('message' in vector)) continue
      const message = fromReadable(vector.message)
      expect(bytesToHex(encodeControl(message)), vector.name).to.equal(vector.hex)
      expect(decode(hexToBytes(vector.hex), vector.from), vector.name).to.deep.equal({ ok: true, value: message })
    }
  })

  it('[H21] so do circuit frames', async () => {
    const { cases } = (await loadPublishedVector('host-messages')) as MessageVector
    for (const vector of cases) {
      if (!('circuit' in vector)) continue
      const { circuit, data, credit, hex } = vector
      const frame = data ? encodeCircuitData(circuit, hexToBytes(data)) : encodeCredit(circuit, credit!)
      expect(bytesToHex(frame), vector.name).to.equal(hex)
      expect(decodeHostFrame(frame).ok).to.equal(true)
    }
  })

  it('[H48] so do pieces of answers', async () => {
    const { cases } = (await loadPublishedVector('host-messages')) as MessageVector
    for (const vector of cases) {
      if (!('piece' in vector)) continue
      const { request, left, piece, hex } = vector
      const bytes = hexToBytes(piece)
      expect(bytesToHex(encodePiece(request, left, bytes)), vector.name).to.equal(hex)
      expect(decodeHostFrame(hexToBytes(hex))).to.deep.equal({
        ok: true,
        value: { kind: 'piece', request, left, bytes },
      })
    }
  })

  it('[H40] holders of a block are found under these keys', async () => {
    const { cases } = (await loadPublishedVector('block-keys')) as { cases: { cid: string; key: string }[] }
    for (const { cid, key } of cases) {
      const parsed = parseCid(cid)
      if (!parsed.ok) throw new Error(cid)
      expect(bytesToHex(blockStorageKey(cidToBytes(parsed.value)))).to.equal(key)
    }
  })

  it('[H13] what must be refused is', async () => {
    const { refused } = (await loadPublishedVector('host-messages')) as MessageVector
    for (const { name, error, hex } of refused)
      for (const from of ['client', 'host'] as const) {
        const decoded = decode(hexToBytes(hex), from)
        expect(decoded.ok ? 'accepted' : decoded.error.type, name).to.equal(error)
      }
  })

  it('[H2] a log-in signs these bytes', async () => {
    const { cases } = (await loadPublishedVector('host-login')) as LoginVector
    for (const { origin, person, transcript, signature, ...bytes } of cases) {
      const [challenge, network, device] = [unhex(bytes.challenge), unhex(bytes.network), unhex(bytes.device)]
      const signed = loginTranscript({ origin, person, challenge, network, device })
      expect(bytesToHex(signed)).to.equal(transcript)
      expect(await testCrypto.verify(device, signed, hexToBytes(signature))).to.equal(true)
    }
  })
})
