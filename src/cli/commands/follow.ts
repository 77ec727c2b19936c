/** `kith follow LINK` and its opposite. */
import { mistyped, readArgs, refused } from '../ask.ts'
import type { Command, CommandContext } from '../command.ts'

const onePerson = (context: CommandContext): string | undefined => {
  const typed = readArgs(context, {})
  return typed?.positionals.length === 1 ? typed.positionals[0] : undefined
}

export const follow: Command = {
  usage: 'follow LINK',
  summary: 'follow somebody by link, code or id',
  async run(context) {
    const link = onePerson(context)
    if (link === undefined) return mistyped(context, follow.usage)
    const followed = await context.client.request('follow', { link })
    if (!followed.ok) return refused(context, followed.error)
    context.output.write(followed.value.person)
    return 0
  },
}

export const unfollow: Command = {
  usage: 'unfollow PERSON',
  summary: 'follow somebody no longer',
  async run(context) {
    const person = onePerson(context)
    if (person === undefined) return mistyped(context, unfollow.usage)
    const done = await context.client.request('unfollow', { person })
    return done.ok ? 0 : refused(context, done.error)
  },
}
