import { expect } from 'chai'
import fc from 'fast-check'
import { createReader, hexToBytes } from '../../../src/core/bytes.ts'
import { encodeVaru64, readVaru64, varu64Length } from '../../../src/core/logs/varu64.ts'
import { describe, it } from '../../support/runner.ts'

const read = (bytes: Uint8Array) => {
  const reader = createReader(bytes)
  const value = readVaru64(reader)
  return { value, refused: reader.end() }
}

describe('VARU64', () => {
  it('[L1] every safe whole number reads back, in as many bytes as announced', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 0, max: 52 }), (large, shift) => {
        const number = Math.floor(large / 2 ** shift)
        const bytes = encodeVaru64(number)
        expect(bytes.length).to.equal(varu64Length(number))
        expect(read(bytes)).to.deep.equal({ value: number, refused: undefined })
      }),
    )
  })

  it('[L1] the steps of the format', () => {
    const steps: [number, string][] = [
      [0, '00'],
      [247, 'f7'],
      [248, 'f8f8'],
      [255, 'f8ff'],
      [256, 'f90100'],
      [65_536, 'fa010000'],
      [Number.MAX_SAFE_INTEGER, 'fe1fffffffffffff'],
    ]
    for (const [number, hex] of steps) expect(encodeVaru64(number)).to.deep.equal(hexToBytes(hex))
  })

  it('[L1] a longer form than needed is refused', () => {
    for (const hex of ['f800', 'f8f7', 'f900ff', 'fa00ffff', 'ff0000000000000001']) {
      expect(read(hexToBytes(hex)).refused, hex).to.contain('shortest')
    }
  })

  it('[L1] a number beyond 2^53 - 1 is refused', () => {
    for (const hex of ['fe20000000000000', 'ffffffffffffffffff']) {
      expect(read(hexToBytes(hex)).refused, hex).to.contain('beyond')
    }
  })

  it('[L1] a number that is cut short is refused', () => {
    expect(read(hexToBytes('f901')).refused).to.contain('cut short')
    expect(read(new Uint8Array(0)).refused).to.contain('cut short')
  })

  it('a number that cannot be written throws', () => {
    for (const value of [-1, 1.5, 2 ** 53, Number.NaN]) expect(() => encodeVaru64(value)).to.throw(RangeError)
  })
})
