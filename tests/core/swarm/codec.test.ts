import { expect } from 'chai'
import fc from 'fast-check'
import { CID_BYTES, rawCid } from '../../../src/core/blocks/cid.ts'
import { encodeCbor } from '../../../src/core/cbor.ts'
import { MAX_RECORD_BYTES } from '../../../src/core/records/record.ts'
import { decodeClientMessage, decodeHostMessage } from '../../../src/core/swarm/host-codec.ts'
import {
  decodeHostFrame,
  encodeCircuitData,
  encodeControl,
  encodeCredit,
  encodePiece,
  renumberCircuit,
} from '../../../src/core/swarm/host-frames.ts'
import {
  MAX_CONTROL_BYTES,
  MAX_HOLDERS_PER_KEY,
  MAX_HOST_FRAME,
  MAX_ICE_SERVERS,
  MAX_PERSON_LENGTH,
  MAX_PIECE_BYTES,
  MAX_REASON_LENGTH,
  MAX_URL_LENGTH,
} from '../../../src/core/swarm/host-limits.ts'
import { type ClientMessage, type HostMessage, REQUEST_OUTCOMES } from '../../../src/core/swarm/host-protocol.ts'
import { blockUrl, hostSocketUrl, storageKeyUrl } from '../../../src/core/swarm/host-urls.ts'
import { describe, it } from '../../support/runner.ts'

const id = fc.uint8Array({ minLength: 32, maxLength: 32 })
const keys = fc.array(id, { maxLength: 20 })
const circuit = fc.integer({ min: 1, max: 0xffff_ffff })
const message: fc.Arbitrary<ClientMessage> = fc.oneof(
  fc.record({ type: fc.constantFrom('announce', 'withdraw', 'watch', 'unwatch'), keys }),
  fc.record({
    type: fc.constant('bases'),
    bases: fc.array(fc.constant('https://s3.example.org/mine/'), { maxLength: 2 }),
  }),
  fc.record({ type: fc.constant('signal'), to: id, data: fc.string({ maxLength: 200 }) }),
  fc.record({ type: fc.constant('open'), circuit, to: id }),
  fc.record({ type: fc.constant('accept'), circuit }),
  fc.record({ type: fc.constant('close'), circuit, reason: fc.constantFrom('closed', 'absent') }),
  fc.record({ type: fc.constant('outcome'), request: circuit, outcome: fc.constantFrom(...REQUEST_OUTCOMES) }),
  fc.record({ type: fc.constant('ping'), n: fc.nat() }),
) as fc.Arbitrary<ClientMessage>

