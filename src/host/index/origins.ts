/**
 * Under which web origins a host answers to a log-in. A name that a request brings along is worth nothing here: whoever
 * hands on another host's challenge chooses it freely.
 */

import { networkInterfaces } from 'node:os'

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Whether a URL's host name means the machine itself. */
export const isLoopback = (hostname: string): boolean => LOOPBACK.has(hostname) || hostname.endsWith('.localhost')

const inBrackets = (address: string): string => (address.includes(':') ? `[${address}]` : address)

const ownAddresses = (): Set<string> =>
  new Set(
    Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .map(({ address }) => inBrackets(address)),
  )

/**
 * The public URL, this machine's addresses under the host's own port, and loopback under any port, because tunnels and
 * containers map ports and only this machine can be meant.
 */
export const createOwnOrigins = (publicUrl: string, port: number): ((origin: string) => boolean) => {
  const publicOrigin = new URL(publicUrl).origin
  const addresses = ownAddresses()
  return (origin) => {
    if (origin === publicOrigin) return true
    const url = URL.canParse(origin) ? new URL(origin) : undefined
    if (!url || url.origin !== origin) return false
    return isLoopback(url.hostname) || (url.port === String(port) && addresses.has(url.hostname))
  }
}

/** Wrong origins that are told of; strangers choose them, so there is an end to it. */
export const MAX_ORIGIN_WARNINGS = 8

/** Tells once of each web origin that is not this host's: behind a proxy, it may be the one that people use. */
export const createOriginWarnings = (publicUrl: string, warn: (line: string) => void): ((origin: string) => void) => {
  const told = new Set<string>()
  return (claimed) => {
    const origin = URL.canParse(claimed) ? new URL(claimed).origin : 'null'
    if (origin === 'null' || told.has(origin) || told.size >= MAX_ORIGIN_WARNINGS) return
    told.add(origin)
    warn(
      `Refused a device that came to ${origin}: this host takes itself for ${publicUrl}. ` +
        `If people reach it there, start it with --public-url ${origin}`,
    )
  }
}
