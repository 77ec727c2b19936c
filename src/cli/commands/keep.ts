/** `kith keep` and `kith keepers`: keeping everything of somebody, and who keeps everything of this person. */
import type { AskingView, KeepersView, KeeperView } from '../../host/api.ts'
import { current, mistyped, readArgs, refused } from '../ask.ts'
import type { Command, CommandContext } from '../command.ts'

export const keep: Command = {
  usage: 'keep LINK [--stop]',
  summary: 'follow somebody and agree to keep everything of theirs, private things too; or stop that',
  async run(context) {
    const typed = readArgs(context, { stop: { type: 'boolean' } })
    const [link, ...more] = typed?.positionals ?? []
    if (!typed || link === undefined || more.length > 0) return mistyped(context, keep.usage)
    const { client, output } = context
    if (typed.values.stop) {
      const stopped = await client.request('keep-for', { person: link, on: false })
      return stopped.ok ? 0 : refused(context, stopped.error)
    }
    const followed = await client.request('follow', { link })
    if (!followed.ok) return refused(context, followed.error)
    const { person } = followed.value
    const agreed = await client.request('keep-for', { person, on: true })
    if (!agreed.ok) return refused(context, agreed.error)
    output.write(person)
    output.note('What is private is kept as soon as they ask this person for it.')
    return 0
  },
}

const usage = 'keepers [--json] [--ask PERSON] [--dismiss PERSON]'
const HAS: { readonly [H in KeeperView['has']]: string } = {
  all: 'has everything',
  some: 'has part of it',
  nothing: 'has not agreed yet',
}

export const keepers: Command = {
  usage,
  summary: 'show who keeps everything of this person, and for whom it is kept here; ask somebody, or ask no longer',
  async run(context) {
    const typed = readArgs(context, {
      json: { type: 'boolean' },
      ask: { type: 'string' },
      dismiss: { type: 'string' },
    })
    if (!typed || typed.positionals.length > 0) return mistyped(context, usage)
    const { ask, dismiss, json } = typed.values
    const error = (await change(context, ask, true)) ?? (await change(context, dismiss, false))
    if (error !== undefined) return error
    await show(context, json === true)
    return 0
  },
}

/** @returns the exit code when it was refused */
async function change(context: CommandContext, person: string | undefined, on: boolean): Promise<number | undefined> {
  if (person === undefined) return undefined
  const changed = await context.client.request('ask-keeper', { person, on })
  return changed.ok ? undefined : refused(context, changed.error)
}

async function show({ client, output }: CommandContext, isJson: boolean): Promise<void> {
  const view = await current<KeepersView>((onValue, onError) => client.watch('keepers', {}, onValue, onError))
  if (isJson) return output.write(JSON.stringify(view, undefined, 2))
  for (const keeper of view.mine) output.write(`${nameOf(keeper)}  ${HAS[keeper.has]}`)
  for (const asking of view.asking) output.write(`${nameOf(asking)}  ${answered(asking)}`)
}

const nameOf = ({ person }: KeeperView | AskingView): string => `${person.id}  ${person.name || person.fingerprint}`

const answered = ({ answer, bytes }: AskingView): string => {
  if (answer === undefined) return 'asks to be kept for: kith keep PERSON'
  return answer ? `is kept for, ${bytes} bytes of it private` : 'was refused'
}
