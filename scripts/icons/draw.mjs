/**
 * Draws the app's icons into public/: the mark of src/ui/elements/logo.ts as PNG in the sizes that a manifest needs,
 * and as SVG. No image library: shapes are sampled 4 × 4 per pixel and written with zlib. `node scripts/icons/draw.mjs`
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { crc32, deflateSync } from 'node:zlib'

const TEAL = [0, 77, 88]
const CREAM = [250, 246, 237]
const SUN = [238, 178, 56]
const SAMPLES = 4

/** Shapes on a 64-unit grid, later ones on top. `scale` shrinks the dots for the maskable icon's safe zone. */
const shapesOf = (radius, scale) => {
  const at = (value) => 32 + (value - 32) * scale
  return [
    { colour: TEAL, holds: (x, y) => insideRounded(x, y, radius) },
    { colour: CREAM, holds: (x, y) => Math.hypot(x - at(23), y - at(42)) <= 10 * scale },
    { colour: SUN, holds: (x, y) => Math.hypot(x - at(32), y - at(21)) <= 10 * scale },
    { colour: CREAM, holds: (x, y) => Math.abs(Math.hypot(x - at(44), y - at(42)) - 8.25 * scale) <= 1.75 * scale },
  ]
}

const insideRounded = (x, y, radius) => {
  const dx = Math.max(radius - x, x - (64 - radius), 0)
  const dy = Math.max(radius - y, y - (64 - radius), 0)
  return Math.hypot(dx, dy) <= radius
}

const pixel = (shapes, px, py, unit) => {
  const sum = [0, 0, 0, 0]
  for (let i = 0; i < SAMPLES * SAMPLES; i++) {
    const x = (px + ((i % SAMPLES) + 0.5) / SAMPLES) * unit
    const y = (py + (Math.floor(i / SAMPLES) + 0.5) / SAMPLES) * unit
    const colour = shapes.findLast((shape) => shape.holds(x, y))?.colour
    if (!colour) continue
    for (const [channel, value] of colour.entries()) sum[channel] += value
    sum[3] += 1
  }
  const hits = sum[3] || 1
  return [sum[0] / hits, sum[1] / hits, sum[2] / hits, (sum[3] * 255) / SAMPLES ** 2].map(Math.round)
}

const chunk = (type, data) => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(body.length + 8)
  frame.writeUInt32BE(data.length, 0)
  body.copy(frame, 4)
  frame.writeUInt32BE(crc32 ? crc32(body) : crc(body), body.length + 4)
  return frame
}

/** zlib.crc32 came with Node 20.15. */
const crc = (bytes) => {
  let c = ~0
  for (const byte of bytes) {
    c ^= byte
    for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1
  }
  return ~c >>> 0
}

const png = (size, shapes) => {
  const rows = Buffer.alloc(size * (size * 4 + 1))
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) rows.set(pixel(shapes, x, y, 64 / size), y * (size * 4 + 1) + 1 + x * 4)
  const header = Buffer.alloc(13)
  header.writeUInt32BE(size, 0)
  header.writeUInt32BE(size, 4)
  header.set([8, 6, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

const hex = (colour) => `#${colour.map((value) => value.toString(16).padStart(2, '0')).join('')}`
const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
  <rect width="64" height="64" rx="18" fill="${hex(TEAL)}"/>
  <circle cx="23" cy="42" r="10" fill="${hex(CREAM)}"/>
  <circle cx="32" cy="21" r="10" fill="${hex(SUN)}"/>
  <circle cx="44" cy="42" r="8.25" fill="none" stroke="${hex(CREAM)}" stroke-width="3.5"/>
</svg>
`

const folder = new URL('../../public/', import.meta.url)
await mkdir(folder, { recursive: true })
await writeFile(new URL('icon.svg', folder), svg)
for (const size of [192, 512]) await writeFile(new URL(`icon-${size}.png`, folder), png(size, shapesOf(18, 1)))
// A maskable icon fills its square; what matters lies within the middle four fifths.
await writeFile(new URL('icon-maskable-512.png', folder), png(512, shapesOf(0, 0.82)))
