import { expect } from 'chai'
import { type Car, readCar, writeCar } from '../../../src/core/blocks/car.ts'
import { type Cid, cidToString, dagCborCid, parseCid } from '../../../src/core/blocks/cid.ts'
import { decodeManifest, encodeManifest, type Manifest } from '../../../src/core/blocks/manifest.ts'
import { openPrivate, sealPrivate } from '../../../src/core/blocks/sealed.ts'
import { bytesToHex, concatBytes, hexToBytes } from '../../../src/core/bytes.ts'
import { testCrypto } from '../../support/ed25519.ts'
import { describe, it } from '../../support/runner.ts'
import { loadPublishedVector } from '../../support/vectors.ts'

interface Refused {
  name: string
  error: string
  hex: string
}

interface ManifestVector {
  cases: {
    name: string
    manifest: Omit<Manifest, 'chunks' | 'encryption'> & {
      chunks: string[]
      encryption?: { cipher: 'aes-256-gcm'; key: string }
    }
    hex: string
    cid: string
  }[]
  refused: Refused[]
}

interface SealedVector {
  cases: { name: string; key: string; nonce: string; content: string; hex: string }[]
  refused: Refused[]
}

interface CarVector {
  cases: { name: string; roots: string[]; blocks: { cid: string; hex: string }[]; hex: string }[]
  refused: Refused[]
}

const cidOf = (text: string): Cid => {
  const cid = parseCid(text)
  if (!cid.ok) throw new Error(cid.error.reason)
  return cid.value
}

describe('docs/vectors/manifest.json', () => {
  it('[F1] each manifest decodes and encodes, and has its name', async () => {
    const { cases } = (await loadPublishedVector('manifest')) as ManifestVector
    for (const { name, manifest, hex, cid } of cases) {
      const { encryption, chunks, ...rest } = manifest
      const opened = encryption && { encryption: { ...encryption, key: hexToBytes(encryption.key) } }
      const value: Manifest = { ...rest, chunks: chunks.map(cidOf), ...opened }
      expect(bytesToHex(encodeManifest(value)), name).to.equal(hex)
      const decoded = decodeManifest(hexToBytes(hex))
      expect(decoded.ok && bytesToHex(encodeManifest(decoded.value)), name).to.equal(hex)
      expect(cidToString(dagCborCid(hexToBytes(hex))), name).to.equal(cid)
    }
  })

  it('[F2] what has to be refused is', async () => {
    const { refused } = (await loadPublishedVector('manifest')) as ManifestVector
    for (const { name, error, hex } of refused) {
      const manifest = decodeManifest(hexToBytes(hex))
      expect(manifest.ok ? undefined : manifest.error.type, name).to.equal(error)
    }
  })
})

describe('docs/vectors/sealed.json', () => {
  it('[C3] each opens, and seals to the same bytes under the same nonce', async () => {
    const { cases } = (await loadPublishedVector('sealed')) as SealedVector
    for (const { name, key, nonce, content, hex } of cases) {
      const aead = await testCrypto.aead(hexToBytes(key))
      const opened = await openPrivate(aead, hexToBytes(hex))
      expect(opened.ok && bytesToHex(opened.value), name).to.equal(content)
      const random = { bytes: () => hexToBytes(nonce) }
      expect(bytesToHex(await sealPrivate(aead, random, hexToBytes(content))), name).to.equal(hex)
    }
  })

  it('[C4] what has to be refused is', async () => {
    const { cases, refused } = (await loadPublishedVector('sealed')) as SealedVector
    const aead = await testCrypto.aead(hexToBytes(cases[0]!.key))
    for (const { name, error, hex } of refused) {
      const opened = await openPrivate(aead, hexToBytes(hex))
      expect(opened.ok ? undefined : opened.error.type, name).to.equal(error)
    }
  })
})

describe('docs/vectors/car.json', () => {
  async function* stream(hex: string) {
    yield hexToBytes(hex)
  }

  const blocksOf = async (car: Car) => {
    const blocks: { cid: string; hex: string }[] = []
    const errors: string[] = []
    for await (const block of car.blocks) {
      if (block.ok) blocks.push({ cid: cidToString(block.value.cid), hex: bytesToHex(block.value.bytes) })
      else errors.push(block.error.type)
    }
    return { blocks, errors }
  }

  it('[A1] each archive reads and writes', async () => {
    const { cases } = (await loadPublishedVector('car')) as CarVector
    for (const { name, roots, blocks, hex } of cases) {
      const car = await readCar(stream(hex))
      if (!car.ok) throw new Error(car.error.reason)
      expect(car.value.roots.map(cidToString), name).to.deep.equal(roots)
      expect(await blocksOf(car.value), name).to.deep.equal({ blocks, errors: [] })
      const parts: Uint8Array[] = []
      const list = blocks.map((block) => ({ cid: cidOf(block.cid), bytes: hexToBytes(block.hex) }))
      for await (const part of writeCar(roots.map(cidOf), list)) parts.push(part)
      expect(bytesToHex(concatBytes(...parts)), name).to.equal(hex)
    }
  })

  it('[A3] what has to be refused is', async () => {
    const { refused } = (await loadPublishedVector('car')) as CarVector
    for (const { name, error, hex } of refused) {
      const car = await readCar(stream(hex))
      const errors = car.ok ? (await blocksOf(car.value)).errors : [car.error.type]
      expect(errors, name).to.deep.equal([error])
    }
  })
})
