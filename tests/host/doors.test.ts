import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { cidToBytes, cidToString, dagCborCid, rawCid } from '../../src/core/blocks/cid.ts'
import { base32Encode } from '../../src/core/bytes.ts'
import { MAX_BLOCK_BYTES } from '../../src/core/limits.ts'
import { blockStorageKey } from '../../src/core/records/storage-key.ts'
import { enter } from './support/client.ts'
import { startHost, type TestHost } from './support/host.ts'
import { ask, codeOf } from './support/http.ts'
import { createDevice, type TestDevice } from './support/people.ts'
import { blockOf, held, type Serving, serve } from './support/serving.ts'

const PUBLIC = 'https://kith.example.org'
const large = blockOf(MAX_BLOCK_BYTES)
const small = blockOf(1000, 3)
const empty = blockOf(0)

let host: TestHost
let ann: TestDevice
let device: Serving

const urlOf = (block: typeof large): string => `${device.url}/b/${cidToString(block.cid)}`

before(async () => {
  host = await startHost({ publicUrl: PUBLIC, behindProxy: true })
  ann = await createDevice(1)
  device = await serve(host, ann, [large, small, empty].map(held))
})
after(async () => {
  await device.client.close()
  await host.close()
})

const listed = async (name: string): Promise<string[]> => {
  const { status, body } = await ask(`${host.origin}/k/${name}`)
  assert.equal(status, 200)
  return JSON.parse(String(body))
}

describe('holders of a key over HTTP', () => {
  it('[H41] are listed as URLs under the public address, and forgotten with their connection', async () => {
    const key = new Uint8Array(32).fill(9)
    const name = base32Encode(key)
    assert.deepEqual(await listed(name), [])
    const bob = await createDevice(2)
    const client = await enter(host.origin, bob)
    client.tell({ type: 'announce', keys: [key] })
    client.tell({ type: 'ping', n: 1 })
    await client.next('pong')
    assert.deepEqual(await listed(name), [`${PUBLIC}/at/${base32Encode(bob.device)}/k/${name}`])
    await client.close()
    assert.deepEqual(await listed(name), [])
  })

  it('[H40] of a block are listed under its CID, and found by whoever knows it', async () => {
    const cid = rawCid(new Uint8Array([1, 2, 3]))
    device.client.tell({ type: 'announce', keys: [blockStorageKey(cidToBytes(cid))] })
    device.client.tell({ type: 'ping', n: 2 })
    await device.client.next('pong')
    assert.deepEqual(await listed(cidToString(cid)), [`${PUBLIC}/at/${base32Encode(ann.device)}/b/${cidToString(cid)}`])
    assert.deepEqual(await listed(cidToString(dagCborCid(new Uint8Array([1, 2, 3])))), [])
    // The digest in the CID is no key: a block cannot be made that is found as somebody's record.
    assert.deepEqual(await listed(base32Encode(cid.multihash.digest)), [])
  })

  it('[FS8] the device’s own bases follow, but none that lead to the caller’s machine, until it takes them back', async () => {
    const cid = rawCid(new Uint8Array([4, 5, 6]))
    const name = cidToString(cid)
    const eve = await createDevice(4)
    const client = await enter(host.origin, eve)
    const through = `${PUBLIC}/at/${base32Encode(eve.device)}/b/${name}`
    const tell = async (bases: readonly string[]): Promise<void> => {
      client.tell({ type: 'bases', bases })
      client.tell({ type: 'ping', n: 1 })
      await client.next('pong')
    }
    client.tell({ type: 'announce', keys: [blockStorageKey(cidToBytes(cid))] })
    await tell(['https://s3.example.org/mine/', 'http://127.0.0.1:9000/mine/'])
    assert.deepEqual(await listed(name), [through, `https://s3.example.org/mine/${name}`])
    await tell([])
    assert.deepEqual(await listed(name), [through])
    await tell(['https://s3.example.org/mine/'])
    await client.close()
    assert.deepEqual(await listed(name), [])
  })

  it('[H41] a device is found under its own id, other networks are not shown', async () => {
    const other = await createDevice(3)
    const elsewhere = await enter(host.origin, other, new Uint8Array(32).fill(1))
    assert.equal((await listed(base32Encode(ann.device))).length, 1)
    assert.deepEqual(await listed(base32Encode(other.device)), [])
    const { status } = await ask(`${host.origin}/at/${base32Encode(other.device)}/b/${cidToString(small.cid)}`)
    assert.equal(status, 404)
    await elsewhere.close()
  })

  it('[H41] what is no key, CID or device is 400, whatever stands there', async () => {
    const cid = cidToString(small.cid)
    const id = base32Encode(ann.device)
    const paths = ['/k/', '/k/abc', `/k/${cid}x`, `/k/${id.toUpperCase()}`, `/k/${id}/x`, '/at/', `/at/${id}`]
    paths.push(
      `/at/${id}/b/${id}`,
      `/at/${id}/k/${cid}`,
      `/at/${id}/c/${cid}`,
      `/at/abc/b/${cid}`,
      `/at/${id}/b/${cid}/`,
    )
    paths.push(`/k/${id.slice(0, -1)}b`, '/k/%00', `/at/${id}/b/..%2f..%2fhealthz`)
    for (const path of paths) {
      const answer = await ask(`${host.origin}${path}`)
      assert.equal(answer.status, 400, path)
      assert.equal(codeOf(answer), 'malformed-path', path)
    }
  })
})

