import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { base32Encode, bytesToHex } from '../../src/core/bytes.ts'
import { MAX_SIGNAL_BYTES } from '../../src/core/swarm/host-limits.ts'
import { until } from '../support/wait.ts'
import { startHost, type TestHost } from './support/host.ts'
import { connected, createLink } from './support/link.ts'
import { createDevice, type TestDevice } from './support/people.ts'

let host: TestHost
let ann: TestDevice
let bob: TestDevice

before(async () => {
  host = await startHost({ ice: ['stun:stun.example.org:3478'] })
  ann = await createDevice(1)
  bob = await createDevice(2)
})
after(() => host.close())

const key = new Uint8Array(32).fill(5)

describe('link', () => {
  it('[H16] logs in and learns public address and ICE servers', async () => {
    const link = createLink(host.origin, ann)
    assert.equal(link.state().state, 'connecting')
    await connected(link)
    assert.deepEqual(link.state(), {
      state: 'connected',
      publicUrl: host.publicUrl,
      ice: ['stun:stun.example.org:3478'],
    })
    link.close()
    assert.equal(link.state().state, 'closed')
  })

  it('[H6] names holders with the URL of the key, and leaves oneself out', async () => {
    const [one, two] = [createLink(host.origin, ann), createLink(host.origin, bob)]
    await Promise.all([connected(one), connected(two)])
    one.announce([key])
    two.announce([key])
    two.watch([key])
    await until(() => two.holders.get(bytesToHex(key))?.length === 1, 'one holder')
    const url = `${host.origin}/at/${base32Encode(ann.device)}/k/${base32Encode(key)}`
    assert.deepEqual(two.holders.get(bytesToHex(key)), [{ device: ann.device, person: ann.person, url }])
    one.close()
    await until(() => two.holders.get(bytesToHex(key))?.length === 0, 'no holder')
    two.close()
  })

  it('[H9] signals pass, and one to nobody is told as absent', async () => {
    const [one, two] = [createLink(host.origin, ann), createLink(host.origin, bob)]
    assert.equal(one.signal(bob.device, 'too early'), false)
    await Promise.all([connected(one), connected(two)])
    assert.equal(one.signal(bob.device, 'hello'), true)
    assert.equal(one.signal(bob.device, 'ü'.repeat(MAX_SIGNAL_BYTES)), false)
    assert.equal(one.signal(key, 'nobody'), true)
    await until(() => two.signals.length === 1 && one.absent.length === 1, 'signal and absence')
    assert.deepEqual(two.signals, [{ from: ann.device, person: ann.person, data: 'hello' }])
    one.close()
    two.close()
  })

  it('[H10] a circuit carries messages both ways, in order, and its end is told', async () => {
    const [one, two] = [createLink(host.origin, ann), createLink(host.origin, bob)]
    await Promise.all([connected(one), connected(two)])
    const opened = await one.openCircuit(bob.device)
    assert.ok(opened.ok)
    const there = two.circuits[0]!
    assert.deepEqual([there.from, there.person], [ann.device, ann.person])
    assert.deepEqual([opened.value.initiator, there.carrier.initiator], [true, false])
    const got: number[] = []
    const back: number[] = []
    there.carrier.onmessage = (message) => {
      got.push(message[0]!)
      there.carrier.send(message)
    }
    opened.value.onmessage = (message) => back.push(message[0]!)
    for (let n = 0; n < 100; n++) opened.value.send(new Uint8Array(1000).fill(n))
    await until(() => back.length === 100, 'all came back')
    assert.deepEqual(
      got,
      Array.from({ length: 100 }, (_, n) => n),
    )
    assert.deepEqual(back, got)
    let ended = ''
    there.carrier.onclose = (reason) => {
      ended = reason
    }
    opened.value.close('done')
    await until(() => ended === 'closed', 'closed on the other side')
    one.close()
    two.close()
  })

  it('[H10] a circuit to nobody is absent; without a connection it is lost', async () => {
    const link = createLink(host.origin, ann)
    assert.deepEqual(await link.openCircuit(bob.device), { ok: false, error: 'link-lost' })
    await connected(link)
    assert.deepEqual(await link.openCircuit(bob.device), { ok: false, error: 'absent' })
    link.close()
  })

  it('[H2] a host that refuses is tried again seldom, with its reason shown', async () => {
    const begun = Date.now()
    const link = createLink(host.origin, { ...ann, keyEvents: bob.keyEvents })
    await until(() => link.state().state === 'refused', 'refused')
    const state = link.state()
    assert.ok(state.state === 'refused')
    assert.equal(state.reason, 'not-a-device')
    assert.ok(state.retryAt > begun + 20_000)
    link.close()
  })

  it('[H2] addresses that may not be dialled are a mistake of the caller', () => {
    for (const url of ['http://example.org', 'ftp://example.org', 'https://user@example.org', 'nonsense'])
      assert.throws(() => createLink(url, ann), RangeError)
  })
})

describe('a host that stops and starts', () => {
  it('[H16] links come back by themselves and bring everything with them', async () => {
    const first = await startHost()
    const { port, staticDir } = first
    const [one, two] = [createLink(first.origin, ann), createLink(first.origin, bob)]
    await Promise.all([connected(one), connected(two)])
    one.announce([key])
    two.watch([key, ann.device])
    await until(() => two.holders.get(bytesToHex(key))?.length === 1, 'found before')
    const circuit = await one.openCircuit(bob.device)
    assert.ok(circuit.ok)
    let lost = ''
    circuit.value.onclose = (reason) => {
      lost = reason
    }

    await first.close()
    await until(() => one.state().state === 'waiting' && two.state().state === 'waiting', 'waiting')
    assert.equal(lost, 'link-lost')
    assert.equal(two.holders.get(bytesToHex(key))?.length, 0)

    const second = await startHost({ port, staticDir })
    await until(() => two.holders.get(bytesToHex(key))?.length === 1, 'found again')
    await until(() => two.holders.get(bytesToHex(ann.device))?.length === 1, 'present again')
    one.close()
    two.close()
    await second.close()
  })

  it('[H16] waits grow, and "connect now" does not wait', async () => {
    const gone = await startHost()
    const { port, staticDir, origin } = gone
    await gone.close()
    const link = createLink(origin, ann)
    const waits = (): number => link.states.filter(({ state }) => state === 'waiting').length
    await until(() => waits() >= 3, 'three failures')
    const second = await startHost({ port, staticDir })
    link.connectNow()
    assert.notEqual(link.state().state, 'waiting')
    await connected(link)
    assert.equal(link.states.at(-2)?.state, 'connecting')
    link.close()
    await second.close()
  })
})
