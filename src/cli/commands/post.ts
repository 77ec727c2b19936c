/** `kith post TEXT`: publishes a post. */
import { mistyped, readArgs, refused, withInput } from '../ask.ts'
import type { Command } from '../command.ts'

const usage = 'post [--reply-to POST] TEXT   (- reads the text from standard input)'

export const post: Command = {
  usage,
  summary: 'publish a post',
  prepare: withInput,
  async run(context) {
    const typed = readArgs(context, { 'reply-to': { type: 'string' } })
    if (!typed || typed.positionals.length === 0) return mistyped(context, usage)
    const replyTo = typed.values['reply-to']
    const published = await context.client.request('publish-post', {
      text: typed.positionals.join(' ').trim(),
      pictures: [],
      ...(replyTo === undefined ? {} : { replyTo }),
    })
    if (!published.ok) return refused(context, published.error)
    context.output.write(published.value.entry)
    return 0
  },
}
