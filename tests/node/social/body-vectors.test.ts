import { expect } from 'chai'
import { bytesToHex, hexToBytes } from '../../../src/core/bytes.ts'
import { decodeCbor, encodeCbor } from '../../../src/core/cbor.ts'
import { MAX_PAYLOAD_BYTES } from '../../../src/core/limits.ts'
import { NoteType, readDelete, readUpdate } from '../../../src/node-worker/notes/note-entries.ts'
import { encodeProfile, PROFILE, readProfile } from '../../../src/node-worker/person/profile.ts'
import { PayloadType, readForget, readPost, readReaction } from '../../../src/node-worker/social/bodies.ts'
import { describe, it } from '../../support/runner.ts'
import { loadPublishedVector } from '../../support/vectors.ts'

interface BodyVector {
  readonly cases: readonly { name: string; type: string; body: object; hex: string }[]
  readonly refused: readonly { name: string; type: string; hex: string }[]
}

const READERS: Readonly<Record<string, (body: unknown) => object | undefined>> = {
  [PayloadType.post]: readPost,
  [PayloadType.reaction]: readReaction,
  [PayloadType.forget]: readForget,
  [PROFILE]: (body) => {
    const profile = readProfile(body)
    return profile && encodeProfile(profile)
  },
  [NoteType.update]: (body) => readUpdate({ type: NoteType.update, body }),
  [NoteType.delete]: (body) => readDelete({ type: NoteType.delete, body }),
}

/** What a reader of this type makes of the bytes. */
const read = (type: string, hex: string): object | undefined => {
  const decoded = decodeCbor(hexToBytes(hex), 2 * MAX_PAYLOAD_BYTES)
  if (!decoded.ok) throw new Error(`not dag-cbor: ${decoded.error.reason}`)
  return READERS[type]!(decoded.value)
}

const fromReadable = (body: object): object =>
  JSON.parse(JSON.stringify(body), (_, value) =>
    typeof value === 'string' && value.startsWith('hex:') ? hexToBytes(value.slice(4)) : value,
  )

describe('docs/vectors/bodies.json', () => {
  it('[N28] each body is read as what it says, and encodes to these bytes', async () => {
    const { cases } = (await loadPublishedVector('bodies')) as BodyVector
    for (const { name, type, body, hex } of cases) {
      const value = read(type, hex)
      expect(value, name).to.deep.equal(fromReadable(body))
      expect(bytesToHex(encodeCbor(value)), name).to.equal(hex)
    }
  })

  it('[N28] every type of this version is among them', async () => {
    const { cases } = (await loadPublishedVector('bodies')) as BodyVector
    expect([...new Set(cases.map(({ type }) => type))].sort()).to.deep.equal(Object.keys(READERS).sort())
  })

  it('[N28] a body that does not fit its type is read as nothing', async () => {
    const { refused } = (await loadPublishedVector('bodies')) as BodyVector
    for (const { name, type, hex } of refused) expect(read(type, hex), name).to.equal(undefined)
  })
})
