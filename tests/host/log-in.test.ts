import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { NETWORK_ZERO } from '../../src/core/limits.ts'
import { signLogin } from '../../src/core/swarm/host-login.ts'
import type { LogIn } from '../../src/core/swarm/host-protocol.ts'
import { MAX_ORIGIN_WARNINGS } from '../../src/host/index/origins.ts'
import { addDevice, incept, removeDevice } from '../core/identity/people.ts'
import { type Client, connect, enter } from './support/client.ts'
import { startHost, type TestHost } from './support/host.ts'
import { createDevice, logInOf, type TestDevice } from './support/people.ts'

let host: TestHost
let ann: TestDevice
let bob: TestDevice

before(async () => {
  host = await startHost({ ice: ['stun:stun.example.org:3478'] })
  ann = await createDevice(1)
  bob = await createDevice(2)
})
after(() => host.close())

/** Logs in with what `make` gives and returns the host's reason for ending the connection. */
const refusal = async (make: (challenge: Uint8Array) => Promise<LogIn>): Promise<string> => {
  const client = await connect(host.origin)
  const { challenge } = await client.next('challenge')
  client.tell(await make(challenge))
  const { code } = await client.next('error')
  assert.equal((await client.closed).reason, code)
  return code
}

const claim = (who: TestDevice, challenge: Uint8Array) => ({
  origin: host.origin,
  challenge,
  network: NETWORK_ZERO,
  person: who.person,
})

describe('log-in', () => {
  it('[H1] a challenge comes first, and a signed answer is welcomed with the ICE servers', async () => {
    const client = await connect(host.origin)
    const { challenge, version } = await client.next('challenge')
    assert.equal(version, 1)
    assert.equal(challenge.length, 32)
    client.tell(await logInOf(ann, host.origin, challenge))
    const welcome = await client.next('welcome')
    assert.deepEqual(welcome.ice, ['stun:stun.example.org:3478'])
    assert.equal(welcome.publicUrl, host.publicUrl)
    await client.close()
  })

  it('[H1] anything else before the log-in ends the connection', async () => {
    const client = await connect(host.origin)
    await client.next('challenge')
    client.tell({ type: 'announce', keys: [] })
    assert.equal((await client.next('error')).code, 'malformed')
    assert.equal((await client.closed).code, 1008)
  })

  it('[H1] two challenges are never alike', async () => {
    const clients = await Promise.all([connect(host.origin), connect(host.origin)])
    const [one, two] = await Promise.all(clients.map((client) => client.next('challenge')))
    assert.notDeepEqual(one!.challenge, two!.challenge)
    await Promise.all(clients.map((client) => client.close()))
  })

  it('[H2] a signature by another key is refused', async () => {
    const forge = async (challenge: Uint8Array): Promise<LogIn> => {
      const honest = await logInOf(bob, host.origin, challenge)
      return { ...honest, device: ann.device, person: ann.person, keyEvents: ann.keyEvents }
    }
    assert.equal(await refusal(forge), 'bad-signature')
  })

  it('[H2] a log-in that was made for another host is refused', async () => {
    const relayed = (challenge: Uint8Array) => logInOf(ann, 'https://evil.example', challenge)
    assert.equal(await refusal(relayed), 'wrong-origin')
    const relabelled = async (challenge: Uint8Array) => ({ ...(await relayed(challenge)), origin: host.origin })
    assert.equal(await refusal(relabelled), 'bad-signature')
  })

  it('[H2] a log-in for one network does not open another', async () => {
    const moved = async (challenge: Uint8Array) => ({
      ...(await logInOf(ann, host.origin, challenge)),
      network: new Uint8Array(32).fill(7),
    })
    assert.equal(await refusal(moved), 'bad-signature')
  })

  it('[H3] a device that the key events do not name is refused', async () => {
    const stranger = (challenge: Uint8Array) => signLogin(claim(ann, challenge), ann.keyEvents, bob.signer)
    assert.equal(await refusal(stranger), 'not-a-device')
  })

  it("[H3] another person's key events are refused", async () => {
    const borrowed = (challenge: Uint8Array) => signLogin(claim(ann, challenge), bob.keyEvents, ann.signer)
    assert.equal(await refusal(borrowed), 'not-a-device')
  })

  it('[H3] a removed device is refused', async () => {
    const chain = [await incept(1)]
    chain.push(await addDevice(chain, 1, { who: 1 }))
    chain.push(await removeDevice(chain, 1, [], { who: 1 }))
    const keyEvents = chain.map(({ bytes }) => bytes)
    const removed = (challenge: Uint8Array) => signLogin(claim(ann, challenge), keyEvents, ann.signer)
    assert.equal(await refusal(removed), 'not-a-device')
  })

  it('[H4] a log-in that was recorded is refused on another connection', async () => {
    const first = await connect(host.origin)
    const recorded = await logInOf(ann, host.origin, (await first.next('challenge')).challenge)
    first.tell(recorded)
    await first.next('welcome')
    assert.equal(await refusal(async () => recorded), 'bad-signature')
    await first.close()
  })

  it('[H4] a second log-in on one connection ends it', async () => {
    const client = await connect(host.origin)
    const logIn = await logInOf(ann, host.origin, (await client.next('challenge')).challenge)
    client.tell(logIn)
    client.tell(logIn)
    assert.equal((await client.next('error')).code, 'malformed')
  })

  it('[H5] a newer connection of a device takes the place of the older', async () => {
    const older = await enter(host.origin, ann)
    const newer = await enter(host.origin, ann)
    assert.equal((await older.next('error')).code, 'replaced')
    await older.closed
    await answersPing(newer)
    await newer.close()
  })

  it('[H13] a version of the protocol that is not known is named as such', async () => {
    const client = await connect(host.origin)
    client.send(new Uint8Array([2, 0, 0xa0]))
    assert.equal((await client.next('error')).code, 'unsupported-version')
  })
})

const answersPing = async (client: Client): Promise<void> => {
  client.tell({ type: 'ping', n: 42 })
  assert.equal((await client.next('pong')).n, 42)
}

describe('a host behind a proxy that does not know its address', () => {
  it('[H24] tells once of each address that devices came to in vain, and of no more than a few', async () => {
    const lines: string[] = []
    const blind = await startHost({ warn: (line) => lines.push(line) })
    const come = async (origin: string): Promise<string> => {
      const client = await connect(blind.origin)
      const { challenge } = await client.next('challenge')
      client.tell(await logInOf(ann, origin, challenge))
      const { code } = await client.next('error')
      await client.closed
      return code
    }
    try {
      assert.equal(await come('https://kith.example.org'), 'wrong-origin')
      assert.equal(await come('https://kith.example.org'), 'wrong-origin')
      assert.equal(lines.length, 1)
      assert.match(lines[0]!, /https:\/\/kith\.example\.org.*--public-url https:\/\/kith\.example\.org$/)
      for (let n = 0; n < MAX_ORIGIN_WARNINGS + 2; n++) await come(`https://${n}.example`)
      assert.equal(lines.length, MAX_ORIGIN_WARNINGS)
      // Nothing of a stranger's own words reaches the console.
      await come('\u001b[2Jhello')
      assert.doesNotMatch(lines.join(), /hello/)
    } finally {
      await blind.close()
    }
  })
})
