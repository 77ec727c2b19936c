/** Pictures made on the spot. */
import { deflateSync } from 'node:zlib'
import type { Page, Upload } from '../../support/e2e.ts'

const crcOf = (bytes: Uint8Array): number => {
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return ~crc >>> 0
}

const chunk = (type: string, data: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const crc = Buffer.alloc(4)
  crc.writeUInt32BE(crcOf(body))
  return Buffer.concat([length, body, crc])
}

/** A PNG of 8-bit RGB. `data`: its rows, each behind a zero byte, compressed. */
export const pngOf = (name: string, width: number, height: number, data: Uint8Array): Upload => {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])
  const chunks = [chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', new Uint8Array(0))]
  return { name, type: 'image/png', bytes: Buffer.concat([signature, ...chunks]) }
}

/** A PNG of that size: stripes from which a scaled copy can still be told apart from nothing. */
export const picture = (name: string, width = 640, height = 480): Upload => {
  const rows = Buffer.alloc((width * 3 + 1) * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      rows.set([(x * 255) / width, (y * 255) / height, (x ^ y) & 255], y * (width * 3 + 1) + 1 + x * 3)
  return pngOf(name, width, height, deflateSync(rows))
}

/** True when the page shows a picture that wide (its own pixels, however it is scaled). */
export const showsPicture = (page: Page, pixels: number): Promise<boolean> =>
  page.evaluate((width) => {
    const shows = (root: ParentNode): boolean =>
      [...root.querySelectorAll('*')].some(
        (element) =>
          (element instanceof HTMLImageElement && element.naturalWidth === width) ||
          (element.shadowRoot !== null && shows(element.shadowRoot)),
      )
    return shows(document)
  }, pixels)
