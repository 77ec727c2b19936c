/** Who gets a session: rules W2 to W9 of docs/protocol/50-wire.md. */
import { expect } from 'chai'
import { concatBytes } from '../../../src/core/bytes.ts'
import type { Signer } from '../../../src/core/ports.ts'
import type { HandshakeError } from '../../../src/core/wire/wire-errors.ts'
import {
  HANDSHAKE_TIMEOUT_MS,
  MAX_HANDSHAKES,
  MAX_HANDSHAKES_PER_DEVICE,
  MAX_INCOMING_HANDSHAKES,
} from '../../../src/core/wire/wire-limits.ts'
import { describe, it } from '../../support/runner.ts'
import { until } from '../../support/wait.ts'
import { createMemoryCarriers, type MemoryCarrierOptions } from './memory-carrier.ts'
import {
  type Connection,
  connect,
  createDeviceKeys,
  createTestPeer,
  crypto,
  fakeKeyEvents,
  realTimers,
  type TestPeer,
} from './test-peer.ts'

type Outcome = Connection['outcomes'][number]
type ErrorType = HandshakeError['type']

const errorType = (outcome: Outcome): ErrorType | 'session' => (outcome.ok ? 'session' : outcome.error.type)

const dial = async (from: TestPeer, to: TestPeer, options: MemoryCarrierOptions = {}) =>
  (await connect(from, to, options)).outcomes.map(errorType)

/** Changes the n-th message that the dialled side sends, or the one that dials. */
const tamperNth = (from: 0 | 1, nth: number, change: (message: Uint8Array) => Uint8Array | undefined) => {
  let seen = 0
  return (message: Uint8Array, sender: 0 | 1): Uint8Array | undefined => {
    if (sender !== from) return message
    seen += 1
    return seen === nth + 1 ? change(message) : message
  }
}

/** A peer that claims the device of `victim`, with keys of its own where it has to use them. */
const impostor = async (victim: TestPeer, changes: { readonly signer?: Signer } = {}): Promise<TestPeer> => {
  const own = await createDeviceKeys()
  const signer = changes.signer ?? { ...own.signer, publicKey: victim.device }
  return createTestPeer({
    self: {
      person: victim.ports.self.person,
      keys: { signer, agreement: own.agreement },
      keyEvents: victim.ports.self.keyEvents,
    },
  })
}

