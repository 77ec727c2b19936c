/**
 * The link by which others find this person ([H25]): where it opens, and which hosts it names. A host may name the
 * address under which it is reached; what it says counts for links that lead to that host anyway, and for no other.
 */
import { encodePersonLink, isLoopbackHost, MAX_LINK_HOSTS, normaliseHost } from '../../core/identity/person-link.ts'
import { err, ok } from '../../core/result.ts'
import type { MyLinkView } from '../../rpc/views.ts'
import type { RequestHandlers } from '../api/requests.ts'
import type { InternalServices } from '../internal-services.ts'
import type { Connection } from '../services.ts'

/** What {@link chooseAddresses} chooses from. */
export interface AddressInput {
  /** Hosts that the person is on, in their order; origins. */
  readonly hosts: readonly string[]
  /** The host that this device started from: where the page came from, or the first that a peer was given. */
  readonly ownHost: string | undefined
  /** What the person, or whoever runs a peer, named. */
  readonly publicUrl: string | undefined
  /** What a host said its address is; a stranger's word. */
  readonly announced: ReadonlyMap<string, string>
}

/** Where a link opens, and the hosts in it. */
export interface Addresses {
  readonly base: string
  readonly hosts: readonly string[]
}

const isReachable = (origin: string): boolean => !isLoopbackHost(origin)

/** Announcements that can be used: origins that mean the same on every machine, and none that gives up encryption. */
const usable = (host: string, announced: string | undefined): string | undefined => {
  const origin = announced === undefined ? undefined : normaliseHost(announced)
  if (origin === undefined || !isReachable(origin)) return undefined
  return host.startsWith('https:') && origin.startsWith('http:') ? undefined : origin
}

/** The addresses of a link; undefined when there is none at all. */
export const chooseAddresses = (input: AddressInput): Addresses | undefined => {
  const { hosts } = input
  const own = hosts.find((host) => host === input.ownHost)
  const named = (host: string): string | undefined => usable(host, input.announced.get(host))
  const elsewhere = (host: string): string | undefined => (isReachable(host) ? host : named(host))
  const base =
    normaliseHost(input.publicUrl ?? '') ??
    (own && named(own)) ??
    hosts.map(elsewhere).find((host) => host !== undefined) ??
    hosts[0]
  if (base === undefined) return undefined
  if (!isReachable(base)) return { base, hosts: hosts.slice(0, MAX_LINK_HOSTS) }
  // A name that means another machine for everybody else only sends them astray.
  const others = hosts.flatMap((host) => elsewhere(host) ?? (host === own ? base : []))
  return { base, hosts: [...new Set(others)].slice(0, MAX_LINK_HOSTS) }
}

/** The addresses of this person's links, as {@link chooseAddresses}. Waits a moment for hosts that were not heard of yet. */
export const findAddresses = async (
  { settings, platform }: InternalServices,
  connection: Pick<Connection, 'announcedUrl'>,
): Promise<Addresses | undefined> => {
  const { hosts: set, publicUrl } = await settings.fresh()
  const hosts = set.flatMap((host) => normaliseHost(host) ?? [])
  const heard = await Promise.all(hosts.map(async (host) => [host, await connection.announcedUrl(host)] as const))
  const announced = new Map(heard.flatMap(([host, url]) => (url === undefined ? [] : [[host, url]])))
  return chooseAddresses({ hosts, ownHost: normaliseHost(platform.defaultHosts[0] ?? ''), publicUrl, announced })
}

/** A link, and what is wrong with it when it only opens on this machine. */
export const toLinkView = (link: string, { base }: Addresses): MyLinkView => ({
  link,
  ...(!isReachable(base) && { warning: 'localhost' }),
})

/** Answers `my-link`. */
export const linkRequests = (
  services: InternalServices,
  connection: Pick<Connection, 'announcedUrl'>,
): Pick<RequestHandlers, 'my-link'> => ({
  async 'my-link'() {
    const self = services.account.self()
    if (!self) return err({ type: 'no-person' })
    const addresses = await findAddresses(services, connection)
    if (!addresses) return ok({ link: self.person, warning: 'no-host' })
    return ok(toLinkView(encodePersonLink({ person: self.person, ...addresses }), addresses))
  },
})
