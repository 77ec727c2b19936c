/**
 * Links to a person: id and host URLs, so that people on different hosts find each other. Written as
 * `https://host/@ID?h=https%3A%2F%2Fhost`; read in that form, as `web+kith:@ID?h=…` and as a bare id ([I16]).
 */
import { CID_TEXT_LENGTH } from '../blocks/cid.ts'
import { type Malformed, malformed, ok, type Result } from '../result.ts'
import type { PersonId } from './key-event-types.ts'
import { parsePersonId } from './person-id.ts'

/** Characters of a link. */
export const MAX_LINK_CHARS = 2048

/** Hosts that one link names. */
export const MAX_LINK_HOSTS = 8

/** Characters of one host URL. */
export const MAX_HOST_CHARS = 255

/** What a link says. */
export interface PersonLink {
  readonly person: PersonId
  /** Origins, `https://name` or `http://name:port`. */
  readonly hosts: readonly string[]
}

/** Scheme, name or IPv6 address, port: an origin, without credentials, path, query and fragment. */
const ORIGIN = /^https?:\/\/(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/
/** What may stand before the id: an address, our scheme or nothing. */
const BEFORE = /^(?:https?:\/\/[^?#]*\/@|web\+kith:(?:\/\/)?@?|@)?$/
const ID = new RegExp(`^[a-z2-7]{${CID_TEXT_LENGTH}}$`)

/** The origin in one spelling, undefined for anything that is none. */
export const normaliseHost = (text: string): string | undefined => {
  const origin = text.toLowerCase().replace(/\/$/, '')
  return origin.length <= MAX_HOST_CHARS && ORIGIN.test(origin) ? origin : undefined
}

/** The host is this machine, whatever machine reads it. */
const LOOPBACK = /^https?:\/\/(?:localhost|[a-z0-9.-]+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/

/** Whether an origin, as {@link normaliseHost} gives it, leads to the machine that it is opened on. */
export const isLoopbackHost = (origin: string): boolean => LOOPBACK.test(origin)

/**
 * @param base where the app is served, such as `https://kith.example`; the link opens there
 * @throws RangeError when a host is no origin, there are too many, or the link gets too long
 */
export const encodePersonLink = ({ person, hosts, base }: PersonLink & { readonly base: string }): string => {
  const origins = hosts.map(normaliseHost)
  if (origins.includes(undefined)) throw new RangeError('"hosts" expected origins')
  if (origins.length > MAX_LINK_HOSTS) throw new RangeError(`"hosts" expected at most ${MAX_LINK_HOSTS}`)
  const query = origins.map((origin) => `h=${encodeURIComponent(origin!)}`).join('&')
  const link = `${base.replace(/\/$/, '')}/@${person}${query && '?'}${query}`
  if (link.length > MAX_LINK_CHARS) throw new RangeError(`link expected at most ${MAX_LINK_CHARS} characters`)
  return link
}

const refuse = (reason: string): { readonly ok: false; readonly error: Malformed<'person-link'> } =>
  malformed('person-link', reason)

const decodeHost = (text: string): string | undefined => {
  try {
    return normaliseHost(decodeURIComponent(text))
  } catch {
    // A percent sign that begins no escape.
    return undefined
  }
}

/** Hosts of a query; other parameters are left alone, what is no origin is left out, each is taken once. */
const hostsOf = (query: string): string[] => {
  const values = query.split('&').flatMap((pair) => (pair.startsWith('h=') ? [pair.slice(2)] : []))
  return [...new Set(values.map(decodeHost).filter((host) => host !== undefined))]
}

/** The origin of the address itself: where a link opens, its host is likely to be found. */
const ownHost = (before: string): string[] => {
  const host = normaliseHost(before.split('/').slice(0, 3).join('/'))
  return host === undefined ? [] : [host]
}

/** Reads a link in any of its forms. Hosts that are not origins are left out. */
export const parsePersonLink = (text: string): Result<PersonLink, Malformed<'person-link'>> => {
  const link = text.trim()
  if (link.length > MAX_LINK_CHARS) return refuse(`longer than ${MAX_LINK_CHARS} characters`)
  const [address = '', query = ''] = link.replace(/#.*$/s, '').split('?', 2)
  const path = address.replace(/\/$/, '')
  const id = path.slice(-CID_TEXT_LENGTH)
  const before = path.slice(0, -CID_TEXT_LENGTH)
  if (!ID.test(id) || !BEFORE.test(before)) return refuse('no person id where one is expected')
  const person = parsePersonId(id)
  if (!person.ok) return refuse(person.error.reason)
  const hosts = hostsOf(query)
  if (hosts.length > MAX_LINK_HOSTS) return refuse(`more than ${MAX_LINK_HOSTS} hosts`)
  const all = [...new Set([...hosts, ...ownHost(before)])]
  return ok({ person: person.value, hosts: all.slice(0, MAX_LINK_HOSTS) })
}
