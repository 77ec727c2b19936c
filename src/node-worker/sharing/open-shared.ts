/** What a link shows, and another text in its place for whoever may write. Nothing is stored. Rules [CP16] to [CP18]. */

import type { SealedRefusal } from '../../core/blocks/sealed.ts'
import { type ReadCapability, toRead, toVerify } from '../../core/capabilities/capability.ts'
import {
  type CapabilityLink,
  type CapabilityLinkError,
  parseCapabilityLink,
} from '../../core/capabilities/capability-link.ts'
import {
  decodeSharedNote,
  decodeSharedValue,
  encodeSharedNote,
  encodeSharedValue,
  joinNote,
  SHARED_VERSION,
  type SharedError,
  type SharedNote,
  type SharedValue,
} from '../../core/capabilities/shared-note.ts'
import { MAX_SLOT_CONTENT, openSlot, sealSlot } from '../../core/capabilities/slot-record.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { Requests } from '../../rpc/contract.ts'
import type { KithError } from '../../rpc/errors.ts'
import type { SharedView } from '../../rpc/sharing.ts'
import { createStrangersHosts, dialableOrigin } from '../hosts/host-address.ts'
import type { InternalServices } from '../internal-services.ts'
import { CONTENT_RECORD_DAYS, DAY } from '../person/records.ts'
import type { Place } from '../recovery/doors.ts'
import { createHttp } from '../recovery/http.ts'
import { type FoundSlot, fetchBlocks, findSlot } from './search.ts'

/** Hosts of this node that are asked beside those of a link, which names as many at most. */
const MAX_OWN_HOSTS = 8

type Outcome<T> = Result<T, KithError>

/** A record that was verified, and where blocks that it names may be. */
interface Shown extends Pick<FoundSlot, 'signed'> {
  readonly places: readonly Pick<Place, 'block'>[]
}

const LINK_REASONS: { readonly [T in CapabilityLinkError['type']]: 'none' | 'damaged' | 'newer' } = {
  malformed: 'none',
  'damaged-link': 'damaged',
  'unknown-version': 'newer',
}

const parse = (link: string): Outcome<CapabilityLink> => {
  const parsed = parseCapabilityLink(link)
  return parsed.ok ? parsed : err({ type: 'bad-share-link', reason: LINK_REASONS[parsed.error.type] })
}

const unreadable = (reason: 'damaged' | 'newer' | 'missing') => err({ type: 'share-unreadable', reason } as const)

const broken = ({ type }: SharedError | SealedRefusal) => unreadable(type === 'unknown-version' ? 'newer' : 'damaged')

/** [CP16] Those of the link, as far as a stranger's word may lead there, then the hosts that this node knows anyway. */
const hostsToAsk = (
  { platform, settings }: InternalServices,
  link: CapabilityLink,
  chosen: readonly string[],
): string[] => {
  const named = [...chosen, ...(platform.namedHosts ?? []), ...settings.get().hosts]
  const known = [...new Set(named.flatMap((host) => dialableOrigin(host) ?? []))].slice(0, MAX_OWN_HOSTS)
  const strangersHost = createStrangersHosts({ own: known, home: platform.defaultHosts })
  return [...new Set([...link.hosts.flatMap((host) => strangersHost(host) ?? []), ...known])]
}

/** Runs a search with HTTP that ends with it. */
const searching = async <T>(
  services: InternalServices,
  link: CapabilityLink,
  chosen: readonly string[],
  use: (found: FoundSlot, notFound: Outcome<never>) => Promise<Outcome<T>>,
): Promise<Outcome<T>> => {
  const { platform, refusals } = services
  const http = createHttp(platform)
  try {
    const hosts = hostsToAsk(services, link, chosen)
    const key = await keyOf(services, link)
    const { answered, found } = await findSlot(key, hosts, { platform, refuse: refusals.count, http })
    const notFound = err({ type: 'share-not-found', asked: hosts.length, answered } as const)
    return found ? await use(found, notFound) : notFound
  } finally {
    http.close()
  }
}

