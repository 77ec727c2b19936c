/** Which address a connection counts for: its own, or behind a proxy the one that the proxy has seen. */

import type { IncomingMessage } from 'node:http'
import { addressKind, addressNetwork } from '../../core/swarm/ip-address.ts'

/** What is looked at of a request. */
type Visitor = Pick<IncomingMessage, 'headers'> & { readonly socket: { readonly remoteAddress?: string | undefined } }

/** The address that a connection counts for; undefined for this machine, which is not counted. */
export type AddressOf = (request: Visitor) => string | undefined

/**
 * @param behindProxy whoever runs the host says that a proxy on this machine or in its own network hands on all
 *   requests, and names in `X-Forwarded-For` whom it has them from. Without it the header counts for nothing: anybody
 *   can write one. Then everybody behind a proxy on this machine comes from loopback, and is not counted
 * @param warn told once when a proxy seems to be there
 */
export const createAddressOf = (behindProxy: boolean, warn: (line: string) => void): AddressOf => {
  let warned = false
  return ({ headers, socket }) => {
    const peer = socket.remoteAddress ?? ''
    const forwarded = headers['x-forwarded-for']
    const isNear = addressKind(peer) !== 'public'
    if (forwarded !== undefined && isNear && behindProxy) return networkOf(lastOf(forwarded))
    if (forwarded !== undefined && isNear && !warned) {
      warned = true
      warn(
        'Somebody connects over a proxy. If you run it, start with --behind-proxy, so that each address has its limit',
      )
    }
    return networkOf(peer)
  }
}

/** The last address of the list: the one that the nearest proxy has seen itself; those before it are hearsay. */
const lastOf = (header: string | readonly string[]): string => String(header).split(',').at(-1)!.trim()

/** Without the name of the interface (`%eth0`) that link-local addresses come with. */
const networkOf = (named: string): string | undefined => {
  const address = named.split('%', 1)[0]!
  return addressKind(address) === 'loopback' ? undefined : addressNetwork(address)
}
