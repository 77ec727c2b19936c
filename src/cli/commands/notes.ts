/** `kith note` and `kith notes`: writes a note, and lists those that are here with the ids by which commands name them. */
import { Doc, encodeStateAsUpdate } from 'yjs'
import type { NoteSummary } from '../../host/api.ts'
import { current, mistyped, readArgs, refused, withInput } from '../ask.ts'
import type { Command } from '../command.ts'

export const note: Command = {
  usage: 'note [--title TITLE] TEXT   (- reads the text from standard input)',
  summary: 'write a note, which only this person can read',
  prepare: withInput,
  async run(context) {
    const typed = readArgs(context, { title: { type: 'string', default: '' } })
    if (!typed || typed.positionals.length === 0) return mistyped(context, note.usage)
    const { client, output } = context
    const doc = new Doc()
    doc.getText('title').insert(0, typed.values.title)
    doc.getText('body').insert(0, typed.positionals.join(' '))
    const made = await client.request('create-note', {})
    if (!made.ok) return refused(context, made.error)
    const id = made.value.note
    const written = await client.request('update-note', { note: id, update: encodeStateAsUpdate(doc) })
    if (!written.ok) return refused(context, written.error)
    output.write(id)
    return 0
  },
}

export const notes: Command = {
  usage: 'notes [--json]',
  summary: 'list the notes of this person, the last changed first',
  async run(context) {
    const typed = readArgs(context, { json: { type: 'boolean' } })
    if (!typed || typed.positionals.length > 0) return mistyped(context, notes.usage)
    const { client, output } = context
    const list = await current<readonly NoteSummary[]>((onValue, onError) =>
      client.watch('notes', {}, onValue, onError),
    )
    if (typed.values.json) output.write(JSON.stringify(list, undefined, 2))
    else for (const { id, title } of list) output.write(`${id}  ${title || 'without a title'}`)
    return 0
  },
}
