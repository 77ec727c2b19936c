/** Records: bytes, which of two is newer, and who may sign what. */
import { expect } from 'chai'
import fc from 'fast-check'
import { CID } from 'multiformats/cid'
import { bytesToHex } from '../../../src/core/bytes.ts'
import { decodeCbor, encodeCbor } from '../../../src/core/cbor.ts'
import type { KeyState } from '../../../src/core/identity/key-state.ts'
import { MAX_SEALED_SECRET_BYTES } from '../../../src/core/identity/sealed-secret.ts'
import { GROUP_ZERO, NETWORK_ZERO } from '../../../src/core/limits.ts'
import { createLocator, locatorKey, readLocator } from '../../../src/core/records/locator.ts'
import { compareRecords, decodeRecord, MAX_RECORD_BYTES, signRecord } from '../../../src/core/records/record.ts'
import type { PrivateRecord, PublicRecord, SignedRecord } from '../../../src/core/records/record-types.ts'
import { isPath, MAX_PATH_BYTES, PATHS, publicStorageKey } from '../../../src/core/records/storage-key.ts'
import { verifyRecord, verifySignedBy } from '../../../src/core/records/verify-record.ts'
import { testCrypto, testSigner } from '../../support/ed25519.ts'
import { before, describe, it } from '../../support/runner.ts'
import { addDevice, incept, personWith, removeDevice, rotate, stateOf } from '../identity/people.ts'

const NOW = 1_700_000_000_000
const entropy = new Uint8Array(16).fill(0x7f)

