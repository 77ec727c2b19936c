/**
 * Pages are not served under IPv6 addresses ([H27]): a policy can name a folder under a host name or an IPv4 address,
 * but not under an IPv6 one (CSP3 section 2.3.1), and the whole origin is more than may run scripts.
 */

import { isLoopback } from '../index/origins.ts'

const IPV6_HOST = /^\[[0-9a-f:.]+\](?::\d{1,5})?$/i

/** Whether a URL's host, with or without a port, is an IPv6 address. */
export const isIpv6Host = (host: string): boolean => IPV6_HOST.test(host)

/**
 * Where a page that was asked for under an IPv6 address is to be opened: an origin, or `nowhere` when this host knows
 * no name that means the same from there. Undefined when the name that was asked for will do.
 */
export const namedOrigin = (
  asked: string | undefined,
  { publicUrl, isTls }: { readonly publicUrl: string; readonly isTls: boolean },
): string | undefined => {
  if (asked === undefined || !isIpv6Host(asked)) return undefined
  const address = `${isTls ? 'https' : 'http'}://${asked}`
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url?.hostname === '[::1]') return `${url.protocol}//localhost${url.port && `:${url.port}`}`
  return isLoopback(new URL(publicUrl).hostname) ? 'nowhere' : publicUrl
}
