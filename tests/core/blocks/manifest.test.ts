import { expect } from 'chai'
import fc from 'fast-check'
import { rawCid } from '../../../src/core/blocks/cid.ts'
import {
  decodeManifest,
  encodeManifest,
  MAX_CHUNKS,
  MAX_COPIES,
  MAX_PIXELS,
  type Manifest,
} from '../../../src/core/blocks/manifest.ts'
import { encodeCbor } from '../../../src/core/cbor.ts'
import { MAX_ALT_LENGTH, MAX_BLOCK_BYTES } from '../../../src/core/limits.ts'
import { describe, it } from '../../support/runner.ts'

const CHUNK = rawCid(Uint8Array.of(1))

const GOOD: Manifest = {
  version: 1,
  mediaType: 'image/png',
  size: 10,
  chunks: [CHUNK],
  redundancy: { type: 'copies', copies: 3 },
}

const reasonOf = (value: unknown): string | undefined => {
  const manifest = decodeManifest(encodeCbor(value))
  if (manifest.ok) return undefined
  return manifest.error.type === 'malformed' ? manifest.error.reason : manifest.error.type
}

const redundancies = fc.oneof(
  fc.record({ type: fc.constant('copies' as const), copies: fc.integer({ min: 1, max: MAX_COPIES }) }),
  fc.integer({ min: 1, max: MAX_COPIES }).map((k) => ({ type: 'shards' as const, k, n: MAX_COPIES })),
)

const manifests = fc.record(
  {
    version: fc.constant(1 as const),
    mediaType: fc.constantFrom('image/png', 'application/vnd.kith+cbor', 'text/plain'),
    redundancy: redundancies,
    width: fc.integer({ min: 1, max: MAX_PIXELS }),
    height: fc.integer({ min: 1, max: MAX_PIXELS }),
    alt: fc.string({ maxLength: MAX_ALT_LENGTH }),
    encryption: fc.record({
      cipher: fc.constant('aes-256-gcm' as const),
      key: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    }),
  },
  { requiredKeys: ['version', 'mediaType', 'redundancy'] },
)

describe('manifests', () => {
  it('[F1] any manifest comes back as it was', () => {
    fc.assert(
      fc.property(manifests, fc.nat(1000), (fields, size) => {
        const manifest = { ...fields, size, chunks: size ? [CHUNK] : [] } as Manifest
        const decoded = decodeManifest(encodeManifest(manifest))
        expect(decoded.ok && decoded.value).to.deep.equal(manifest)
      }),
    )
  })

  it('[F1] the largest fits a block', () => {
    const chunks = Array.from({ length: MAX_CHUNKS }, () => CHUNK)
    const manifest: Manifest = { ...GOOD, alt: '€'.repeat(MAX_ALT_LENGTH), size: MAX_CHUNKS * MAX_BLOCK_BYTES, chunks }
    expect(encodeManifest(manifest).length).to.be.below(MAX_BLOCK_BYTES)
    expect(decodeManifest(encodeManifest(manifest)).ok).to.equal(true)
  })

  it('[F2] fields that are missing, unknown or not valid are refused by name', () => {
    const { redundancy: _, ...without } = GOOD
    expect(reasonOf(without)).to.contain('missing')
    expect(reasonOf({ ...GOOD, more: 1 })).to.contain('too many')
    const wrong = [
      { mediaType: 'image/png; charset=x' },
      { mediaType: 'text/html\r\n' },
      { mediaType: 'png' },
      { mediaType: `image/${'x'.repeat(101)}` },
      { size: -1 },
      { size: 1.5 },
      { chunks: [CHUNK, 'x'] },
      { redundancy: { type: 'copies', copies: 0 } },
      { redundancy: { type: 'copies', copies: MAX_COPIES + 1 } },
      { redundancy: { type: 'copies', copies: 1, n: 2 } },
      { redundancy: { type: 'shards', k: 3, n: 2 } },
      { redundancy: { type: 'shards', k: 0, n: 2 } },
      { redundancy: { type: 'hope' } },
      { width: 0 },
      { height: MAX_PIXELS + 1 },
      { alt: 'x'.repeat(MAX_ALT_LENGTH + 1) },
      { encryption: { cipher: 'aes-256-gcm', key: new Uint8Array(31) } },
      { encryption: { cipher: 'rot13', key: new Uint8Array(32) } },
    ]
    for (const fields of wrong) {
      const [name] = Object.keys(fields)
      expect(reasonOf({ ...GOOD, ...fields }), JSON.stringify(fields)).to.contain(`"${name}"`)
    }
  })

  it('[F3] the number of chunks fits the size, with and without encryption', () => {
    expect(reasonOf({ ...GOOD, size: 0 })).to.contain('1 chunks, 0 expected')
    expect(reasonOf({ ...GOOD, size: MAX_BLOCK_BYTES })).to.equal(undefined)
    expect(reasonOf({ ...GOOD, size: MAX_BLOCK_BYTES + 1 })).to.contain('2 expected')
    const encryption = { cipher: 'aes-256-gcm', key: new Uint8Array(32) }
    expect(reasonOf({ ...GOOD, size: MAX_BLOCK_BYTES, encryption })).to.contain('2 expected')
  })

  it('[F4] more chunks than a file may have are refused', () => {
    const chunks = Array.from({ length: MAX_CHUNKS + 1 }, () => CHUNK)
    expect(reasonOf({ ...GOOD, size: chunks.length * MAX_BLOCK_BYTES, chunks })).to.contain('"chunks"')
  })

  it('[F4] more bytes than a block may have are refused before they are read', () => {
    const manifest = decodeManifest(new Uint8Array(MAX_BLOCK_BYTES + 1))
    expect(!manifest.ok && manifest.error).to.include({ type: 'malformed' })
    expect(JSON.stringify(manifest)).to.contain(`at most ${MAX_BLOCK_BYTES}`)
  })

  it('[F5] another version is told apart from damage', () => {
    expect(reasonOf({ ...GOOD, version: 2 })).to.equal('unknown-version')
    expect(reasonOf({ ...GOOD, version: 'x' })).to.contain('version')
  })
})
