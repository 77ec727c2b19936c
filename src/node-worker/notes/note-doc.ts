/**
 * Yjs, kept to one module that is loaded when the first note is touched. Title and body are the Y.Text `title` and
 * `body` of a note's document.
 */
import { applyUpdate, Doc, encodeStateAsUpdate } from 'yjs'

/** UTF-16 units of a title in a summary. */
const MAX_TITLE = 200
/** UTF-16 units of an excerpt. */
const MAX_EXCERPT = 240

/** Updates merged into one. */
export interface MergedNote {
  readonly update: Uint8Array
  readonly title: string
  readonly excerpt: string
  /** How many of the updates are none. */
  readonly refused: number
}

/** Yjs tells by throwing, at any point of reading or integrating; the document is then in an unknown state. */
const attempt = (doc: Doc, update: Uint8Array): boolean => {
  try {
    applyUpdate(doc, update)
    return true
  } catch {
    return false
  }
}

const docOf = (updates: readonly Uint8Array[]): Doc => {
  const doc = new Doc()
  for (const update of updates) applyUpdate(doc, update)
  return doc
}

/** A document may hold something else than a text under that name; then there is nothing to show. */
const readText = (doc: Doc, name: string): string => {
  try {
    return doc.getText(name).toString()
  } catch {
    return ''
  }
}

const oneLine = (text: string, limit: number): string =>
  text
    .slice(0, 4 * limit)
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, limit)

/** Title and text of a whole note, as they were written. */
export const noteTexts = (update: Uint8Array): { readonly title: string; readonly text: string } => {
  const doc = docOf([update])
  const texts = { title: readText(doc, 'title'), text: readText(doc, 'body') }
  doc.destroy()
  return texts
}

/** Merges updates in any order. What is no update is left out and counted. */
export const mergeNote = (updates: readonly Uint8Array[]): MergedNote => {
  const good: Uint8Array[] = []
  let doc = new Doc()
  for (const update of updates) {
    if (attempt(doc, update)) good.push(update)
    else doc = docOf(good)
  }
  const merged = {
    update: encodeStateAsUpdate(doc),
    title: oneLine(readText(doc, 'title'), MAX_TITLE),
    excerpt: oneLine(readText(doc, 'body'), MAX_EXCERPT),
    refused: updates.length - good.length,
  }
  doc.destroy()
  return merged
}
