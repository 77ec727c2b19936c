import { expect } from 'chai'
import fc from 'fast-check'
import { verifyBlock } from '../../../src/core/blocks/cid.ts'
import { type FileBlocks, joinFile, privateFile, publicFile } from '../../../src/core/blocks/file.ts'
import { decodeManifest, type FileInfo, type Manifest } from '../../../src/core/blocks/manifest.ts'
import { MAX_PADDED_CONTENT, openPrivate } from '../../../src/core/blocks/sealed.ts'
import { MAX_BLOCK_BYTES } from '../../../src/core/limits.ts'
import { testCrypto } from '../../support/ed25519.ts'
import { describe, it } from '../../support/runner.ts'

const INFO: FileInfo = {
  mediaType: 'image/png',
  width: 3,
  height: 4,
  alt: 'a tree',
  redundancy: { type: 'copies', copies: 2 },
}
const KEY = new Uint8Array(32).fill(3)

const someBytes = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 0xff)
const chunksOf = (file: FileBlocks) => file.chunks.map(({ bytes }) => bytes)

const decode = (bytes: Uint8Array): Manifest => {
  const manifest = decodeManifest(bytes)
  if (!manifest.ok) throw new Error(JSON.stringify(manifest.error))
  return manifest.value
}

const seal = async () => ({
  key: KEY,
  fileAead: await testCrypto.aead(KEY),
  manifestAead: await testCrypto.aead(new Uint8Array(32).fill(4)),
  random: testCrypto,
})

const sizes = fc.constantFrom(
  0,
  1,
  MAX_PADDED_CONTENT,
  MAX_PADDED_CONTENT + 1,
  MAX_BLOCK_BYTES,
  MAX_BLOCK_BYTES * 2 + 1,
)

describe('files', () => {
  it('[F6] a public file comes back out of its blocks, all of which fit their names', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, async (size) => {
        const bytes = someBytes(size)
        const file = publicFile(bytes, INFO)
        const manifest = decode(file.manifest.bytes)
        expect(manifest).to.include({ size, alt: 'a tree' })
        for (const block of [file.manifest, ...file.chunks]) expect(verifyBlock(block.cid, block.bytes)).to.equal(true)
        expect(await joinFile(testCrypto, manifest, chunksOf(file))).to.deep.equal({ ok: true, value: bytes })
      }),
      { numRuns: 12 },
    )
  })

  it('[F6] the same bytes and words are the same file', () => {
    expect(publicFile(someBytes(9), INFO).manifest.cid.toString()).to.equal(
      publicFile(someBytes(9), { ...INFO }).manifest.cid.toString(),
    )
  })

  it('[F7] a private file comes back for whoever has the key of its manifest', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, async (size) => {
        const bytes = someBytes(size)
        const keys = await seal()
        const file = await privateFile(bytes, INFO, keys)
        const opened = await openPrivate(keys.manifestAead, file.manifest.bytes)
        const manifest = decode(opened.ok ? opened.value : new Uint8Array(0))
        const aead = await testCrypto.aead(manifest.encryption!.key)
        expect(await joinFile(testCrypto, manifest, chunksOf(file), aead)).to.deep.equal({ ok: true, value: bytes })
      }),
      { numRuns: 12 },
    )
  })

  it('[F7] the blocks of a private file show neither content nor words, and its chunks fill blocks', async () => {
    const file = await privateFile(someBytes(MAX_PADDED_CONTENT * 2), INFO, await seal())
    expect(file.chunks.map(({ bytes }) => bytes.length)).to.deep.equal([MAX_BLOCK_BYTES, MAX_BLOCK_BYTES])
    expect(decodeManifest(file.manifest.bytes).ok).to.equal(false)
    const text = new TextDecoder('latin1').decode(file.manifest.bytes)
    expect(text).not.to.contain('a tree')
  })

  it('[F8] a chunk that is missing, changed or in another place is refused', async () => {
    const file = publicFile(someBytes(MAX_BLOCK_BYTES + 1), INFO)
    const manifest = decode(file.manifest.bytes)
    const [first, second] = chunksOf(file) as [Uint8Array, Uint8Array]
    for (const chunks of [[first], [second, first], [first.with(0, 99), second]]) {
      const joined = await joinFile(testCrypto, manifest, chunks)
      expect(!joined.ok && joined.error.type).to.equal('wrong-block')
    }
  })

  it('[F8] chunks that do not add up to the size announced are refused', async () => {
    const file = publicFile(someBytes(10), INFO)
    const joined = await joinFile(testCrypto, { ...decode(file.manifest.bytes), size: 11 }, chunksOf(file))
    expect(joined).to.deep.equal({ ok: false, error: { type: 'wrong-size', expected: 11, found: 10 } })
  })
})
