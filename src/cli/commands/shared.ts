/** `kith open`, `kith verify` and `kith rewrite`: what links of others show. */
import { mistyped, readArgs, refused, withInput } from '../ask.ts'
import type { Command, CommandContext } from '../command.ts'

const onlyLink = (context: CommandContext) => {
  const typed = readArgs(context, { json: { type: 'boolean' } })
  const [link, ...more] = typed?.positionals ?? []
  return link === undefined || more.length > 0 ? undefined : { link, isJson: typed?.values.json === true }
}

const show = async (context: CommandContext, command: Command, seal: boolean): Promise<number> => {
  const typed = onlyLink(context)
  if (!typed) return mistyped(context, command.usage)
  const { client, hosts, output } = context
  const opened = await client.request('open-shared', { link: typed.link, hosts, seal })
  if (!opened.ok) return refused(context, opened.error)
  const view = opened.value
  if (typed.isJson) output.write(JSON.stringify(view, undefined, 2))
  else if (view.kind === 'note') output.write(`${view.title}\n\n${view.text}`)
  else output.write(`signed, number ${view.seq} of epoch ${view.epoch}, until ${new Date(view.expires).toISOString()}`)
  return 0
}

export const open: Command = {
  usage: 'open LINK [--json]',
  summary: 'show the note behind a link; nothing is kept',
  run: (context) => show(context, open, false),
}

export const verify: Command = {
  usage: 'verify LINK [--json]',
  summary: 'say whether what is behind a link is there, rightly signed and fresh, without opening it',
  run: (context) => show(context, verify, true),
}

export const rewrite: Command = {
  usage: 'rewrite LINK [--title TITLE] TEXT   (- reads the text from standard input)',
  summary: 'with a link to write: show another text, until the note behind it changes',
  prepare: withInput,
  async run(context) {
    const typed = readArgs(context, { title: { type: 'string', default: '' } })
    const [link, ...words] = typed?.positionals ?? []
    if (!typed || link === undefined || words.length === 0) return mistyped(context, rewrite.usage)
    const { client, hosts, output } = context
    const shown = { link, hosts, title: typed.values.title, text: words.join(' ') }
    const written = await client.request('write-shared', shown)
    if (!written.ok) return refused(context, written.error)
    output.note(`Shown by ${written.value.places} of the devices that share it.`)
    return 0
  },
}