describe('handshake of sessions', () => {
  it('[W5] both sides learn person, device and key events of the other', async () => {
    const [a, b] = [await createTestPeer(), await createTestPeer()]
    const { outcomes } = await connect(a, b)
    const [atA, atB] = outcomes.map((outcome) => (outcome.ok ? outcome.value : undefined))
    expect(atA?.device).to.deep.equal(b.device)
    expect(atB?.person).to.equal(a.ports.self.person)
    expect(atB?.keyEvents).to.deep.equal(fakeKeyEvents(a.ports.self.keys))
  })

  it('[W4] another version is refused by a typed error on both sides', async () => {
    const [a, b] = [await createTestPeer(), await createTestPeer()]
    const tamper = tamperNth(0, 0, (message) => message.with(0, 2))
    const { outcomes } = await connect(a, b, { tamper })
    expect(outcomes[1]).to.deep.equal({ ok: false, error: { type: 'unknown-version', version: 2 } })
    expect(errorType(outcomes[0])).to.equal('bad-handshake')
    const other = await connect(a, b, { tamper: tamperNth(1, 0, () => Uint8Array.of(3)) })
    expect(other.outcomes[0]).to.deep.equal({ ok: false, error: { type: 'unknown-version', version: 3 } })
  })

  it('[W2] another network, or another device than was dialled, cannot finish', async () => {
    const [a, b, c] = [await createTestPeer(), await createTestPeer(), await createTestPeer()]
    const elsewhere = await createTestPeer({ network: new Uint8Array(32).fill(1) })
    expect(await dial(a, elsewhere)).to.deep.equal(['bad-handshake', 'carrier-lost'])
    const { ends } = createMemoryCarriers()
    const outcomes = await Promise.all([a.manager.accept(ends[0], c.device), b.manager.accept(ends[1])])
    expect(outcomes.map(errorType)).to.deep.equal(['bad-handshake', 'carrier-lost'])
  })

  it('[W14] a hello of another group is refused by a typed error, once its signature was checked', async () => {
    const [zero, one] = [new Uint8Array(32), new Uint8Array(32).fill(1)]
    const a = await createTestPeer({ group: one })
    const b = await createTestPeer()
    const { outcomes } = await connect(a, b)
    expect(outcomes[0]).to.deep.equal({ ok: false, error: { type: 'wrong-group' } })
    expect(a.manager.refused).to.deep.equal({ 'wrong-group': 1 })
    // Whoever dials and looks away, first believing the group and then naming its own, is refused on the other side.
    const groups = [zero, one]
    Object.defineProperty(a.ports, 'group', { get: () => groups.shift() })
    const careless = await connect(a, b)
    expect(careless.outcomes[1]).to.deep.equal({ ok: false, error: { type: 'wrong-group' } })
    expect(b.manager.sessions()).to.have.length(0)
    expect(await dial(await createTestPeer({ group: one }), await createTestPeer({ group: one }))).to.deep.equal([
      'session',
      'session',
    ])
  })

  it('[W7] the dialled side refuses a device that it did not expect', async () => {
    const [a, b, c] = [await createTestPeer(), await createTestPeer(), await createTestPeer()]
    const { ends } = createMemoryCarriers()
    const outcome = await Promise.all([b.manager.accept(ends[1], c.device), a.manager.accept(ends[0], b.device)])
    expect(errorType(outcome[0])).to.equal('wrong-device')
  })

  it('[W7] a device has no session with itself', async () => {
    const a = await createTestPeer()
    expect(await dial(a, a.restarted())).to.include('wrong-device')
  })

  it('[W6] a device key that did not sign this handshake is refused', async () => {
    const [a, b] = [await createTestPeer(), await createTestPeer()]
    expect((await dial(await impostor(a), b))[1]).to.equal('bad-attestation')
  })

  it('[W8] a static key that the key events do not list is refused, whoever signed', async () => {
    const [a, b] = [await createTestPeer(), await createTestPeer()]
    const traitor = await impostor(a, { signer: a.ports.self.keys.signer })
    expect((await dial(traitor, b))[1]).to.equal('wrong-static-key')
  })

  it('[W8] key events that do not check out, or are missing and not known, are refused', async () => {
    const [a, b] = [await createTestPeer(), await createTestPeer()]
    const { self } = a.ports
    const unknown = await createTestPeer({ self: { ...self, keyEvents: async () => [crypto.bytes(64)] } })
    expect((await dial(unknown, b))[1]).to.equal('bad-key-events')
    const long = await createTestPeer({ self: { ...self, keyEvents: async () => [crypto.bytes(60_000)] } })
    expect((await dial(long, b))[1]).to.equal('bad-key-events')
  })

  it('[W9] a blocked person gets no session and learns nothing but that', async () => {
    const a = await createTestPeer()
    const b = await createTestPeer({ isBlocked: (person) => person === a.ports.self.person })
    expect((await dial(a, b))[1]).to.equal('blocked')
    expect(b.manager.sessions()).to.have.length(0)
    expect(b.manager.refused).to.deep.equal({ blocked: 1 })
  })

  it('[W6] a replayed handshake gets nowhere', async () => {
    const [a, b] = [await createTestPeer(), await createTestPeer()]
    const { captured } = await connect(a, b, { capture: true })
    const said = captured.filter(({ from }) => from === 0).map(({ message }) => message)
    const { ends } = createMemoryCarriers()
    const accepting = b.manager.accept(ends[1])
    for (const message of said.slice(0, 2)) ends[0].send(message)
    expect(errorType(await accepting)).to.equal('bad-handshake')
  })

  for (const [name, change] of [
    ['truncated', (message: Uint8Array) => message.subarray(0, message.length >> 1)],
    ['empty', () => new Uint8Array(0)],
    ['changed', (message: Uint8Array) => message.map((byte, i) => (i === message.length - 1 ? byte ^ 1 : byte))],
    ['oversized', (message: Uint8Array) => concatBytes(message, new Uint8Array(70_000))],
    ['too large for any carrier', (message: Uint8Array) => concatBytes(message, new Uint8Array(262_144))],
  ] as const) {
    it(`[W4] a ${name} handshake message ends the handshake, whichever it is`, async () => {
      const [a, b] = [await createTestPeer(), await createTestPeer()]
      for (const [from, nth] of [
        [1, 0],
        [0, 1],
      ] as const) {
        const outcome = (await dial(a, b, { tamper: tamperNth(from, nth, change) }))[from === 0 ? 1 : 0]
        expect(outcome).to.be.oneOf(['bad-handshake', 'unknown-version', 'carrier-lost'])
        // A first message that goes wrong is only seen with the second: it has nothing to check yet.
        expect(errorType((await connect(a, b)).outcomes[0])).to.equal('session')
      }
    })
  }

  it('[W4] a silent peer is given up, and more than a few at once are refused', async () => {
    let expire = (): void => {}
    const timers = {
      ...realTimers,
      setTimeout: (run: () => void, milliseconds: number) => {
        if (milliseconds !== HANDSHAKE_TIMEOUT_MS) return realTimers.setTimeout(run, milliseconds)
        expire = run
        return undefined
      },
    }
    const b = await createTestPeer({ timers })
    const device = (n: number): Uint8Array => new Uint8Array(32).fill(n)
    const answer = () => b.manager.accept(createMemoryCarriers().ends[1])
    const open = (n: number) => b.manager.accept(createMemoryCarriers().ends[0], device(n))
    const waiting = Array.from({ length: MAX_INCOMING_HANDSHAKES }, answer)
    expect(errorType(await answer())).to.equal('busy')
    // Those who dial in have left places for whom this node dials itself.
    for (let n = waiting.length; n < MAX_HANDSHAKES; n++) waiting.push(open(n))
    expect(errorType(await open(MAX_HANDSHAKES))).to.equal('busy')
    expire()
    expect(errorType((await waiting.at(-1))!)).to.equal('carrier-lost')
    b.manager.closeAll('test over')
    const outcomes = await Promise.all(waiting)
    expect(outcomes.map(errorType)).to.deep.equal(waiting.map(() => 'carrier-lost'))
    expect(errorType(await b.manager.accept(createMemoryCarriers().ends[1]))).to.equal('carrier-lost')
  })

  it('[W4] no device takes more than its share of them, and gets its places back', async () => {
    const b = await createTestPeer()
    const from = (n: number) => {
      const carrier = createMemoryCarriers().ends[1]
      return { carrier, outcome: b.manager.accept(carrier, new Uint8Array(32).fill(n)) }
    }
    const waiting = Array.from({ length: MAX_HANDSHAKES_PER_DEVICE }, () => from(1))
    expect(errorType(await from(1).outcome)).to.equal('busy')
    const other = from(2)
    waiting[0]!.carrier.onclose?.('gone')
    await waiting[0]!.outcome
    const again = from(1)
    b.manager.closeAll('test over')
    expect(errorType(await other.outcome)).to.equal('carrier-lost')
    expect(errorType(await again.outcome)).to.equal('carrier-lost')
    await Promise.all(waiting.map(({ outcome }) => outcome))
  })

  it('[W6] nothing that identifies the dialling person crosses a carrier in the clear', async () => {
    const [a, b] = [await createTestPeer(), await createTestPeer()]
    const { captured, outcomes } = await connect(a, b, { capture: true })
    const [session] = outcomes
    if (session.ok) await session.value.open('kith/test', 'bulk').send(new TextEncoder().encode('a marker post'))
    await until(() => captured.length > 5, 'traffic')
    const all = captured.map(({ message }) => String.fromCharCode(...message)).join('')
    for (const text of [a.ports.self.person, b.ports.self.person, 'a marker post', 'kith/test']) {
      expect(all.includes(text)).to.equal(false)
    }
    expect(all.includes(String.fromCharCode(...a.device))).to.equal(false)
  })
})
