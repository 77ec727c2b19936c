/** Hosts that end while leases are agreed and kept: what two people have in hand goes on over another one, or the same one empty. */
import { expect } from 'chai'
import { base32Encode } from '../../../src/core/bytes.ts'
import { NETWORK_ZERO } from '../../../src/core/limits.ts'
import { PATHS, placesStorageKey, publicStorageKey } from '../../../src/core/records/storage-key.ts'
import { ask } from '../../host/support/http.ts'
import { picture } from '../../support/picture.ts'
import { afterEach, beforeEach, describe, it } from '../../support/runner.ts'
import type { TestNode } from '../../support/test-node.ts'
import { until } from '../../support/wait.ts'
import { follow, startHost, type TestHost, textsOf } from '../replication/peers.ts'
import { isWhole, type Lessee, leftWith, startLeasing, untilSafety } from './scene.ts'

const LONG = { timeout: 180_000 }
/** What is missed is looked for again once a minute. */
const PATIENCE = 120_000
const POSTS = 8
const OK = 200

/** A port that was free a moment ago. */
const freePort = async (): Promise<number> => {
  const host = await startHost()
  await host.close()
  return host.port
}

const isConnected = async (node: Lessee, origin: string): Promise<boolean> =>
  (await node.query('connection', {})).hosts.some(({ url, state }) => url === origin && state === 'connected')

describe('leases without their host', () => {
  let first: TestHost
  let port: number
  const running = new Set<TestHost | TestNode>()

  const begin = async (port = 0): Promise<TestHost> => {
    const host = await startHost({ port })
    running.add(host)
    return host
  }
  const end = async (host: TestHost): Promise<void> => {
    running.delete(host)
    await host.close()
  }
  const startOne = async (name: string): Promise<Lessee> => {
    const node = await startLeasing(name, [first.origin, `http://127.0.0.1:${port}`])
    running.add(node)
    return node
  }
  beforeEach(async () => {
    first = await begin()
    port = await freePort()
  })
  afterEach(async () => {
    for (const one of running) await ('stop' in one ? one.stop() : one.close())
    running.clear()
  })

  /** Ada and Bob, connected through the first host; only then there is another one. */
  const startBoth = async (): Promise<readonly [Lessee, Lessee]> => {
    const [ada, bob] = [await startOne('Ada'), await startOne('Bob')]
    await ada.get('save-settings', { copies: 2 })
    // Room for so much is given to people one knows.
    await follow(bob, ada)
    await untilSafety(ada, isWhole, 'Ada and Bob to meet')
    return [ada, bob]
  }
  const writeMuch = async (ada: Lessee): Promise<void> => {
    for (let i = 0; i < POSTS; i++) await ada.get('publish-post', { text: `${i}`, pictures: [picture(`${i}`)] })
    await ada.get('create-note', {})
  }
  const thingsOf = async (ada: Lessee): Promise<number> =>
    (await ada.query('safety', {}))!.kinds.reduce((sum, { things }) => sum + things, 0)
  /** Leases that the owner wrote for others, signed for or not. */
  const leasesOf = async (ada: Lessee): Promise<number> =>
    [...(await ada.services.ledger()).all()].filter(
      ({ fact }) => fact.kind === 'lease' && fact.holderPerson !== ada.person,
    ).length

  /** The first host ends with leases written and not all of them signed for. */
  const loseFirst = async (ada: Lessee, bob: Lessee): Promise<void> => {
    const before = await leasesOf(ada)
    await writeMuch(ada)
    await until(async () => (await leasesOf(ada)) > before, 'leases of it', undefined, 1)
    await end(first)
    expect((await leftWith(bob, ada)).size, 'Bob has signed for').to.be.below(await thingsOf(ada))
  }
  const expectAll = async (ada: Lessee, bob: Lessee): Promise<void> => {
    await untilSafety(ada, isWhole, 'everything is left with Bob', PATIENCE)
    expect((await leftWith(bob, ada)).size).to.equal(await thingsOf(ada))
    expect(await textsOf(ada, ada.person)).to.have.length(POSTS)
    const balance = (await ada.services.ledger()).view().balance(ada.person)
    expect(balance.pending).to.equal(0)
    for (const node of [ada, bob]) expect(node.services.refusals.counts()).to.deep.equal({})
  }

  it(
    '[EC8] leases that are being agreed are signed for over another host when the one in use ends',
    async () => {
      const [ada, bob] = await startBoth()
      const second = await begin(port)
      await until(
        async () => (await isConnected(ada, second.origin)) && isConnected(bob, second.origin),
        'another host',
      )
      await loseFirst(ada, bob)
      await expectAll(ada, bob)
    },
    LONG,
  )

  it(
    '[EC8] and over an empty one that comes later where both look for one',
    async () => {
      const [ada, bob] = await startBoth()
      await loseFirst(ada, bob)
      await begin(port)
      await expectAll(ada, bob)
    },
    LONG,
  )

  it(
    '[Q18] [EC11] a host that starts again empty knows places and holders again, and balances are what they were',
    async () => {
      const [ada, bob] = await startBoth()
      await writeMuch(ada)
      await untilSafety(ada, isWhole, 'everything is left with Bob')
      const keys = [
        placesStorageKey(NETWORK_ZERO),
        ...[ada, bob].map(({ person }) => publicStorageKey(person, PATHS.heads)),
      ]
      const urlsUnder = (key: Uint8Array): Promise<string[]> =>
        until(async () => {
          // A host that was asked too often, or has just begun, says so instead.
          const { status, body } = await ask(`${first.origin}/k/${base32Encode(key)}`)
          return status === OK && (JSON.parse(String(body)) as string[]).sort()
        }, 'a list')
      const listed = (): Promise<readonly string[][]> => Promise.all(keys.map(urlsUnder))
      const accounts = async (): Promise<unknown> => [
        await ada.query('economy', {}),
        await bob.query('economy', {}),
        [...(await leftWith(bob, ada)).keys()].sort(),
      ]
      const both = 2
      await until(async () => (await listed()).every((urls) => urls.length === both), 'all is announced')
      const before = { listed: await listed(), accounts: await accounts() }
      const { port: samePort } = first
      await end(first)
      first = await begin(samePort)
      expect((await listed()).flat(), 'it has forgotten everything').to.have.length.below(both * keys.length)
      await until(async () => JSON.stringify(await listed()) === JSON.stringify(before.listed), 'the same lists')
      await untilSafety(ada, isWhole, 'Ada and Bob to meet again', PATIENCE)
      expect(await accounts()).to.deep.equal(before.accounts)
      await ada.get('publish-post', { text: 'afterwards', pictures: [] })
      await expectNewPost(ada, bob)
    },
    LONG,
  )

  /** What is written afterwards reaches its holder over the new connection. */
  const expectNewPost = (ada: Lessee, bob: Lessee): Promise<true> =>
    until(async () => {
      const newest = async (node: Lessee): Promise<string> =>
        JSON.stringify((await node.services.logs.heads(ada.person)).map(({ log, ranges }) => [log, ranges]).sort())
      return (await newest(ada)) === (await newest(bob))
    }, 'what was written afterwards')
})
