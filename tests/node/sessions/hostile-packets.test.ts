/** What a peer with valid keys may try. Each rule that it breaks ends its session, and only that. */
import { expect } from 'chai'
import { concatBytes, utf8Encode } from '../../../src/core/bytes.ts'
import type { CryptoPort } from '../../../src/core/ports.ts'
import { encodeControl } from '../../../src/core/wire/frames.ts'
import { encodePacket, type Position } from '../../../src/core/wire/packets.ts'
import {
  MAX_ANSWER_BUFFERED_BYTES,
  MAX_BUFFERED_BYTES,
  MAX_CARRIER_MESSAGE_BYTES,
  MAX_CARRIERS_PER_DEVICE,
  MAX_DECRYPTING,
  MAX_STREAMS_PER_SIDE,
  MAX_UNDECRYPTED_BYTES,
  TARGET_CARRIER_MESSAGE_BYTES,
} from '../../../src/core/wire/wire-limits.ts'
import { createRefusals, type Refused } from '../../../src/node-worker/refusals.ts'
import { createCarrierInbox } from '../../../src/node-worker/sessions/carrier-inbox.ts'
import { sealedSize } from '../../../src/node-worker/sessions/secure-carrier.ts'
import { describe, it } from '../../support/runner.ts'
import { settle, until } from '../../support/wait.ts'
import { createMemoryCarriers } from './memory-carrier.ts'
import { attachRaw, dialRaw, type RawPeer } from './raw-peer.ts'
import { connect, createPeerPair, createTestPeer, crypto, sessionOf } from './test-peer.ts'

const open = (stream: number, kind = 'test') =>
  encodeControl({ type: 'open', stream, kind, priority: 'interactive' as const })
const credit = (stream: number, amount: number) => encodeControl({ type: 'credit', stream, amount })
const end = (stream: number) => encodeControl({ type: 'end', stream, end: 'done' })

/** Thousands of messages take seconds. */
const MANY_MS = 150_000

/** A part (1) or last (2) frame. */
const part = (type: 1 | 2, stream: number, length: number, claimed = length): Uint8Array =>
  concatBytes(Uint8Array.of(type, 0, 0, 0, stream, claimed >>> 8, claimed & 0xff), new Uint8Array(length))

const parts = (stream: number, count: number, length: number): Uint8Array[] =>
  Array.from({ length: count }, () => part(1, stream, length))

/** The leader, which is attacked, comes first: then the attacker's stream ids are odd. */
const attack = async (strike: (peer: RawPeer) => void, reason: Refused): Promise<RawPeer> => {
  const [victim, attacker] = await createPeerPair()
  const peer = await attachRaw(attacker, victim)
  strike(peer)
  await until(() => peer.ended() !== undefined || peer.closed() !== undefined, 'the end')
  await until(() => peer.closed() !== undefined, 'the carrier closed')
  expect(victim.reported).to.deep.equal([])
  expect(victim.refusals.counts()).to.deep.equal({ [reason]: 1 })
  return peer
}

