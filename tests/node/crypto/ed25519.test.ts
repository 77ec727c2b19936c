/** Ed25519 over WebCrypto: RFC 8032's own vectors, and keys and signatures on which implementations differ. */
import { expect } from 'chai'
import { bytesToHex, hexToBytes } from '../../../src/core/bytes.ts'
import {
  isAcceptablePublicKey,
  isReducedSignature,
  SMALL_ORDER_Y,
} from '../../../src/node-worker/crypto/ed25519-rules.ts'
import { isPrimeOrderKey } from '../../../src/node-worker/crypto/prime-order.ts'
import { createWebCrypto } from '../../../src/node-worker/crypto/web-crypto.ts'
import { describe, it } from '../../support/runner.ts'

const crypto = createWebCrypto()

/** RFC 8032 section 7.1: TEST 1, 2, 3 and SHA(abc); [seed, public key, message, signature]. */
const RFC_8032: readonly (readonly [string, string, string, string])[] = [
  [
    '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    '',
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  ],
  [
    '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    '72',
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  ],
  [
    'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    'af82',
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  ],
  [
    '833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42',
    'ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf',
    'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    'dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704',
  ],
]

/**
 * The cases of ed25519-speccheck ("Taming the many EdDSAs", table 5), on which verifiers in use disagree: none
 * verifies in Kith. [what is odd, message, public key, signature]
 */
const SPECCHECK: readonly (readonly [string, string, string, string])[] = [
  [
    '[K1] key and nonce of small order',
    '8c93255d71dcab10e8f379c26200f3c7bd5f09d9bc3068d3ef4edeb4853022b6',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a0000000000000000000000000000000000000000000000000000000000000000',
  ],
  [
    '[K1] key of small order',
    '9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
    'f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04',
  ],
  [
    '[K6] key of mixed order, nonce of small order',
    'aebf3f2601a0c8c5d39cc7d8911642f740b78168218da8471772b35f9d35b9ab',
    'f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa8c4bd45aecaca5b24fb97bc10ac27ac8751a7dfe1baff8b953ec9f5833ca260e',
  ],
  [
    '[K6] key of mixed order, nonce as well, the equation without cofactor holds',
    '9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79',
    'cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d',
    '9046a64750444938de19f227bb80485e92b83fdb4b6506c160484c016cc1852f87909e14428a7a1d62e9f22f3d3ad7802db02eb2e688b6c52fcd6648a98bd009',
  ],
  [
    '[K6] key of mixed order, nonce as well, only the equation with cofactor holds',
    'e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c',
    'cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d',
    '160a1cb0dc9c0258cd0a7d23e94d8fa878bcb1925f2c64246b2dee1796bed5125ec6bc982a269b723e0668e540911a9a6a58921d6925e434ab10aa7940551a09',
  ],
  [
    '[K6] key of mixed order, only the equation with cofactor holds, and not when the hash is reduced first',
    'e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c',
    'cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d',
    '21122a84e0b5fca4052f5b1235c80a537878b38f3142356b2c2384ebad4668b7e40bc836dac0f71076f9abe3a53f9c03c1ceeeddb658d0030494ace586687405',
  ],
  [
    '[K5] scalar just over the order',
    '85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40',
    '442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623',
    'e96f66be976d82e60150baecff9906684aebb1ef181f67a7189ac78ea23b6c0e547f7690a0e2ddcd04d87dbc3490dc19b3b3052f7ff0538cb68afb369ba3a514',
  ],
  [
    '[K5] scalar far over the order',
    '85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40',
    '442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623',
    '8ce5b96c8f26d0ab6c47958c9e68b937104cd36e13c33566acd2fe8d38aa19427e71f98a473474f2f13f06f97c20d58cc3f54b8bd0d272f42b695dd7e89a8c22',
  ],
  [
    '[K6] key of mixed order, nonce of small order, not reduced, hashed as it is',
    'fdaebc429f4a735932a160da1301080c13280eea8bc280d1b392c6b9e6ba3a5a',
    'f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f454d370c8d9fc323a41450f8d513eafeb5b0697390c1e505a0d4ddc71f566607',
  ],
  [
    '[K6] key of mixed order, nonce of small order, not reduced, hashed reduced',
    '84b698d39be126ff55fe45079e6c8bf64a0d7db6994560b4e96b7021eb39c1a1',
    'f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f084d5b99c2a9463d9c8bd5026916996984eeec87ddf1d3be329006ace1b37b09',
  ],
]

/** p to p + 18, which 255 bits can hold though they are not reduced; little-endian. */
const unreduced = (above: number): Uint8Array => {
  const y = new Uint8Array(32).fill(0xff)
  y[0] = 0xed + above
  y[31] = 0x7f
  return y
}

