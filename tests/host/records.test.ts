import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { base32Encode } from '../../src/core/bytes.ts'
import { GROUP_ZERO, NETWORK_ZERO } from '../../src/core/limits.ts'
import { createLocator } from '../../src/core/records/locator.ts'
import { MAX_RECORD_BYTES, signRecord } from '../../src/core/records/record.ts'
import type { PrivateRecord, PublicRecord, SignedRecord } from '../../src/core/records/record-types.ts'
import { PATHS, publicStorageKey } from '../../src/core/records/storage-key.ts'
import type { RequestOutcome } from '../../src/core/swarm/host-protocol.ts'
import { testCrypto, testSigner } from '../support/ed25519.ts'
import { startHost, type TestHost } from './support/host.ts'
import { type Answer, ask, codeOf } from './support/http.ts'
import { createDevice, type TestDevice } from './support/people.ts'
import { type Serving, serve } from './support/serving.ts'

const SOON = Date.now() + 86_400_000

let host: TestHost
let ann: TestDevice
let device: Serving

const publicRecord = (change: Partial<PublicRecord> = {}): Promise<SignedRecord> =>
  signRecord(
    {
      version: 1,
      kind: 'public',
      key: publicStorageKey(ann.person, PATHS.profile),
      person: ann.person,
      path: PATHS.profile,
      network: NETWORK_ZERO,
      group: GROUP_ZERO,
      epoch: 0,
      seq: 1,
      value: { name: 'Ann' },
      expires: SOON,
      signer: ann.device,
      keyEvent: ann.person,
      ...change,
    },
    ann.signer,
  )

const privateRecord = async (change: Partial<PrivateRecord> = {}): Promise<SignedRecord> => {
  const signer = await testSigner(50)
  const { publicKey } = signer
  const fields = {
    version: 1,
    kind: 'private',
    network: NETWORK_ZERO,
    group: GROUP_ZERO,
    epoch: 0,
    seq: 1,
    expires: SOON,
  } as const
  return signRecord({ ...fields, key: publicKey, signer: publicKey, value: new Uint8Array(9), ...change }, signer)
}

const urlOf = (key: Uint8Array): string => `${device.url}/k/${base32Encode(key)}`
const put = (key: Uint8Array, body: Uint8Array): Promise<Answer> => ask(urlOf(key), { method: 'PUT', body })

before(async () => {
  host = await startHost({ behindProxy: true })
  ann = await createDevice(1)
})
after(() => host.close())
beforeEach(async () => {
  // A newer connection of the same device takes the place of the last one.
  device = await serve(host, ann)
})

