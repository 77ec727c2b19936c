/**
 * CARv1 archives (ipld.io/specs/transport/car/carv1): a header with the roots, then sections of CID and block, each
 * behind its length. Reader and writer stream: memory holds one chunk of the source and one block. @ipld/car is not
 * used here because it buffers whatever length a header or section claims, and verifies no block; the tests read and
 * write with it to compare. Rules A1 to A6 of docs/protocol.
 */
import { decodeCbor, encodeCbor, hasKeys, isRecord } from '../cbor.ts'
import { MAX_BLOCK_BYTES } from '../limits.ts'
import { err, type Malformed, malformed, ok, type Result } from '../result.ts'
import { type ByteSource, createByteSource } from './byte-source.ts'
import {
  type Block,
  CID_BYTES,
  type Cid,
  cidFromBytes,
  cidToBytes,
  cidToString,
  isBlockCid,
  verifyBlock,
} from './cid.ts'

/** Roots of one archive. */
export const MAX_CAR_ROOTS = 16

/** The dag-cbor header: {@link MAX_CAR_ROOTS} roots take 680 bytes. */
export const MAX_CAR_HEADER_BYTES = 1024

/** CID and block. */
export const MAX_CAR_SECTION_BYTES = CID_BYTES + MAX_BLOCK_BYTES

/** Three bytes of varint reach 2^21, past every length allowed here. */
const MAX_VARINT_BYTES = 3

const encodeVarint = (value: number): Uint8Array => {
  const bytes: number[] = []
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Uint8Array.from([...bytes, rest])
    bytes.push((rest & 0x7f) | 0x80)
  }
}

/**
 * The bytes of an archive, one chunk for each length, CID and block.
 * @throws {RangeError} over {@link MAX_CAR_ROOTS} roots, or a block that is too large
 */
export async function* writeCar(
  roots: readonly Cid[],
  blocks: AsyncIterable<Block> | Iterable<Block>,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (roots.length > MAX_CAR_ROOTS)
    throw new RangeError(`"roots" expected at most ${MAX_CAR_ROOTS}, got ${roots.length}`)
  const header = encodeCbor({ roots, version: 1 })
  yield encodeVarint(header.length)
  yield header
  for await (const { cid, bytes } of blocks) {
    if (bytes.length > MAX_BLOCK_BYTES) throw new RangeError(`block ${cidToString(cid)} has ${bytes.length} bytes`)
    yield encodeVarint(CID_BYTES + bytes.length)
    yield cidToBytes(cid)
    yield bytes
  }
}

/** Why an archive, or one of its blocks, is refused. */
export type CarRefusal =
  /** The archive cannot be read further. */
  | Malformed<'car'>
  /** This section (counted from 0) holds no block that fits its name; the next may. */
  | { readonly type: 'wrong-block'; readonly index: number; readonly cid?: string }

/** An archive being read. */
export interface Car {
  readonly roots: readonly Cid[]
  /**
   * Every block, verified, in the archive's order; can be iterated once. A `wrong-block` takes the place of a block
   * and reading goes on; `malformed` is always the last.
   */
  readonly blocks: AsyncIterable<Result<Block, CarRefusal>>
}

/** A varint of at most `limit`. */
const readVarint = async (source: ByteSource, limit: number): Promise<Result<number, Malformed<'car'>>> => {
  let value = 0
  for (let i = 0; i < MAX_VARINT_BYTES; i++) {
    const byte = (await source.take(1))?.[0]
    if (byte === undefined) return malformed('car', 'cut short within a length')
    value |= (byte & 0x7f) << (7 * i)
    if (byte >= 0x80) continue
    if (i > 0 && byte === 0) return malformed('car', 'length not in its shortest form')
    return value <= limit ? ok(value) : malformed('car', `length ${value}, at most ${limit} allowed`)
  }
  return malformed('car', `length over ${limit}`)
}

/** Bytes behind their length. */
const readPart = async (source: ByteSource, limit: number): Promise<Result<Uint8Array, Malformed<'car'>>> => {
  const length = await readVarint(source, limit)
  if (!length.ok) return length
  const bytes = await source.take(length.value)
  return bytes ? ok(bytes) : malformed('car', `cut short: ${length.value} bytes announced`)
}

const rootsOf = (header: Uint8Array): Result<readonly Cid[], Malformed<'car'>> => {
  const decoded = decodeCbor(header, MAX_CAR_HEADER_BYTES)
  if (!decoded.ok) return malformed('car', decoded.error.reason)
  const { value } = decoded
  if (!isRecord(value) || !hasKeys(value, ['roots', 'version'])) return malformed('car', 'not a CARv1 header')
  if (value.version !== 1) return malformed('car', `CAR version ${value.version}, 1 expected`)
  const { roots } = value
  if (!Array.isArray(roots) || roots.length > MAX_CAR_ROOTS || !roots.every(isBlockCid)) {
    return malformed('car', `roots expected to be at most ${MAX_CAR_ROOTS} CIDs of blocks`)
  }
  return ok(roots)
}

const blockOf = (section: Uint8Array, index: number): Result<Block, CarRefusal> => {
  const cid = cidFromBytes(section.subarray(0, CID_BYTES))
  if (!cid.ok) return err({ type: 'wrong-block', index })
  const bytes = section.subarray(CID_BYTES)
  if (verifyBlock(cid.value, bytes)) return ok({ cid: cid.value, bytes })
  return err({ type: 'wrong-block', index, cid: cidToString(cid.value) })
}

async function* readBlocks(source: ByteSource): AsyncGenerator<Result<Block, CarRefusal>, void, undefined> {
  try {
    for (let index = 0; !(await source.isAtEnd()); index++) {
      const section = await readPart(source, MAX_CAR_SECTION_BYTES)
      yield section.ok ? blockOf(section.value, index) : section
      if (!section.ok) return
    }
  } finally {
    await source.close()
  }
}

/** Reads the header of an archive at once and its blocks as they are asked for. */
export const readCar = async (chunks: AsyncIterable<Uint8Array>): Promise<Result<Car, Malformed<'car'>>> => {
  const source = createByteSource(chunks)
  const header = await readPart(source, MAX_CAR_HEADER_BYTES)
  const roots = header.ok ? rootsOf(header.value) : header
  if (roots.ok) return ok({ roots: roots.value, blocks: readBlocks(source) })
  await source.close()
  return roots
}
