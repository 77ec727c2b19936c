import { CarReader, CarWriter } from '@ipld/car'
import { expect } from 'chai'
import fc from 'fast-check'
import {
  type CarRefusal,
  MAX_CAR_HEADER_BYTES,
  MAX_CAR_ROOTS,
  MAX_CAR_SECTION_BYTES,
  readCar,
  writeCar,
} from '../../../src/core/blocks/car.ts'
import { type Block, cidToString, dagCborCid, rawCid } from '../../../src/core/blocks/cid.ts'
import { concatBytes, hexToBytes } from '../../../src/core/bytes.ts'
import { encodeCbor } from '../../../src/core/cbor.ts'
import { MAX_BLOCK_BYTES } from '../../../src/core/limits.ts'
import { describe, it } from '../../support/runner.ts'

const rawBlock = (bytes: Uint8Array): Block => ({ cid: rawCid(bytes), bytes })
const BLOCKS = [rawBlock(Uint8Array.of(1, 2, 3)), rawBlock(new Uint8Array(300).fill(7)), rawBlock(new Uint8Array(0))]
const ROOT = dagCborCid(encodeCbor('root'))

const collect = async (chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> => {
  const parts: Uint8Array[] = []
  for await (const part of chunks) parts.push(part)
  return concatBytes(...parts)
}

/** The bytes in chunks of `size`. */
async function* inChunks(bytes: Uint8Array, size = bytes.length): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** Everything that reading gives, in texts. */
const readAll = async (chunks: AsyncIterable<Uint8Array>) => {
  const car = await readCar(chunks)
  if (!car.ok) return { refused: car.error.reason }
  const blocks: string[] = []
  const errors: CarRefusal[] = []
  for await (const block of car.value.blocks) {
    if (block.ok) blocks.push(cidToString(block.value.cid))
    else errors.push(block.error)
  }
  return { roots: car.value.roots.map(cidToString), blocks, errors }
}

const wholeCar = () => collect(writeCar([ROOT], BLOCKS))
const names = BLOCKS.map(({ cid }) => cidToString(cid))

describe('CAR archives', () => {
  it('[A1] come back as they were, wherever the stream is cut', async () => {
    const blocks = fc.array(fc.uint8Array({ maxLength: 500 }), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(blocks, fc.integer({ min: 1, max: 600 }), async (contents, size) => {
        const list = contents.map(rawBlock)
        const bytes = await collect(writeCar([ROOT], list))
        expect(await readAll(inChunks(bytes, size))).to.deep.equal({
          roots: [cidToString(ROOT)],
          blocks: list.map(({ cid }) => cidToString(cid)),
          errors: [],
        })
      }),
    )
  })

  it('[A1] are what @ipld/car reads and writes', async () => {
    const reader = await CarReader.fromBytes(await wholeCar())
    expect((await reader.getRoots()).map(String)).to.deep.equal([cidToString(ROOT)])
    const read: string[] = []
    for await (const block of reader.blocks()) read.push(String(block.cid))
    expect(read).to.deep.equal(names)
    const { writer, out } = CarWriter.create([ROOT])
    const written = collect(out)
    for (const block of BLOCKS) await writer.put(block)
    await writer.close()
    expect(await written).to.deep.equal(await wholeCar())
  })

  it('[A2] are read as they are asked for, and let go when nobody reads on', async () => {
    let asked = 0
    let closed = false
    const bytes = await wholeCar()
    async function* counted() {
      try {
        for await (const chunk of inChunks(bytes, 20)) {
          asked++
          yield chunk
        }
      } finally {
        closed = true
      }
    }
    const car = await readCar(counted())
    const afterHeader = asked
    if (car.ok) for await (const _ of car.value.blocks) break
    expect(afterHeader).to.be.below(asked)
    expect(asked).to.be.below(bytes.length / 20 / 3)
    expect(closed).to.equal(true)
  })

  it('[A3] a block that does not fit its name is told, and the next is read', async () => {
    const wrong = { cid: rawCid(Uint8Array.of(9)), bytes: Uint8Array.of(8) }
    const bytes = await collect(writeCar([], [BLOCKS[0]!, wrong, BLOCKS[1]!]))
    const { blocks, errors } = await readAll(inChunks(bytes))
    expect(blocks).to.deep.equal([names[0], names[1]])
    expect(errors).to.deep.equal([{ type: 'wrong-block', index: 1, cid: cidToString(wrong.cid) }])
  })

  it('[A3] a name of another kind is told, and the next is read', async () => {
    const start = await collect(writeCar([], []))
    const end = (await collect(writeCar([], [BLOCKS[0]!]))).subarray(start.length)
    const { blocks, errors } = await readAll(inChunks(concatBytes(start, hexToBytes('03010203'), end)))
    expect({ blocks, errors }).to.deep.equal({ blocks: [names[0]], errors: [{ type: 'wrong-block', index: 0 }] })
  })

  it('[A4] an archive that is cut short gives what is whole, and says so', async () => {
    const bytes = await wholeCar()
    for (let length = 0; length < bytes.length; length++) {
      const { refused, blocks = [], errors = [] } = await readAll(inChunks(bytes.subarray(0, length), 64))
      expect(blocks).to.deep.equal(names.slice(0, blocks.length))
      if (refused !== undefined || blocks.length === names.length) continue
      // Between two sections an archive may end.
      expect(errors.length).to.be.at.most(1)
      if (errors[0]) expect(errors[0].type).to.equal('malformed')
    }
  })
})

describe('hostile CAR archives', () => {
  const refusalOf = async (bytes: Uint8Array) => (await readAll(inChunks(bytes))).refused

  /** Never ends: whoever reads all of it never comes back. */
  async function* endless(start: Uint8Array) {
    yield start
    for (;;) yield new Uint8Array(65_536)
  }

  it('[A5] a header that is longer than allowed is refused by its announcement', async () => {
    expect(MAX_CAR_HEADER_BYTES).to.equal(1024)
    expect((await readAll(endless(hexToBytes('8108')))).refused).to.contain('at most 1024')
    expect((await readAll(endless(hexToBytes('ffffffff7f')))).refused).to.contain('over 1024')
  })

  it('[A5] a section that is longer than allowed is refused by its announcement', async () => {
    const start = await collect(writeCar([], []))
    // 0x40025 and 2^35 - 1.
    for (const hex of ['a58010', 'ffffffff7f']) {
      const { errors } = await readAll(endless(concatBytes(start, hexToBytes(hex))))
      expect(errors).to.have.length(1)
      expect(errors?.[0]).to.include({ type: 'malformed' })
      expect(JSON.stringify(errors)).to.contain(String(MAX_CAR_SECTION_BYTES))
    }
  })

  it('[A5] more roots than allowed are refused, and not written', async () => {
    const roots = Array.from({ length: MAX_CAR_ROOTS + 1 }, () => ROOT)
    const header = encodeCbor({ roots, version: 1 })
    const length = Uint8Array.of((header.length & 0x7f) | 0x80, header.length >> 7)
    expect(await refusalOf(concatBytes(length, header))).to.contain(`at most ${MAX_CAR_ROOTS}`)
    expect(await refusalOf(await collect(writeCar(roots.slice(1), [])))).to.equal(undefined)
    const failed = await collect(writeCar(roots, [])).catch((error: unknown) => error)
    expect(failed).to.be.instanceOf(RangeError)
  })

  it('[A5] a block that is larger than allowed is not written', async () => {
    const failed = await collect(writeCar([], [rawBlock(new Uint8Array(MAX_BLOCK_BYTES + 1))])).catch(
      (error: unknown) => error,
    )
    expect(failed).to.be.instanceOf(RangeError)
  })

  it('[A6] other headers and versions are refused', async () => {
    const headers = [
      { roots: [], version: 2 },
      { roots: 'x', version: 1 },
      { roots: ['x'], version: 1 },
      { version: 1 },
      { roots: [], version: 1, more: 1 },
      [],
    ]
    for (const header of headers.map(encodeCbor)) {
      expect(await refusalOf(concatBytes(Uint8Array.of(header.length), header))).to.be.a('string')
    }
    expect(await refusalOf(hexToBytes('0a'))).to.contain('cut short')
    expect(await refusalOf(hexToBytes('8000'))).to.contain('shortest')
    expect(await refusalOf(new Uint8Array(0))).to.contain('cut short')
  })
})
