/** Tells the options of every command from the command's name and its own words. */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { err, ok, type Result } from '../core/result.ts'
import type { GlobalOptions } from './thread.ts'

const DEFAULT_DATA = './data/peer'
const DEFAULT_HOST = 'http://localhost:8484'
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
  return ok({ name, args, help: values.help === true, options: toOptions(values as Values) })
}

interface Values {
  readonly data?: string
  readonly host?: string[]
  readonly 'public-url'?: string
  readonly name?: string
}

const toOptions = (values: Values): GlobalOptions => ({
  data: resolve(values.data ?? DEFAULT_DATA),
  hosts: values.host ?? [DEFAULT_HOST],
  ...(values['public-url'] === undefined ? {} : { publicUrl: values['public-url'] }),
  ...(values.name === undefined ? {} : { name: values.name }),
})
