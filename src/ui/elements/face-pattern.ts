/**
 * Faces from keys: the pattern and the pair of colours that stand for a person id, the same everywhere. Nine tiles
 * with fourfold symmetry (one shape in the corners, one at the sides, one in the middle) and two hues far apart.
 */

/** What is drawn for a person. Shapes are SVG paths in a tile of 1 × 1, to be turned about its middle. */
export interface FacePattern {
  readonly ground: string
  readonly figure: string
  readonly corner: string
  readonly side: string
  readonly middle: string
  /** Quarter turns of the corner and side shapes. */
  readonly turn: number
}

const outer = [
  'M0 0H1A1 1 0 0 1 0 1Z',
  'M0 0H1L0 1Z',
  'M0 0H1V1A1 1 0 0 1 0 0Z',
  'M0 1A1 1 0 0 1 1 0V1Z',
  'M.5 0A.5 .5 0 0 1 .5 1A.5 .5 0 0 1 .5 0Z',
  'M0 0H.5V1H0Z',
  'M0 0L1 .5L0 1Z',
  'M0 0A1 1 0 0 1 1 1A1 1 0 0 1 0 0Z',
]
const inner = [
  'M.5 .1A.4 .4 0 0 1 .5 .9A.4 .4 0 0 1 .5 .1Z',
  'M.5 0L1 .5L.5 1L0 .5Z',
  'M0 0H1V1H0Z',
  'M.5 .25A.25 .25 0 0 1 .5 .75A.25 .25 0 0 1 .5 .25Z',
]

/** FNV-1a over the characters, then mixed so that every bit depends on all of them. */
const hash = (text: string, seed: number): number => {
  let h = 0x811c9dc5 ^ seed
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d)
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b)
  return (h ^ (h >>> 16)) >>> 0
}

/** The pattern of a person id. */
export const facePattern = (id: string): FacePattern => {
  const shape = hash(id, 1)
  const colour = hash(id, 2)
  const hue = colour % 360
  const other = (hue + 120 + ((colour >>> 9) % 120)) % 360
  return {
    ground: `oklch(0.88 0.075 ${hue})`,
    figure: `oklch(0.47 0.12 ${other})`,
    corner: outer[shape % 8] as string,
    side: outer[(shape >>> 3) % 8] as string,
    middle: inner[(shape >>> 6) % 4] as string,
    turn: (shape >>> 8) % 4,
  }
}
