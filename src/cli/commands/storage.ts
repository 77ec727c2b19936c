/** `kith storage`: what this person gives and takes of the room that people lend each other. */
import type { EconomyView, StatementView } from '../../host/api.ts'
import { current, mistyped, readArgs, refused } from '../ask.ts'
import type { Command, CommandContext } from '../command.ts'
import { drill } from '../drill.ts'
import { audit, showCopies } from '../safety.ts'

const usage =
  'storage [--json] [status | give SLOTS | copies [N] | copies N|default --of POST | audit | drill | statements [--limit N]]   (drill: with the twelve words in the environment variable KITH_WORDS)'
const DEFAULT_LIMIT = '20'
const WHOLE = /^\d{1,15}$/

export const storage: Command = {
  usage,
  summary: 'show what is given and taken of storage, and what was said about it; give so many slots of 256 KiB',
  // Where a peer runs the command, it does not see what is set here.
  async prepare(args) {
    const words = process.env.KITH_WORDS
    return args.includes('drill') && words ? [...args, words] : args
  },
  async run(context) {
    const typed = readArgs(context, {
      json: { type: 'boolean' },
      limit: { type: 'string', default: DEFAULT_LIMIT },
      of: { type: 'string' },
    })
    const [verb = 'status', number, ...more] = typed?.positionals ?? []
    const values = typed?.values
    if (!values || more.length > 0) return mistyped(context, usage)
    const isJson = values.json === true
    if (values.of !== undefined)
      return verb === 'copies' ? chooseCopies(context, number, values.of) : mistyped(context, usage)
    if (verb === 'give' || (verb === 'copies' && number !== undefined)) return change(context, verb, number)
    if (verb === 'drill' && number !== undefined) return drill(context, number, isJson)
    if (number !== undefined) return mistyped(context, usage)
    if (verb === 'status') return showStatus(context, isJson)
    if (verb === 'copies') return showCopies(context, isJson)
    if (verb === 'audit') return audit(context, isJson)
    if (verb !== 'statements' || !WHOLE.test(values.limit)) return mistyped(context, usage)
    return showStatements(context, Number(values.limit), isJson)
  },
}

async function change(context: CommandContext, verb: 'give' | 'copies', typed: string | undefined): Promise<number> {
  if (typed === undefined || !WHOLE.test(typed)) return mistyped(context, usage)
  const number = Number(typed)
  const { client } = context
  const done =
    verb === 'give'
      ? await client.request('give-storage', { slots: number })
      : await client.request('save-settings', { copies: number })
  return done.ok ? 0 : refused(context, done.error)
}

/** How many copies of one post are wanted; `default`: as many as of everything. */
async function chooseCopies(context: CommandContext, typed: string | undefined, entry: string): Promise<number> {
  if (typed === undefined || !(typed === 'default' || WHOLE.test(typed))) return mistyped(context, usage)
  const copies = typed === 'default' ? null : Number(typed)
  const done = await context.client.request('choose-copies', { item: { entry }, copies })
  return done.ok ? 0 : refused(context, done.error)
}

async function showStatus({ client, output }: CommandContext, isJson: boolean): Promise<number> {
  const view = await current<EconomyView>((onValue, onError) => client.watch('economy', {}, onValue, onError))
  for (const line of isJson ? [JSON.stringify(view, undefined, 2)] : statusLines(view)) output.write(line)
  return 0
}

const statusLines = (view: EconomyView): string[] => [
  `given    ${view.given} bytes, ${view.given / view.slotBytes} slots (this device ${view.slotsHere})`,
  `used     ${view.used} bytes by copies of what is yours, ${view.pending} of them not confirmed yet`,
  `free     ${view.free} bytes`,
  `held     ${view.held} bytes on your devices`,
  ...(view.substituted > 0 ? [`replaced ${view.substituted} bytes here in place of lost copies`] : []),
  `needed   ${view.needed} bytes: ${view.own} of your own, ${view.copies} times`,
  ...(view.barred ? [`barred   nothing of yours counts: a device of yours was shown to cheat (${view.barred})`] : []),
  ...view.devices.map(
    ({ id, name, here, given, held }) =>
      `device   ${id}  ${name}${here ? ' (here)' : ''}: gives ${given}, holds ${held}`,
  ),
]

async function showStatements({ client, output }: CommandContext, limit: number, isJson: boolean): Promise<number> {
  const views = await current<readonly StatementView[]>((onValue, onError) =>
    client.watch('statements', { limit }, onValue, onError),
  )
  if (isJson) output.write(JSON.stringify(views, undefined, 2))
  else for (const view of views) output.write(inLine(view))
  return 0
}

const WORDS: { readonly [K in StatementView['kind']]: (view: StatementView) => string } = {
  pledge: ({ slots }) => `gives ${slots} slots on one device`,
  lease: ({ bytes, holder, ends }) => `leaves ${bytes} bytes with ${nameOf(holder)} until ${dateOf(ends)}`,
  receipt: () => 'has the copy and keeps it',
  release: ({ leases }) => `needs ${leases.length} copies no longer`,
  notice: ({ leases, ends }) => `keeps ${leases.length} copies no longer than ${dateOf(ends)}`,
  proof: () => 'proved that it has the copy',
  warrant: () => 'was shown to have cheated',
}

const nameOf = (card: StatementView['holder']): string => card?.name || card?.fingerprint || 'somebody'

const dateOf = (time: number | undefined): string => (time === undefined ? 'then' : new Date(time).toISOString())

const inLine = (view: StatementView): string => {
  const [lease] = view.leases
  const about = lease === undefined ? '' : `  [${lease.slice(0, 16)}]`
  const when = view.time === undefined ? '' : `${dateOf(view.time)}  `
  return `${when}${nameOf(view.by)} ${WORDS[view.kind](view)}${about}`
}