describe('a record into a device', () => {
  it('[H46] with a valid signature is handed to the device, of every kind', async () => {
    const locator = await createLocator(
      { entropy: new Uint8Array(16).fill(1), person: ann.person, network: NETWORK_ZERO, group: GROUP_ZERO },
      testCrypto,
    )
    for (const signed of [await publicRecord(), await privateRecord(), locator]) {
      const answer = await put(signed.record.key, signed.bytes)
      assert.equal(answer.status, 200)
      assert.equal(codeOf(answer), 'stored')
      const asked = device.asked.at(-1)
      assert.ok(asked?.type === 'write-record')
      assert.deepEqual(asked.record, signed.bytes)
      assert.deepEqual(asked.key, signed.record.key)
    }
  })

  it('[H46] is refused by the host, and never reaches the device, without one or under another key', async () => {
    const good = await publicRecord()
    const changed = good.bytes.slice()
    changed[changed.length - 1]! ^= 1
    const foreign = await privateRecord({ key: new Uint8Array(32).fill(4) })
    const { key } = good.record
    const misplaced = await publicRecord({ key: new Uint8Array(32).fill(5) })
    const wrong: readonly (readonly [string, number, Uint8Array, Uint8Array])[] = [
      ['malformed-record', 400, key, new Uint8Array(0)],
      ['malformed-record', 400, key, new Uint8Array([0xa1, 0x61])],
      ['unknown-version', 400, key, (await publicRecord({ version: 2 as 1 })).bytes],
      ['wrong-key', 422, new Uint8Array(32).fill(8), good.bytes],
      ['wrong-network', 422, key, (await publicRecord({ network: new Uint8Array(32).fill(1) })).bytes],
      ['expired-record', 422, key, (await publicRecord({ expires: 1000 })).bytes],
      ['forged', 403, key, changed],
      ['forged', 403, foreign.record.key, foreign.bytes],
      ['forged', 403, misplaced.record.key, misplaced.bytes],
    ]
    for (const [code, status, at, bytes] of wrong) {
      const answer = await put(at, bytes)
      assert.equal(codeOf(answer), code)
      assert.equal(answer.status, status, code)
    }
    assert.deepEqual(device.asked, [])
  })

  it('[H46] over the limit is refused before it is read, however it is sent', async () => {
    const key = new Uint8Array(32).fill(4)
    for (const size of [MAX_RECORD_BYTES + 1, 10_000_000]) {
      const announced = await put(key, new Uint8Array(size))
      assert.equal(announced.status, 413)
      assert.equal(codeOf(announced), 'too-large')
    }
    const headers = { 'Transfer-Encoding': 'chunked' }
    const chunked = await ask(urlOf(key), { method: 'PUT', headers, body: new Uint8Array(MAX_RECORD_BYTES + 1) })
    assert.equal(chunked.status, 413)
    assert.equal((await put(key, new Uint8Array(MAX_RECORD_BYTES))).status, 400)
  })

  it('[H47] is kept or not as the device decides, and the caller is told why', async () => {
    const { record, bytes } = await publicRecord()
    const outcomes: Readonly<Partial<Record<RequestOutcome, number>>> = {
      outdated: 409,
      'not-wanted': 403,
      'not-a-device': 403,
      'unknown-key-event': 409,
      full: 507,
    }
    for (const [outcome, status] of Object.entries(outcomes)) {
      device.onRequest = ({ request }) => device.tell(request, outcome as RequestOutcome)
      const answer = await put(record.key, bytes)
      assert.equal(codeOf(answer), outcome)
      assert.equal(answer.status, status)
    }
    device.onRequest = ({ request }) => device.tell(request, 'failed')
    const failed = await put(record.key, bytes)
    assert.equal(failed.status, 502)
    assert.equal(codeOf(failed), 'device-failed')
  })

  it('[H43] may come from pages of any origin', async () => {
    const preflight = await ask(urlOf(ann.device), { method: 'OPTIONS' })
    assert.equal(preflight.headers['access-control-allow-methods'], 'GET, HEAD, PUT, OPTIONS')
    assert.match(String(preflight.headers['access-control-allow-headers']), /Content-Type/)
  })
})

describe('a record out of a device', () => {
  const get = (key: Uint8Array, headers = {}) => ask(urlOf(key), { headers })
  const answering = (bytes: Uint8Array): void => {
    device.onRequest = ({ request }) => device.send(request, bytes)
  }

  it('[H45] comes as it is, inert, and is asked for again each time', async () => {
    for (const { record, bytes } of [await publicRecord(), await privateRecord()]) {
      answering(bytes)
      const { status, headers, body } = await get(record.key)
      assert.equal(status, 200)
      assert.deepEqual(new Uint8Array(body), bytes)
      assert.equal(headers['content-type'], 'application/octet-stream')
      assert.equal(headers['content-disposition'], 'attachment')
      assert.equal(headers['cache-control'], 'no-cache')
      assert.equal((await get(record.key, { 'If-None-Match': headers.etag })).status, 304)
    }
  })

  it('[H45] that is none, forged or another than asked for is 502, one that has run out 404', async () => {
    const good = await publicRecord()
    const forged = good.bytes.slice()
    forged[forged.length - 1]! ^= 1
    const other = await privateRecord()
    for (const bytes of [new Uint8Array([1, 2]), forged, other.bytes]) {
      answering(bytes)
      const answer = await get(good.record.key)
      assert.equal(answer.status, 502)
      assert.equal(codeOf(answer), 'wrong-bytes')
    }
    answering((await publicRecord({ expires: 1000 })).bytes)
    const expired = await get(good.record.key)
    assert.equal(expired.status, 404)
    assert.equal(codeOf(expired), 'expired')
    device.onRequest = ({ request }) => device.tell(request, 'absent')
    assert.equal(codeOf(await get(good.record.key)), 'not-here')
  })
})
