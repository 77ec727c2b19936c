/** `kith post TEXT`: publishes a post. */
import { text as readAll } from 'node:stream/consumers'
import { mistyped, readArgs, refused } from '../ask.ts'
import type { Command } from '../command.ts'

const usage = 'post [--reply-to POST] TEXT   (- reads the text from standard input)'

export const post: Command = {
  usage,
  summary: 'publish a post',
  // The peer that will run this has a standard input of its own.
  async prepare(args) {
    if (!args.includes('-')) return args
    return [...args.filter((arg) => arg !== '-'), '--', await readAll(process.stdin)]
  },
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
