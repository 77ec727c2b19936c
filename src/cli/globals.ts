/** Tells the options of every command from the command's name and its own words. */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { isLoopbackHost, normaliseHost } from '../core/identity/person-link.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { GlobalOptions } from './thread.ts'

const DEFAULT_DATA = './data/peer'
const DEFAULT_HOST = 'http://localhost:8484'
/** Hosts that can be named; a node dials no more of its own (rule H26). */
export const MAX_HOSTS = 8
const OPTIONS = {
  data: { type: 'string' },
  host: { type: 'string', multiple: true },
  'public-url': { type: 'string' },
  name: { type: 'string' },
  help: { type: 'boolean' },
} as const

/** What was typed. */
export interface Globals {
  readonly options: GlobalOptions
  readonly help: boolean
  /** The command's name; undefined when there is none. */
  readonly name: string | undefined
  /** The command's own words and options, in their order. */
  readonly args: readonly string[]
}

/** Reads the command line. Options of all commands may stand anywhere before a `--`. */
export function readGlobals(typed: readonly string[]): Result<Globals, string> {
  const { tokens, values } = parseArgs({
    args: [...typed],
    options: OPTIONS,
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const taken = new Set<number>()
  for (const token of tokens) {
    if (token.kind !== 'option' || !Object.hasOwn(OPTIONS, token.name)) continue
    taken.add(token.index)
    if (token.value !== undefined && !token.inlineValue) taken.add(token.index + 1)
    const needsValue = token.name !== 'help'
    if (needsValue && token.value === undefined) return err(`--${token.name} needs a value.`)
  }
  const [name, ...args] = typed.filter((_, i) => !taken.has(i))
  const options = toOptions(values as Values)
  return options.ok ? ok({ name, args, help: values.help === true, options: options.value }) : options
}

interface Values {
  readonly data?: string
  readonly host?: string[]
  readonly 'public-url'?: string
  readonly name?: string
}

const toOptions = (values: Values): Result<GlobalOptions, string> => {
  const hosts = readHosts(values.host ?? [DEFAULT_HOST])
  if (!hosts.ok) return hosts
  const publicUrl = values['public-url'] === undefined ? ok(undefined) : readOrigin('public-url', values['public-url'])
  if (!publicUrl.ok) return publicUrl
  return ok({
    data: resolve(values.data ?? DEFAULT_DATA),
    hosts: hosts.value,
    ...(publicUrl.value === undefined ? {} : { publicUrl: publicUrl.value }),
    ...(values.name === undefined ? {} : { name: values.name }),
  })
}

const readOrigin = (option: string, typed: string): Result<string, string> => {
  const origin = normaliseHost(typed)
  return origin ? ok(origin) : err(`--${option}: "${typed}" is not an address like https://kith.example.org`)
}

/** Addresses that the node would dial: it never speaks plain http to another machine. */
const readHosts = (typed: readonly string[]): Result<readonly string[], string> => {
  const hosts: string[] = []
  for (const text of typed) {
    const host = readOrigin('host', text)
    if (!host.ok) return host
    if (host.value.startsWith('http:') && !isLoopbackHost(host.value))
      return err(`--host: "${text}" is plain http to another machine; hosts elsewhere need https`)
    hosts.push(host.value)
  }
  return hosts.length > MAX_HOSTS ? err(`--host: at most ${MAX_HOSTS} of them`) : ok(hosts)
}
