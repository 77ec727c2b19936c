import { expect } from 'chai'
import fc from 'fast-check'
import { cidToString, dagCborCid } from '../../../src/core/blocks/cid.ts'
import { encodeCbor } from '../../../src/core/cbor.ts'
import { decodeKeepers, encodeKeepers, MAX_KEEPERS } from '../../../src/core/records/keepers.ts'
import { MAX_RECORD_BYTES } from '../../../src/core/records/record.ts'
import { describe, it } from '../../support/runner.ts'

const person = (n: number): string => cidToString(dagCborCid(encodeCbor(n)))
const persons = (count: number): string[] => Array.from({ length: count }, (_, i) => person(i))

describe('keepers', () => {
  it('[KP1] any set of persons comes back, in one order, each once', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: MAX_KEEPERS }), (numbers) => {
        const chosen = numbers.map(person)
        const { persons: kept } = encodeKeepers(chosen)
        expect(new Set(kept)).to.deep.equal(new Set(chosen))
        expect(decodeKeepers(encodeKeepers(chosen.toReversed()))).to.deep.equal({
          ok: true,
          value: { version: 1, persons: kept },
        })
      }),
    )
  })

  it('[KP1] as many as there may be fit a record', () => {
    expect(encodeCbor(encodeKeepers(persons(MAX_KEEPERS))).length).to.be.below(MAX_RECORD_BYTES / 4)
  })

  it('[KP1] more, others than persons, another order or other fields are none', () => {
    const [first, second] = [...persons(2)].sort()
    const values = [
      undefined,
      [],
      {},
      { version: 1 },
      { version: 1, persons: first },
      { version: 1, persons: ['kith'] },
      { version: 1, persons: [1] },
      { version: 1, persons: [second, first] },
      { version: 1, persons: [first, first] },
      { version: 1, persons: [], more: true },
      { version: 1, persons: [...persons(MAX_KEEPERS + 1)].sort() },
    ]
    for (const value of values)
      expect(decodeKeepers(value), JSON.stringify(value)).to.have.nested.property('error.type', 'malformed')
    expect(decodeKeepers({ version: 2, persons: [] })).to.have.nested.property('error.type', 'unknown-version')
  })
})
