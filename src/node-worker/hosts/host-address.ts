/** Which host addresses this node dials. Addresses come from links that strangers write. */
import { isLoopbackHost } from '../../core/identity/person-link.ts'
import { addressKind } from '../../core/swarm/ip-address.ts'

/**
 * The origin of a host address that may be dialled: https anywhere, plain http on this machine only.
 * @returns undefined for everything else
 */
export const dialableOrigin = (text: string): string | undefined => {
  if (!URL.canParse(text)) return undefined
  const { protocol, origin, username, password } = new URL(text)
  if (username || password) return undefined
  const isFine = protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(origin))
  return isFine ? origin : undefined
}

/** Endings of names that mean something else in every network, or nothing in all (RFC 6762, RFC 8375, ICANN's .internal). */
const LOCAL_NAME = /(^[^.]+|\.(local|internal|lan|home\.arpa))$/

type Place = 'here' | 'near' | 'anywhere'

/** Whether a host is on this machine, in the network around it, or may be anywhere. Names are not looked up. */
const placeOf = (origin: string): Place => {
  const hostname = new URL(origin).hostname.replace(/\.$/, '')
  const kind = addressKind(hostname.replace(/^\[|\]$/g, ''))
  if (kind === 'loopback' || isLoopbackHost(`https://${hostname}`)) return 'here'
  return kind === 'private' || (kind === undefined && LOCAL_NAME.test(hostname)) ? 'near' : 'anywhere'
}

/** What a node knows of hosts by itself. */
export interface KnownHosts {
  /** Hosts of the person's own choice, and the one that the app came from. */
  readonly own: readonly string[]
  /** Where the app came from. */
  readonly home: readonly string[]
}

/**
 * Tells which host of a stranger's link may be dialled, so that no link makes a node knock at its own machine or at what
 * stands in its network: those that are the person's own as well, and public ones. One on this machine only where the
 * app itself came from this machine: there people try Kith out with each other.
 * @returns the origin, undefined for what is not dialled
 */
export const createStrangersHosts = ({ own, home }: KnownHosts): ((text: string) => string | undefined) => {
  const isOwn = new Set(own.map(dialableOrigin))
  const isAtHome = home.flatMap((text) => dialableOrigin(text) ?? []).some((origin) => placeOf(origin) === 'here')
  return (text) => {
    const origin = dialableOrigin(text)
    if (origin === undefined || isOwn.has(origin)) return origin
    const place = placeOf(origin)
    return place === 'anywhere' || (place === 'here' && isAtHome) ? origin : undefined
  }
}
