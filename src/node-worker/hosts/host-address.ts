/** Which host addresses this node dials. Addresses come from links that strangers write. */
import { isLoopbackHost } from '../../core/identity/person-link.ts'

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
