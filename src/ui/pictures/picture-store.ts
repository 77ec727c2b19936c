/**
 * Object URLs of pictures by file id, so that a face shown forty times is read once. The oldest are let go; an image
 * that is on the screen keeps its pixels after its URL is revoked.
 */
import type { Result } from '../../core/result.ts'
import type { KithError } from '../../rpc/errors.ts'
import type { FileId } from '../../rpc/views.ts'
import { node } from '../controllers/node-context.ts'

/** URLs kept at a time. */
export const MAX_PICTURE_URLS = 300
/** Types a browser draws without running anything. */
const INERT_TYPES = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif'])

const urls = new Map<FileId, string>()
const pending = new Map<FileId, Promise<Result<string, KithError>>>()

const remember = (file: FileId, url: string): void => {
  urls.set(file, url)
  for (const [oldest, old] of urls) {
    if (urls.size <= MAX_PICTURE_URLS) return
    urls.delete(oldest)
    URL.revokeObjectURL(old)
  }
}

const read = async (file: FileId): Promise<Result<string, KithError>> => {
  const result = await node().request('read-file', { file })
  pending.delete(file)
  if (!result.ok) return result
  const { bytes, mediaType } = result.value
  if (!INERT_TYPES.has(mediaType)) return { ok: false, error: { type: 'bad-picture' } }
  const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: mediaType }))
  remember(file, url)
  return { ok: true, value: url }
}

/** The URL of a picture that has been read before. */
export const knownPicture = (file: FileId): string | undefined => urls.get(file)

/** Reads a picture, once for all who ask at the same time. */
export const loadPicture = (file: FileId): Promise<Result<string, KithError>> => {
  const known = urls.get(file)
  if (known) return Promise.resolve({ ok: true, value: known })
  const reading = pending.get(file) ?? read(file)
  pending.set(file, reading)
  return reading
}
