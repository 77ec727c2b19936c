/**
 * Notes as queries and requests see them: the row of a note and the entries not merged into it yet, merged outside of
 * any transaction. Merges are stored back by compare-and-set, sealed under the device's local key; the log stays the
 * truth.
 */
import { MAX_PADDED_CONTENT, openPrivate, sealPrivate } from '../../core/blocks/sealed.ts'
import { concatBytes, equalBytes } from '../../core/bytes.ts'
import { decodeCbor, encodeCbor, isCount, isRecord, isText } from '../../core/cbor.ts'
import { decodePayload, isInScope } from '../../core/logs/payload.ts'
import { lastSeqOf, type Segment } from '../../core/logs/segment.ts'
import type { InternalServices } from '../internal-services.ts'
import type { EntryPosition } from '../log/log-service.ts'
import type { Self } from '../person/account.ts'
import { type NoteUpdate, readUpdate } from './note-entries.ts'
import { getNote, listPending, type NoteRow, newestEntry, noteKeys } from './note-rows.ts'

/** Entries of an open note that may wait before their merge is stored: each store rewrites the whole note. */
const MAX_PENDING = 16
/** Title and excerpt, a few hundred characters. */
const MAX_SUMMARY_BYTES = 8192

/** What a list of notes shows. */
export interface NoteSummaryText {
  readonly title: string
  readonly excerpt: string
  readonly changed: number
}

/** A note, merged. */
export interface LoadedNote extends NoteSummaryText {
  readonly update: Uint8Array
}

/** See the module's doc. */
export interface NoteBook {
  /** A note with everything that is known of it; undefined when there is none. */
  load(self: Self, note: string): Promise<LoadedNote | undefined>
  /** Summaries of all notes, the last changed first. */
  list(self: Self): Promise<readonly (NoteSummaryText & { readonly note: string })[]>
  /** Where this device's newest entry of a note stands. */
  newest(self: Self, note: string): Promise<EntryPosition | undefined>
}

/** A row, and the payloads of what is not merged into it. */
interface Held {
  readonly row: NoteRow
  readonly pending: readonly EntryPosition[]
  readonly payloads: readonly Uint8Array[]
}

/** Many entries share a row: one read of it serves them all. */
const covers = (run: Segment, { device, log, seq }: EntryPosition): boolean =>
  equalBytes(run.author, device) && run.logId === log && run.firstSeq <= seq && seq <= lastSeqOf(run)

const pieces = (bytes: Uint8Array): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / MAX_PADDED_CONTENT) }, (_, i) =>
    bytes.subarray(i * MAX_PADDED_CONTENT, (i + 1) * MAX_PADDED_CONTENT),
  )

const readSummary = (bytes: Uint8Array): NoteSummaryText | undefined => {
  const decoded = decodeCbor(bytes, MAX_SUMMARY_BYTES)
  if (!decoded.ok || !isRecord(decoded.value)) return undefined
  const { title, excerpt, changed } = decoded.value
  if (!isText(title, MAX_SUMMARY_BYTES) || !isText(excerpt, MAX_SUMMARY_BYTES) || !isCount(changed)) return undefined
  return { title, excerpt, changed }
}

const unseal = async (self: Self, box: Uint8Array): Promise<Uint8Array> => {
  const opened = await openPrivate(self.sealLocal, box)
  // This device sealed it under its own key: a broken disk or a bug.
  if (!opened.ok) throw new Error(`a stored note does not open: ${opened.error.type}`)
  return opened.value
}

const unsealState = async (self: Self, { state }: NoteRow): Promise<Uint8Array[]> =>
  state.length === 0 ? [] : [concatBytes(...(await Promise.all(state.map((box) => unseal(self, box)))))]

const unsealSummary = async (self: Self, { summary }: NoteRow): Promise<NoteSummaryText | undefined> =>
  summary ? readSummary(await unseal(self, summary)) : undefined

/** Creates the book. */
export const createNoteBook = ({ platform, logs, sealing }: InternalServices): NoteBook => {
  const { store, random } = platform

  const read = (note: string): Promise<Held | undefined> =>
    store.read(['notes', 'queue', 'segments', 'payloads'], async (tx) => {
      const row = await getNote(tx, note)
      if (!row) return undefined
      const pending = await listPending(tx, note)
      const payloads: Uint8Array[] = []
      let run: Segment | undefined
      for (const position of pending) {
        const { device, log, seq } = position
        if (!run || !covers(run, position)) run = await logs.runs.fullRowAt(tx, device, log, seq)
        const payload = run?.payloads[seq - run.firstSeq]
        if (payload) payloads.push(payload)
      }
      return { row, pending, payloads }
    })

  const openUpdate = async (self: Self, bytes: Uint8Array): Promise<NoteUpdate | undefined> => {
    const payload = decodePayload(bytes)
    const said = payload.ok && isInScope(payload.value) ? await sealing.open(self, payload.value) : undefined
    return said && readUpdate(said)
  }

  const merge = async (self: Self, { row, payloads }: Held): Promise<LoadedNote> => {
    const updates = await Promise.all(payloads.map((bytes) => openUpdate(self, bytes)))
    const fresh = updates.filter((update) => update !== undefined)
    const before = await unsealSummary(self, row)
    const { mergeNote } = await import('./note-doc.ts')
    const { update, title, excerpt } = mergeNote([
      ...(await unsealState(self, row)),
      ...fresh.map((said) => said.update),
    ])
    return { update, title, excerpt, changed: Math.max(before?.changed ?? 0, ...fresh.map(({ time }) => time)) }
  }

  const storeMerge = async (self: Self, note: string, held: Held, merged: LoadedNote): Promise<void> => {
    const { title, excerpt, changed } = merged
    const row: NoteRow = {
      revision: held.row.revision + 1,
      state: await Promise.all(pieces(merged.update).map((piece) => sealPrivate(self.sealLocal, random, piece))),
      summary: await sealPrivate(self.sealLocal, random, encodeCbor({ title, excerpt, changed })),
    }
    await store.write(['notes', 'queue'], 'relaxed', async (tx) => {
      const now = await getNote(tx, note)
      if (now?.revision !== held.row.revision) return
      await tx.put('notes', [note], row)
      for (const position of held.pending) await tx.delete('queue', noteKeys.pending(note, position))
    })
  }

  const loadWith = async (self: Self, note: string, maxPending: number): Promise<LoadedNote | undefined> => {
    const held = await read(note)
    if (!held) return undefined
    const merged = await merge(self, held)
    if (held.pending.length > maxPending) await storeMerge(self, note, held, merged)
    return merged
  }

  const summarize = async (self: Self, note: string): Promise<NoteSummaryText | undefined> => {
    const held = await read(note)
    if (!held) return undefined
    const known = held.pending.length === 0 ? await unsealSummary(self, held.row) : undefined
    return known ?? loadWith(self, note, 0)
  }

  return {
    load: (self, note) => loadWith(self, note, MAX_PENDING),

    async list(self) {
      const rows = await store.read(['notes'], (tx) => tx.list<NoteRow>('notes'))
      const found = []
      for (const { key } of rows) {
        const note = key[0] as string
        const summary = await summarize(self, note)
        if (summary) found.push({ note, title: summary.title, excerpt: summary.excerpt, changed: summary.changed })
      }
      return found.sort((a, b) => b.changed - a.changed || (a.note < b.note ? -1 : 1))
    },

    newest: (self, note) => store.read(['queue'], (tx) => newestEntry(tx, note, self.device.signer.publicKey)),
  }
}
