/** The vectors of docs/protocol/20-blocks.md: `npx tsx scripts/vectors/blocks.ts`. */
import { writeCar } from '../../src/core/blocks/car.ts'
import { type Block, cidToString, dagCborCid, rawCid } from '../../src/core/blocks/cid.ts'
import { encodeManifest, type Manifest } from '../../src/core/blocks/manifest.ts'
import { openPrivate, sealPrivate } from '../../src/core/blocks/sealed.ts'
import { bytesToHex, concatBytes, utf8Encode } from '../../src/core/bytes.ts'
import { encodeCbor } from '../../src/core/cbor.ts'
import { countingRandom, testCrypto } from '../../tests/support/ed25519.ts'
import { writeVector } from './write-vector.ts'

const refused = (name: string, error: string, ...parts: Uint8Array[]) => ({
  name,
  error,
  hex: bytesToHex(concatBytes(...parts)),
})

const rawBlock = (text: string): Block => ({ cid: rawCid(utf8Encode(text)), bytes: utf8Encode(text) })
const KEY = Uint8Array.from({ length: 32 }, (_, i) => i)

const picture: Manifest = {
  version: 1,
  mediaType: 'image/png',
  size: 5,
  width: 640,
  height: 480,
  alt: 'A tree in the fog',
  chunks: [rawBlock('hello').cid],
  redundancy: { type: 'copies', copies: 3 },
}
const sealed: Manifest = {
  version: 1,
  mediaType: 'text/plain',
  size: 262_112,
  chunks: [rawBlock('one').cid, rawBlock('two').cid],
  redundancy: { type: 'shards', k: 4, n: 7 },
  encryption: { cipher: 'aes-256-gcm', key: KEY },
}

const manifestCase = (name: string, manifest: Manifest) => ({
  name,
  manifest: {
    ...manifest,
    chunks: manifest.chunks.map(cidToString),
    ...(manifest.encryption && { encryption: { ...manifest.encryption, key: bytesToHex(manifest.encryption.key) } }),
  },
  hex: bytesToHex(encodeManifest(manifest)),
  cid: cidToString(dagCborCid(encodeManifest(manifest))),
})

await writeVector('manifest', {
  description: 'File manifests. In `manifest` CIDs are texts and bytes are hex; `hex` is the dag-cbor, `cid` its name.',
  cases: [
    manifestCase('a picture', picture),
    manifestCase('a private file of one byte more than a sealed block holds', { ...sealed }),
    manifestCase('an empty file', { ...picture, size: 0, chunks: [] }),
  ],
  refused: [
    refused('another version', 'unknown-version', encodeCbor({ ...picture, version: 2 })),
    refused('a chunk missing', 'malformed', encodeCbor({ ...picture, chunks: [] })),
    refused('a chunk under a name that is none', 'malformed', encodeCbor({ ...picture, chunks: ['x'] })),
    refused('a media type with parameters', 'malformed', encodeCbor({ ...picture, mediaType: 'text/plain;x=1' })),
    refused(
      'more shards needed than there are',
      'malformed',
      encodeCbor({ ...sealed, redundancy: { type: 'shards', k: 8, n: 7 } }),
    ),
    refused('a field too many', 'malformed', encodeCbor({ ...picture, more: 1 })),
  ],
})

const aead = await testCrypto.aead(KEY)

const sealedCase = async (name: string, content: Uint8Array) => {
  const bytes = await sealPrivate(aead, countingRandom(100), content)
  if (!(await openPrivate(aead, bytes)).ok) throw new Error(`${name} does not open`)
  return {
    name,
    key: bytesToHex(KEY),
    nonce: bytesToHex(countingRandom(100).bytes(12)),
    content: bytesToHex(content),
    hex: bytesToHex(bytes),
  }
}

const short = await sealPrivate(aead, countingRandom(100), utf8Encode('hello'))
const version = Uint8Array.of(1)
const nonce = countingRandom(100).bytes(12)
const unpadded = await aead.seal(nonce, concatBytes(Uint8Array.of(0, 0, 0, 5), utf8Encode('hello')), version)

await writeVector('sealed', {
  description: 'Private content, padded and sealed with AES-256-GCM; the nonce is given here and random in use.',
  cases: [
    await sealedCase('a short text', utf8Encode('hello')),
    await sealedCase('nothing', new Uint8Array(0)),
    await sealedCase('as much as the first step holds', new Uint8Array(252).fill(0xaa)),
    await sealedCase('one byte more', new Uint8Array(253).fill(0xaa)),
  ],
  refused: [
    refused('another version', 'unknown-version', short.with(0, 2)),
    refused('a changed byte', 'sealed-to-another-key', short.with(-1, short.at(-1)! ^ 1)),
    refused('shorter than nonce and tag', 'malformed', short.subarray(0, 28)),
    refused('content that was not padded', 'malformed', version, nonce, unpadded),
  ],
})

const carOf = async (roots: Block[], blocks: Block[]): Promise<Uint8Array> => {
  const parts: Uint8Array[] = []
  for await (const part of writeCar(
    roots.map(({ cid }) => cid),
    blocks,
  ))
    parts.push(part)
  return concatBytes(...parts)
}

const blockOf = ({ cid, bytes }: Block) => ({ cid: cidToString(cid), hex: bytesToHex(bytes) })
const listed = [rawBlock('hello'), rawBlock(''), { cid: dagCborCid(encodeCbor({ a: 1 })), bytes: encodeCbor({ a: 1 }) }]
const lying = { cid: rawBlock('hello').cid, bytes: utf8Encode('hullo') }
const header = (value: object) => concatBytes(Uint8Array.of(encodeCbor(value).length), encodeCbor(value))

await writeVector('car', {
  description: 'CARv1 archives as this project reads them: CIDs of blocks only, every block verified, lengths limited.',
  cases: [
    { name: 'no roots and no blocks', roots: [], blocks: [], hex: bytesToHex(await carOf([], [])) },
    {
      name: 'a root and three blocks',
      roots: [cidToString(listed[0]!.cid)],
      blocks: listed.map(blockOf),
      hex: bytesToHex(await carOf([listed[0]!], listed)),
    },
  ],
  refused: [
    refused('CAR version 2', 'malformed', header({ roots: [], version: 2 })),
    refused('a header that is too long', 'malformed', Uint8Array.of(0x81, 0x08)),
    refused('a section that is too long', 'malformed', await carOf([], []), Uint8Array.of(0xa5, 0x80, 0x10)),
    refused('a block that does not fit its name', 'wrong-block', await carOf([], [lying])),
    refused('cut short', 'malformed', (await carOf([], listed)).subarray(0, -1)),
  ],
})
