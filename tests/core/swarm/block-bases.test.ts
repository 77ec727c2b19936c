import { expect } from 'chai'
import fc from 'fast-check'
import { rawCid } from '../../../src/core/blocks/cid.ts'
import { encodeCbor } from '../../../src/core/cbor.ts'
import { baseUrl, isBase, MAX_BASE_LENGTH, MAX_BASES, readBlockBases } from '../../../src/core/swarm/block-bases.ts'
import { decodeClientMessage } from '../../../src/core/swarm/host-codec.ts'
import { describe, it } from '../../support/runner.ts'

const GOOD = [
  'https://s3.example.org/',
  'https://s3.example.org:9000/bucket/kith/',
  'https://files.example.org/v1/AUTH_test/a-b.c/',
  'https://203.0.113.9.example/x/',
  'http://127.0.0.1:9000/bucket/',
  'http://localhost/x/',
]

const BAD = [
  ...['', 'https://s3.example.org', 'https://s3.example.org/bucket', '//s3.example.org/', 'nonsense'],
  ...['http://s3.example.org/', 'ftp://s3.example.org/', 'javascript://x/', 'https://me:secret@s3.example.org/'],
  ...['https://s3.example.org/?x/', 'https://s3.example.org/#/', 'https://s3.example.org/a//b/'],
  ...[
    'https://s3.example.org/../',
    'https://s3.example.org/a/./',
    'https://s3.example.org/a b/',
    'https://S3.example.org/',
  ],
  ...['https://10.0.0.1/', 'https://192.168.1.9:9000/x/', 'https://169.254.169.254/', 'https://[fd00::1]/'],
  ...['https://[::ffff:10.0.0.1]/', 'https://0.0.0.0/', 'https://167772161/', 'https://10.1/', 'https://0xa.0.0.1/'],
  `https://s3.example.org/${'a'.repeat(MAX_BASE_LENGTH)}/`,
]

const label = fc.stringMatching(/^[a-z0-9._~-]{1,12}$/)

describe('bases of blocks', () => {
  it('[FS7] a base is the folder of an https server, or of this machine', () => {
    for (const base of GOOD) expect(isBase(base), base).to.equal(true)
  })

  it('[FS7] everything else is none: credentials, queries, folders that fold away, private networks in any spelling', () => {
    for (const base of BAD) expect(isBase(base), base).to.equal(false)
    for (const value of [undefined, null, 1, ['https://s3.example.org/'], {}]) expect(isBase(value)).to.equal(false)
  })

  it('[FS7] a block under a base is read at that server and in that folder, however URLs are parsed', () => {
    const cid = rawCid(new Uint8Array([1]))
    fc.assert(
      fc.property(
        fc.array(label, { minLength: 1, maxLength: 4 }),
        fc.array(label, { maxLength: 4 }),
        (name, folders) => {
          const base = `https://${name.join('.')}/${folders.map((folder) => `${folder}/`).join('')}`
          if (isBase(base)) expect(new URL(baseUrl(base, cid)).href).to.equal(baseUrl(base, cid))
        },
      ),
    )
  })

  it('[FS7] a body has a time and at most two bases, and nothing else', () => {
    const [one, two] = GOOD as [string, string]
    expect(readBlockBases({ bases: [one, two], time: 5 })).to.deep.equal({ bases: [one, two], time: 5 })
    expect(readBlockBases({ bases: [], time: 0 })).to.deep.equal({ bases: [], time: 0 })
    for (const body of [
      ...[undefined, 'x', {}, { bases: [one] }, { bases: one, time: 1 }, { bases: [one], time: -1 }],
      ...[
        { bases: [one], time: 1, more: 1 },
        { bases: [one, 'http://example.org/'], time: 1 },
      ],
      { bases: Array.from({ length: MAX_BASES + 1 }, () => one), time: 1 },
    ])
      expect(readBlockBases(body), JSON.stringify(body)).to.equal(undefined)
  })

  it('[FS8] a host takes no other from a device', () => {
    const decode = (bases: unknown) => decodeClientMessage(encodeCbor({ type: 'bases', bases })).ok
    expect(decode(GOOD.slice(0, MAX_BASES))).to.equal(true)
    expect(decode([])).to.equal(true)
    for (const bases of [GOOD.slice(0, MAX_BASES + 1), ['https://10.0.0.1/'], [7], 'https://s3.example.org/'])
      expect(decode(bases), String(bases)).to.equal(false)
  })
})
