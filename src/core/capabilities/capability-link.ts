/**
 * Links that carry a capability: `https://host/shared#TEXT`, read in that form and as the bare text. What stands behind
 * the `#` is sent to no server. For that reason there is no `web+kith:` form: browsers put such a link whole into a
 * query. Rules [CP6] and [CP7].
 *
 * ```
 * TEXT = base32(body checksum:8)     checksum = the first bytes of SHA-256("kith/capability-link" ‖ body)
 * body = version:u8 kind:u8 keys hosts:u8 (length:u8 origin)*
 * keys = seed:32 (write) | key:32 readKey:32 (read) | key:32 (verify)
 * ```
 */
import { sha256 } from '@noble/hashes/sha2.js'
import {
  type ByteReader,
  base32Decode,
  base32Encode,
  concatBytes,
  createReader,
  createWriter,
  equalBytes,
  utf8Decode,
  utf8Encode,
} from '../bytes.ts'
import { MAX_HOST_CHARS, MAX_LINK_CHARS, MAX_LINK_HOSTS, normaliseHost } from '../identity/person-link.ts'
import { err, type Malformed, malformed, ok, type Result } from '../result.ts'
import { type UnknownVersion, unknownVersion } from '../version.ts'
import type { Capability, CapabilityKind } from './capability.ts'

/** The version that a link begins with. */
export const CAPABILITY_LINK_VERSION = 1
/** Where links open, behind a host's address. */
export const SHARED_PATH = '/shared'

const CHECKSUM_BYTES = 8
const KEY_BYTES = 32
/** Base32 of the shortest link: what is less and stands alone is a word, and no link that was cut. */
const LEAST_TEXT_CHARS = Math.ceil(((3 + KEY_BYTES + CHECKSUM_BYTES) * 8) / 5)
const PREFIX = utf8Encode('kith/capability-link')
const KIND_BYTES = { write: 1, read: 2, verify: 3 } as const satisfies Record<CapabilityKind, number>

/** What a link says. */
export interface CapabilityLink {
  readonly capability: Capability
  /** Origins at which devices may be found that have the record. */
  readonly hosts: readonly string[]
}

/** Why a text is no such link. */
export type CapabilityLinkError =
  | Malformed<'capability-link'>
  | UnknownVersion<'capability-link'>
  /** A character is another than it was, or missing. */
  | { readonly type: 'damaged-link' }

const checksumOf = (body: Uint8Array): Uint8Array => sha256(concatBytes(PREFIX, body)).subarray(0, CHECKSUM_BYTES)

const keysOf = (capability: Capability): Uint8Array => {
  if (capability.kind === 'write') return capability.seed
  return capability.kind === 'read' ? concatBytes(capability.key, capability.readKey) : capability.key
}

/**
 * [CP6] The link. Hosts for which it has no room are left out, the last first.
 * @param base where the app is served, such as `https://kith.example`; the link opens there
 * @throws RangeError when a host is no origin, there are too many, or the address alone is too long
 */
export const encodeCapabilityLink = ({
  capability,
  hosts,
  base,
}: CapabilityLink & { readonly base: string }): string => {
  if (hosts.length > MAX_LINK_HOSTS) throw new RangeError(`"hosts" expected at most ${MAX_LINK_HOSTS}`)
  const writer = createWriter()
  writer.u8(CAPABILITY_LINK_VERSION)
  writer.u8(KIND_BYTES[capability.kind])
  writer.bytes(keysOf(capability))
  writer.u8(hosts.length)
  for (const host of hosts) {
    const origin = normaliseHost(host)
    if (origin === undefined) throw new RangeError('"hosts" expected origins')
    writer.u8(origin.length)
    writer.bytes(utf8Encode(origin))
  }
  const body = writer.finish()
  const text = base32Encode(concatBytes(body, checksumOf(body)))
  const link = `${base.replace(/\/$/, '')}${SHARED_PATH}#${text}`
  if (link.length <= MAX_LINK_CHARS) return link
  if (hosts.length === 0) throw new RangeError(`link expected at most ${MAX_LINK_CHARS} characters`)
  return encodeCapabilityLink({ capability, hosts: hosts.slice(0, -1), base })
}

const readCapability = (reader: ByteReader): Capability | undefined => {
  const kind = reader.u8()
  const take = (): Uint8Array => reader.take(KEY_BYTES).slice()
  if (kind === KIND_BYTES.write) return { kind: 'write', seed: take() }
  if (kind === KIND_BYTES.read) return { kind: 'read', key: take(), readKey: take() }
  return kind === KIND_BYTES.verify ? { kind: 'verify', key: take() } : undefined
}

const readHosts = (reader: ByteReader): string[] => {
  const count = reader.u8()
  if (count > MAX_LINK_HOSTS) reader.fail(`more than ${MAX_LINK_HOSTS} hosts`)
  return Array.from({ length: Math.min(count, MAX_LINK_HOSTS) }, () => {
    const text = utf8Decode(reader.take(reader.u8())) ?? ''
    if (text.length > MAX_HOST_CHARS || normaliseHost(text) !== text) reader.fail('a host that is no origin')
    return text
  })
}

const decodeBody = (body: Uint8Array): Result<CapabilityLink, CapabilityLinkError> => {
  const reader = createReader(body)
  const version = reader.u8()
  if (version !== CAPABILITY_LINK_VERSION) return unknownVersion('capability-link', version, CAPABILITY_LINK_VERSION)
  const capability = readCapability(reader)
  if (!capability) return malformed('capability-link', 'unknown kind')
  const hosts = readHosts(reader)
  const reason = reader.end()
  return reason === undefined ? ok({ capability, hosts }) : malformed('capability-link', reason)
}

/** What stands before the text, and the text. */
const FORM = /^(?:(?<origin>https?:\/\/[^/?#]+)\/shared\/?(?:\?[^#]*)?#)?(?<text>[a-z0-9]+)$/i

/** [CP7] Reads a link in either form. The address at which it opens is one more host. */
export const parseCapabilityLink = (link: string): Result<CapabilityLink, CapabilityLinkError> => {
  const trimmed = link.trim()
  if (trimmed.length > MAX_LINK_CHARS) return malformed('capability-link', `longer than ${MAX_LINK_CHARS} characters`)
  const { origin, text } = FORM.exec(trimmed)?.groups ?? {}
  if (text === undefined || (origin === undefined && text.length < LEAST_TEXT_CHARS))
    return malformed('capability-link', 'no capability where one is expected')
  const bytes = base32Decode(text)
  const body = bytes?.subarray(0, -CHECKSUM_BYTES)
  // Before the version: what is damaged must not be taken for something new.
  if (!bytes || !body || !equalBytes(checksumOf(body), bytes.subarray(-CHECKSUM_BYTES)))
    return err({ type: 'damaged-link' })
  const decoded = decodeBody(body)
  const own = origin === undefined ? undefined : normaliseHost(origin)
  if (!decoded.ok || own === undefined) return decoded
  const { capability, hosts } = decoded.value
  return ok({ capability, hosts: [...new Set([...hosts, own])].slice(0, MAX_LINK_HOSTS) })
}
