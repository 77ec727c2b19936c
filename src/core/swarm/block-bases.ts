/**
 * Addresses under which a person's blocks can be read without any peer: a base, and behind it the block's CID. Rules FS7
 * and FS8 of docs/protocol.
 */
import { type Cid, cidToString } from '../blocks/cid.ts'
import { hasKeys, isCount, isRecord, isText } from '../cbor.ts'
import { isLoopbackHost, normaliseHost } from '../identity/person-link.ts'
import { addressKind } from './ip-address.ts'

/** Payload type of the public log that names them. */
export const BLOCK_BASES = 'kith/block-bases'

/** Bases of one person. */
export const MAX_BASES = 2

/** Characters of a base. */
export const MAX_BASE_LENGTH = 512

/** Body of {@link BLOCK_BASES}: the newest counts, and an empty list takes the older ones back. */
export interface BlockBases {
  readonly bases: readonly string[]
  readonly time: number
}

/** Origin, then folders; no query, no fragment, nothing that a URL parser would fold away. */
const BASE = /^([^/]+:\/\/[^/]+)\/(?:(?!\.{1,2}\/)[\w.~!$&'()*+,;=:@%-]+\/)*$/

/** A name that URL parsers take for an IPv4 address, whatever is before its last part: `2130706433`, `127.1`, `0x7f.1`. */
const NUMBER = /(?:^|\.)(?:\d+|0x[\da-f]*)$/

const hostnameOf = (origin: string): string =>
  origin
    .replace(/^https?:\/\//, '')
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '')

/** The origin of a folder's URL: https, or plain http on this machine. Undefined for anything else. */
export const folderOrigin = (text: string): string | undefined => {
  const origin = text.length <= MAX_BASE_LENGTH ? BASE.exec(text)?.[1] : undefined
  if (origin === undefined || normaliseHost(origin) !== origin) return undefined
  const hostname = hostnameOf(origin)
  // An address has one spelling, so that it is seen where it leads.
  if (NUMBER.test(hostname) && addressKind(hostname) === undefined) return undefined
  return origin.startsWith('https:') || isLoopbackHost(origin) ? origin : undefined
}

/** [FS7] Whether a text is a base: the URL of a folder that is in no private network. */
export const isBase = (value: unknown): value is string => {
  const origin = isText(value, MAX_BASE_LENGTH) ? folderOrigin(value) : undefined
  return origin !== undefined && addressKind(hostnameOf(origin)) !== 'private'
}

/** Where a block is to be read under a base. */
export const baseUrl = (base: string, cid: Cid): string => base + cidToString(cid)

/** The bases in a decoded body; undefined when there are none in it. */
export const readBlockBases = (body: unknown): BlockBases | undefined => {
  if (!isRecord(body) || !hasKeys(body, ['bases', 'time']) || !isCount(body.time)) return undefined
  const { bases, time } = body
  if (!Array.isArray(bases) || bases.length > MAX_BASES || !bases.every(isBase)) return undefined
  return { bases, time }
}
