/** Messages of lease streams: what comes back, and what is refused before it is looked at. */
import { expect } from 'chai'
import { cidToString, dagCborCid } from '../../../src/core/blocks/cid.ts'
import { bytesToHex, hexToBytes } from '../../../src/core/bytes.ts'
import { encodeCbor } from '../../../src/core/cbor.ts'
import { MAX_PROOF_BYTES, MAX_STATEMENT_BYTES } from '../../../src/core/economy/economy-limits.ts'
import {
  decodeLeaseHolderMessage,
  decodeOwnerMessage,
  encodeLeaseMessage,
  LEASE_STREAM_VERSION,
  MAX_LEASE_MESSAGE_BYTES,
  MAX_LEASES_PER_MESSAGE,
  MAX_RECEIPTS_PER_MESSAGE,
} from '../../../src/core/sync/lease-codec.ts'
import { describe, it } from '../../support/runner.ts'
import { loadPublishedVector } from '../../support/vectors.ts'

const id = new Uint8Array(32).fill(7)
const statement = new Uint8Array(300)
const person = cidToString(dagCborCid(encodeCbor('a person')))
const owner = [
  { type: 'ask-room' },
  { type: 'sign', leases: [id] },
  { type: 'end', statement },
  { type: 'challenge', statement },
  { type: 'claim', owner: person, ticket: 0, at: 1 },
  { type: 'substitute', owner: person, leases: [id] },
] as const
const holder = [
  { type: 'room', steps: 64, availability: 'tab', family: 'firefox' },
  { type: 'room', steps: 0, availability: 'host', family: null },
  { type: 'signed', receipts: [statement] },
  { type: 'refused', leases: [id], reason: 'over-ration', missing: 3 },
  { type: 'notice', statement },
  { type: 'proof', statement },
  { type: 'substituting', leases: [id] },
] as const

const wrapped = (message: unknown, version: unknown = LEASE_STREAM_VERSION) => encodeCbor([version, message])
const many = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item)

describe('lease messages', () => {
  it('[EC1] every message comes back as it was sent, to the side that it is for', () => {
    for (const message of owner) {
      expect(decodeOwnerMessage(encodeLeaseMessage(message))).to.deep.equal({ ok: true, value: message })
      expect(decodeLeaseHolderMessage(encodeLeaseMessage(message)).ok).to.equal(false)
    }
    for (const message of holder) {
      expect(decodeLeaseHolderMessage(encodeLeaseMessage(message))).to.deep.equal({ ok: true, value: message })
      expect(decodeOwnerMessage(encodeLeaseMessage(message)).ok).to.equal(false)
    }
  })

  it('[EC1] another version is refused as such', () => {
    const error = { type: 'unknown-version', format: 'lease-stream', version: 2, supported: LEASE_STREAM_VERSION }
    expect(decodeOwnerMessage(wrapped({ type: 'later' }, 2))).to.deep.equal({ ok: false, error })
  })

  it('[EC1] what is over a limit, of another shape or no message at all is refused', () => {
    const bad = [
      { type: 'sign', leases: many(MAX_LEASES_PER_MESSAGE + 1, id) },
      { type: 'sign', leases: [id.subarray(1)] },
      { type: 'sign', leases: [id], more: 1 },
      { type: 'end', statement: new Uint8Array(MAX_STATEMENT_BYTES + 1) },
      { type: 'ask-room', extra: null },
      { type: 'claim', owner: person, ticket: 2 ** 32, at: 1 },
      { type: 'claim', owner: 'x'.repeat(person.length), ticket: 1, at: 1 },
      { type: 'substitute', owner: person, leases: many(MAX_LEASES_PER_MESSAGE + 1, id) },
      { type: 'room', steps: -1, availability: 'tab', family: null },
      { type: 'room', steps: 1, availability: 'moon', family: null },
      { type: 'room', steps: 1, availability: 'tab', family: 'x'.repeat(65) },
      { type: 'signed', receipts: many(MAX_RECEIPTS_PER_MESSAGE + 1, statement) },
      { type: 'refused', leases: [id], reason: 5, missing: 0 },
      { type: 'proof', statement: new Uint8Array(MAX_PROOF_BYTES + 1) },
      { type: 'constructor' },
      null,
    ]
    for (const message of bad) {
      expect(decodeOwnerMessage(wrapped(message)).ok, JSON.stringify(message)).to.equal(false)
      expect(decodeLeaseHolderMessage(wrapped(message)).ok, JSON.stringify(message)).to.equal(false)
    }
    for (const bytes of [new Uint8Array(0), new Uint8Array(MAX_LEASE_MESSAGE_BYTES + 1), encodeCbor('text')]) {
      expect(decodeOwnerMessage(bytes).ok).to.equal(false)
    }
  })

  it('[EC1] the largest messages that are allowed fit', () => {
    const full = { type: 'signed', receipts: many(MAX_RECEIPTS_PER_MESSAGE, new Uint8Array(900)) } as const
    expect(encodeLeaseMessage(full).length).to.be.at.most(MAX_LEASE_MESSAGE_BYTES)
    const proof = { type: 'proof', statement: new Uint8Array(MAX_PROOF_BYTES) } as const
    expect(decodeLeaseHolderMessage(encodeLeaseMessage(proof)).ok).to.equal(true)
  })
})

interface LeaseVector {
  readonly cases: readonly { name: string; side: 'owner' | 'holder'; message: { readonly type: string }; hex: string }[]
  readonly refused: readonly { name: string; side: 'owner' | 'holder'; error: string; hex: string }[]
}

const DECODERS = { owner: decodeOwnerMessage, holder: decodeLeaseHolderMessage } as const

const fromReadable = (message: object): Parameters<typeof encodeLeaseMessage>[0] =>
  JSON.parse(JSON.stringify(message), (_, value) =>
    typeof value === 'string' && value.startsWith('hex:') ? hexToBytes(value.slice(4)) : value,
  )

describe('docs/vectors/lease-messages.json', () => {
  it('[EC1] each message has these bytes and is read back from them, and every kind is among them', async () => {
    const { cases } = (await loadPublishedVector('lease-messages')) as LeaseVector
    for (const { name, side, message, hex } of cases) {
      const value = fromReadable(message)
      expect(bytesToHex(encodeLeaseMessage(value)), name).to.equal(hex)
      expect(DECODERS[side](hexToBytes(hex)), name).to.deep.equal({ ok: true, value })
    }
    const kinds = [...owner, ...holder].map(({ type }) => type)
    expect(new Set(cases.map(({ message }) => message.type))).to.deep.equal(new Set(kinds))
  })

  it('[EC1] what must be refused is', async () => {
    const { refused } = (await loadPublishedVector('lease-messages')) as LeaseVector
    for (const { name, side, error, hex } of refused) {
      const decoded = DECODERS[side](hexToBytes(hex))
      expect(decoded.ok ? 'accepted' : decoded.error.type, name).to.equal(error)
    }
  })
})