const keyOf = async ({ platform }: InternalServices, { capability }: CapabilityLink): Promise<Uint8Array> =>
  capability.kind === 'write' ? toVerify(await toRead(capability, platform.crypto)).key : capability.key

const readBytes = async (
  { platform: { crypto } }: InternalServices,
  value: Exclude<SharedValue, { kind: 'ended' }>,
  read: ReadCapability,
  { places }: Shown,
): Promise<Outcome<Uint8Array>> => {
  if (value.kind === 'inline') return ok(value.note)
  const blocks = await fetchBlocks(value.blocks, places)
  if (!blocks) return unreadable('missing')
  const joined = await joinNote(blocks, read, crypto)
  return joined.ok ? joined : broken(joined.error)
}

/** What a slot says, unless that is that it has ended. */
const readValue = async ({ platform }: InternalServices, read: ReadCapability, { signed }: Shown) => {
  const content = await openSlot(signed.record, read, platform.crypto)
  const value = content.ok ? decodeSharedValue(content.value) : content
  if (!value.ok) return broken(value.error)
  return value.value.kind === 'ended' ? err({ type: 'share-ended' } as const) : ok(value.value)
}

/** The note in a record and the blocks that it names. */
export const readNote = async (
  services: InternalServices,
  read: ReadCapability,
  found: Shown,
): Promise<Outcome<SharedNote>> => {
  const value = await readValue(services, read, found)
  if (!value.ok) return value
  const bytes = await readBytes(services, value.value, read, found)
  if (!bytes.ok) return bytes
  const note = decodeSharedNote(bytes.value)
  return note.ok ? note : broken(note.error)
}

const toSeal = ({ signed: { record }, count }: FoundSlot): SharedView => ({
  kind: 'sealed',
  epoch: record.epoch,
  seq: record.seq,
  expires: record.expires,
  places: count,
})

/** Answers `open-shared`. */
export const openShared = async (
  services: InternalServices,
  { link: text, hosts = [], seal }: Requests['open-shared']['in'],
): Promise<Outcome<SharedView>> => {
  const link = parse(text)
  if (!link.ok) return link
  const { capability } = link.value
  return searching(services, link.value, hosts, async (found) => {
    if (seal || capability.kind === 'verify') return ok(toSeal(found))
    const read = capability.kind === 'write' ? await toRead(capability, services.platform.crypto) : capability
    const note = await readNote(services, read, found)
    return note.ok ? ok({ kind: 'note', ...note.value }) : note
  })
}

/** [CP18] Answers `write-shared`: with no way to bring blocks, what is written has to fit into the record. */
export const writeShared = async (
  services: InternalServices,
  { link: text, hosts = [], title, text: words }: Requests['write-shared']['in'],
): Promise<Outcome<{ places: number }>> => {
  const { clock, crypto, random } = services.platform
  const link = parse(text)
  if (!link.ok) return link
  const { capability } = link.value
  if (capability.kind !== 'write') return err({ type: 'read-only-link' })
  const note = encodeSharedNote({ title, text: words, updated: clock.now() })
  const content = note && encodeSharedValue({ version: SHARED_VERSION, kind: 'inline', note })
  if (!content || content.length > MAX_SLOT_CONTENT)
    return err({ type: 'too-large', what: 'share', limit: MAX_SLOT_CONTENT })
  return searching(services, link.value, hosts, async (found, notFound) => {
    const shown = await readValue(services, await toRead(capability, crypto), found)
    // Who wrote something that cannot be read is nobody to go by.
    if (!shown.ok && shown.error.type === 'share-ended') return shown
    const now = clock.now()
    const { record } = found.signed
    const seq = Math.max(now, record.seq + 1)
    const terms = { epoch: record.epoch, seq, expires: now + CONTENT_RECORD_DAYS * DAY }
    const { bytes } = await sealSlot(capability, content, terms, crypto, random)
    const answers = await Promise.all(found.places.map((place) => place.offer(record.key, bytes)))
    const places = answers.filter((isTaken) => isTaken).length
    return places > 0 ? ok({ places }) : notFound
  })
}
