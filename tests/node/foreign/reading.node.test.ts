/** Blocks that no session gives, read from the addresses that their persons have named. */
import { lookup } from 'node:dns/promises'
import { hostname } from 'node:os'
import { expect } from 'chai'
import { MAX_BLOCK_BYTES } from '../../../src/core/limits.ts'
import { BLOCK_BASES } from '../../../src/core/swarm/block-bases.ts'
import { addressKind } from '../../../src/core/swarm/ip-address.ts'
import { createFetchHttp } from '../../../src/node-worker/foreign/fetch-http.ts'
import { createNodeHttp } from '../../../src/node-worker/foreign/node-http.ts'
import { OWN_WAITS } from '../../../src/node-worker/foreign/url-reader.ts'
import { LOG_FEED } from '../../../src/node-worker/log/log-service.ts'
import { skipWithout } from '../../support/missing.ts'
import { describe, it } from '../../support/runner.ts'
import { replicate } from '../../support/test-node.ts'
import { carry, startSecondDevice } from '../transfer/second-device.ts'
import { fileOf, hereAndNow, isDone, picture, shows, startPerson, until } from './scene.ts'
import { httpInput, startShelf } from './shelf.ts'

/** Ada, whose picture is on her shelf, and Bob, who follows her and has her words but no picture. */
const startScene = async () => {
  const shelf = await startShelf()
  const ada = await startPerson('ada')
  await ada.get('save-foreign-storage', { storage: httpInput(shelf.url) })
  await ada.get('publish-post', { text: 'a lake', pictures: [picture('lake', 300_000)] })
  await shows(ada, (view) => isDone(view) && view.stored >= 4)
  const bob = await startPerson('bob')
  await bob.get('follow', { link: ada.person })
  shelf.asked.length = 0
  const stop = async (): Promise<void> => {
    await ada.stop()
    await bob.stop()
    await shelf.close()
  }
  return { shelf, ada, bob, stop }
}

/** Names that this machine has for itself, without those that say so in their spelling. */
const namesThatLeadInside = async (): Promise<string[]> => {
  const names = ['ip6-localhost', hostname().toLowerCase()]
  const found = await Promise.all(names.map((name) => lookup(name).catch(() => undefined)))
  return names.filter((_, i) => found[i] && addressKind(found[i].address) !== 'public')
}

describe('blocks that no session gives', () => {
  it('[FS9] are read from the URLs that their person has named', async () => {
    const { ada, bob, shelf, stop } = await startScene()
    await replicate(ada, bob, ada.person)
    const { bytes } = await bob.get('read-file', { file: await fileOf(bob) })
    expect(bytes).to.deep.equal(picture('lake', 300_000).bytes)
    expect(shelf.asked.every((line) => line.startsWith('GET /kith/b'))).to.equal(true)
    await stop()
  })

  it('[FS9] wrong bytes are refused, counted, and nothing of them is stored', async () => {
    const { ada, bob, shelf, stop } = await startScene()
    shelf.instead = (_, response) => response.end('something else')
    await replicate(ada, bob, ada.person)
    const file = await fileOf(bob)
    await until(async () => (bob.services.refusals.counts()['forged-block'] ?? 0) > 0)
    expect(await bob.services.files.has(file)).to.equal(false)
    await stop()
  })

  it('[FS9] a redirect is not followed', async () => {
    const { ada, bob, shelf, stop } = await startScene()
    const target = await startShelf()
    shelf.instead = ({ url }, response) => void response.writeHead(302, { location: target.url + url }).end()
    await replicate(ada, bob, ada.person)
    await until(async () => shelf.asked.length > 0)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(target.asked).to.deep.equal([])
    await target.close()
    await stop()
  })

  it('[FS11] an answer that is too large is broken off', async () => {
    const { ada, bob, shelf, stop } = await startScene()
    let sent = 0
    let isBroken = false
    shelf.instead = (_, response) => {
      response.on('close', () => {
        isBroken = true
      })
      const flood = (): void => {
        while (!response.destroyed) {
          sent += 65_536
          if (!response.write(Buffer.alloc(65_536))) return void response.once('drain', flood)
        }
      }
      flood()
    }
    await replicate(ada, bob, ada.person)
    await until(async () => isBroken)
    expect(sent).to.be.lessThan(50 * MAX_BLOCK_BYTES)
    expect(await bob.services.files.has(await fileOf(bob))).to.equal(false)
    await stop()
  })

  it('[FS9] nobody is sent to this machine by somebody else, unless the app came from here', async () => {
    const { ada, shelf, stop } = await startScene()
    const platform = await hereAndNow('cleo')
    const cleo = await startPerson('cleo', { ...platform, defaultHosts: ['https://host.example'] })
    await cleo.get('follow', { link: ada.person })
    await replicate(ada, cleo, ada.person)
    await new Promise((resolve) => setTimeout(resolve, 6_500))
    expect(shelf.asked).to.deep.equal([])
    await cleo.stop()
    await stop()
  })

  it('[FS9] on Node.js an address or a name that leads into a private network is not followed', async (context) => {
    const http = createNodeHttp('https://host.example')
    const request = { method: 'GET', headers: {}, maxBytes: 100, timeout: 5_000, trust: 'strangers' } as const
    const names = await namesThatLeadInside()
    if (names.length === 0) skipWithout(context, 'no name of this machine leads into a private network')
    for (const host of ['10.0.0.1', '[fd00::1]', '169.254.169.254', '192.168.1.1', ...names])
      expect(await http({ ...request, url: `https://${host}/x` }), host).to.deep.equal({
        ok: false,
        error: 'private-address',
      })
  })

  it('[FS7] the newest word of a person counts, whichever came first', async () => {
    const { ada, bob, shelf, stop } = await startScene()
    const self = ada.services.account.self()!
    const logs = ada.services.logs as unknown as { append: (...args: unknown[]) => Promise<unknown> }
    const time = ada.platform.clock.now() - 86_400_000
    await logs.append(self, LOG_FEED, [{ type: BLOCK_BASES, body: { bases: ['https://old.example.org/'], time } }])
    await logs.append(self, LOG_FEED, [
      { type: BLOCK_BASES, body: { bases: ['https://10.1.2.3/'], time: Date.now() * 2 } },
    ])
    await replicate(ada, bob, ada.person)
    for (const node of [ada, bob])
      expect(node.services.persons.get(ada.person)?.blockBases?.bases).to.deep.equal([shelf.url])
    await stop()
  })
})

