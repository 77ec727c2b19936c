import assert from 'node:assert/strict'
import { rm, truncate, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { MAX_PATH_LENGTH } from '../../src/host/http/routes.ts'
import { MAX_HEADER_BYTES, MAX_STATIC_FILE_BYTES } from '../../src/host/limits.ts'
import { APP_SCRIPT, startHost, type TestHost } from './support/host.ts'

let host: TestHost

before(async () => {
  host = await startHost({ publicUrl: 'https://kith.example.org', ice: ['stun:stun.example.org:3478'] })
})
after(() => host.close())

interface Answer {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly body: Buffer
}

/** A request as it is, without what `fetch` would add, decode or follow. */
const get = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: host.port, path, headers, method }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(parts) }),
      )
    })
    sent.on('error', reject)
    sent.end()
  })

describe('app', () => {
  it('[H18] every page route gets the app, without a redirect', async () => {
    for (const path of [
      '/',
      '/index.html',
      '/people',
      '/notes',
      '/you',
      '/storage',
      '/@bafyreiabc?h=https%3A%2F%2Fa',
      '/@a.b',
    ]) {
      const { status, headers, body } = await get(path)
      assert.equal(status, 200, path)
      assert.match(String(body), /<title>Kith/)
      assert.equal(headers['content-type'], 'text/html; charset=utf-8')
      assert.equal(headers['cache-control'], 'no-cache')
    }
  })

  it('[H18] files with a hash in their name are kept for ever, others are asked for again', async () => {
    const asset = await get('/assets/app-ABC123.js')
    assert.equal(asset.headers['cache-control'], 'public, max-age=31536000, immutable')
    assert.equal(asset.headers['content-type'], 'text/javascript; charset=utf-8')
    const worker = await get('/sw.js')
    assert.equal(worker.headers['cache-control'], 'no-cache')
    assert.equal(worker.headers['service-worker-allowed'], '/')
    const manifest = await get('/manifest.webmanifest')
    assert.equal(manifest.headers['content-type'], 'application/manifest+json; charset=utf-8')
  })

  it('[H18] what the browser has already is answered 304', async () => {
    const first = await get('/')
    const again = await get('/', { 'If-None-Match': String(first.headers.etag) })
    assert.equal(again.status, 304)
    assert.equal(again.body.length, 0)
    assert.equal((await get('/', { 'If-None-Match': '"other"' })).status, 200)
  })

  it('[H18] text is packed as the browser likes', async () => {
    const path = '/assets/app-ABC123.js'
    const brotli = await get(path, { 'Accept-Encoding': 'gzip, deflate, br' })
    assert.equal(brotli.headers['content-encoding'], 'br')
    assert.equal(String(brotliDecompressSync(brotli.body)), APP_SCRIPT)
    const gzip = await get(path, { 'Accept-Encoding': 'gzip, br;q=0' })
    assert.equal(gzip.headers['content-encoding'], 'gzip')
    assert.equal(String(gunzipSync(gzip.body)), APP_SCRIPT)
    const plain = await get(path)
    assert.equal(plain.headers['content-encoding'], undefined)
    assert.equal(String(plain.body), APP_SCRIPT)
    assert.equal(new Set([brotli, gzip, plain].map(({ headers }) => headers.etag)).size, 3)
  })

  it('[H18] a file that a build has replaced is served anew', async () => {
    const path = join(host.staticDir, 'robots.txt')
    await writeFile(path, 'one')
    assert.equal(String((await get('/robots.txt')).body), 'one')
    await writeFile(path, 'three')
    assert.equal(String((await get('/robots.txt')).body), 'three')
  })

  it('[H18] what is not there is not the app', async () => {
    for (const path of ['/assets/gone-1.js', '/favicon.ico', '/at', '/k', '/b/abc'])
      assert.equal((await get(path)).status, 404, path)
  })

  it('[H18] no path leads out of the folder', async () => {
    for (const path of [
      '/../package.json',
      '/..%2f..%2fetc/passwd',
      '/%2e%2e/x.js',
      '/.secret',
      '/assets/%00.js',
      '/a\\..\\b.js',
    ])
      assert.doesNotMatch(String((await get(path)).body), /not served|root:|"name"/, path)
    assert.equal((await get('/.secret')).status, 404)
    assert.equal((await get('/%zz')).status, 400)
  })

  it('[H13] a path and headers over their limits are refused, and a file over its limit is not there', async () => {
    const path = (length: number) => `/${'x'.repeat(length - 1)}`
    assert.equal((await get(path(MAX_PATH_LENGTH))).status, 200)
    assert.equal((await get(path(MAX_PATH_LENGTH + 1))).status, 400)
    assert.equal((await get('/', { 'X-Long': 'x'.repeat(MAX_HEADER_BYTES) })).status, 431)
    const file = join(host.staticDir, 'large.bin')
    await writeFile(file, '')
    await truncate(file, MAX_STATIC_FILE_BYTES)
    assert.equal((await get('/large.bin', {}, 'HEAD')).status, 200)
    await truncate(file, MAX_STATIC_FILE_BYTES + 1)
    assert.equal((await get('/large.bin', {}, 'HEAD')).status, 404)
    await rm(file)
  })

  it('[H18] only GET and HEAD', async () => {
    const head = await get('/', {}, 'HEAD')
    assert.equal(head.body.length, 0)
    assert.ok(Number(head.headers['content-length']) > 0)
    const post = await get('/', {}, 'POST')
    assert.equal(post.status, 405)
    assert.equal(post.headers.allow, 'GET, HEAD')
  })
})

