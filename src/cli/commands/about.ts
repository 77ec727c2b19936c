/** Commands that only show: who this is, the recovery words, how the connections are. */
import { current, refused } from '../ask.ts'
import type { Command } from '../command.ts'
import { linkWarning } from '../words.ts'

export const link: Command = {
  usage: 'link',
  summary: 'show the link under which others follow this person',
  async run(context) {
    const shown = await context.client.request('my-link', {})
    if (!shown.ok) return refused(context, shown.error)
    context.output.write(shown.value.link)
    if (shown.value.warning) context.output.note(linkWarning(shown.value.warning))
    return 0
  },
}

export const words: Command = {
  usage: 'words',
  summary: 'show the twelve recovery words',
  async run(context) {
    const shown = await context.client.request('recovery-words', {})
    if (!shown.ok) return refused(context, shown.error)
    if ('gone' in shown.value) {
      context.output.note('The words were confirmed and are no longer on this device.')
      return 1
    }
    context.output.write(shown.value.words.join(' '))
    return 0
  },
}

export const status: Command = {
  usage: 'status',
  summary: 'show person, connections and storage as JSON',
  async run({ client, output }) {
    const [session, connection, storage] = await Promise.all([
      current((onValue: (value: unknown) => void, onError) => client.watch('session', {}, onValue, onError)),
      current((onValue: (value: unknown) => void, onError) => client.watch('connection', {}, onValue, onError)),
      current((onValue: (value: unknown) => void, onError) => client.watch('storage', {}, onValue, onError)),
    ])
    output.write(JSON.stringify({ session, connection, storage }, undefined, 2))
    return 0
  },
}
