/**
 * The built app from its folder, kept in memory with its compressed forms. A file that has changed on disk (a build while
 * developing) is read anew; an installed build is read once.
 */

import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { MAX_STATIC_FILE_BYTES } from '../limits.ts'
import { fileTypeOf } from './content-types.ts'

/** How a body is packed. */
export type Encoding = 'identity' | 'gzip' | 'br'

/** One file as served. */
export interface StaticFile {
  readonly type: string
  /** Strong validator of the plain bytes; the packed forms add their encoding. */
  readonly tag: string
  /** True for files with a hash in their name: they never change. */
  readonly immutable: boolean
  /** Packed once, on first demand; `identity` when packing does not help. */
  body(encoding: Encoding): Promise<{ readonly bytes: Buffer; readonly encoding: Encoding }>
}

/** The files of one folder. */
export interface StaticFiles {
  /** @param path of a URL, decoded, beginning with a slash; undefined when there is no such file */
  find(path: string): Promise<StaticFile | undefined>
}

/** Text below this is not worth packing, bytes. */
const MIN_PACKED_BYTES = 512

/** Close to the best size, and a first visitor does not wait a second for it. */
const BROTLI_QUALITY = 9

interface Loaded {
  readonly stamp: string
  readonly file: StaticFile
}

/** Path segments of letters, digits and `. _ -`, none of which begins with a dot: no way out of the folder. */
const SAFE_PATH = /^(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/

/** Serves a folder; it need not exist yet. */
export const createStaticFiles = (directory: string): StaticFiles => {
  const loaded = new Map<string, Loaded>()
  return {
    async find(path) {
      if (!SAFE_PATH.test(path)) return undefined
      const stamp = await stampOf(join(directory, path))
      const known = loaded.get(path)
      if (!stamp) return undefined
      if (known?.stamp === stamp) return known.file
      const file = createStaticFile(path, await readFile(join(directory, path)))
      loaded.set(path, { stamp, file })
      return file
    },
  }
}

/** Changes whenever the file does; undefined when there is none, or none that is served. */
const stampOf = async (path: string): Promise<string | undefined> => {
  const found = await stat(path).catch(() => undefined)
  if (!found?.isFile() || found.size > MAX_STATIC_FILE_BYTES) return undefined
  return `${found.mtimeMs} ${found.size}`
}

const createStaticFile = (path: string, bytes: Buffer): StaticFile => {
  const { type, text } = fileTypeOf(path)
  const packable = text && bytes.length >= MIN_PACKED_BYTES
  const packed = new Map<Encoding, Promise<Buffer>>()
  const pack = (encoding: 'gzip' | 'br'): Promise<Buffer> => {
    const packing = packed.get(encoding) ?? packers[encoding](bytes)
    packed.set(encoding, packing)
    return packing
  }
  return {
    type,
    tag: createHash('sha256').update(bytes).digest('base64url').slice(0, 27),
    immutable: path.startsWith('/assets/'),
    async body(encoding) {
      if (!packable || encoding === 'identity') return { bytes, encoding: 'identity' }
      return { bytes: await pack(encoding), encoding }
    },
  }
}

const packers = {
  gzip: (bytes: Buffer): Promise<Buffer> => promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION }),
  br: (bytes: Buffer): Promise<Buffer> =>
    promisify(brotliCompress)(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
} as const
