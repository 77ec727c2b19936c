import { expect } from 'chai'
import { encodeCbor } from '../../../src/core/cbor.ts'
import { encodeCircuitData, encodeCredit } from '../../../src/core/swarm/host-frames.ts'
import {
  CIRCUIT_WINDOW,
  MAX_CIRCUIT_MESSAGE,
  MAX_CIRCUITS,
  MAX_CIRCUITS_PER_PAIR,
  MAX_HOST_FRAME,
  MAX_INCOMING_CIRCUITS,
} from '../../../src/core/swarm/host-limits.ts'
import { MAX_WAIT, MIN_WAIT } from '../../../src/node-worker/hosts/back-off.ts'
import { CONNECT_TIMEOUT, LINK_PING_INTERVAL, MAX_REFUSED_FRAMES } from '../../../src/node-worker/hosts/link-socket.ts'
import { describe, it } from '../../support/runner.ts'
import { createFakeWorld } from './fake-host.ts'

const device = new Uint8Array(32).fill(2)
const raw = (bytes: Uint8Array): ArrayBuffer => bytes.slice().buffer

describe('link to a hostile host', () => {
  it('[H17] what does not decode is counted, and the link goes on', async () => {
    const world = await createFakeWorld()
    await world.welcome()
    world.deliver('text')
    world.deliver(raw(new Uint8Array([1])))
    world.deliver(raw(new Uint8Array(MAX_HOST_FRAME + 1)))
    world.deliver(raw(new Uint8Array([2, 0])))
    world.deliver(raw(new Uint8Array([1, 0, 0xff])))
    world.deliver(raw(new Uint8Array([1, 0, ...encodeCbor({ type: 'holders', key: device, holders: 7 })])))
    expect(world.link.state().state).to.equal('connected')
    expect(world.link.stats().refused).to.deep.equal({
      'malformed-frame': 3,
      'unknown-version': 1,
      'malformed-message': 2,
    })
  })

  it('[H17] a host that sends much of it is left', async () => {
    const world = await createFakeWorld()
    await world.welcome()
    for (let n = 0; n <= MAX_REFUSED_FRAMES; n++) world.deliver('text')
    expect(world.link.state()).to.include({ state: 'refused', reason: 'malformed' })
    expect(world.socket().isClosed).to.equal(true)
  })

  it('[H17] before the welcome only a challenge counts, and one signature is given a connection', async () => {
    const world = await createFakeWorld()
    world.tell({ type: 'signal', from: device, person: 'p', data: 'x' })
    world.tell({ type: 'welcome', version: 1, publicUrl: 'https://evil.example', ice: [] })
    expect(world.link.state().state).to.equal('connecting')
    await world.welcome()
    world.tell({ type: 'challenge', version: 1, challenge: new Uint8Array(32).fill(9) })
    expect(world.said().filter(({ type }) => type === 'log-in')).to.have.length(1)
    expect(world.link.stats().refused).to.deep.equal({ 'too-early': 2, unasked: 1 })
  })

  it('[H11] bytes over the window end the circuit, not the link', async () => {
    const world = await createFakeWorld()
    await world.welcome()
    world.tell({ type: 'incoming', circuit: 2, from: device, person: 'p' })
    const carrier = world.circuits[0]!
    let ended = ''
    carrier.onclose = (reason) => {
      ended = reason
    }
    const message = new Uint8Array(MAX_CIRCUIT_MESSAGE)
    for (let sent = 0; sent <= CIRCUIT_WINDOW; sent += message.length) world.deliver(raw(encodeCircuitData(2, message)))
    expect(ended).to.equal('over-window')
    expect(world.said().at(-1)).to.deep.equal({ type: 'close', circuit: 2, reason: 'over-window' })
    expect(world.link.state().state).to.equal('connected')
  })

  it('[H11] credit over the window ends the circuit', async () => {
    const world = await createFakeWorld()
    await world.welcome()
    world.tell({ type: 'incoming', circuit: 2, from: device, person: 'p' })
    world.deliver(raw(encodeCredit(2, 1)))
    expect(world.link.stats().refused).to.deep.equal({ 'over-window': 1 })
  })

  it('[H32] more circuits than others may open are turned down, and leave room for own ones', async () => {
    const world = await createFakeWorld()
    await world.welcome()
    const from = (n: number): Uint8Array => new Uint8Array(32).fill(n)
    for (let n = 1; n <= MAX_INCOMING_CIRCUITS + 1; n++)
      world.tell({ type: 'incoming', circuit: 2 * n, from: from(n), person: 'p' })
    expect(world.circuits).to.have.length(MAX_INCOMING_CIRCUITS)
    const circuit = 2 * MAX_INCOMING_CIRCUITS + 2
    expect(world.said().at(-1)).to.deep.equal({ type: 'close', circuit, reason: 'too-many' })
    for (let n = MAX_INCOMING_CIRCUITS; n < MAX_CIRCUITS; n++) void world.link.openCircuit(from(n + 100))
    expect(await world.link.openCircuit(from(99))).to.deep.equal({ ok: false, error: 'too-many' })
    expect(world.said().filter(({ type }) => type === 'open')).to.have.length(MAX_CIRCUITS - MAX_INCOMING_CIRCUITS)
  })

  it('[H32] one device has four circuits at most, whichever side opened them', async () => {
    const world = await createFakeWorld()
    await world.welcome()
    const opening = world.link.openCircuit(device)
    world.tell({ type: 'accept', circuit: 1 })
    expect((await opening).ok).to.equal(true)
    void world.link.openCircuit(device)
    for (let n = 2; n <= MAX_CIRCUITS_PER_PAIR; n++)
      world.tell({ type: 'incoming', circuit: 2 * n, from: device, person: 'p' })
    expect(world.circuits).to.have.length(MAX_CIRCUITS_PER_PAIR - 2)
    const circuit = 2 * MAX_CIRCUITS_PER_PAIR
    expect(world.said().at(-1)).to.deep.equal({ type: 'close', circuit, reason: 'too-many' })
    expect(await world.link.openCircuit(device)).to.deep.equal({ ok: false, error: 'too-many' })
    world.tell({ type: 'incoming', circuit: circuit + 2, from: new Uint8Array(32).fill(77), person: 'p' })
    expect(world.circuits).to.have.length(MAX_CIRCUITS_PER_PAIR - 1)
  })

  it('[H10] a circuit that is never answered is given up', async () => {
    const world = await createFakeWorld()
    await world.welcome()
    const opening = world.link.openCircuit(device)
    // The fake host hears pings, and says something so that the link is not taken for dead.
    world.timers.advance(LINK_PING_INTERVAL - 1)
    world.tell({ type: 'pong', n: 0 })
    world.timers.advance(10)
    expect(await opening).to.deep.equal({ ok: false, error: 'refused' })
    world.tell({ type: 'accept', circuit: 1 })
    expect(world.link.stats().refused).to.deep.equal({ unasked: 1 })
  })
})