const violations: Record<string, { readonly rule: string; readonly detail: RegExp; strike(peer: RawPeer): void }> = {
  'a packet of an unknown type': { rule: 'W12', detail: /unknown type 9/, strike: (p) => p.send(Uint8Array.of(9)) },
  'a packet cut short': { rule: 'W12', detail: /cut short/, strike: (p) => p.send(Uint8Array.of(3, 0, 0)) },
  'a packet with something behind it': { rule: 'W12', detail: /too many/, strike: (p) => p.send(Uint8Array.of(5, 0)) },
  'a goodbye with a novel in it': {
    rule: 'W12',
    detail: /too long/,
    strike: (p) => p.send(concatBytes(Uint8Array.of(7), new Uint8Array(257).fill(65))),
  },
  'attach from the follower': {
    rule: 'W21',
    detail: /wrong side/,
    strike: (p) => p.send(encodePacket({ type: 'attach', position: position(9) })),
  },
  'a packet number ahead': { rule: 'W24', detail: /packet 1 where 0/, strike: (p) => p.data(1, 0) },
  'a packet number again': {
    rule: 'W24',
    detail: /packet 0 where 1/,
    strike: (p) => {
      p.data(0, 0)
      p.data(0, 0)
    },
  },
  'an acknowledgement of what was not sent': { rule: 'W24', detail: /acknowledges 5/, strike: (p) => p.data(0, 5) },
  'such an acknowledgement alone': {
    rule: 'W24',
    detail: /acknowledges 1/,
    strike: (p) => p.send(encodePacket({ type: 'ack', ack: 1 })),
  },
  'a frame of an unknown type': {
    rule: 'W30',
    detail: /unknown type 200/,
    strike: (p) => p.data(0, 0, Uint8Array.of(200, 0, 0, 0, 1)),
  },
  'a frame cut short': { rule: 'W30', detail: /cut short/, strike: (p) => p.data(0, 0, open(3), part(2, 3, 5, 9)) },
  'a kind that is no name': {
    rule: 'W30',
    detail: /kind/,
    strike: (p) => p.data(0, 0, concatBytes(Uint8Array.of(0, 0, 0, 0, 3, 0, 3), utf8Encode('A b'))),
  },
  'a stream of our parity': { rule: 'W31', detail: /not the peer's next/, strike: (p) => p.data(0, 0, open(2)) },
  'a stream id that goes back': {
    rule: 'W31',
    detail: /not the peer's next/,
    strike: (p) => p.data(0, 0, open(5), open(3)),
  },
  'more streams than allowed': {
    rule: 'W32',
    detail: /too many streams/,
    strike: (p) => p.data(0, 0, ...Array.from({ length: MAX_STREAMS_PER_SIDE + 1 }, (_, i) => open(3 + 2 * i))),
  },
  'data on no stream': { rule: 'W31', detail: /no stream 3/, strike: (p) => p.data(0, 0, part(2, 3, 1)) },
  'data after its end': {
    rule: 'W36',
    detail: /no stream 3/,
    strike: (p) => p.data(0, 0, open(3), end(3), part(2, 3, 1)),
  },
  'an empty part': { rule: 'W33', detail: /empty part/, strike: (p) => p.data(0, 0, open(3), part(1, 3, 0)) },
  'a message too long': {
    rule: 'W33',
    detail: /message too long/,
    strike: (p) => {
      p.data(0, 0, open(3))
      for (let seq = 1; seq <= 5; seq++) p.data(seq, 0, part(1, 3, 60_000))
    },
  },
  'more data than its credit': {
    rule: 'W34',
    detail: /more than its credit/,
    strike: (p) => {
      p.data(0, 0, open(3))
      for (let seq = 1; seq <= 10; seq++) p.data(seq, 0, part(2, 3, 60_000))
    },
  },
  'empty messages beyond its credit': {
    rule: 'W34',
    detail: /more than its credit/,
    strike: (p) => {
      p.data(0, 0, open(3))
      for (let seq = 1; seq <= 3; seq++) p.data(seq, 0, ...Array.from({ length: 6000 }, () => part(2, 3, 0)))
    },
  },
  'credit that was not spent': {
    rule: 'W34',
    detail: /more credit/,
    strike: (p) => p.data(0, 0, open(3), credit(3, 1)),
  },
  'many small parts of one message': {
    rule: 'W33',
    detail: /message too long/,
    strike: (p) => {
      p.data(0, 0, open(3))
      for (let seq = 1; seq <= 50; seq++) p.data(seq, 0, ...parts(3, 60, 100))
    },
  },
}

const position = (epoch: number): Position => ({
  epoch,
  mine: new Uint8Array(16).fill(7),
  yours: new Uint8Array(16),
  received: 0,
})

/** Real cryptography that decrypts nothing while its gate is shut, as on a machine that has no time. */
const gatedCrypto = () => {
  let gate = Promise.resolve()
  let open = (): void => {}
  let begun = 0
  const aead: CryptoPort['aead'] = async (key) => {
    const inner = await crypto.aead(key)
    return {
      seal: (...args) => inner.seal(...args),
      open: async (...args) => {
        begun += 1
        await gate
        return inner.open(...args)
      },
    }
  }
  const shut = (): void => {
    gate = new Promise((resolve) => {
      open = resolve
    })
  }
  return { crypto: { ...crypto, aead } satisfies CryptoPort, shut, open: () => open(), begun: () => begun }
}

describe('hostile packets', () => {
  for (const [name, { rule, detail, strike }] of Object.entries(violations)) {
    it(`[${rule}] ${name} ends the session`, async () => {
      const peer = await attack(strike, 'session-violation')
      expect(peer.ended()).to.match(detail)
      expect(peer.heard.some((packet) => packet.type === 'goodbye')).to.equal(true)
    })
  }

  it('[W10] bytes that do not decrypt lose their carrier, and the session waits for another', async () => {
    const twice = concatBytes(Uint8Array.of(0, 40), new Uint8Array(40), Uint8Array.of(0, 40), new Uint8Array(40))
    const peer = await attack((p) => p.inject(twice), 'undecryptable-carrier')
    expect(peer.ended()).to.equal(undefined)
    expect(peer.closed()).to.match(/does not decrypt/)
    expect(peer.session.carrier()).to.equal('none')
  })

  for (const [name, message] of [
    ['an empty carrier message', new Uint8Array(0)],
    ['a carrier message of more than 256 KiB', new Uint8Array(262_145)],
    ['a carrier message cut short', Uint8Array.of(0, 40, 1, 2, 3)],
    ['a Noise message shorter than its tag', concatBytes(Uint8Array.of(0, 16), new Uint8Array(16))],
  ] as const) {
    it(`[W11] ${name} loses its carrier`, async () => {
      const peer = await attack((p) => p.inject(message), 'malformed-carrier')
      expect(peer.ended()).to.equal(undefined)
      expect(peer.closed()).to.be.a('string')
    })
  }

  it('[W10] more than can be decrypted in time loses its carrier', async () => {
    const heap = new Uint8Array(MAX_CARRIER_MESSAGE_BYTES)
    const fitting = MAX_UNDECRYPTED_BYTES / heap.length
    for (let at = 0; at < heap.length; at += 65_536) heap.set([0xff, 0xfe], at)
    const [victim, attacker] = await createPeerPair()
    const gate = gatedCrypto()
    Object.assign(victim.ports, { crypto: gate.crypto })
    const peer = await attachRaw(attacker, victim)
    gate.shut()
    for (let i = 0; i < fitting; i++) peer.inject(heap)
    await until(() => peer.unsent() === 0, 'all that may wait')
    expect(victim.refusals.counts()).to.deep.equal({})
    peer.inject(heap)
    await until(() => peer.closed() !== undefined, 'the carrier closed')
    expect(victim.refusals.counts()).to.deep.equal({ 'flooded-carrier': 1 })
    gate.open()
    expect(peer.ended()).to.equal(undefined)
  })

  for (const [name, leads, packet] of [
    ['pings', true, encodePacket({ type: 'ping' })],
    ['says again and again what it is attached to', false, encodePacket({ type: 'ready', epoch: 0 })],
  ] as const) {
    it(`[W40] a peer that ${name} and does not read is not answered for a while`, async () => {
      const pair = await createPeerPair()
      const [victim, attacker] = leads ? pair : [pair[1], pair[0]]
      const unread: (() => void)[] = []
      let isReading = true
      const later = (run: () => void, from: 0 | 1): void => {
        if (from === 0 || isReading) setTimeout(run, 0)
        else unread.push(run)
      }
      const peer = await dialRaw(attacker, victim, { later })
      await until(() => peer.heard.length === 1, 'the first word')
      isReading = false
      const { stats } = peer.session
      const before = { ...stats }
      // As few as can tell the two apart: WebKit opens some hundreds a second.
      const questions = 3700
      for (let i = 0; i < questions; i++) peer.send(packet)
      const all = questions * sealedSize(packet.length)
      await until(() => stats.receivedBytes - before.receivedBytes === all, 'every question', MANY_MS)
      expect(all).to.be.above(MAX_ANSWER_BUFFERED_BYTES + 100)
      expect(stats.sentBytes - before.sentBytes).to.be.within(1, MAX_ANSWER_BUFFERED_BYTES + 100)
      isReading = true
      for (const run of unread.splice(0)) run()
      const answers = (stats.sentBytes - before.sentBytes) / sealedSize(packet.length)
      await until(() => peer.heard.length === 1 + answers, 'what was unread', MANY_MS)
      peer.send(packet)
      await until(() => peer.heard.length === 2 + answers, 'an answer')
      expect(peer.ended()).to.equal(undefined)
    })
  }

  it('[W10] of what waits a few at once are decrypted, however small they are, and none after one that does not', async () => {
    const size = 19
    const tiny = new Uint8Array(size * Math.floor(MAX_CARRIER_MESSAGE_BYTES / size))
    for (let at = 0; at < tiny.length; at += size) tiny[at + 1] = size - 2
    const [victim, attacker] = await createPeerPair()
    const gate = gatedCrypto()
    Object.assign(victim.ports, { crypto: gate.crypto })
    const peer = await attachRaw(attacker, victim)
    gate.shut()
    const before = gate.begun()
    for (let i = 0; i < 4; i++) peer.inject(tiny)
    await until(() => peer.unsent() === 0, 'the flood')
    expect(gate.begun() - before).to.equal(MAX_DECRYPTING)
    gate.open()
    await until(() => peer.closed() !== undefined, 'the carrier closed')
    await settle(60)
    expect(gate.begun() - before).to.equal(MAX_DECRYPTING)
    expect(victim.refusals.counts()).to.deep.equal({ 'undecryptable-carrier': 1 })
  })

  it('[W10] as much may wait for the handshake, and a byte more loses the carrier', () => {
    const { ends } = createMemoryCarriers({ later: (run) => run() })
    const refusals = createRefusals()
    createCarrierInbox(ends[1], refusals.count)
    let closed: string | undefined
    ends[0].onclose = (reason) => {
      closed = reason
    }
    const message = new Uint8Array(MAX_CARRIER_MESSAGE_BYTES)
    for (let waiting = 0; waiting < MAX_UNDECRYPTED_BYTES; waiting += message.length) ends[0].send(message)
    expect([closed, refusals.counts()]).to.deep.equal([undefined, {}])
    ends[0].send(new Uint8Array(1))
    expect([closed, refusals.counts()]).to.deep.equal(['more than is taken', { 'flooded-carrier': 1 }])
  })

  it('[W10] what is acknowledged without being read leaves no more than 2 MiB in a carrier', async () => {
    const [victim, attacker] = await createPeerPair()
    let isDeaf = false
    const peer = await attachRaw(attacker, victim, { isStuck: (from) => isDeaf && from === 1 })
    isDeaf = true
    for (let i = 0; i < 10; i++) {
      const stream = peer.session.open('test', 'interactive')
      for (let half = 0; half < 2; half++) void stream.send(new Uint8Array(262_112))
    }
    const full = MAX_BUFFERED_BYTES - TARGET_CARRIER_MESSAGE_BYTES
    await until(() => peer.unread() >= full, 'a full carrier')
    peer.send(encodePacket({ type: 'ack', ack: full / TARGET_CARRIER_MESSAGE_BYTES / 2 }))
    await settle(60)
    expect(peer.unread()).to.be.within(full, MAX_BUFFERED_BYTES)
    expect(victim.refusals.counts()).to.deep.equal({})
  })

  it('[W20] of the carriers of one device the oldest that waits gives way to a fifth', async () => {
    const [attacker, victim] = await createPeerPair()
    const active = await dialRaw(attacker, victim)
    const mine = new Uint8Array(16).fill(7)
    active.send(encodePacket({ type: 'attach', position: { ...position(1), mine } }))
    await until(() => active.session.carrier() === 'direct', 'a joined carrier')
    const waiting: RawPeer[] = []
    while (waiting.length < MAX_CARRIERS_PER_DEVICE - 1) waiting.push(await dialRaw(attacker, victim))
    await settle(60)
    expect([active, ...waiting].map((peer) => peer.closed())).to.deep.equal(Array(4).fill(undefined))
    const fifth = await dialRaw(attacker, victim)
    await until(() => waiting[0]!.closed() !== undefined, 'the oldest closed')
    expect(waiting[0]!.closed()).to.equal('too many carriers')
    await settle(60)
    const others = [active, ...waiting.slice(1), fifth]
    expect(others.map((peer) => peer.closed())).to.deep.equal(Array(4).fill(undefined))
  })

  it('[W25] a position that cannot be is refused when states are joined', async () => {
    const [victim, attacker] = await createPeerPair()
    const first = await attachRaw(attacker, victim)
    first.data(0, 0, open(3))
    await until(() => victim.manager.sessions().length === 1, 'session')
    const second = await dialRaw(attacker, victim)
    second.send(encodePacket({ type: 'ready', epoch: 0 }))
    await until(() => second.heard.some((packet) => packet.type === 'attach'), 'attach')
    const attach = second.heard.find((packet) => packet.type === 'attach') as { position: Position }
    const mine = new Uint8Array(16).fill(7)
    const { epoch, mine: yours } = attach.position
    second.send(encodePacket({ type: 'attached', position: { epoch, mine, yours, received: 9 } }))
    await until(() => second.ended() !== undefined, 'the end')
    expect(second.ended()).to.match(/resumes at 9/)
    expect(victim.refusals.counts()).to.deep.equal({ 'session-violation': 1 })
  })

  it('[W12] an attack on one session leaves the others alone', async () => {
    const [victim, attacker] = await createPeerPair()
    const friend = await createTestPeer()
    await connect(friend, victim)
    const peer = await attachRaw(attacker, victim)
    peer.send(Uint8Array.of(99))
    await until(() => peer.ended() !== undefined, 'the end')
    const got: number[] = []
    sessionOf(victim, friend).onStream((stream) => {
      stream.onmessage = (message) => void got.push(message.length)
    })
    await sessionOf(friend, victim).open('test', 'bulk').send(new Uint8Array(5))
    await until(() => got.length === 1, 'a message of the friend')
  })
})
