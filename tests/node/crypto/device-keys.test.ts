/** The keys of a device, symmetric encryption and the probe. */
import { expect } from 'chai'
import { utf8Encode } from '../../../src/core/bytes.ts'
import { probeCrypto } from '../../../src/node-worker/crypto/probe.ts'
import { createWebCrypto } from '../../../src/node-worker/crypto/web-crypto.ts'
import { describe, it } from '../../support/runner.ts'

const crypto = createWebCrypto()

/** Whether a promise rejects. */
const rejects = (promise: Promise<unknown>): Promise<boolean> =>
  promise.then(
    () => false,
    () => true,
  )

describe('device keys', () => {
  it('[K4] no private key can be exported, in any format', async () => {
    const { signing, agreement, wrap } = await crypto.generateDeviceKeyPairs()
    const { subtle } = globalThis.crypto
    for (const key of [signing.privateKey, agreement.privateKey]) {
      expect(key.extractable).to.equal(false)
      expect(await rejects(subtle.exportKey('pkcs8', key))).to.equal(true)
      expect(await rejects(subtle.exportKey('jwk', key))).to.equal(true)
    }
    expect(await rejects(subtle.exportKey('raw', wrap))).to.equal(true)
  })

  it('sign and agree', async () => {
    const [a, b] = await Promise.all([crypto.generateDeviceKeyPairs(), crypto.generateDeviceKeyPairs()])
    const signer = await crypto.signerFromKeyPair(a.signing)
    const message = utf8Encode('hello')
    expect(await crypto.verify(signer.publicKey, message, await signer.sign(message))).to.equal(true)
    const [mine, theirs] = await Promise.all([a, b].map(({ agreement }) => crypto.agreementFromKeyPair(agreement)))
    expect(await mine!.sharedSecret(theirs!.publicKey)).to.deep.equal(await theirs!.sharedSecret(mine!.publicKey))
  })

  it('[K4] the wrapped agreement key comes back as the same key, and under no other wrapping key', async () => {
    const keys = await crypto.generateDeviceKeyPairs()
    const other = await crypto.ephemeral()
    const again = await crypto.agreementFromKeyPair(await crypto.unwrapAgreement(keys.wrap, keys.wrappedAgreement))
    const kept = await crypto.agreementFromKeyPair(keys.agreement)
    expect(again.publicKey).to.deep.equal(kept.publicKey)
    expect(await again.sharedSecret(other.publicKey)).to.deep.equal(await kept.sharedSecret(other.publicKey))
    const { wrap } = await crypto.generateDeviceKeyPairs()
    expect(await rejects(crypto.unwrapAgreement(wrap, keys.wrappedAgreement))).to.equal(true)
  })

  it('the wrap key seals secrets at rest', async () => {
    const { wrap } = await crypto.generateDeviceKeyPairs()
    const aead = crypto.aeadFromKey(wrap)
    const nonce = crypto.bytes(12)
    const sealed = await aead.seal(nonce, utf8Encode('twelve words'))
    expect(await aead.open(nonce, sealed)).to.deep.equal(utf8Encode('twelve words'))
  })
})

describe('AES-256-GCM', () => {
  const nonce = new Uint8Array(12)
  const plaintext = utf8Encode('in private')

  it('opens what it sealed, with the same nonce and additional data only', async () => {
    const aead = await crypto.aead(new Uint8Array(32).fill(1))
    const sealed = await aead.seal(nonce, plaintext, utf8Encode('context'))
    expect(await aead.open(nonce, sealed, utf8Encode('context'))).to.deep.equal(plaintext)
    expect(await aead.open(nonce, sealed)).to.equal(undefined)
    expect(await aead.open(new Uint8Array(12).fill(1), sealed, utf8Encode('context'))).to.equal(undefined)
    expect(await aead.open(nonce, sealed.slice(0, 5), utf8Encode('context'))).to.equal(undefined)
  })

  it('a key that is not 32 bytes is a bug of the caller', async () => {
    expect(await rejects(crypto.aead(new Uint8Array(16)))).to.equal(true)
    expect(await rejects(crypto.signerFromSeed(new Uint8Array(31)))).to.equal(true)
  })
})

describe('probeCrypto', () => {
  it('finds nothing missing where Kith runs', async () => {
    expect(await probeCrypto()).to.deep.equal([])
  })

  it('a page without a secure context has no WebCrypto at all', async () => {
    expect(await probeCrypto({})).to.deep.equal(['secure-context'])
  })

  it('names exactly what an older engine lacks', async () => {
    const real = globalThis.crypto.subtle
    const old = {
      generateKey: (algorithm: unknown, ...rest: unknown[]) =>
        algorithm === 'Ed25519' || algorithm === 'X25519'
          ? Promise.reject(new Error('NotSupportedError'))
          : (real.generateKey as (...all: unknown[]) => Promise<unknown>).call(real, algorithm, ...rest),
      importKey: real.importKey.bind(real),
    } as unknown as SubtleCrypto
    expect(await probeCrypto({ subtle: old })).to.deep.equal(['ed25519', 'x25519'])
  })
})