const withSign = (key: Uint8Array): Uint8Array => {
  const signed = key.slice()
  signed[31]! |= 0x80
  return signed
}

describe('Ed25519', () => {
  for (const [i, [seed, publicKey, message, signature]] of RFC_8032.entries()) {
    it(`RFC 8032 7.1 vector ${i + 1} signs and verifies`, async () => {
      const signer = await crypto.signerFromSeed(hexToBytes(seed))
      expect(bytesToHex(signer.publicKey)).to.equal(publicKey)
      expect(bytesToHex(await signer.sign(hexToBytes(message)))).to.equal(signature)
      expect(await crypto.verify(hexToBytes(publicKey), hexToBytes(message), hexToBytes(signature))).to.equal(true)
    })
  }

  it('a changed message, signature or key does not verify', async () => {
    const [, publicKey, message, signature] = RFC_8032[2]!.map((hex) => hexToBytes(hex)) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ]
    const flipped = (bytes: Uint8Array, at: number) => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte))
    expect(await crypto.verify(publicKey, flipped(message, 0), signature)).to.equal(false)
    expect(await crypto.verify(publicKey, message, flipped(signature, 5))).to.equal(false)
    expect(await crypto.verify(publicKey, message, flipped(signature, 40))).to.equal(false)
    expect(await crypto.verify(flipped(publicKey, 3), message, signature)).to.equal(false)
  })

  it('[K1] every encoding of a small-order point is refused as a public key', async () => {
    for (const y of SMALL_ORDER_Y.map((hex) => hexToBytes(hex))) {
      for (const key of [y, withSign(y)]) {
        expect(isAcceptablePublicKey(key), bytesToHex(key)).to.equal(false)
        expect(await crypto.verify(key, new Uint8Array(1), new Uint8Array(64))).to.equal(false)
      }
    }
  })

  it('[K2] every y that is not reduced is refused as a public key', () => {
    for (let above = 0; above < 19; above++) {
      expect(isAcceptablePublicKey(unreduced(above)), `p + ${above}`).to.equal(false)
      expect(isAcceptablePublicKey(withSign(unreduced(above))), `p + ${above}, signed`).to.equal(false)
    }
  })

  it('[K2] p - 2, the largest y that is neither unreduced nor of small order, is left to WebCrypto', () => {
    const key = unreduced(0)
    key[0] = 0xeb
    expect(isAcceptablePublicKey(key)).to.equal(true)
  })

  for (const [odd, message, key, signature] of SPECCHECK) {
    it(`${odd}: does not verify`, async () => {
      expect(await crypto.verify(hexToBytes(key), hexToBytes(message), hexToBytes(signature))).to.equal(false)
    })
  }

  it('[K6] the base point is in the prime-order group; with a point of order eight added it is not', () => {
    const base = hexToBytes('5866666666666666666666666666666666666666666666666666666666666666')
    const mixed = hexToBytes('98519eadf35b995233b51b5cd23e9cc5a28b639b5a4af0ec903cb960d81b7819')
    expect(isPrimeOrderKey(base)).to.equal(true)
    expect(isAcceptablePublicKey(mixed)).to.equal(true)
    expect(isPrimeOrderKey(mixed)).to.equal(false)
  })

  it('[K5] the scalars next to the order: one below is left to WebCrypto, the order itself and more are refused', () => {
    const order = 'edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010'
    const withScalar = (hex: string) => hexToBytes('00'.repeat(32) + hex)
    expect(isReducedSignature(withScalar(order))).to.equal(false)
    expect(isReducedSignature(withScalar(order.replace('ed', 'ec')))).to.equal(true)
    expect(isReducedSignature(withScalar(order.replace('ed', 'ee')))).to.equal(false)
    expect(isReducedSignature(withScalar('ff'.repeat(32)))).to.equal(false)
    expect(isReducedSignature(withScalar(`${'00'.repeat(31)}10`))).to.equal(true)
    expect(isReducedSignature(new Uint8Array(63))).to.equal(false)
  })

  it('wrong lengths and bytes that are no point do not verify and do not throw', async () => {
    const signature = new Uint8Array(64)
    const noPoint = new Uint8Array(32).fill(2)
    for (const key of [new Uint8Array(0), new Uint8Array(31).fill(3), new Uint8Array(33).fill(3), noPoint]) {
      expect(await crypto.verify(key, new Uint8Array(3), signature)).to.equal(false)
    }
    const { publicKey } = await crypto.signerFromSeed(new Uint8Array(32).fill(1))
    for (const length of [0, 63, 65]) {
      expect(await crypto.verify(publicKey, new Uint8Array(3), new Uint8Array(length))).to.equal(false)
    }
  })
})
