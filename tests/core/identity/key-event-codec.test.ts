/** Bytes of key events: round trips and hostile input. */
import { expect } from 'chai'
import { CID } from 'multiformats/cid'
import { decodeCbor, encodeCbor } from '../../../src/core/cbor.ts'
import {
  decodeKeyEvent,
  keyEventFields,
  MAX_DEVICE_NAME_CHARS,
  MAX_KEY_EVENT_BYTES,
  MAX_KEY_EVENTS,
  MAX_REMOVED_LOGS,
} from '../../../src/core/identity/key-event-codec.ts'
import type { SignedKeyEvent } from '../../../src/core/identity/key-event-types.ts'
import { before, describe, it } from '../../support/runner.ts'
import { personWith, removeDevice, rotate } from './people.ts'

const logEnds = (count: number) =>
  Array.from({ length: count }, (_, logId) => ({ logId, seq: 2 ** 40 + logId, hash: new Uint8Array(64).fill(logId) }))

describe('key event bytes', () => {
  let events: { [kind: string]: SignedKeyEvent } = {}
  before(async () => {
    const chain = await personWith(1)
    chain.push(await removeDevice(chain, 1, logEnds(2)))
    chain.push(await rotate(chain, 1))
    events = Object.fromEntries(chain.map((signed) => [signed.event.kind, signed]))
  })

  const fieldsOf = (kind: string) => ({ ...keyEventFields(events[kind]!.event), signature: events[kind]!.signature })
  const decodeFields = (fields: unknown) => decodeKeyEvent(encodeCbor(fields))
  const refusal = (fields: unknown) => {
    const decoded = decodeFields(fields)
    return decoded.ok ? 'accepted' : decoded.error.type
  }

  it('[I2] every kind decodes to what was signed', () => {
    for (const signed of Object.values(events)) {
      expect(decodeKeyEvent(signed.bytes)).to.deep.equal({ ok: true, value: signed })
    }
  })

  it('[I2] links are CIDs, not texts', () => {
    const decoded = decodeCbor(events.rotate!.bytes, MAX_KEY_EVENT_BYTES)
    const { person, previous } = (decoded.ok ? decoded.value : {}) as Record<string, unknown>
    expect(person).to.be.instanceOf(CID)
    expect(previous).to.be.instanceOf(CID)
  })

  it('[I2] an unknown version is refused as such, whatever follows', () => {
    expect(decodeFields({ version: 2, surprise: true })).to.deep.equal({
      ok: false,
      error: { type: 'unknown-version', format: 'key-event', version: 2, supported: 1 },
    })
  })

  it('[I2] a missing, an additional and a mistyped field are refused', () => {
    for (const kind of Object.keys(events)) {
      const fields: Record<string, unknown> = fieldsOf(kind)
      expect(refusal(fields), kind).to.equal('accepted')
      expect(refusal({ ...fields, extra: 1 }), `${kind} extra`).to.equal('malformed')
      for (const name of Object.keys(fields)) {
        const { [name]: _, ...without } = fields
        expect(refusal(without), `${kind} without ${name}`).to.equal('malformed')
        expect(refusal({ ...fields, [name]: false }), `${kind} ${name}`).to.equal('malformed')
      }
    }
  })

  it('[I2] kinds that objects inherit are no kinds', () => {
    for (const kind of ['constructor', 'toString', '__proto__', '', 'Inception']) {
      expect(refusal({ ...fieldsOf('inception'), kind }), kind).to.equal('malformed')
    }
  })

  it('[I13] an event larger than MAX_KEY_EVENT_BYTES is refused before it is decoded', () => {
    const device = { ...(fieldsOf('add-device') as unknown as { device: object }).device, name: 'x'.repeat(5000) }
    expect(refusal({ ...fieldsOf('add-device'), device })).to.equal('malformed')
    const decoded = decodeKeyEvent(new Uint8Array(MAX_KEY_EVENT_BYTES + 1))
    expect(!decoded.ok && decoded.error.type === 'malformed' && decoded.error.reason).to.contain('4097 bytes')
  })

  it('[I13] a removal that names MAX_REMOVED_LOGS logs fits; one more is refused', () => {
    expect(refusal({ ...fieldsOf('remove-device'), logs: logEnds(MAX_REMOVED_LOGS) })).to.equal('accepted')
    expect(refusal({ ...fieldsOf('remove-device'), logs: logEnds(MAX_REMOVED_LOGS + 1) })).to.equal('malformed')
  })

  it('[I13] a log named twice, a seq of 0 and a short hash are refused', () => {
    const [end] = logEnds(1)
    for (const logs of [[end, end], [{ ...end, seq: 0 }], [{ ...end, hash: new Uint8Array(63) }], [{ ...end, x: 1 }]]) {
      expect(refusal({ ...fieldsOf('remove-device'), logs })).to.equal('malformed')
    }
  })

  it('[I13] positions outside the chain and names that are too long are refused', () => {
    for (const position of [0, -1, MAX_KEY_EVENTS, 1.5]) {
      expect(refusal({ ...fieldsOf('rotate'), position }), `${position}`).to.equal('malformed')
    }
    const { device } = fieldsOf('add-device') as unknown as { device: { name: string } }
    const named = (length: number) => ({ ...fieldsOf('add-device'), device: { ...device, name: 'x'.repeat(length) } })
    expect(refusal(named(MAX_DEVICE_NAME_CHARS))).to.equal('accepted')
    expect(refusal(named(MAX_DEVICE_NAME_CHARS + 1))).to.equal('malformed')
  })

  it('[I2] a link that is no CID of a key event is refused', () => {
    const raw = CID.createV1(0x55, CID.parse(events.inception!.cid).multihash)
    expect(refusal({ ...fieldsOf('rotate'), previous: raw })).to.equal('malformed')
    expect(refusal({ ...fieldsOf('rotate'), person: events.inception!.cid })).to.equal('malformed')
  })

  it('[I2] another encoding of the same event is refused: one event, one CID', () => {
    // The same map with its head in a longer form than needed.
    const { bytes } = events.inception!
    const longer = Uint8Array.of(0xb8, bytes[0]! & 31, ...bytes.slice(1))
    expect(decodeKeyEvent(longer).ok).to.equal(false)
    expect(decodeKeyEvent(Uint8Array.of(...bytes, 0)).ok).to.equal(false)
  })
})