describe('records', () => {
  let state: KeyState
  let publicRecord: SignedRecord<PublicRecord>
  let privateRecord: SignedRecord<PrivateRecord>

  const fields = async (change: Partial<PublicRecord> = {}): Promise<PublicRecord> => ({
    version: 1,
    kind: 'public',
    key: publicStorageKey(state.person, PATHS.heads),
    person: state.person,
    path: PATHS.heads,
    network: NETWORK_ZERO,
    group: GROUP_ZERO,
    epoch: 0,
    seq: 1,
    value: { logs: [] },
    expires: NOW + 1000,
    signer: (await testSigner(1)).publicKey,
    keyEvent: state.newest,
    ...change,
  })
  const sign = async (change: Partial<PublicRecord> = {}, byte = 1) =>
    signRecord(await fields(change), await testSigner(byte))
  const signPrivate = async (change: Partial<PrivateRecord> = {}) => {
    const { publicKey } = await testSigner(5)
    const base = { version: 1, kind: 'private', network: NETWORK_ZERO, group: GROUP_ZERO, epoch: 0, seq: 1 } as const
    const value = new Uint8Array(40)
    return signRecord(
      { ...base, key: publicKey, signer: publicKey, value, expires: NOW + 1000, ...change },
      await testSigner(5),
    )
  }
  const verdict = async (signed: SignedRecord, keyState: KeyState | undefined = state, scope = {}) => {
    const context = {
      verifier: testCrypto,
      now: NOW,
      network: NETWORK_ZERO,
      group: GROUP_ZERO,
      ...scope,
      ...(keyState && { keyState }),
    }
    const verified = await verifyRecord(signed, context)
    return verified.ok ? 'accepted' : verified.error.type
  }

  before(async () => {
    state = await stateOf(await personWith(1, 2))
    publicRecord = await sign()
    privateRecord = await signPrivate()
  })

  it('[R3] every kind decodes to what was signed', async () => {
    const locator = await createLocator(
      { entropy, person: state.person, network: NETWORK_ZERO, group: GROUP_ZERO },
      testCrypto,
    )
    for (const signed of [publicRecord, privateRecord, locator]) {
      expect(decodeRecord(signed.bytes)).to.deep.equal({ ok: true, value: signed })
    }
  })

  it('[R3] unknown versions are told apart; missing, additional and mistyped fields are refused', () => {
    const decoded = decodeCbor(publicRecord.bytes, MAX_RECORD_BYTES)
    const all = (decoded.ok ? decoded.value : {}) as Record<string, unknown>
    const refusal = (value: unknown) => {
      const record = decodeRecord(encodeCbor(value))
      return record.ok ? 'accepted' : record.error.type
    }
    expect(refusal(all)).to.equal('accepted')
    expect(refusal({ version: 9 })).to.equal('unknown-version')
    expect(refusal({ ...all, extra: 1 })).to.equal('malformed')
    expect(refusal({ ...all, kind: 'constructor' })).to.equal('malformed')
    expect(refusal({ ...all, expires: null })).to.equal('malformed')
    expect(refusal({ ...all, group: new Uint8Array(31) })).to.equal('malformed')
    for (const name of Object.keys(all)) {
      const { [name]: _, ...without } = all
      expect(refusal(without), `without ${name}`).to.equal('malformed')
      if (name !== 'value') expect(refusal({ ...all, [name]: false }), name).to.equal('malformed')
    }
  })

  it('[R3] larger than MAX_RECORD_BYTES: refused before it is decoded, and not signed in the first place', async () => {
    const decoded = decodeRecord(new Uint8Array(MAX_RECORD_BYTES + 1))
    expect(!decoded.ok && decoded.error.type === 'malformed' && decoded.error.reason).to.contain('8193 bytes')
    expect((await sign({ value: new Uint8Array(MAX_SEALED_SECRET_BYTES) })).bytes.length).to.be.below(MAX_RECORD_BYTES)
    const outcome = await sign({ value: new Uint8Array(MAX_RECORD_BYTES) }).catch((error: Error) => error.name)
    expect(outcome).to.equal('RangeError')
  })

  it('[R4] a private record is signed by the key that is its storage key', async () => {
    expect(await verdict(privateRecord)).to.equal('accepted')
    expect(await verdict(await signPrivate({ key: new Uint8Array(32).fill(1) }))).to.equal('forged')
  })

  it('[R5] a public record is signed by a device of the person', async () => {
    expect(await verdict(publicRecord)).to.equal('accepted')
    const stranger = (await testSigner(9)).publicKey
    expect(await verdict(await sign({ signer: stranger }, 9))).to.equal('not-a-device')
  })

  it('[H45] who knows no key events can tell that key and signature fit, and not whose device it is', async () => {
    const seen = async (signed: SignedRecord, network = NETWORK_ZERO) => {
      const verified = await verifySignedBy(signed, { verifier: testCrypto, now: NOW, network, group: GROUP_ZERO })
      return verified.ok ? 'accepted' : verified.error.type
    }
    const stranger = (await testSigner(9)).publicKey
    const locator = await createLocator(
      { entropy, person: state.person, network: NETWORK_ZERO, group: GROUP_ZERO },
      testCrypto,
    )
    for (const signed of [publicRecord, privateRecord, locator, await sign({ signer: stranger }, 9)])
      expect(await seen(signed)).to.equal('accepted')
    const elsewhere = await sign({ key: publicStorageKey(state.person, '/elsewhere') })
    const unsigned = { ...publicRecord, signature: new Uint8Array(64) }
    for (const signed of [elsewhere, unsigned, await signPrivate({ key: new Uint8Array(32).fill(1) })])
      expect(await seen(signed)).to.equal('forged')
    expect(await seen(await sign({ expires: NOW }))).to.equal('expired')
    expect(await seen(publicRecord, new Uint8Array(32).fill(1))).to.equal('wrong-network')
  })

  it('[R5] nor by a device of somebody else, nor under another key', async () => {
    const other = [await incept(1)]
    other.push(await addDevice(other, 3, { who: 1 }))
    const signer = (await testSigner(3)).publicKey
    expect(await verdict(await sign({ signer }, 3))).to.equal('not-a-device')
    const elsewhere = publicStorageKey(state.person, '/elsewhere')
    expect(await verdict(await sign({ key: elsewhere }))).to.equal('forged')
    expect(await verdict(publicRecord, await stateOf(other))).to.equal('unknown-key-event')
  })

  it('[R5] records of a removed device are void', async () => {
    const chain = await personWith(1, 2)
    chain.push(await removeDevice(chain, 1))
    expect(await verdict(publicRecord, await stateOf(chain))).to.equal('not-a-device')
  })

  it('[R5] records of a device that only a stolen root added are void after the rotation', async () => {
    const chain = await personWith(1)
    const stolen = await stateOf([...chain, await addDevice(chain, 2)])
    const forged = await sign({ signer: (await testSigner(2)).publicKey, keyEvent: stolen.cids[1]! }, 2)
    expect(await verdict(forged, stolen)).to.equal('accepted')
    expect(await verdict(forged, await stateOf([...chain, await rotate(chain, 1)]))).to.equal('not-a-device')
  })

  it('[R6] a record that names a key event the reader lacks makes it fetch first', async () => {
    const older = await stateOf(await personWith(1))
    const verified = await verifyRecord(publicRecord, {
      verifier: testCrypto,
      now: NOW,
      network: NETWORK_ZERO,
      group: GROUP_ZERO,
      keyState: older,
    })
    expect(verified).to.deep.equal({
      ok: false,
      error: { type: 'unknown-key-event', person: state.person, keyEvent: state.newest },
    })
  })

  it('[R6] expired, of another network or group, changed', async () => {
    const other = new Uint8Array(32).fill(1)
    expect(await verdict(await sign({ expires: NOW }))).to.equal('expired')
    expect(await verdict(publicRecord, state, { network: other })).to.equal('wrong-network')
    expect(await verdict(publicRecord, state, { group: other })).to.equal('wrong-group')
    expect(await verdict(await sign({ group: other }))).to.equal('wrong-group')
    expect(await verdict(await sign({ group: other }), state, { group: other })).to.equal('accepted')
    expect(await verdict(await signPrivate({ group: other }))).to.equal('wrong-group')
    for (const change of [{ seq: 2 }, { network: other }, { group: other }]) {
      const changed = { ...publicRecord, record: { ...publicRecord.record, ...change } }
      expect(await verdict(changed, state, change), Object.keys(change)[0]).to.equal('forged')
    }
  })

  it('[R6] the locator of another network or group is refused', async () => {
    const other = new Uint8Array(32).fill(1)
    const scope = { network: NETWORK_ZERO, group: GROUP_ZERO }
    const key = await locatorKey(entropy, testCrypto)
    for (const [name, change] of Object.entries({ network: { network: other }, group: { group: other } })) {
      const locator = await createLocator({ entropy, person: state.person, ...scope, ...change }, testCrypto)
      const read = await readLocator(locator.bytes, { key, ...scope, verifier: testCrypto })
      expect(read).to.deep.equal({ ok: false, error: { type: `wrong-${name}` } })
    }
  })

  it('[R7] the higher epoch wins, then the higher seq, then the smaller hash', async () => {
    const old = await sign({ epoch: 0, seq: 99 })
    const fresh = await sign({ epoch: 1, seq: 0 })
    expect(compareRecords(fresh, old)).to.be.above(0)
    expect(compareRecords(await sign({ seq: 2 }), publicRecord)).to.be.above(0)
    const rival = await sign({ value: 'another' })
    const smaller = bytesToHex(rival.hash) < bytesToHex(publicRecord.hash) ? rival : publicRecord
    const larger = smaller === rival ? publicRecord : rival
    expect(compareRecords(smaller, larger)).to.be.above(0)
    expect(compareRecords(larger, smaller)).to.be.below(0)
    expect(compareRecords(rival, rival)).to.equal(0)
  })

  it('[R8] the locator is found with the words alone, never expires and names only the person', async () => {
    const locator = await createLocator(
      { entropy, person: state.person, network: NETWORK_ZERO, group: GROUP_ZERO },
      testCrypto,
    )
    const key = await locatorKey(entropy, testCrypto)
    expect(locator.record.key).to.deep.equal(key)
    const context = { key, network: NETWORK_ZERO, group: GROUP_ZERO, verifier: testCrypto }
    expect(await readLocator(locator.bytes, context)).to.deep.equal({ ok: true, value: state.person })
    const again = await createLocator(
      { entropy, person: state.person, network: NETWORK_ZERO, group: GROUP_ZERO },
      testCrypto,
    )
    expect(again.bytes).to.deep.equal(locator.bytes)
  })

  it("[R8] another key's locator, another kind and a locator that says more are refused", async () => {
    const locator = await createLocator(
      { entropy, person: state.person, network: NETWORK_ZERO, group: GROUP_ZERO },
      testCrypto,
    )
    const refusal = async (bytes: Uint8Array, key: Uint8Array) => {
      const read = await readLocator(bytes, { key, network: NETWORK_ZERO, group: GROUP_ZERO, verifier: testCrypto })
      return read.ok ? 'accepted' : read.error.type
    }
    expect(await refusal(locator.bytes, new Uint8Array(32))).to.equal('forged')
    expect(await refusal(privateRecord.bytes, privateRecord.record.key)).to.equal('forged')
    const decoded = decodeCbor(locator.bytes, MAX_RECORD_BYTES)
    const all = (decoded.ok ? decoded.value : {}) as Record<string, unknown>
    const more = { ...all, value: { person: CID.parse(state.person), name: 'Ada' } }
    expect(await refusal(encodeCbor(more), locator.record.key)).to.equal('malformed')
  })

  it('[R3] no bytes whatever make the decoder throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => !decodeRecord(bytes).ok))
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (at, xor) => {
        const { bytes, hash } = publicRecord
        const decoded = decodeRecord(bytes.map((byte, i) => (i === at % bytes.length ? byte ^ xor : byte)))
        return !decoded.ok || compareRecords(decoded.value, { ...publicRecord, hash }) !== 0
      }),
    )
  })
})

describe('storage keys', () => {
  it('[R1] differ by person and by path', async () => {
    const [a, b] = [(await incept(0)).cid, (await incept(1)).cid]
    const keys = [publicStorageKey(a, '/heads'), publicStorageKey(a, '/keys'), publicStorageKey(b, '/heads')]
    expect(new Set(keys.map(bytesToHex)).size).to.equal(3)
  })

  it('[R2] paths are slash-separated names', async () => {
    const { cid } = await incept()
    for (const path of ['/heads', '/notes/2024', '/ü', `/${'x'.repeat(MAX_PATH_BYTES - 1)}`]) {
      expect(isPath(path), path).to.equal(true)
    }
    for (const path of [
      '',
      '/',
      'heads',
      '//',
      '/a/',
      '/a//b',
      '/a\n',
      '/\ud800',
      `/${'x'.repeat(MAX_PATH_BYTES)}`,
      `/${'ü'.repeat(200)}`,
    ]) {
      expect(isPath(path), path).to.equal(false)
      expect(() => publicStorageKey(cid, path)).to.throw(RangeError)
    }
  })
})