describe('link to a host that is hard to reach', () => {
  it('[H16] waits double up to a limit, never less than half of it', async () => {
    const world = await createFakeWorld()
    let whole = MIN_WAIT
    for (let failure = 0; failure < 10; failure++) {
      world.socket().onclose?.({ code: 1006, reason: '' })
      const state = world.link.state()
      if (state.state !== 'waiting') throw new Error(state.state)
      expect(state.reason).to.equal('unreachable')
      expect(state.retryAt).to.be.within(whole / 2, whole)
      world.timers.advance(whole)
      whole = Math.min(MAX_WAIT, whole * 2)
      expect(world.sockets).to.have.length(failure + 2)
    }
  })

  it('[H16] a host that does not answer in time, or falls silent, is left', async () => {
    const world = await createFakeWorld()
    world.timers.advance(CONNECT_TIMEOUT)
    expect(world.link.state()).to.include({ state: 'waiting', reason: 'timeout' })
    world.timers.advance(MAX_WAIT)
    await world.welcome()
    world.timers.advance(LINK_PING_INTERVAL)
    expect(world.link.state()).to.include({ state: 'waiting', reason: 'silent' })
  })

  it('[H16] wishes made while away are told after the next log-in, in messages that are not too long', async () => {
    const world = await createFakeWorld()
    const keys = Array.from({ length: 1500 }, (_, i) => new Uint8Array(32).fill(i & 0xff).fill(i >> 8, 0, 1))
    world.link.announce(keys)
    world.link.watch([device])
    await world.welcome()
    const said = world.said().filter(({ type }) => type === 'announce' || type === 'watch')
    expect(said.map((message) => ('keys' in message ? message.keys.length : 0))).to.deep.equal([1024, 476, 1])
  })

  it('[H12] circuits wait while the websocket is full, and go on when it is not', async () => {
    const world = await createFakeWorld()
    await world.welcome()
    world.tell({ type: 'incoming', circuit: 2, from: device, person: 'p' })
    const carrier = world.circuits[0]!
    let drains = 0
    carrier.ondrain = () => {
      drains += 1
    }
    world.socket().bufferedAmount = 1_000_000
    for (let n = 0; n < 4; n++) carrier.send(new Uint8Array(100_000))
    expect(carrier.buffered()).to.equal(400_000)
    world.socket().bufferedAmount = 0
    world.timers.advance(20)
    expect(carrier.buffered()).to.equal(0)
    expect(drains).to.equal(1)
  })

  it('[H16] nothing happens any more after close', async () => {
    const world = await createFakeWorld()
    await world.welcome()
    world.link.close()
    expect(world.socket().isClosed).to.equal(true)
    world.timers.advance(10 * MAX_WAIT)
    world.link.connectNow()
    expect(world.sockets).to.have.length(1)
    expect(world.states.at(-1)).to.deep.equal({ state: 'closed' })
  })
})
