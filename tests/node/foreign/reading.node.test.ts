/** Blocks that no session gives, read from the addresses that their persons have named. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { MAX_BLOCK_BYTES } from '../../../src/core/limits.ts'
import { BLOCK_BASES } from '../../../src/core/swarm/block-bases.ts'
import { createFetchHttp } from '../../../src/node-worker/foreign/fetch-http.ts'
import { createNodeHttp } from '../../../src/node-worker/foreign/node-http.ts'
import { OWN_WAITS } from '../../../src/node-worker/foreign/url-reader.ts'
import { LOG_FEED } from '../../../src/node-worker/log/log-service.ts'
import { describe, it } from '../../support/runner.ts'
import { replicate, type TestNode } from '../../support/test-node.ts'
import { carry, startSecondDevice } from '../transfer/second-device.ts'
import { hereAndNow, isDone, picture, shows, startPerson } from './scene.ts'

/** A plain web server that takes files. */
interface Shelf {
  readonly url: string
  readonly files: Map<string, Buffer>
  readonly asked: string[]
  /** What answers instead, while it is set. */
  instead: ((request: IncomingMessage, response: ServerResponse) => void) | undefined
  close(): Promise<void>
}

const startShelf = async (authorization = ''): Promise<Shelf> => {
  const server = createServer(async (request, response) => {
    const { method, url = '', headers } = request
    shelf.asked.push(`${method} ${url}`)
    if (shelf.instead) return shelf.instead(request, response)
    response.setHeader('access-control-allow-origin', '*')
    const isWrite = method === 'PUT' || method === 'DELETE'
    if (isWrite && (headers.authorization ?? '') !== authorization) return response.writeHead(401).end()
    if (method === 'DELETE') return response.writeHead(shelf.files.delete(url) ? 204 : 404).end()
    if (method === 'PUT') {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part as Buffer)
      shelf.files.set(url, Buffer.concat(parts))
      return response.writeHead(201).end()
    }
    const file = shelf.files.get(url)
    if (!file) return response.writeHead(404).end()
    return response.writeHead(200, { 'content-length': file.length }).end(method === 'GET' ? file : undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const shelf: Shelf = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/kith/`,
    files: new Map(),
    asked: [],
    instead: undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return shelf
}

const httpInput = (endpoint: string, secret = '') => ({
  kind: 'http' as const,
  endpoint,
  bucket: '',
  region: '',
  accessKey: '',
  prefix: '',
  publicUrl: '',
  secret,
})

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

const fileOf = async (node: TestNode): Promise<string> =>
  (await node.query('home', { limit: 1 })).posts[0]!.pictures[0]!.file

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

  it('[FS9] on Node.js a name that leads into a private network or to this machine is not followed', async () => {
    const http = createNodeHttp('https://host.example')
    const request = { method: 'GET', headers: {}, maxBytes: 100, timeout: 5_000, trust: 'strangers' } as const
    for (const url of [
      'https://10.0.0.1/x',
      'https://[fd00::1]/x',
      'https://169.254.169.254/x',
      'https://192.168.1.1/x',
    ])
      expect(await http({ ...request, url }), url).to.deep.equal({ ok: false, error: 'private-address' })
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

describe('a web server that takes files', () => {
  it('[FS3] [FS4] wants its Authorization header, and is used like a bucket', async () => {
    const shelf = await startShelf('Bearer 123')
    const node = await startPerson('filer')
    const refused = await node.ask('test-foreign-storage', httpInput(shelf.url, 'Bearer 124'))
    expect(refused).to.deep.include({ ok: false })
    expect(!refused.ok && refused.error).to.include({ reason: 'wrong-key' })
    await node.get('save-foreign-storage', { storage: httpInput(shelf.url, 'Bearer 123') })
    const { stored } = await shows(node, isDone)
    expect(shelf.files.size).to.equal(stored)
    const { entry } = await node.get('publish-post', { text: 'gone soon', pictures: [picture('x', 10)] })
    await shows(node, (view) => isDone(view) && view.stored === stored + 2)
    await node.get('delete-entry', { entry })
    await shows(node, (view) => isDone(view) && view.stored === stored)
    expect(shelf.files.size).to.equal(stored)
    await node.stop()
    await shelf.close()
  })

  it('[FS1] [FS9] another device of the person has it, and gets from it what no session gives', async () => {
    const shelf = await startShelf('Bearer 123')
    const first = await startPerson('first')
    const second = await startSecondDevice(first, await hereAndNow('second device'))
    await first.get('save-foreign-storage', { storage: httpInput(shelf.url, 'Bearer 123') })
    await first.get('publish-post', { text: 'for both', pictures: [picture('y', 5_000)] })
    await shows(first, (view) => isDone(view) && view.stored >= 4)
    await carry(first, second, first.person)
    const view = await shows(second, ({ place }) => place !== undefined)
    expect(view.place?.endpoint).to.equal(shelf.url)
    const { bytes } = await second.get('read-file', { file: await fileOf(second) })
    expect(bytes).to.deep.equal(picture('y', 5_000).bytes)
    const files = shelf.files.size
    await shows(second, isDone)
    expect(shelf.files.size).to.equal(files)
    await first.stop()
    await second.stop()
    await shelf.close()
  })
})

describe('one’s own storage that fails', () => {
  it('[FS11] is left alone for a while by whoever reads there', async () => {
    const shelf = await startShelf('Bearer 123')
    const first = await startPerson('failing')
    const second = await startSecondDevice(first, await hereAndNow('second device'))
    await first.get('save-foreign-storage', { storage: httpInput(shelf.url, 'Bearer 123') })
    await first.get('publish-post', { text: 'not to be had', pictures: [picture('z', 5_000)] })
    await shows(first, (view) => isDone(view) && view.stored >= 4)
    shelf.asked.length = 0
    shelf.instead = (_, response) => void response.writeHead(503).end()
    await carry(first, second, first.person)
    const reads = (): number => shelf.asked.filter((line) => line.startsWith('GET')).length
    await until(async () => reads() > 0)
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

const until = async (fits: () => Promise<boolean>): Promise<void> => {
  for (let tries = 0; tries < 1_000; tries++) {
    if (await fits()) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('it did not come to that')
}
