import { expect } from 'chai'
import fc from 'fast-check'
import { cidToString, dagCborCid } from '../../../src/core/blocks/cid.ts'
import { bytesToHex, hexToBytes } from '../../../src/core/bytes.ts'
import {
  decodeArchiveRoot,
  encodeArchiveRoot,
  MAX_ARCHIVE_LOGS,
  MAX_ARCHIVE_RECORDS,
} from '../../../src/node-worker/transfer/archive-root.ts'
import { describe, it } from '../../support/runner.ts'
import { loadPublishedVector } from '../../support/vectors.ts'

interface Vectors {
  readonly cases: readonly {
    readonly name: string
    readonly root: { readonly person: string; readonly events: readonly string[]; readonly logs: readonly object[] }
    readonly hex: string
    readonly cid: string
  }[]
  readonly refused: readonly { readonly name: string; readonly error: string; readonly hex: string }[]
}

const load = async (): Promise<Vectors> => (await loadPublishedVector('archive')) as Vectors

describe('roots of archives', () => {
  it('[X3] the published roots decode to their fields and encode to their bytes', async () => {
    const { cases } = await load()
    for (const { name, root, hex, cid } of cases) {
      const decoded = decodeArchiveRoot(hexToBytes(hex))
      if (!decoded.ok) throw new Error(`${name}: ${JSON.stringify(decoded.error)}`)
      expect(decoded.value.person, name).to.equal(root.person)
      expect(decoded.value.events.map(cidToString), name).to.deep.equal(root.events)
      expect(decoded.value.logs, name).to.have.length(root.logs.length)
      expect(bytesToHex(encodeArchiveRoot(decoded.value)), name).to.equal(hex)
      expect(cidToString(dagCborCid(hexToBytes(hex))), name).to.equal(cid)
    }
  })

  it('[X4] the published refusals are refused', async () => {
    const { refused } = await load()
    for (const { name, error, hex } of refused) {
      const decoded = decodeArchiveRoot(hexToBytes(hex))
      expect(decoded.ok ? 'accepted' : decoded.error.type, name).to.equal(error)
    }
  })

  it('[X4] a root with more records or logs than an archive may have is refused', async () => {
    const decoded = decodeArchiveRoot(hexToBytes((await load()).cases.at(-1)!.hex))
    if (!decoded.ok) throw new Error('no root')
    const root = decoded.value
    const log = { device: new Uint8Array(32), log: 0, seq: 1, hash: new Uint8Array(64), segments: [] }
    const records = (count: number) => Array.from({ length: count }, () => root.events[0]!)
    const logs = (count: number) => Array.from({ length: count }, () => log)
    const isTaken = (change: Partial<typeof root>) => decodeArchiveRoot(encodeArchiveRoot({ ...root, ...change })).ok
    expect(isTaken({ records: records(MAX_ARCHIVE_RECORDS) })).to.equal(true)
    expect(isTaken({ records: records(MAX_ARCHIVE_RECORDS + 1) })).to.equal(false)
    expect(isTaken({ logs: logs(MAX_ARCHIVE_LOGS) })).to.equal(true)
    expect(isTaken({ logs: logs(MAX_ARCHIVE_LOGS + 1) })).to.equal(false)
  })

  it('[X4] a root with any byte changed or cut off is refused or is another root', async () => {
    const bytes = hexToBytes((await load()).cases.at(-1)!.hex)
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), (at, flip, isCut) => {
        const hostile = isCut ? bytes.slice(0, at) : bytes.with(at, bytes[at]! ^ flip)
        const decoded = decodeArchiveRoot(hostile)
        if (decoded.ok) expect(encodeArchiveRoot(decoded.value)).to.deep.equal(hostile)
      }),
      { numRuns: 500 },
    )
  })
})
