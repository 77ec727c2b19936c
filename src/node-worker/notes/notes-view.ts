/**
 * The view of the notes log: which notes there are and which entries belong to them. Entries come in any order; a
 * deletion ends a note for good, and what its updates said is forgotten.
 */
import type { Topic } from '../changes.ts'
import { forgetPayloads } from '../log/forget.ts'
import type { EntryPosition } from '../log/log-service.ts'
import type { LogView, ReadEntry } from '../log/log-view.ts'
import type { Runs } from '../log/runs.ts'
import type { WriteTransaction } from '../stores/store.ts'
import { readDelete, readUpdate } from './note-entries.ts'
import { EMPTY_NOTE, getNote, isGone, listEntries, noteKeys } from './note-rows.ts'

/** Creates the view; `runs` gives access to payloads that are to be forgotten. */
export const createNotesView = (runs: Runs): LogView => {
  const forget = (tx: WriteTransaction, position: EntryPosition): Promise<void> =>
    forgetPayloads(tx, runs, position, [position.seq])

  const addUpdate = async (tx: WriteTransaction, note: string, position: EntryPosition): Promise<void> => {
    if (await isGone(tx, note)) return forget(tx, position)
    if (!(await getNote(tx, note))) await tx.put('notes', [note], EMPTY_NOTE)
    await tx.put('queue', noteKeys.entry(note, position), 0)
    await tx.put('queue', noteKeys.pending(note, position), 0)
  }

  const remove = async (tx: WriteTransaction, note: string): Promise<void> => {
    for (const position of await listEntries(tx, note)) await forget(tx, position)
    for (const prefix of [noteKeys.entries(note), noteKeys.pendings(note)]) await tx.deleteRange('queue', { prefix })
    await tx.delete('notes', [note])
    await tx.put('queue', noteKeys.gone(note), 0)
  }

  const applyOne = async (tx: WriteTransaction, entry: ReadEntry): Promise<readonly Topic[]> => {
    const said = readUpdate(entry) ?? readDelete(entry)
    if (!said) return []
    const position = { device: entry.device.slice(), log: entry.log, seq: entry.seq }
    if ('update' in said) await addUpdate(tx, said.note, position)
    else await remove(tx, said.note)
    return ['notes', `note/${said.note}`]
  }

  return {
    async apply(tx, entries) {
      const topics = new Set<Topic>()
      for (const entry of entries) for (const topic of await applyOne(tx, entry)) topics.add(topic)
      return [...topics]
    },
  }
}
