/** A block out of a device: read whole and held against its CID before a byte of it goes out. */

import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { type Cid, cidToBytes, cidToString, verifyBlock } from '../../core/blocks/cid.ts'
import { ok } from '../../core/result.ts'
import type { Visit } from './callers.ts'
import type { Devices } from './devices.ts'
import { type DoorAnswer, INERT } from './door-answer.ts'
import { namesTag, partOf } from './ranges.ts'
import { refuse } from './refusals.ts'

/** A CID names the same bytes for ever. */
const FOREVER = 'public, max-age=31536000, immutable'

/** GET and HEAD of `/at/DEVICE/b/CID`. */
export const answerBlock = async (
  { device, cid }: { readonly device: Uint8Array; readonly cid: Cid },
  { method, headers }: IncomingMessage,
  { devices, visit }: { readonly devices: Devices; readonly visit: Visit },
): Promise<DoorAnswer> => {
  const found = devices.find(device)
  if (!found.ok) return found
  const tag = `"${cidToString(cid)}"`
  const shared = { ETag: tag, 'Cache-Control': FOREVER, 'Accept-Ranges': 'bytes' }
  // Whoever has the bytes of a CID has the ones that the device would send: it is not asked again.
  if (namesTag(headers['if-none-match'], tag)) return ok({ status: 304, headers: shared, body: '' })
  const read = await found.value.ask({ type: 'read-block', cid: cidToBytes(cid) }, visit)
  if (!read.ok) return read
  if (!read.value || !verifyBlock(cid, read.value)) return found.value.lied()
  const range = method === 'GET' ? headers.range : undefined
  return cut(read.value, partOf({ range, ifRange: ifRangeOf(headers) }, tag, read.value.length), shared)
}

/** Node's types leave it out. */
const ifRangeOf = (headers: IncomingHttpHeaders): string | undefined => headers['if-range'] as string | undefined

const cut = (
  bytes: Uint8Array,
  part: ReturnType<typeof partOf>,
  shared: Readonly<Record<string, string>>,
): DoorAnswer => {
  if (part === 'none')
    return refuse('range-not-satisfiable', { headers: { 'Content-Range': `bytes */${bytes.length}` } })
  if (part === 'all') return ok({ status: 200, headers: { ...shared, ...INERT }, body: bytes })
  const { start, end } = part
  const range = { 'Content-Range': `bytes ${start}-${end - 1}/${bytes.length}` }
  return ok({ status: 206, headers: { ...shared, ...INERT, ...range }, body: bytes.subarray(start, end) })
}
