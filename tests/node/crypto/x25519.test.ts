/** X25519 over WebCrypto: RFC 7748's vector and the public keys that force a known secret. */
import { expect } from 'chai'
import { bytesToHex, hexToBytes } from '../../../src/core/bytes.ts'
import { createWebCrypto } from '../../../src/node-worker/crypto/web-crypto.ts'
import { describe, it } from '../../support/runner.ts'

const crypto = createWebCrypto()

/** RFC 7748 section 6.1. */
const ALICE = {
  seed: '77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a',
  publicKey: '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a',
}
const BOB = {
  seed: '5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb',
  publicKey: 'de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f',
}
const SHARED = '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742'

/** u coordinates of small order, as listed in RFC 7748's security considerations' source, cr.yp.to/ecdh.html. */
const SMALL_ORDER_U = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
] as const

describe('X25519', () => {
  for (const [own, other] of [
    [ALICE, BOB],
    [BOB, ALICE],
  ] as const) {
    it(`RFC 7748 6.1, from the side of ${own.publicKey.slice(0, 4)}`, async () => {
      const agreement = await crypto.agreementFromSeed(hexToBytes(own.seed))
      expect(bytesToHex(agreement.publicKey)).to.equal(own.publicKey)
      expect(bytesToHex(await agreement.sharedSecret(hexToBytes(other.publicKey)))).to.equal(SHARED)
    })
  }

  it('two ephemeral keys agree, and no two are the same', async () => {
    const [a, b] = await Promise.all([crypto.ephemeral(), crypto.ephemeral()])
    expect(a.publicKey).not.to.deep.equal(b.publicKey)
    expect(await a.sharedSecret(b.publicKey)).to.deep.equal(await b.sharedSecret(a.publicKey))
  })

  for (const u of SMALL_ORDER_U) {
    it(`[K3] the public key ${u.slice(0, 4)}…${u.slice(-4)}, which forces the all-zero secret, is refused`, async () => {
      const agreement = await crypto.agreementFromSeed(hexToBytes(ALICE.seed))
      const outcome = await agreement.sharedSecret(hexToBytes(u)).then(
        () => 'agreed',
        () => 'refused',
      )
      expect(outcome).to.equal('refused')
    })
  }
})