describe('one’s own storage that fails', () => {
  it('[FS11] is left alone for a while by whoever reads there', async () => {
    const shelf = await startShelf('Bearer 123')
    // Not public: otherwise its URL is asked, too.
    shelf.isOpen = false
    const first = await startPerson('failing')
    const second = await startSecondDevice(first, await hereAndNow('second device'))
    await first.get('save-foreign-storage', { storage: httpInput(shelf.url, 'Bearer 123') })
    const { stored } = await shows(first, isDone)
    await first.get('publish-post', { text: 'not to be had', pictures: [picture('z', 5_000)] })
    await shows(first, (view) => isDone(view) && view.stored === stored + 2)
    shelf.asked.length = 0
    shelf.instead = (_, response) => void response.writeHead(503).end()
    await carry(first, second, first.person)
    const reads = (): number => shelf.asked.filter((line) => line.startsWith('GET')).length
    await until(async () => reads() > 0)
    // What was asked for at the same time.
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    const before = reads()
    const reading = second.ask('read-file', { file: await fileOf(second) })
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    expect(reads()).to.equal(before)
    shelf.instead = undefined
    second.platform.clock.set(second.platform.clock.now() + OWN_WAITS.min * 2)
    const again = second.ask('read-file', { file: await fileOf(second) })
    expect((await again).ok).to.equal(true)
    await reading
    await first.stop()
    await second.stop()
    await shelf.close()
  })
})

describe('a server that is slow', () => {
  const OWN = { method: 'GET', headers: {}, maxBytes: 100, timeout: 300, trust: 'own' } as const

  for (const [name, http] of [
    ['over node:http', createNodeHttp('https://host.example')],
    ['over fetch', createFetchHttp((url, init) => fetch(url, init))],
  ] as const)
    it(`[FS11] has its time for the whole answer, not for each piece of it: ${name}`, async () => {
      const shelf = await startShelf()
      shelf.instead = (_, response) => {
        const drip = setInterval(() => response.write('x'), 50)
        response.on('close', () => clearInterval(drip))
      }
      expect(await http({ ...OWN, url: shelf.url })).to.deep.equal({ ok: false, error: 'unreachable' })
      shelf.instead = () => {}
      expect(await http({ ...OWN, url: shelf.url })).to.deep.equal({ ok: false, error: 'unreachable' })
      shelf.instead = (_, response) => response.end('x'.repeat(101))
      expect(await http({ ...OWN, url: shelf.url })).to.deep.equal({ ok: false, error: 'too-large' })
      await shelf.close()
    })
})
