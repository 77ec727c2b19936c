/** Hosts and holders that lie: they cost time and are counted, and whoever tells the truth is heard all the same. */
import type { ServerResponse } from 'node:http'
import { expect } from 'chai'
import { cidToString } from '../../../src/core/blocks/cid.ts'
import { foldKeyEvents } from '../../../src/core/identity/key-chain.ts'
import { commitmentOf, signRotate } from '../../../src/core/identity/key-events.ts'
import { packKeyEvents } from '../../../src/core/identity/key-list.ts'
import type { KeyState } from '../../../src/core/identity/key-state.ts'
import { rootSeed } from '../../../src/core/identity/ladder.ts'
import { findPerson } from '../../../src/node-worker/recovery/find-person.ts'
import { createRefusals } from '../../../src/node-worker/refusals.ts'
import { after, before, describe, it } from '../../support/runner.ts'
import { startNode } from '../../support/test-node.ts'
import { createKeyWriter, type KeyWriter } from '../replication/key-writer.ts'
import { networkedPlatform } from '../replication/peers.ts'
import { type Belongings, belongingsOf, type Shelf, type ShelfHost, startShelfHost } from './lying-host.ts'

const startOwner = async (name: string) => {
  const node = await startNode(`${name} ${Math.random()}`)
  const { person } = await node.get('create-person', { name })
  const owner = await belongingsOf(node)
  return { owner, writer: await createKeyWriter({ ...node, id: person } as never) }
}

const copyOf = (
  map: ReadonlyMap<string, Uint8Array>,
  ...changes: readonly (readonly [string, Uint8Array])[]
): Shelf => ({
  things: new Map([...map, ['everything', new Uint8Array()], ...changes]),
})

