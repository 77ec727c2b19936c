/**
 * What an IP address says of where it leads (RFC 6890 and its registries): to this machine, into a network that is not
 * everybody's, or anywhere. Addresses are texts, IPv6 without brackets.
 */

/** Where an address leads. */
export type AddressKind = 'loopback' | 'private' | 'public'

/** The kind of an address; undefined for what is no IP address, such as a name. */
export const addressKind = (text: string): AddressKind | undefined => {
  const four = parseIpv4(text)
  if (four) return kindOfIpv4(four)
  const six = parseIpv6(text)
  return six && kindOfIpv6(six)
}

/**
 * What stands for whoever has an address: itself for IPv4, the first 64 bits for IPv6, because a household has all
 * addresses behind them. Undefined for what is no IP address.
 */
export const addressNetwork = (text: string): string | undefined => {
  const four = parseIpv4(text)
  if (four) return four.join('.')
  const six = parseIpv6(text)
  return six && (embeddedIpv4(six, MAPPED)?.join('.') ?? six.slice(0, 4).map(toHex).join(':'))
}

const toHex = (group: number): string => group.toString(16)

const BYTE = /^(?:0|[1-9]\d{0,2})$/

/** The four bytes. */
const parseIpv4 = (text: string): number[] | undefined => {
  const parts = text.split('.')
  const isAddress = parts.length === 4 && parts.every((part) => BYTE.test(part) && Number(part) < 256)
  return isAddress ? parts.map(Number) : undefined
}

const GROUP = /^[0-9a-f]{1,4}$/i

/** The eight groups; a zone (`%eth0`) counts for nothing. */
const parseIpv6 = (text: string): number[] | undefined => {
  const halves = text.split('%', 1)[0]!.split('::')
  if (halves.length > 2 || !text.includes(':')) return undefined
  const [head, tail] = halves.map((half, at) => parseGroups(half, at === halves.length - 1))
  if (!head || (halves.length === 2 && !tail)) return undefined
  const missing = 8 - head.length - (tail?.length ?? 0)
  if (tail ? missing < 1 : missing !== 0) return undefined
  return [...head, ...Array.from({ length: missing }, () => 0), ...(tail ?? [])]
}

/** Groups with colons between them; the last of an address may be written as IPv4. */
const parseGroups = (text: string, isLast: boolean): number[] | undefined => {
  if (text === '') return []
  const parts = text.split(':')
  const four = isLast ? parseIpv4(parts.at(-1)!) : undefined
  const groups = four ? parts.slice(0, -1) : parts
  if (!groups.every((group) => GROUP.test(group))) return undefined
  const numbers = groups.map((group) => Number.parseInt(group, 16))
  return four ? [...numbers, ...toGroups(four)] : numbers
}

const toGroups = ([a, b, c, d]: number[]): number[] => [a! * 256 + b!, c! * 256 + d!]

const startsWith = (address: readonly number[], prefix: readonly number[]): boolean =>
  prefix.every((group, at) => address[at] === group)

/** IPv4 addresses of special networks: first byte, then the lowest and highest second byte. */
const PRIVATE_IPV4 = [
  [0, 0, 255],
  [10, 0, 255],
  // Carrier-grade NAT, RFC 6598.
  [100, 64, 127],
  // Link-local; clouds tell their machines secrets here.
  [169, 254, 254],
  [172, 16, 31],
  [192, 168, 168],
  // Benchmarks, RFC 2544.
  [198, 18, 19],
] as const

const kindOfIpv4 = (bytes: readonly number[]): AddressKind => {
  const [first, second] = bytes as [number, number]
  if (first === 127) return 'loopback'
  // Multicast and reserved from 224 on; 192.0.0.0/24 is for protocols.
  if (first >= 224 || startsWith(bytes, [192, 0, 0])) return 'private'
  return PRIVATE_IPV4.some(([a, low, high]) => first === a && second >= low && second <= high) ? 'private' : 'public'
}

/** Prefixes behind which an IPv4 address stands: mapped (RFC 4291), NAT64 (RFC 6052), 6to4 (RFC 3056). */
const MAPPED = [0, 0, 0, 0, 0, 0xffff]
const NAT64 = [0x64, 0xff9b, 0, 0, 0, 0]
const SIX_TO_FOUR = [0x2002]

const embeddedIpv4 = (groups: readonly number[], prefix: readonly number[]): number[] | undefined => {
  if (!startsWith(groups, prefix)) return undefined
  return groups.slice(prefix.length, prefix.length + 2).flatMap((group) => [group >> 8, group & 0xff])
}

const kindOfIpv6 = (groups: readonly number[]): AddressKind => {
  if (startsWith(groups, [0, 0, 0, 0, 0, 0, 0, 1])) return 'loopback'
  for (const prefix of [MAPPED, NAT64, SIX_TO_FOUR]) {
    const four = embeddedIpv4(groups, prefix)
    if (four) return kindOfIpv4(four)
  }
  const first = groups[0]!
  // Unspecified and IPv4-compatible; unique local; link-local and site-local; multicast.
  const isPrivate = startsWith(groups, [0, 0, 0, 0, 0, 0]) || (first & 0xfe00) === 0xfc00 || first >= 0xfe80
  return isPrivate ? 'private' : 'public'
}
