import { expect } from 'chai'
import { createVerifier, MAX_CACHED_KEYS } from '../../../src/node-worker/crypto/verifier.ts'
import { createWebCrypto } from '../../../src/node-worker/crypto/web-crypto.ts'
import { describe, it } from '../../support/runner.ts'

describe('keys that are remembered', () => {
  it('[K6] a stranger who signs with ever new keys fills no memory: the one seen first is forgotten', async () => {
    const crypto = createWebCrypto()
    const imported: string[] = []
    const subtle = {
      async importKey(_: string, key: Uint8Array) {
        imported.push(String(key))
        return { key }
      },
      verify: async () => true,
    } as unknown as SubtleCrypto
    const { verify } = createVerifier(subtle)
    const keyOf = async (n: number): Promise<Uint8Array> =>
      (
        await crypto.signerFromSeed(
          new Uint8Array(32)
            .fill(1)
            .with(0, n & 0xff)
            .with(1, 1 + (n >> 8)),
        )
      ).publicKey
    const keys = await Promise.all(Array.from({ length: MAX_CACHED_KEYS + 1 }, (_, i) => keyOf(i)))
    const signature = new Uint8Array(64)
    for (const key of keys.slice(0, -1)) expect(await verify(key, key, signature)).to.equal(true)
    await verify(keys[0]!, keys[0]!, signature)
    expect(imported).to.have.length(MAX_CACHED_KEYS)
    await verify(keys.at(-1)!, keys[0]!, signature)
    await verify(keys[0]!, keys[0]!, signature)
    await verify(keys.at(-1)!, keys[0]!, signature)
    expect(imported).to.have.length(MAX_CACHED_KEYS + 2)
  })
})
