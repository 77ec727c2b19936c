/** HPKE over WebCrypto: RFC 9180's vector through the same library, and boxes with non-extractable recipients. */
import { Aes128Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core'
import { expect } from 'chai'
import { bytesToHex, hexToBytes, utf8Encode } from '../../../src/core/bytes.ts'
import { createWebCrypto } from '../../../src/node-worker/crypto/web-crypto.ts'
import { describe, it } from '../../support/runner.ts'

const crypto = createWebCrypto()
const plaintext = utf8Encode('a fresh secret of thirty-two byte')
const info = utf8Encode('what for')

const hex = (text: string) => hexToBytes(text) as Uint8Array<ArrayBuffer>

describe('HPKE', () => {
  it('RFC 9180 A.1.1 opens with the private key of the vector', async () => {
    const kem = new DhkemX25519HkdfSha256()
    const suite = new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new Aes128Gcm() })
    const seed = hex('4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8')
    const recipientKey = await kem.deserializePrivateKey(seed)
    const opened = await suite.open(
      {
        recipientKey,
        enc: hex('37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431'),
        info: hex('4f6465206f6e2061204772656369616e2055726e'),
      },
      hex('f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a'),
      hex('436f756e742d30'),
    )
    expect(bytesToHex(new Uint8Array(opened))).to.equal('4265617574792069732074727574682c20747275746820626561757479')
    const { publicKey } = await crypto.hpkeRecipientFromSeed(seed)
    expect(bytesToHex(publicKey)).to.equal('3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d')
  })

  it('a box opens for a recipient from a seed', async () => {
    const recipient = await crypto.hpkeRecipientFromSeed(new Uint8Array(32).fill(9))
    const box = await crypto.hpke.seal(recipient.publicKey, plaintext, info)
    expect(box.length).to.equal(32 + plaintext.length + 16)
    expect(await crypto.hpke.open(recipient, box, info)).to.deep.equal(plaintext)
  })

  it('a box opens for a non-extractable key pair of a device', async () => {
    const { agreement } = await crypto.generateDeviceKeyPairs()
    expect(agreement.privateKey.extractable).to.equal(false)
    const recipient = await crypto.agreementFromKeyPair(agreement)
    const box = await crypto.hpke.seal(recipient.publicKey, plaintext, info)
    expect(await crypto.hpke.open(recipient, box, info)).to.deep.equal(plaintext)
  })

  it('a box for another key, with another info, changed or cut short does not open and does not throw', async () => {
    const recipient = await crypto.hpkeRecipientFromSeed(new Uint8Array(32).fill(9))
    const other = await crypto.hpkeRecipientFromSeed(new Uint8Array(32).fill(8))
    const box = await crypto.hpke.seal(recipient.publicKey, plaintext, info)
    expect(await crypto.hpke.open(other, box, info)).to.equal(undefined)
    expect(await crypto.hpke.open(recipient, box, utf8Encode('something else'))).to.equal(undefined)
    for (const at of [0, 31, 32, box.length - 1]) {
      const changed = box.map((byte, i) => (i === at ? byte ^ 1 : byte))
      expect(await crypto.hpke.open(recipient, changed, info), `byte ${at}`).to.equal(undefined)
    }
    for (const length of [0, 31, 32, 47]) {
      expect(await crypto.hpke.open(recipient, box.slice(0, length), info), `${length} bytes`).to.equal(undefined)
    }
  })

  it('[K3] a box whose encapsulated key is of small order does not open', async () => {
    const recipient = await crypto.hpkeRecipientFromSeed(new Uint8Array(32).fill(9))
    expect(await crypto.hpke.open(recipient, new Uint8Array(80), info)).to.equal(undefined)
  })
})
