/**
 * Chosen pictures made fit to be sent: drawn again on a canvas, which drops metadata (place, camera), turns them the
 * right way up and bounds their size.
 */
import type { Result } from '../../core/result.ts'
import type { PictureInput } from '../../rpc/contract.ts'
import type { KithError } from '../../rpc/errors.ts'

/** Longest side of a picture in a post (pixels). */
export const MAX_SIDE = 2048
/** What a picture in a post may weigh (bytes). */
export const MAX_PICTURE_BYTES = 600_000
/** Side of the square that a profile picture becomes (pixels). */
export const AVATAR_SIDE = 256

/** Pairs of quality and further shrinking, tried in this order until the picture is light enough. */
const ATTEMPTS = [
  [0.86, 1],
  [0.74, 1],
  [0.62, 1],
  [0.62, 0.75],
  [0.55, 0.5],
] as const

interface Crop {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const draw = (image: ImageBitmap, crop: Crop, width: number, height: number): HTMLCanvasElement => {
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(width))
  canvas.height = Math.max(1, Math.round(height))
  const context = canvas.getContext('2d')
  if (context) {
    context.imageSmoothingQuality = 'high'
    context.drawImage(image, crop.x, crop.y, crop.width, crop.height, 0, 0, canvas.width, canvas.height)
  }
  return canvas
}

const encode = (canvas: HTMLCanvasElement, type: string, quality: number): Promise<Blob | null> =>
  new Promise((resolve) => canvas.toBlob(resolve, type, quality))

/** JPEG knows no transparency and would show black. */
const putOnWhite = (canvas: HTMLCanvasElement): void => {
  const context = canvas.getContext('2d')
  if (!context) return
  context.globalCompositeOperation = 'destination-over'
  context.fillStyle = '#fff'
  context.fillRect(0, 0, canvas.width, canvas.height)
}

/** WebP where the browser writes it (it keeps transparency), JPEG elsewhere. */
const encodeSmall = async (canvas: HTMLCanvasElement, quality: number): Promise<Blob | null> => {
  const webp = await encode(canvas, 'image/webp', quality)
  if (webp?.type === 'image/webp') return webp
  putOnWhite(canvas)
  return encode(canvas, 'image/jpeg', quality)
}

const toInput = async (blob: Blob, canvas: HTMLCanvasElement): Promise<PictureInput> => ({
  bytes: new Uint8Array(await blob.arrayBuffer()),
  mediaType: blob.type as PictureInput['mediaType'],
  width: canvas.width,
  height: canvas.height,
  alt: '',
})

const fit = async (image: ImageBitmap, crop: Crop, side: number): Promise<Result<PictureInput, KithError>> => {
  const scale = Math.min(1, side / Math.max(crop.width, crop.height))
  for (const [quality, shrink] of ATTEMPTS) {
    const canvas = draw(image, crop, crop.width * scale * shrink, crop.height * scale * shrink)
    const blob = await encodeSmall(canvas, quality)
    if (blob && blob.size <= MAX_PICTURE_BYTES) return { ok: true, value: await toInput(blob, canvas) }
  }
  return { ok: false, error: { type: 'too-large', what: 'picture', limit: MAX_PICTURE_BYTES } }
}

const withImage = async (
  file: Blob,
  use: (image: ImageBitmap) => Promise<Result<PictureInput, KithError>>,
): Promise<Result<PictureInput, KithError>> => {
  let image: ImageBitmap
  try {
    image = await createImageBitmap(file)
  } catch {
    return { ok: false, error: { type: 'bad-picture' } }
  }
  try {
    return await use(image)
  } finally {
    image.close()
  }
}

/** A picture for a post. */
export const scalePicture = (file: Blob): Promise<Result<PictureInput, KithError>> =>
  withImage(file, (image) => fit(image, { x: 0, y: 0, width: image.width, height: image.height }, MAX_SIDE))

/** The middle of a picture as a square, for a profile. */
export const scaleAvatar = (file: Blob): Promise<Result<PictureInput, KithError>> =>
  withImage(file, (image) => {
    const side = Math.min(image.width, image.height)
    return fit(
      image,
      { x: (image.width - side) / 2, y: (image.height - side) / 2, width: side, height: side },
      AVATAR_SIDE,
    )
  })
