/** The stream table alone, without carriers. */
import { expect } from 'chai'
import fc from 'fast-check'
import { createFrameWriter, decodeFrames, encodeControl, type Frame } from '../../../src/core/wire/frames.ts'
import { createStreamTable, type StreamTable } from '../../../src/core/wire/streams.ts'
import { describe, it } from '../../support/runner.ts'

/** Moves everything that `from` may send to `to`, in packets of `size` bytes; gives the messages. */
const pump = (from: StreamTable, to: StreamTable, size: number): Uint8Array[] => {
  const messages: Uint8Array[] = []
  for (let packets = 0; packets < 100_000; packets++) {
    const buffer = new Uint8Array(size)
    const writer = createFrameWriter(buffer, 0)
    from.fill(writer, ['interactive', 'bulk'])
    if (writer.length() === 0) return messages
    const frames = decodeFrames(buffer.subarray(0, writer.length()))
    if (!frames.ok) throw new Error(frames.error.reason)
    for (const frame of frames.value) {
      const event = to.receive(frame)
      if (!event.ok) throw new Error(event.error)
      if (event.value?.type === 'message') messages.push(event.value.message)
    }
  }
  throw new Error('the table never ran dry')
}

describe('stream table', () => {
  it('[W33] messages of any sizes come through packets of any size, within credit that is given back', () => {
    const property = fc.property(
      fc.array(fc.oneof(fc.nat(300), fc.nat(262_144)), { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 600, max: 65_505 }),
      (sizes, packetSize) => {
        const [a, b] = [createStreamTable(0), createStreamTable(1)]
        const id = a.open('test', 'bulk')!
        let accepted = 0
        for (const [i, size] of sizes.entries()) {
          a.send(id, new Uint8Array(size).fill(i), (sent) => {
            accepted += sent ? 1 : 0
          })
        }
        const got: Uint8Array[] = []
        for (let round = 0; round < 100 && got.length < sizes.length; round++) {
          for (const message of pump(a, b, packetSize)) {
            got.push(message)
            b.handled(id, message.length)
          }
          pump(b, a, packetSize)
        }
        expect(got.map((message) => message.length)).to.deep.equal(sizes)
        expect(got.every((message, i) => message.every((byte) => byte === i))).to.equal(true)
        expect(accepted).to.equal(sizes.length)
      },
    )
    fc.assert(property, { numRuns: 60 })
  })

  it('[W30] every frame comes back from its bytes', () => {
    const controls: Parameters<typeof encodeControl>[0][] = [
      { type: 'open', stream: 4_294_967_295, priority: 'bulk', kind: 'kith/log' },
      { type: 'credit', stream: 3, amount: 131_072 },
      { type: 'end', stream: 2, end: 'restarted' },
    ]
    const data: (Frame & { type: 'part' | 'last' })[] = [
      { type: 'part', stream: 7, data: Uint8Array.of(1, 2) },
      { type: 'last', stream: 7, data: new Uint8Array(0) },
    ]
    const buffer = new Uint8Array(100)
    const writer = createFrameWriter(buffer, 0)
    for (const frame of controls) writer.control(encodeControl(frame))
    for (const frame of data) writer.part(frame.type, frame.stream, frame.data)
    const decoded = decodeFrames(buffer.subarray(0, writer.length()))
    expect(decoded.ok && decoded.value).to.deep.equal([...controls, ...data])
  })

  it('[W30] no bytes make the decoder throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void decodeFrames(bytes)),
      { numRuns: 500 },
    )
  })
})
