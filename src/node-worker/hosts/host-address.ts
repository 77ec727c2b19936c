/** Which host addresses this node dials. Addresses come from links that strangers write. */

/** Host names that mean this machine. */
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\]|.+\.localhost)$/

/**
 * The origin of a host address that may be dialled: https anywhere, plain http on this machine only.
 * @returns undefined for everything else
 */
export const dialableOrigin = (text: string): string | undefined => {
  if (!URL.canParse(text)) return undefined
  const { protocol, hostname, origin, username, password } = new URL(text)
  if (username || password) return undefined
  const isFine = protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname))
  return isFine ? origin : undefined
}
