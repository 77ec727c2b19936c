/** `kith create NAME`: makes the person of a data folder. */
import { mistyped, readArgs, refused } from '../ask.ts'
import type { Command } from '../command.ts'

const usage = 'create NAME'

export const create: Command = {
  usage,
  summary: 'make the person of this folder',
  async run(context) {
    const typed = readArgs(context, {})
    const name = typed?.positionals.join(' ')
    if (!name) return mistyped(context, usage)
    const made = await context.client.request('create-person', { name })
    if (!made.ok) return refused(context, made.error)
    context.output.write(made.value.person)
    context.output.note('Write down the recovery words: kith words')
    return 0
  },
}