describe('recovery among liars', () => {
  let ada: Belongings
  let writer: KeyWriter
  let mallory: Belongings
  before(async () => {
    ;({ owner: ada, writer } = await startOwner('Ada'))
    ;({ owner: mallory } = await startOwner('Mallory'))
  })
  after(async () => {
    await ada.node.stop()
    await mallory.node.stop()
  })

  const stateOf = async (events: readonly Uint8Array[]): Promise<KeyState> => {
    const folded = await foldKeyEvents(events, ada.node.platform.crypto)
    if (!folded.ok) throw new Error(folded.error.type)
    return folded.value.state
  }

  /** Asks these hosts for Ada, then stops them. */
  const searchHosts = async (hosts: readonly ShelfHost[]) => {
    const platform = await networkedPlatform('searcher', [])
    platform.clock.set(ada.node.platform.clock.now())
    const refusals = createRefusals()
    const ports = { platform: { ...platform, clock: ada.node.platform.clock }, refuse: refusals.count }
    const found = await findPerson(
      ada.entropy,
      hosts.map(({ origin }) => origin),
      ports,
    )
    for (const host of hosts) await host.close()
    return { found, refused: refusals.counts() }
  }
  const search = async (...shelves: readonly Shelf[]) => searchHosts([await startShelfHost(shelves)])

  it('[RC6] one honest holder is enough, whatever the others hand out', async () => {
    const { locator, keys, secret } = ada.names
    const block = cidToString(packKeyEvents(await stateOf(writer.chain)).blocks[0]!.cid)
    const { found, refused } = await search(
      copyOf(ada.shelf, [locator, mallory.shelf.get(mallory.names.locator)!]),
      copyOf(ada.shelf, [locator, new Uint8Array(100)]),
      copyOf(ada.shelf, [keys, mallory.shelf.get(mallory.names.keys)!]),
      copyOf(ada.shelf, [block, new Uint8Array(50)]),
      copyOf(ada.shelf, [secret, mallory.shelf.get(mallory.names.secret)!]),
      copyOf(ada.shelf),
    )
    expect(found.ok && found.value.state.person).to.equal(ada.person)
    expect(found.ok && found.value.name).to.equal('Ada')
    expect(refused).to.deep.equal({ 'forged-recovery': 4, 'forged-block': 1 })
  })

  it('[RC6] a list of key events that leads to somebody else’s is refused, and so is one with an event too many', async () => {
    const theirs = await stateOf((await createKeyWriter({ ...mallory.node, id: mallory.person } as never)).chain)
    const mixed = { ...(await stateOf(writer.chain)), chain: [...writer.chain, theirs.chain[1]!] }
    for (const state of [theirs, mixed]) {
      const { found, refused } = await search({
        things: new Map([...(await ada.withKeys(state)), ['everything', new Uint8Array()]]),
      })
      expect(found).to.deep.equal({ ok: false, error: { type: 'keys-unproven' } })
      expect(refused).to.deep.equal({ 'malformed-key-events': 1 })
    }
  })

  it('[RC7] of what two hosts hand out the highest counts: an old chain or secret takes nothing away', async () => {
    const grown = await stateOf((await writer.withDevice()).chain)
    const newest = new Map([
      ...(await ada.withKeys(grown, 9_000_000_000_000)),
      [ada.names.secret, await ada.secret({ keyEvent: grown.newest, seq: 8_000_000_000_000, state: grown })] as const,
      ['everything', new Uint8Array()] as const,
    ])
    for (const order of [
      [copyOf(ada.shelf), { things: newest }],
      [{ things: newest }, copyOf(ada.shelf)],
    ]) {
      const { found } = await searchHosts(await Promise.all(order.map((shelf) => startShelfHost([shelf]))))
      expect(found.ok && found.value.state.newest).to.equal(grown.newest)
      expect(found.ok && found.value.above).to.equal(9_000_000_000_000)
    }
  })

  it('[RC10] answers that never end, never come, or are no list cost time and nothing else', async () => {
    const endless = (response: ServerResponse): boolean => {
      response.writeHead(200)
      const write = (): void => {
        if (response.destroyed) return
        response.write(new Uint8Array(16_384))
        setImmediate(write)
      }
      write()
      return true
    }
    const hosts = [
      await startShelfHost([{ ...copyOf(ada.shelf), answer: (_, response) => endless(response) }]),
      await startShelfHost([], endless),
      await startShelfHost([], (response) => void response.end('{"not": "a list"}')),
      await startShelfHost([], (response) => void response.end(JSON.stringify(Array(65).fill('x')))),
      await startShelfHost([], (response) => void response.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end()),
      await startShelfHost([copyOf(ada.shelf)]),
    ]
    const { found, refused } = await searchHosts(hosts)
    expect(found.ok && found.value.state.person).to.equal(ada.person)
    // The device that never ends, and three hosts that are asked for two lists each.
    expect(refused).to.deep.equal({ 'oversized-answer': 7 })
  })

  it('[RC10] who does not answer in time is asked for nothing more', async () => {
    const silent = await startShelfHost([{ ...copyOf(ada.shelf), answer: () => true }])
    const { found } = await searchHosts([silent, await startShelfHost([copyOf(ada.shelf)])])
    expect(found.ok).to.equal(true)
    expect(silent.asked).to.deep.equal([ada.names.locator])
  })

  it('[RC8] devices are asked through the host that named them, wherever their URLs point', async () => {
    // Every shelf host names its devices under https://elsewhere.example.
    const host = await startShelfHost([copyOf(ada.shelf)])
    const { found } = await searchHosts([host])
    expect(found.ok && found.value.hosts).to.deep.equal([host.origin])
    expect(host.asked).to.include.members([ada.names.locator, ada.names.keys, ada.names.secret])
  })

  it('[RC10] a host that names hundreds of devices has a few of them asked', async () => {
    const shelves = Array.from({ length: 64 }, () => ({ things: new Map([[ada.names.locator, new Uint8Array(9)]]) }))
    const host = await startShelfHost(shelves)
    const { found } = await searchHosts([host])
    expect(found).to.have.nested.property('error.type', 'person-not-found')
    expect(host.asked).to.have.length(24)
  })

  it('[RC9] two rotations that spend one commitment stop it, together or from two holders', async () => {
    const one = await writer.rotation(writer.chain, 1)
    const other = await writer.rotation(writer.chain, 2)
    const [left, right] = [await stateOf([...writer.chain, one]), await stateOf([...writer.chain, other])]
    const apart = await search(
      { things: new Map([...(await ada.withKeys(left)), ['everything', new Uint8Array()]]) },
      { things: new Map([...(await ada.withKeys(right)), ['everything', new Uint8Array()]]) },
    )
    expect(apart.found).to.deep.equal({ ok: false, error: { type: 'person-contested' } })
    const proven = { ...left, proof: [one, other] }
    const together = await search({
      things: new Map([...(await ada.withKeys(proven)), ['everything', new Uint8Array()]]),
    })
    expect(together.found).to.deep.equal({ ok: false, error: { type: 'person-contested' } })
  })

  it('[RC9] words that were replaced open nothing', async () => {
    const { crypto } = ada.node.platform
    const state = await stateOf(writer.chain)
    const root = await crypto.signerFromSeed(rootSeed(ada.entropy, 1))
    const keys = { next: commitmentOf(root.publicKey), recovery: new Uint8Array(32).fill(9) }
    const rotated = await signRotate({ state, time: 1, ...keys }, root)
    const { found } = await search(copyOf(await ada.withKeys(await stateOf([...writer.chain, rotated.bytes]))))
    expect(found).to.deep.equal({ ok: false, error: { type: 'words-replaced' } })
  })

  it('[RC9] a secret that is missing, newer than the keys, older than them, or sealed to others is told apart', async () => {
    const { secret } = ada.names
    const without = new Map(ada.shelf)
    without.delete(secret)
    const grown = await stateOf((await writer.withDevice()).chain)
    const removed = await stateOf(await writer.withDevices(2))
    const theirs = await stateOf(writer.chain)
    const others = { ...theirs, recovery: new Uint8Array(32).fill(9) }
    const cases = {
      nobody: copyOf(without),
      newer: copyOf(ada.shelf, [secret, await ada.secret({ keyEvent: grown.newest })]),
      older: copyOf(await ada.withKeys(removed)),
      sealed: copyOf(ada.shelf, [secret, await ada.secret({ state: others })]),
    }
    for (const [reason, shelf] of Object.entries(cases)) {
      const { found } = await search(shelf)
      expect(found).to.deep.equal({ ok: false, error: { type: 'secret-missing', reason } })
    }
  })
})
