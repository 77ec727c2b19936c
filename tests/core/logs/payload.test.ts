import { expect } from 'chai'
import fc from 'fast-check'
import { decodeCbor, encodeCbor } from '../../../src/core/cbor.ts'
import { GROUP_ZERO, MAX_PAYLOAD_BYTES, NETWORK_ZERO } from '../../../src/core/limits.ts'
import {
  createPayload,
  decodePayload,
  encodePayload,
  isInScope,
  MAX_TYPE_LENGTH,
} from '../../../src/core/logs/payload.ts'
import { describe, it } from '../../support/runner.ts'
import { plainData } from '../plain-data.ts'

const SALT = new Uint8Array(16).fill(9)
const GOOD = createPayload('kith/test', { text: 'hello' }, SALT)

const reasonOf = (bytes: Uint8Array): string | undefined => {
  const payload = decodePayload(bytes)
  if (payload.ok) return undefined
  return payload.error.type === 'malformed' ? payload.error.reason : payload.error.type
}

describe('payloads', () => {
  it('[P1] any body comes back as it was', () => {
    fc.assert(
      fc.property(plainData, fc.string({ minLength: 1, maxLength: 20 }), (body, type) => {
        const bytes = encodePayload(createPayload(type, body, SALT))
        const payload = decodePayload(bytes)
        expect(payload.ok && payload.value.type).to.equal(type)
        expect(payload.ok && encodePayload(payload.value)).to.deep.equal(bytes)
        expect(payload.ok && encodeCbor(payload.value.body)).to.deep.equal(encodeCbor(body))
      }),
    )
  })

  it('[P1] network and group are the zero ids unless others are named', () => {
    expect([GOOD.network, GOOD.group]).to.deep.equal([NETWORK_ZERO, GROUP_ZERO])
    const network = new Uint8Array(32).fill(1)
    const payload = decodePayload(encodePayload(createPayload('t', null, SALT, { network })))
    expect(payload.ok && payload.value.network).to.deep.equal(network)
  })

  it('[P2] fields that are missing, unknown or of another type are refused', () => {
    const { salt: _, ...saltless } = GOOD
    const wrong = [
      saltless,
      { ...GOOD, more: 1 },
      { ...GOOD, salt: new Uint8Array(15) },
      { ...GOOD, network: new Uint8Array(31) },
      { ...GOOD, group: 'none' },
      { ...GOOD, type: '' },
      { ...GOOD, type: 7 },
      { ...GOOD, version: '1' },
      [],
      null,
    ]
    for (const value of wrong) expect(reasonOf(encodeCbor(value)), JSON.stringify(value)).to.be.a('string')
  })

  it('[P3] another version is told apart from damage', () => {
    const error = { type: 'unknown-version', format: 'payload', version: 2, supported: 1 }
    expect(decodePayload(encodeCbor({ ...GOOD, version: 2 }))).to.deep.equal({ ok: false, error })
  })

  it('[P4] more bytes than a payload may have are refused before they are read', () => {
    const large = encodePayload({ ...GOOD, body: new Uint8Array(MAX_PAYLOAD_BYTES) })
    expect(decodeCbor(large, large.length).ok).to.equal(true)
    expect(reasonOf(large)).to.contain(`at most ${MAX_PAYLOAD_BYTES}`)
  })

  it('[P4] a type that is longer than allowed is refused', () => {
    expect(reasonOf(encodePayload({ ...GOOD, type: 'x'.repeat(MAX_TYPE_LENGTH) }))).to.equal(undefined)
    expect(reasonOf(encodePayload({ ...GOOD, type: 'x'.repeat(MAX_TYPE_LENGTH + 1) }))).to.be.a('string')
  })
  it('[P5] belongs to the network and the group that it names, and to no other', () => {
    const other = new Uint8Array(32).fill(1)
    expect(isInScope(GOOD)).to.equal(true)
    for (const scope of [{ network: other }, { group: other }]) {
      expect(isInScope(GOOD, scope)).to.equal(false)
      expect(isInScope(createPayload('t', null, SALT, scope))).to.equal(false)
      expect(isInScope(createPayload('t', null, SALT, scope), scope)).to.equal(true)
    }
  })
})
