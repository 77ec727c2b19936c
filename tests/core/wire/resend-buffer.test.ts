import { expect } from 'chai'
import { createResendBuffer } from '../../../src/core/wire/resend-buffer.ts'
import { MAX_UNACKED_BYTES } from '../../../src/core/wire/wire-limits.ts'
import { describe, it } from '../../support/runner.ts'

const filled = (count: number) => {
  const buffer = createResendBuffer()
  for (let i = 0; i < count; i++) buffer.add(Uint8Array.of(i))
  return buffer
}

describe('resend buffer', () => {
  it('[W26] a new carrier gets what the peer lacks, again or for the first time', () => {
    const buffer = filled(4)
    for (let i = 0; i < 3; i++) buffer.next()
    expect(buffer.rewind(1)).to.equal(true)
    const rest = [buffer.next(), buffer.next(), buffer.next(), buffer.next()]
    expect(rest.map((next) => next && [next.seq, next.again])).to.deep.equal([
      [1, true],
      [2, true],
      [3, false],
      undefined,
    ])
  })

  it('[W24] nothing can be acknowledged that this carrier was not given', () => {
    const buffer = filled(3)
    buffer.next()
    expect([buffer.acknowledge(2), buffer.acknowledge(1), buffer.acknowledge(0)]).to.deep.equal([false, true, true])
    expect(buffer.acked()).to.equal(1)
  })

  it('[W25] no carrier can begin before what was acknowledged or behind what was made', () => {
    const buffer = filled(3)
    buffer.next()
    buffer.acknowledge(1)
    expect([buffer.rewind(0), buffer.rewind(4), buffer.rewind(3)]).to.deep.equal([false, false, true])
  })

  it('[W26] what is not acknowledged stays under its limit, small packets too', () => {
    for (const size of [1, 65_518]) {
      const buffer = createResendBuffer()
      let bytes = 0
      while (buffer.hasRoom()) {
        buffer.add(new Uint8Array(size))
        bytes += size + 18
      }
      expect(bytes).to.be.at.most(MAX_UNACKED_BYTES)
    }
  })
})
