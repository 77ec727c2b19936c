import { expect } from 'chai'
import fc from 'fast-check'
import {
  base32Decode,
  base32Encode,
  compareBytes,
  createReader,
  createWriter,
  equalBytes,
  utf8Decode,
  utf8Encode,
} from '../../src/core/bytes.ts'
import { describe, it } from '../support/runner.ts'

const bytes = fc.uint8Array({ maxLength: 80 })

describe('bytes', () => {
  it('compare like their hex texts, and equal themselves only', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        const [hexA, hexB] = [a, b].map((list) =>
          Array.from(list, (byte) => byte.toString(16).padStart(2, '0')).join(''),
        )
        expect(Math.sign(compareBytes(a, b))).to.equal(hexA! < hexB! ? -1 : hexA! > hexB! ? 1 : 0)
        expect(equalBytes(a, b)).to.equal(hexA === hexB)
      }),
    )
  })

  it('[E5] base32 is lower case without padding, and each text has one value', () => {
    expect(base32Encode(utf8Encode('foobar'))).to.equal('mzxw6ytboi')
    fc.assert(
      fc.property(bytes, (list) => {
        expect(base32Decode(base32Encode(list))).to.deep.equal(list)
      }),
    )
    for (const text of ['MZXW6', 'mzxw6===', 'mz', 'm', 'm1']) expect(base32Decode(text), text).to.equal(undefined)
  })

  it('[E5] UTF-8 that is none has no text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(utf8Decode(utf8Encode(text))).to.equal(text)
      }),
    )
    for (const broken of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82]]) {
      expect(utf8Decode(Uint8Array.from(broken))).to.equal(undefined)
    }
  })
})

describe('reader and writer', () => {
  it('what was written reads back', () => {
    const writer = createWriter(1)
    writer.u8(7)
    writer.u32(0xfedcba98)
    writer.bytes(Uint8Array.of(1, 2, 3))
    const reader = createReader(writer.finish())
    expect([reader.u8(), reader.u32(), ...reader.take(3)]).to.deep.equal([7, 0xfedcba98, 1, 2, 3])
    expect(reader.end()).to.equal(undefined)
  })

  it('the first failure sticks, and everything after it is zero', () => {
    const reader = createReader(Uint8Array.of(1, 2, 3))
    expect(reader.take(4)).to.have.length(0)
    expect([reader.u8(), reader.u32(), reader.take(1).length]).to.deep.equal([0, 0, 0])
    reader.fail('something else')
    expect(reader.end()).to.contain('4 bytes needed')
  })

  it('bytes that are left over are a failure at the end', () => {
    const reader = createReader(Uint8Array.of(1, 2))
    reader.u8()
    expect(reader.end()).to.contain('1 bytes too many')
  })
})
