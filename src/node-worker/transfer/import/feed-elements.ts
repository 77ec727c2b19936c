/**
 * The elements of RSS 0.9x to 2.0, RSS 1.0 and Atom, out of an XML parser's events. Loaded with the first import: the
 * only module that names saxes. saxes expands no entities but those it is given, and keeps its own stack on the heap.
 */
import { SaxesParser, type SaxesTagPlain } from 'saxes'
import type { Field } from './feed-item.ts'
import { ENTITIES } from './html-entities.ts'

/** Elements within elements. */
export const MAX_DEPTH = 64

/** What is told of a feed. Items are opened and closed in turn, never one in another. */
export interface FeedHandlers {
  /** The first element. */
  onRoot(name: string): void
  /** The title of the whole. */
  onTitle(title: Field): void
  onItem(): void
  onItemEnd(fields: ReadonlyMap<string, Field>): void
}

/** Takes text in pieces. Throws where it is not well-formed, and cannot be used after that. */
export interface FeedElements {
  write(text: string): void
  end(): void
  /** Characters read so far; inside a handler, up to the end of the tag it is about. */
  position(): number
}

const ITEMS = ['item', 'entry']
const CONTAINERS = ['channel', 'feed']

const local = (name: string): string => name.slice(name.indexOf(':') + 1)
const prefixOf = (name: string): string => name.slice(0, name.indexOf(':') + 1)

const escapeMarkup = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;')

const typeOf = (type: string | undefined): Field['type'] => {
  if (type === undefined) return undefined
  return /html/i.test(type) ? 'html' : 'text'
}

/** The element being read, with markup inside it written out again. */
interface OpenField {
  readonly name: string
  readonly depth: number
  readonly type: Field['type']
  /** Text inside is characters, not HTML: it is escaped so that both can stand together. */
  readonly isXhtml: boolean
  content: string
}

interface OpenItem {
  readonly depth: number
  readonly prefix: string
  readonly fields: Map<string, Field>
}

/**
 * Creates a parser.
 * @param isPart the text begins with an item, somewhere in a feed
 */
export const createFeedElements = (handlers: FeedHandlers, isPart: boolean): FeedElements => {
  const parser = new SaxesParser<{ fragment: boolean; xmlns: false }>({ fragment: isPart, xmlns: false })
  parser.ENTITIES = ENTITIES
  const names: string[] = []
  let item: OpenItem | undefined
  let field: OpenField | undefined
  // Atom's text is text unless it says otherwise; RSS's may be anything.
  let isAtom = false

  const openField = (tag: SaxesTagPlain, name: string): void => {
    const said = tag.attributes.type
    const type = name === 'link' ? 'text' : (typeOf(said) ?? (isAtom ? 'text' : undefined))
    field = { name, depth: names.length, type, isXhtml: said === 'xhtml', content: '' }
    if (name === 'link' && isAlternate(tag)) field.content = tag.attributes.href ?? ''
  }

  const openItem = (tag: SaxesTagPlain): void => {
    if (item) throw new Error('an item in an item')
    item = { depth: names.length, prefix: prefixOf(tag.name), fields: new Map() }
    isAtom ||= local(tag.name) === 'entry'
    const about = tag.attributes['rdf:about']
    if (about) item.fields.set('rdf:about', { content: about, type: 'text' })
    handlers.onItem()
  }

  const open = (tag: SaxesTagPlain): void => {
    if (names.length >= MAX_DEPTH) throw new Error(`more than ${MAX_DEPTH} elements in each other`)
    if (names.length === 0 && !isPart) handlers.onRoot(local(tag.name))
    const parent = local(names.at(-1) ?? '')
    names.push(tag.name)
    if (ITEMS.includes(local(tag.name))) openItem(tag)
    else if (field) field.content += reopened(tag)
    else if (item && names.length === item.depth + 1) openField(tag, fieldName(tag.name, item.prefix))
    else if (!item && CONTAINERS.includes(parent) && local(tag.name) === 'title') {
      isAtom ||= parent === 'feed'
      openField(tag, 'title')
    }
  }

  const closeField = ({ name, content, type }: OpenField): void => {
    field = undefined
    if (!item) handlers.onTitle({ content, type })
    // Links that lead elsewhere have no content.
    else if (content.trim() !== '' && !item.fields.has(name)) item.fields.set(name, { content, type })
  }

  const close = (tag: SaxesTagPlain): void => {
    if (field?.depth === names.length) closeField(field)
    else if (field && !tag.isSelfClosing) field.content += `</${local(tag.name)}>`
    if (item?.depth === names.length) {
      handlers.onItemEnd(item.fields)
      item = undefined
    }
    names.pop()
  }

  const write = (text: string): void => {
    if (field) field.content += field.isXhtml ? escapeMarkup(text) : text
  }

  parser.on('opentag', open)
  parser.on('closetag', close)
  parser.on('text', write)
  parser.on('cdata', write)
  return { write: (text) => void parser.write(text), end: () => void parser.close(), position: () => parser.position }
}

const isAlternate = ({ attributes }: SaxesTagPlain): boolean => (attributes.rel ?? 'alternate') === 'alternate'

const fieldName = (name: string, prefix: string): string =>
  prefix !== '' && name.startsWith(prefix) ? local(name) : name

/** A tag inside content, with what is read of it later. */
const reopened = ({ name, attributes }: SaxesTagPlain): string => {
  const kept = ['href', 'alt'].flatMap((key) =>
    attributes[key] === undefined ? [] : [` ${key}="${escapeMarkup(attributes[key]).replace(/"/g, '&quot;')}"`],
  )
  return `<${local(name)}${kept.join('')}>`
}
