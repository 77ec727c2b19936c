/** Real nodes behind a real host, asked as curl would. */
import { expect } from 'chai'
import { cidToBytes, cidToString } from '../../../src/core/blocks/cid.ts'
import { publicFile } from '../../../src/core/blocks/file.ts'
import { base32Encode } from '../../../src/core/bytes.ts'
import { decodeRecord } from '../../../src/core/records/record.ts'
import { PATHS, publicStorageKey } from '../../../src/core/records/storage-key.ts'
import { type Answer, ask, codeOf } from '../../host/support/http.ts'
import { after, before, describe, it } from '../../support/runner.ts'
import type { TestNode } from '../../support/test-node.ts'
import { until } from '../../support/wait.ts'
import { follow, startHost, startPeer, type TestHost } from '../replication/peers.ts'

const bytes = new Uint8Array(300_000).map((_, i) => (i * 31 + (i >> 8)) & 255)
const picture = { bytes, mediaType: 'image/png', width: 10, height: 10, alt: '' } as const
const { chunks, manifest } = publicFile(bytes, {
  mediaType: 'image/png',
  width: 10,
  height: 10,
  redundancy: { type: 'copies', copies: 3 },
})

/** Asks until the answer fits: announcements and records come a moment after what they tell of. */
const askUntil = (url: string, fits: (answer: Answer) => boolean): Promise<Answer> =>
  until(async () => {
    const answer = await ask(url)
    return fits(answer) && answer
  }, `another answer of ${url}`)

const urlsAt = async (url: string): Promise<string[]> =>
  JSON.parse(String((await askUntil(url, ({ body }) => String(body) !== '[]')).body))

const deviceUrl = (host: TestHost, node: TestNode): string =>
  `${host.origin}/at/${base32Encode(node.services.account.self()!.device.signer.publicKey)}`

describe('a node behind the doors of a host', () => {
  let host: TestHost
  before(async () => {
    host = await startHost()
  })
  after(() => host.close())

  it('[H42] is found by the CID of a block that it has published, and hands it out', async () => {
    const ann = await startPeer('Ann', [host.origin])
    await ann.get('publish-post', { text: 'look', pictures: [picture] })
    for (const block of [manifest, ...chunks]) {
      const [url] = await urlsAt(`${host.origin}/k/${cidToString(block.cid)}`)
      const { status, body } = await ask(url!)
      expect(status).to.equal(200)
      expect(new Uint8Array(body)).to.deep.equal(block.bytes)
    }
    const url = `${deviceUrl(host, ann)}/b/${cidToString(chunks[0]!.cid)}`
    // What the disk has spoilt is not sent.
    await ann.platform.store.write(['blocks'], 'relaxed', (tx) =>
      tx.put('blocks', [cidToBytes(chunks[0]!.cid)], new Uint8Array(chunks[0]!.bytes.length)),
    )
    const spoilt = await ask(url)
    expect(spoilt.status).to.equal(502)
    expect(codeOf(spoilt)).to.equal('device-failed')
    await ann.stop()
    const gone = await askUntil(url, ({ status }) => status === 404)
    expect(codeOf(gone)).to.equal('not-connected')
  })

  it('[H46] takes records of whom it follows from anybody, and of nobody else', async () => {
    const ann = await startPeer('Ann', [host.origin])
    const bob = await startPeer('Bob', [host.origin])
    await ann.get('publish-post', { text: 'hello', pictures: [] })
    const key = publicStorageKey(ann.person, PATHS.heads)
    const [url] = await urlsAt(`${host.origin}/k/${base32Encode(key)}`)
    const { body } = await askUntil(url!, ({ status }) => status === 200)
    const record = decodeRecord(new Uint8Array(body))
    expect(record.ok && record.value.record.kind === 'public' && record.value.record.person).to.equal(ann.person)
    const there = `${deviceUrl(host, bob)}/k/${base32Encode(key)}`
    expect(codeOf(await ask(there, { method: 'PUT', body }))).to.equal('not-wanted')
    await follow(bob, ann)
    const feed = bob.live('person-feed', { person: ann.person, limit: 5 })
    await feed.until(({ posts }) => posts.length === 1)
    feed.end()
    expect((await ask(there)).status).to.equal(404)
    expect(codeOf(await ask(there, { method: 'PUT', body }))).to.equal('stored')
    expect(new Uint8Array((await ask(there)).body)).to.deep.equal(new Uint8Array(body))
    expect(codeOf(await ask(there, { method: 'PUT', body }))).to.equal('outdated')
    await Promise.all([ann.stop(), bob.stop()])
  })
})
