/** What counts as a picture: by whom it is written, and by whom it is read. The same limits hold for both. */
import { type Cid, Codec, cidToString } from '../../core/blocks/cid.ts'
import { decodeManifest, MAX_PIXELS, type Manifest } from '../../core/blocks/manifest.ts'
import { isCount } from '../../core/cbor.ts'
import { MAX_ALT_LENGTH } from '../../core/limits.ts'
import { err, type Malformed, malformed, ok, type Result } from '../../core/result.ts'
import type { UnknownVersion } from '../../core/version.ts'
import type { PictureInput } from '../../rpc/contract.ts'
import type { KithError } from '../../rpc/errors.ts'

/** The largest picture: nothing larger is taken from a page, fetched from others or given to a page. */
export const MAX_PICTURE_BYTES = 4_194_304

/** Media types that are shown as pictures: none of them can run anything. */
const PICTURE_TYPES: readonly unknown[] = ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif']

/** Whether a media type is one of those that are shown. */
export const isPictureType = (value: unknown): value is PictureInput['mediaType'] => PICTURE_TYPES.includes(value)

/** Whether a value is a width or height. Zero where it is not known. */
export const isPixels = (value: unknown): value is number => isCount(value, MAX_PIXELS)

/** Why a picture is not taken, if so: what its readers would refuse is not written. */
export const refusalOfPicture = (picture: PictureInput): KithError | undefined => {
  const { bytes, mediaType, width, height, alt } = picture
  if (bytes.length > MAX_PICTURE_BYTES) return { type: 'too-large', what: 'picture', limit: MAX_PICTURE_BYTES }
  if (alt.length > MAX_ALT_LENGTH) return { type: 'too-large', what: 'alt', limit: MAX_ALT_LENGTH }
  const isFine = bytes.length > 0 && isPictureType(mediaType) && isPixels(width) && isPixels(height)
  return isFine ? undefined : { type: 'bad-picture' }
}

/** A picture that may be fetched and given to a page. */
export interface ReadablePicture {
  readonly manifest: Manifest
  /** The chunks that it is made of, each once. */
  readonly chunks: readonly Cid[]
}

/** Why a block is not the manifest of a picture that may be fetched. */
export type PictureRefusal =
  | Malformed<'manifest'>
  | UnknownVersion<'manifest'>
  | { readonly type: 'too-large'; readonly what: 'picture'; readonly limit: number }

/** The picture that a block describes. Nothing of what it lists is wanted before it passed this. */
export const readPictureManifest = (bytes: Uint8Array): Result<ReadablePicture, PictureRefusal> => {
  const decoded = decodeManifest(bytes)
  if (!decoded.ok) return decoded
  const manifest = decoded.value
  if (manifest.size > MAX_PICTURE_BYTES) return err({ type: 'too-large', what: 'picture', limit: MAX_PICTURE_BYTES })
  // A chunk that is itself a manifest would make a small file grow without bound.
  if (manifest.encryption || manifest.chunks.some(({ code }) => code !== Codec.raw))
    return malformed('manifest', 'not a public file of plain chunks')
  const chunks = new Map(manifest.chunks.map((chunk) => [cidToString(chunk), chunk]))
  return ok({ manifest, chunks: [...chunks.values()] })
}
