/** The paths of doors, read: what is asked of which device, or of the index. */

import { type Cid, parseCid } from '../../core/blocks/cid.ts'
import { base32Decode } from '../../core/bytes.ts'
import { SCOPE_ID_BYTES } from '../../core/limits.ts'

/** What a path leads to. */
export type Door =
  | { readonly type: 'holders'; readonly key: Uint8Array }
  | { readonly type: 'block-holders'; readonly cid: Cid }
  | { readonly type: 'block'; readonly device: Uint8Array; readonly cid: Cid }
  | { readonly type: 'record'; readonly device: Uint8Array; readonly key: Uint8Array }
  | { readonly type: 'malformed' }

/** Characters of 32 bytes in base32. */
const ID_LENGTH = 52

/** 32 bytes from their one text. */
const readId = (text: string): Uint8Array | undefined => {
  const bytes = text.length === ID_LENGTH ? base32Decode(text) : undefined
  return bytes?.length === SCOPE_ID_BYTES ? bytes : undefined
}

const readCid = (text: string): Cid | undefined => {
  const cid = parseCid(text)
  return cid.ok ? cid.value : undefined
}

const MALFORMED = { type: 'malformed' } as const

/** The door of a path; undefined when it is none of theirs. */
export const readDoor = (path: string): Door | undefined => {
  const [, first, ...rest] = path.split('/')
  if (rest.length === 0) return undefined
  if (first === 'k') return rest.length === 1 ? indexDoor(rest[0]!) : MALFORMED
  if (first === 'at') return rest.length === 3 ? deviceDoor(rest[0]!, rest[1]!, rest[2]!) : MALFORMED
  return undefined
}

/** Texts of keys and CIDs differ in length, so one path serves both. */
const indexDoor = (text: string): Door => {
  const key = readId(text)
  if (key) return { type: 'holders', key }
  const cid = readCid(text)
  return cid ? { type: 'block-holders', cid } : MALFORMED
}

const deviceDoor = (who: string, kind: string, name: string): Door => {
  const device = readId(who)
  const key = kind === 'k' ? readId(name) : undefined
  const cid = kind === 'b' ? readCid(name) : undefined
  if (device && key) return { type: 'record', device, key }
  return device && cid ? { type: 'block', device, cid } : MALFORMED
}
