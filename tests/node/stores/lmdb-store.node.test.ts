import { expect } from 'chai'
import { encodeKey } from '../../../src/node-worker/stores/key-order.ts'
import { MAX_KEY_BYTES } from '../../../src/node-worker/stores/lmdb-store.ts'
import { openTestStore } from '../../support/open-store.ts'
import { describe, it } from '../../support/runner.ts'

/** A key of so many bytes as LMDB sees it. */
const keyOf = (bytes: number): readonly [Uint8Array] => {
  const overhead = encodeKey('meta', [new Uint8Array(0)]).length
  return [new Uint8Array(bytes - overhead).fill(1)]
}

describe('the store on Node.js', () => {
  it('[ST5] a key that LMDB cannot hold is refused before anything of its transaction is kept', async () => {
    const store = await openTestStore()
    const put = (bytes: number) =>
      store
        .write(['meta'], 'relaxed', async (tx) => {
          await tx.put('meta', [`before ${bytes}`], 1)
          await tx.put('meta', keyOf(bytes), bytes)
        })
        .catch((error: unknown) => error)
    const get = (key: readonly [string | Uint8Array]) => store.read(['meta'], (tx) => tx.get('meta', key))
    expect(await put(MAX_KEY_BYTES)).to.equal(undefined)
    expect(await get(keyOf(MAX_KEY_BYTES))).to.equal(MAX_KEY_BYTES)
    expect(await put(MAX_KEY_BYTES + 1))
      .to.be.instanceOf(RangeError)
      .with.property('message', `key of ${MAX_KEY_BYTES + 1} bytes, limit ${MAX_KEY_BYTES}`)
    expect(await get([`before ${MAX_KEY_BYTES + 1}`])).to.equal(undefined)
    await store.destroy()
  })
})
