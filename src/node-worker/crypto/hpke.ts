/** HPKE base mode (RFC 9180) over WebCrypto: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. */
import type { CipherSuite } from '@hpke/core'
import { concatBytes } from '../../core/bytes.ts'
import type { Hpke } from '../../core/ports.ts'
import { pairOf } from './agreement.ts'
import { importAgreementPublic, tryGenerating } from './key-import.ts'
import { source } from './source.ts'

/** Bytes of the encapsulated key in front of every box. */
export const ENC_BYTES = 32

/** The HPKE port. The suite takes X25519 from WebCrypto, so recipients may be non-extractable. */
export const createHpke = (subtle: SubtleCrypto): Hpke => {
  let loading: Promise<CipherSuite> | undefined
  const load = (): Promise<CipherSuite> => {
    loading ??= import('./hpke-suite.ts').then(({ createSuite }) => createSuite())
    return loading
  }
  return {
    seal: async (recipient, plaintext, info) => {
      const suite = await load()
      const recipientPublicKey = await importAgreementPublic(subtle, recipient)
      const params = { recipientPublicKey, info: source(info) }
      const { enc, ct } = await tryGenerating(() => suite.seal(params, source(plaintext)))
      return concatBytes(new Uint8Array(enc), new Uint8Array(ct))
    },
    open: async (recipient, sealed, info) => {
      if (sealed.length < ENC_BYTES) return undefined
      const suite = await load()
      const params = { recipientKey: pairOf(recipient), enc: sealed.slice(0, ENC_BYTES), info: source(info) }
      try {
        return new Uint8Array(await suite.open(params, sealed.slice(ENC_BYTES)))
      } catch {
        // The library tells a box for another key from a changed one by nothing that matters here.
        return undefined
      }
    },
  }
}
