/** From the elements of an RSS item or Atom entry to a post. */
import { MAX_POST_LENGTH, MAX_SOURCE_TITLE, MAX_SOURCE_URL, type Source } from '../../social/bodies.ts'
import type { Found } from './found.ts'
import { decodeEntities } from './html-entities.ts'
import { htmlToText } from './html-text.ts'
import { cleanText, cutText, oneLine } from './plain-text.ts'

/** Content of one element of an item. */
export interface Field {
  readonly content: string
  /** What Atom says of it; RSS says nothing, and then it may be HTML. */
  readonly type: 'text' | 'html' | undefined
}

/** Elements of an item by name; of several the first. */
export type Fields = ReadonlyMap<string, Field>

const MARKUP = /<[a-z!/]/i

const plain = (field: Field | undefined): string => {
  if (!field) return ''
  if (field.type === 'text') return cleanText(field.content)
  const isHtml = field.type === 'html' || MARKUP.test(field.content)
  return cleanText(isHtml ? htmlToText(field.content) : decodeEntities(field.content))
}

const first = (fields: Fields, names: readonly string[]): Field | undefined =>
  names.map((name) => fields.get(name)).find((field) => field !== undefined && field.content.trim() !== '')

const webAddress = (text: string | undefined): string | undefined => {
  const address = text?.trim() ?? ''
  return address.length <= MAX_SOURCE_URL && /^https?:\/\/\S+$/.test(address) ? address : undefined
}

const timeOf = (fields: Fields): number | undefined => {
  const time = Date.parse(first(fields, ['pubDate', 'published', 'dc:date', 'date', 'updated'])?.content.trim() ?? '')
  return Number.isSafeInteger(time) && time >= 0 ? time : undefined
}

const sourceOf = (fields: Fields, title: string): Source => {
  const guid = oneLine(first(fields, ['guid', 'id', 'rdf:about'])?.content ?? '', MAX_SOURCE_URL + 1)
  const url = webAddress(first(fields, ['link'])?.content) ?? webAddress(guid)
  return {
    title: oneLine(title, MAX_SOURCE_TITLE),
    ...(url && { url }),
    ...(guid !== '' && guid.length <= MAX_SOURCE_URL && { guid }),
  }
}

const textOf = (fields: Fields): string => {
  const title = plain(fields.get('title')).replace(/\s+/g, ' ').trim()
  const body = plain(first(fields, ['content:encoded', 'content', 'description', 'summary']))
  return title === '' || body.startsWith(title) ? body : `${title}\n\n${body}`.trimEnd()
}

/** The post in an item's elements. A text that is too long is cut where the source says the whole can be read. */
export const toFound = (fields: Fields, feedTitle: string): Found => {
  const text = textOf(fields)
  const source = sourceOf(fields, feedTitle)
  const time = timeOf(fields)
  if (text.trim() === '') return { type: 'left-out', reason: 'empty' }
  if (text.length > MAX_POST_LENGTH && !source.url) return { type: 'left-out', reason: 'too-large' }
  return { type: 'item', item: { text: cutText(text), source, ...(time !== undefined && { time }) } }
}
