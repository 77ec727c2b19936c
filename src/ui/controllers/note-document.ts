/**
 * A note being edited: a Yjs document fed by the node's live query, whose own changes go back as updates, several in
 * one. Loaded with the note page, because it brings Yjs along.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit'
import { applyUpdate, Doc, mergeUpdates, type Text } from 'yjs'
import type { KithError } from '../../rpc/errors.ts'
import type { NoteId, NoteState } from '../../rpc/views.ts'
import { LiveQuery } from './live-query.ts'
import { node } from './node-context.ts'
import { diffTexts, piecesOf } from './text-diff.ts'

/** Typing is gathered for this long before it is stored (milliseconds). */
const GATHER = 400
/** After a failure it is tried again this much later (milliseconds). */
const RETRY = 3_000
/** Characters inserted as one update, and bytes sent in one: an update has to fit the payload of a log entry. */
const PIECE = 8_000
const MAX_SENT = 48_000
/** Names of the shared texts, as the node's summaries read them. */
type Part = 'title' | 'body'

export class NoteDocument implements ReactiveController {
  /** What is to be said about the last change. */
  state: 'saved' | 'saving' | 'failed' = 'saved'
  error: KithError | undefined
  readonly query: LiveQuery<'note'>
  readonly #host: ReactiveControllerHost
  readonly #note: () => NoteId
  readonly #doc = new Doc()
  #updates: Uint8Array[] = []
  #timer: ReturnType<typeof setTimeout> | undefined
  #sending = false

  constructor(host: ReactiveControllerHost, note: () => NoteId) {
    this.#host = host
    this.#note = note
    this.query = new LiveQuery(
      host,
      'note',
      () => ({ note: note() }),
      (value) => this.#receive(value),
    )
    this.#doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== this.query) this.#queue(update)
    })
    host.addController(this)
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer)
    void this.#send()
  }

  /** The text of a part as it is now. */
  read(part: Part): string {
    return this.#text(part).toString()
  }

  /** Takes over what a field says, as the smallest change. */
  write(part: Part, value: string): void {
    const text = this.#text(part)
    const change = diffTexts(text.toString(), value)
    if (!change) return
    const [first = '', ...more] = piecesOf(change.inserted, PIECE)
    this.#doc.transact(() => {
      text.delete(change.index, change.removed)
      text.insert(change.index, first)
    })
    let index = change.index + first.length
    for (const piece of more) {
      text.insert(index, piece)
      index += piece.length
    }
  }

  #text(part: Part): Text {
    return this.#doc.getText(part)
  }

  #receive(value: NoteState | undefined): void {
    if (value?.update.length) applyUpdate(this.#doc, value.update, this.query)
  }

  #queue(update: Uint8Array): void {
    this.#updates.push(update)
    this.#show('saving')
    this.#schedule(GATHER)
  }

  #schedule(wait: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#send(), wait)
  }

  async #send(): Promise<void> {
    if (this.#sending || !this.#updates.length) return
    this.#sending = true
    const update = mergeUpdates(this.#take())
    const result = await node().request('update-note', { note: this.#note(), update })
    this.#sending = false
    if (!result.ok) {
      // Kept with what came meanwhile, so that nothing typed is lost; merging updates twice changes nothing.
      this.#updates = [update, ...this.#updates]
      this.#show('failed', result.error)
      // What is too large now is too large in three seconds; the next change tries again.
      if (result.error.type !== 'too-large') this.#schedule(RETRY)
    } else if (this.#updates.length) this.#schedule(GATHER)
    else this.#show('saved')
  }

  /** The oldest updates that may go together, at least one. */
  #take(): Uint8Array[] {
    let bytes = 0
    const end = this.#updates.findIndex((update, i) => {
      bytes += update.length
      return i > 0 && bytes > MAX_SENT
    })
    return this.#updates.splice(0, end < 0 ? this.#updates.length : end)
  }

  #show(state: NoteDocument['state'], error?: KithError): void {
    this.state = state
    this.error = error
    this.#host.requestUpdate()
  }
}
