/** The host's options, from the command line and from `host.json` in the data folder; the command line wins. */

import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { err, ok, type Result } from '../core/result.ts'
import { MAX_ICE_SERVERS, MAX_URL_LENGTH } from '../core/swarm/host-limits.ts'
import { isIpv6Host } from './http/named-address.ts'

/** Where a host listens when nobody says otherwise. */
export const DEFAULT_PORT = 8484
/** Where its own files are. */
export const DEFAULT_DATA = './data'

/** Shown for `--help` and after a mistake. */
export const USAGE = `Options:
  --port N            port to listen on (${DEFAULT_PORT}); 0 takes a free one
  --address ADDRESS   address to listen on (all of them)
  --data DIR          folder of the host's own files (${DEFAULT_DATA}); options may stand in DIR/host.json
  --public-url URL    address under which others reach this host; links and QR codes name it
  --cert FILE         TLS certificate, with --key; without both: plain http, for this machine or behind a proxy
  --key FILE          its private key
  --behind-proxy      a proxy of yours hands on all requests and says from whom (X-Forwarded-For): limits for each address
                      hold for those it names
  --ice URL           STUN or TURN server for browsers, such as stun:stun.example.org:3478; may be repeated
  --help              this text`

/** What was asked for, checked. */
export interface Settings {
  readonly port: number
  readonly address?: string
  readonly data: string
  readonly publicUrl?: string
  readonly cert?: string
  readonly key?: string
  readonly behindProxy?: boolean
  readonly ice: readonly string[]
}

/** An option that cannot be used, in words for whoever typed it. */
export interface BadOption {
  readonly type: 'bad-option'
  readonly message: string
}

const OPTIONS = {
  port: { type: 'string' },
  address: { type: 'string' },
  data: { type: 'string' },
  'public-url': { type: 'string' },
  cert: { type: 'string' },
  key: { type: 'string' },
  'behind-proxy': { type: 'boolean' },
  ice: { type: 'string', multiple: true },
  help: { type: 'boolean' },
} as const

/** Options as written, under the names of the command line. */
interface Raw {
  readonly port?: string | number
  readonly address?: string
  readonly data?: string
  readonly 'public-url'?: string
  readonly cert?: string
  readonly key?: string
  readonly 'behind-proxy'?: boolean
  readonly ice?: readonly string[]
  readonly help?: boolean
}

const bad = (message: string) => err<BadOption>({ type: 'bad-option', message })

/** Reads the command line, then the file beside it. `help` asks for {@link USAGE} and nothing else. */
export const readOptions = async (args: readonly string[]): Promise<Result<Settings | 'help', BadOption>> => {
  const typed = parseCommandLine(args)
  if (!typed.ok) return typed
  if (typed.value.help) return ok('help')
  const data = resolve(typed.value.data ?? DEFAULT_DATA)
  const written = await readOptionsFile(join(data, 'host.json'))
  return written.ok ? check({ ...written.value, ...typed.value }, data) : written
}

const parseCommandLine = (args: readonly string[]): Result<Raw, BadOption> => {
  try {
    return ok(parseArgs({ args: [...args], options: OPTIONS, strict: true }).values)
  } catch (error) {
    return bad((error as Error).message)
  }
}

const readOptionsFile = async (path: string): Promise<Result<Raw, BadOption>> => {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return ok({})
  try {
    const options: unknown = JSON.parse(text)
    if (typeof options !== 'object' || options === null || Array.isArray(options)) return bad(`${path}: no JSON object`)
    const wrong = Object.entries(options).find(([name, value]) => !isOption(name, value))
    return wrong ? bad(`${path}: unknown option "${wrong[0]}", or not of its form`) : ok(options)
  } catch (error) {
    return bad(`${path}: ${(error as Error).message}`)
  }
}

/** Whether a value from the file could have been typed as that option. */
const isOption = (name: string, value: unknown): boolean => {
  if (name === 'ice') return Array.isArray(value) && value.every((url) => typeof url === 'string')
  if (name === 'port') return typeof value === 'number'
  if (name === 'behind-proxy') return typeof value === 'boolean'
  return Object.hasOwn(OPTIONS, name) && name !== 'help' && typeof value === 'string'
}

const check = (raw: Raw, data: string): Result<Settings, BadOption> => {
  const port = raw.port === undefined ? DEFAULT_PORT : Number(raw.port)
  const ice = raw.ice ?? []
  const publicUrl = raw['public-url'] === undefined ? undefined : originOf(raw['public-url'])
  if (!Number.isInteger(port) || port < 0 || port > 65_535) return bad(`--port: "${raw.port}" is no port`)
  if (raw['public-url'] !== undefined && !publicUrl)
    return bad(`--public-url: "${raw['public-url']}" is not an address like https://kith.example.org`)
  if (publicUrl && isIpv6Host(new URL(publicUrl).host))
    return bad(`--public-url: "${publicUrl}" is an IPv6 address, under which no page can be served safely; use a name`)
  if (Boolean(raw.cert) !== Boolean(raw.key)) return bad('--cert and --key belong together')
  if (ice.length > MAX_ICE_SERVERS || !ice.every(isIceUrl))
    return bad(`--ice: at most ${MAX_ICE_SERVERS} addresses like stun:stun.example.org:3478`)
  const proxied = raw['behind-proxy'] ? { behindProxy: true } : {}
  return ok({
    port,
    data,
    ice,
    ...proxied,
    ...given({ publicUrl, address: raw.address, cert: raw.cert, key: raw.key }),
  })
}

/** Origin of an http(s) address without path, query and credentials; undefined for anything else. */
const originOf = (text: string): string | undefined => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isPlain = url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`
  return isPlain && url.origin.length <= MAX_URL_LENGTH ? url.origin : undefined
}

const isIceUrl = (url: string): boolean => /^(stuns?|turns?):\S+$/.test(url) && url.length <= MAX_URL_LENGTH

type Given<T> = { [K in keyof T]?: NonNullable<T[K]> }

/** Leaves out what is undefined. */
const given = <T extends Record<string, string | undefined>>(values: T): Given<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>