describe('a block out of a device', () => {
  it('[H42] comes whole, from nothing to the largest', async () => {
    for (const block of [large, small, empty]) {
      const { status, headers, body } = await ask(urlOf(block))
      assert.equal(status, 200)
      assert.equal(headers['content-length'], String(block.bytes.length))
      assert.deepEqual(new Uint8Array(body), block.bytes)
    }
  })

  it('[H43] HEAD says what GET would, without the bytes', async () => {
    const [head, get] = [await ask(urlOf(large), { method: 'HEAD' }), await ask(urlOf(large))]
    assert.equal(head.body.length, 0)
    const { date: _, ...shown } = head.headers
    const { date: __, ...whole } = get.headers
    assert.deepEqual(shown, whole)
    assert.equal(head.headers['content-length'], String(MAX_BLOCK_BYTES))
  })

  it('[H43] is named by its CID, kept for ever, and not sent twice to who has it', async () => {
    const tag = `"${cidToString(large.cid)}"`
    const first = await ask(urlOf(large))
    assert.equal(first.headers.etag, tag)
    assert.equal(first.headers['cache-control'], 'public, max-age=31536000, immutable')
    const before = device.asked.length
    for (const names of [tag, `W/${tag}`, `"x", ${tag}`]) {
      const again = await ask(urlOf(large), { headers: { 'If-None-Match': names } })
      assert.equal(again.status, 304)
      assert.equal(again.body.length, 0)
      assert.equal(again.headers.etag, tag)
    }
    assert.equal(device.asked.length, before, 'the device was asked again')
    assert.equal((await ask(urlOf(large), { headers: { 'If-None-Match': '"other"' } })).status, 200)
  })

  it('[H43] one range of it comes, and what is no single range is 416', async () => {
    const cut = async (range: string, more = {}) => ask(urlOf(small), { headers: { Range: range, ...more } })
    const parts: readonly (readonly [string, number, number])[] = [
      ['bytes=0-0', 0, 1],
      ['bytes=10-19', 10, 20],
      ['bytes=990-', 990, 1000],
      ['bytes=990-5000', 990, 1000],
      ['bytes=-5', 995, 1000],
      ['bytes=-5000', 0, 1000],
      ['Bytes = 3 - 4', 3, 5],
    ]
    for (const [range, start, end] of parts) {
      const { status, headers, body } = await cut(range)
      assert.equal(status, 206, range)
      assert.equal(headers['content-range'], `bytes ${start}-${end - 1}/1000`)
      assert.deepEqual(new Uint8Array(body), small.bytes.subarray(start, end))
    }
    for (const range of ['bytes=1000-', 'bytes=5-4', 'bytes=0-1,3-4', 'bytes=-0', 'bytes=-', 'bytes=x-y', 'bytes=']) {
      const answer = await cut(range)
      assert.equal(answer.status, 416, range)
      assert.equal(answer.headers['content-range'], 'bytes */1000')
      assert.equal(codeOf(answer), 'range-not-satisfiable')
    }
    assert.equal((await ask(urlOf(empty), { headers: { Range: 'bytes=0-0' } })).status, 416)
    assert.equal((await cut('lines=1-2')).status, 200)
    assert.equal((await cut('bytes=0-0', { 'If-Range': '"other"' })).status, 200)
    assert.equal((await cut('bytes=0-0', { 'If-Range': `"${cidToString(small.cid)}"` })).status, 206)
  })

  it('[H44] is a download of no type in a sandbox, whatever it holds and whatever goes wrong', async () => {
    const paths = [`/b/${cidToString(small.cid)}`, `/b/${cidToString(rawCid(new Uint8Array([9])))}`, '/b/x']
    for (const path of paths) {
      const { headers, status } = await ask(`${device.url}${path}`)
      assert.equal(headers['content-security-policy'], "sandbox; default-src 'none'")
      assert.equal(headers['x-content-type-options'], 'nosniff')
      assert.equal(headers['cross-origin-opener-policy'], undefined)
      if (status !== 200) assert.equal(headers['content-type'], 'application/json; charset=utf-8')
      else {
        assert.equal(headers['content-type'], 'application/octet-stream')
        assert.equal(headers['content-disposition'], 'attachment')
      }
    }
  })

  it('[H43] may be read by pages of any origin', async () => {
    const { headers } = await ask(urlOf(small), { headers: { Origin: 'https://other.example' } })
    assert.equal(headers['access-control-allow-origin'], '*')
    assert.equal(headers['cross-origin-resource-policy'], 'cross-origin')
    assert.match(String(headers['access-control-expose-headers']), /Content-Range.*ETag/)
    const preflight = await ask(urlOf(small), { method: 'OPTIONS' })
    assert.equal(preflight.status, 204)
    assert.equal(preflight.headers['access-control-allow-methods'], 'GET, HEAD, OPTIONS')
    assert.match(String(preflight.headers['access-control-allow-headers']), /Range/)
    const wrong = await ask(urlOf(small), { method: 'DELETE' })
    assert.equal(wrong.status, 405)
    assert.equal(wrong.headers.allow, 'GET, HEAD, OPTIONS')
  })

  it('[H42] that is not there is 404, as is a device that is not', async () => {
    const lacking = await ask(`${device.url}/b/${cidToString(rawCid(new Uint8Array([9])))}`)
    assert.equal(lacking.status, 404)
    assert.equal(codeOf(lacking), 'not-here')
    const nobody = await ask(`${host.origin}/at/${base32Encode(new Uint8Array(32))}/b/${cidToString(small.cid)}`)
    assert.equal(nobody.status, 404)
    assert.equal(codeOf(nobody), 'not-connected')
    assert.equal(nobody.headers['cache-control'], 'no-store')
  })
})