describe('headers', () => {
  it('[H19] the policy names the folder of scripts under the name that was asked for, and the public one', async () => {
    const proxied = await get('/', { Host: 'localhost:8123' })
    assert.match(
      String(proxied.headers['content-security-policy']),
      /script-src localhost:8123\/assets\/ kith\.example\.org\/assets\/ 'wasm-unsafe-eval';/,
    )
    const { headers } = await get('/', { Host: 'kith.example.org' })
    const policy = String(headers['content-security-policy']).split('; ')
    assert.ok(policy.includes("default-src 'none'"))
    assert.ok(policy.includes("script-src kith.example.org/assets/ 'wasm-unsafe-eval'"))
    assert.ok(policy.includes('worker-src kith.example.org/assets/ kith.example.org/sw.js'))
    assert.ok(policy.includes("require-trusted-types-for 'script'"))
    assert.ok(policy.includes('trusted-types kith lit-html'))
    assert.ok(policy.includes("frame-ancestors 'none'"))
    assert.doesNotMatch(String(headers['content-security-policy']), /unsafe-inline|'unsafe-eval'/)
  })

  it('[H19] a Host header cannot write into the policy', async () => {
    const { headers } = await get('/', { Host: "evil.example; script-src 'unsafe-inline'" })
    assert.match(
      String(headers['content-security-policy']),
      /script-src kith\.example\.org\/assets\/ 'wasm-unsafe-eval';/,
    )
  })

  it('[H19] no name that is asked for makes the whole origin a source of scripts', async () => {
    for (const name of ['[::1]:8123', '[2001:db8::1]', "'self'", '*', 'localhost:8123', '']) {
      const { headers } = await get('/assets/app-ABC123.js', { Host: name })
      const policy = String(headers['content-security-policy'])
      for (const directive of ['script-src', 'worker-src'])
        assert.doesNotMatch(policy.split(`${directive} `)[1]!.split(';')[0]!, /'self'|\*|\[/, name)
    }
  })

  it('[H27] a page asked for under an IPv6 address is opened under a name, with its path', async () => {
    const local = await get('/@abc?h=x', { Host: '[::1]:8123' })
    assert.equal(local.status, 307)
    assert.equal(local.headers.location, 'http://localhost:8123/@abc?h=x')
    assert.equal(local.headers['cache-control'], 'no-store')
    for (const path of ['/', '/index.html', '//evil.example/x', '/people']) {
      const { status, headers } = await get(path, { Host: '[2001:db8::1]:8484' })
      assert.equal(status, 307)
      assert.equal(headers.location, `https://kith.example.org${path}`)
    }
    assert.equal((await get('/assets/app-ABC123.js', { Host: '[::1]:8123' })).status, 200)
    assert.equal((await get('/host.json', { Host: '[::1]:8123' })).status, 200)
  })

  it('[H27] where no name means the same, the page is refused in words', async () => {
    const nameless = await startHost()
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      const options = { host: '127.0.0.1', port: nameless.port, path: '/', headers: { Host: '[fe80::1]:8484' } }
      request(options, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end()
    })
    assert.equal(answer, 421)
    await nameless.close()
  })

  it('[H19] every answer carries the same protections', async () => {
    for (const path of ['/', '/assets/app-ABC123.js', '/sw.js', '/gone.js', '/healthz', '/host.json']) {
      const { headers } = await get(path)
      assert.equal(headers['x-content-type-options'], 'nosniff')
      assert.equal(headers['referrer-policy'], 'no-referrer')
      assert.equal(headers['cross-origin-opener-policy'], 'same-origin')
      assert.match(String(headers['permissions-policy']), /camera=\(self\)/)
      assert.ok(headers['content-security-policy'], path)
    }
  })
})

describe('facts', () => {
  it('[H20] a page learns version, public address and ICE servers', async () => {
    const { headers, body } = await get('/host.json')
    assert.deepEqual(JSON.parse(String(body)), {
      version: '1.2.3',
      publicUrl: 'https://kith.example.org',
      ice: ['stun:stun.example.org:3478'],
    })
    assert.equal(headers['access-control-allow-origin'], '*')
  })

  it('[H20] health is told', async () => {
    const { status, body } = await get('/healthz')
    assert.equal(status, 200)
    const health = JSON.parse(String(body))
    assert.equal(health.status, 'ok')
    assert.equal(health.connections, 0)
  })

  it('[H20] the socket address answers plain requests with 426', async () => {
    assert.equal((await get('/kith')).status, 426)
  })
})