describe('host frames', () => {
  it('[H21] every message survives the wire', () => {
    fc.assert(
      fc.property(message, (sent) => {
        const frame = decodeHostFrame(encodeControl(sent))
        if (!frame.ok || frame.value.kind !== 'control') throw new Error('no control frame')
        expect(decodeClientMessage(frame.value.body)).to.deep.equal({ ok: true, value: sent })
      }),
    )
  })

  it('[H21] circuit frames keep their bytes when they get another number', () => {
    fc.assert(
      fc.property(circuit, circuit, fc.uint8Array({ minLength: 1, maxLength: 300 }), (from, to, bytes) => {
        const frame = encodeCircuitData(from, bytes)
        renumberCircuit(frame, to)
        expect(decodeHostFrame(frame)).to.deep.equal({ ok: true, value: { kind: 'data', circuit: to, bytes } })
      }),
    )
    const credit = encodeCredit(7, 0xffff_ffff)
    expect(decodeHostFrame(credit)).to.deep.equal({
      ok: true,
      value: { kind: 'credit', circuit: 7, bytes: 0xffff_ffff },
    })
  })

  it('[H13] random bytes are refused, never thrown at', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        decodeHostFrame(bytes)
        decodeHostFrame(new Uint8Array([1, ...bytes]))
        expect(decodeClientMessage(bytes).ok && decodeHostMessage(bytes).ok).to.equal(false)
      }),
    )
  })

  it('[H13] a message with one bit turned is refused or another message, never an exception', () => {
    fc.assert(
      fc.property(message, fc.nat(), (sent, where) => {
        const frame = encodeControl(sent)
        const bit = where % (frame.length * 8)
        frame[bit >> 3]! ^= 1 << (bit & 7)
        const decoded = decodeHostFrame(frame)
        if (decoded.ok && decoded.value.kind === 'control') decodeClientMessage(decoded.value.body)
      }),
    )
  })

  it('[H13] sizes are checked before anything is decoded', () => {
    const tooLarge = new Uint8Array(MAX_HOST_FRAME + 1)
    tooLarge[0] = 1
    expect(decodeHostFrame(tooLarge)).to.have.nested.property('error.type', 'malformed')
    const tooMuch = new Uint8Array(MAX_CONTROL_BYTES + 3)
    tooMuch[0] = 1
    expect(decodeHostFrame(tooMuch)).to.have.nested.property('error.type', 'malformed')
  })

  it('[H13] what a host says is held to its limits, and goes exactly up to them', () => {
    const device = new Uint8Array(32)
    const holders = (count: number, person = 'p') => Array.from({ length: count }, () => ({ device, person }))
    const ice = (count: number, length = 10) => Array.from({ length: count }, () => 'stun:'.padEnd(length, 'x'))
    const url = (length: number) => 'https://'.padEnd(length, 'x')
    const welcome = (publicUrl: string, list: readonly string[]): HostMessage => ({
      type: 'welcome',
      version: 1,
      publicUrl,
      ice: list,
    })
    const cases: readonly (readonly [string, (over: number) => HostMessage])[] = [
      ['ICE servers', (over) => welcome(url(20), ice(MAX_ICE_SERVERS + over))],
      ['length of an ICE server', (over) => welcome(url(20), ice(1, MAX_URL_LENGTH + over))],
      ['public URL', (over) => welcome(url(MAX_URL_LENGTH + over), [])],
      ['holders', (over) => ({ type: 'holders', key: device, holders: holders(MAX_HOLDERS_PER_KEY + over) })],
      [
        'a person',
        (over) => ({ type: 'incoming', circuit: 2, from: device, person: 'p'.repeat(MAX_PERSON_LENGTH + over) }),
      ],
      [
        'a holder',
        (over) => ({ type: 'holders', key: device, holders: holders(1, 'p'.repeat(MAX_PERSON_LENGTH + over)) }),
      ],
      ['a reason', (over) => ({ type: 'error', code: 'limit', detail: 'x'.repeat(MAX_REASON_LENGTH + over) })],
    ]
    for (const [what, make] of cases) {
      const decode = (over: number) => {
        const frame = decodeHostFrame(encodeControl(make(over)))
        if (!frame.ok || frame.value.kind !== 'control') throw new Error('no control frame')
        return decodeHostMessage(frame.value.body)
      }
      expect(decode(0), what).to.have.property('ok', true)
      expect(decode(1), what).to.have.nested.property('error.type', 'malformed')
    }
  })

  it('[H48] requests survive the wire, and none is larger than what it asks for', () => {
    const question: fc.Arbitrary<HostMessage> = fc.oneof(
      fc.record({
        type: fc.constant('read-block'),
        request: circuit,
        cid: fc.uint8Array({ minLength: CID_BYTES, maxLength: CID_BYTES }),
      }),
      fc.record({ type: fc.constant('read-record'), request: circuit, key: id }),
      fc.record({
        type: fc.constant('write-record'),
        request: circuit,
        key: id,
        record: fc.uint8Array({ maxLength: 300 }),
      }),
    ) as fc.Arbitrary<HostMessage>
    fc.assert(
      fc.property(question, (sent) => {
        const frame = decodeHostFrame(encodeControl(sent))
        if (!frame.ok || frame.value.kind !== 'control') throw new Error('no control frame')
        expect(decodeHostMessage(frame.value.body)).to.deep.equal({ ok: true, value: sent })
      }),
    )
    const record = new Uint8Array(MAX_RECORD_BYTES + 1)
    const body = encodeCbor({ type: 'write-record', request: 1, key: new Uint8Array(32), record })
    expect(decodeHostMessage(body).ok).to.equal(false)
  })

  it('[H48] pieces keep number, bytes and what is left, and are no larger than agreed', () => {
    fc.assert(
      fc.property(circuit, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 300 }), (request, left, bytes) => {
        const piece = { kind: 'piece', request, left, bytes }
        expect(decodeHostFrame(encodePiece(request, left, bytes))).to.deep.equal({ ok: true, value: piece })
      }),
    )
    expect(decodeHostFrame(encodePiece(1, 0, new Uint8Array(MAX_PIECE_BYTES))).ok).to.equal(true)
    expect(decodeHostFrame(encodePiece(1, 0, new Uint8Array(MAX_PIECE_BYTES + 1))).ok).to.equal(false)
  })

  it('[H6] URLs name the device and the key', () => {
    const url = storageKeyUrl('https://a.example', new Uint8Array(32), new Uint8Array(32).fill(0xff))
    expect(url).to.equal(`https://a.example/at/${'a'.repeat(52)}/k/${'7'.repeat(51)}q`)
    const block = blockUrl('https://a.example', new Uint8Array(32), rawCid(new Uint8Array(0)))
    expect(block).to.equal(`https://a.example/at/${'a'.repeat(52)}/b/${String(rawCid(new Uint8Array(0)))}`)
    expect(hostSocketUrl('https://a.example')).to.equal('wss://a.example/kith')
    expect(hostSocketUrl('http://localhost:1')).to.equal('ws://localhost:1/kith')
  })
})
