/**
 * HTML as plain text: blocks become lines, links `text (address)`, everything else its text. One pass over the
 * characters, so that no input costs more than its length.
 */
import { decodeEntities } from './html-entities.ts'

/** A tag longer than this is none. */
const MAX_TAG_LENGTH = 8192
/** Links within links: nobody writes that. */
const MAX_OPEN_LINKS = 32

/** Elements that stand apart from what is around them, and how many line ends that takes. */
const BREAKS: Readonly<Record<string, number>> = Object.assign(Object.create(null), {
  ...Object.fromEntries(
    ['br', 'li', 'tr', 'dt', 'dd', 'div', 'section', 'article', 'header', 'footer', 'figcaption', 'option'].map(
      (name) => [name, 1],
    ),
  ),
  ...Object.fromEntries(
    ['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'dl', 'pre', 'table', 'blockquote', 'figure', 'hr'].map(
      (name) => [name, 2],
    ),
  ),
})
/** Elements whose content is not for reading. */
const UNREAD = ['script', 'style', 'template', 'noscript', 'iframe', 'object', 'svg', 'math', 'head', 'title']

interface Tag {
  readonly name: string
  readonly closes: boolean
  readonly attributes: string
  /** Index after it. */
  readonly end: number
}

/** The tag that begins at `start`, where `<` stands; undefined when that is just a character. */
const readTag = (html: string, start: number): Tag | undefined => {
  const name = /^<(\/?)([a-z][a-z\d]*)/i.exec(html.slice(start, start + 40))
  if (!name) return undefined
  let quote = ''
  const from = start + name[0].length
  for (let i = from; i < html.length && i < start + MAX_TAG_LENGTH; i++) {
    const char = html[i]!
    if (quote) quote = char === quote ? '' : quote
    else if (char === '"' || char === "'") quote = char
    else if (char === '<') return undefined
    else if (char === '>')
      return { name: name[2]!.toLowerCase(), closes: name[1] === '/', attributes: html.slice(from, i), end: i + 1 }
  }
  return undefined
}

const attribute = (tag: Tag, name: string): string => {
  const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i').exec(tag.attributes)
  return decodeEntities(found?.[1] ?? found?.[2] ?? found?.[3] ?? '').trim()
}

/**
 * Gathers lines; spaces run together as on a page, except in preformatted text. Parts are joined once at the end:
 * looking into a text that grows would copy it each time.
 */
const createLines = () => {
  const parts: string[] = []
  let breaks = 0
  let space = false
  const gap = (): string => {
    if (parts.length === 0) return ''
    return breaks > 0 ? '\n'.repeat(breaks) : space ? ' ' : ''
  }
  const add = (part: string): void => {
    parts.push(gap() + part)
    breaks = 0
    space = false
  }
  return {
    /** How many parts there are. */
    count: () => parts.length,
    /** The text from the part with that number on. */
    since: (part: number) => parts.slice(part).join('').trim(),
    break(lines: number): void {
      breaks = Math.max(breaks, lines)
    },
    write(text: string): void {
      const content = text.replace(/[\s\u200b]+/g, ' ')
      const trimmed = content.trim()
      space ||= content.startsWith(' ')
      if (trimmed === '') return
      add(trimmed)
      space = content.endsWith(' ')
    },
    writeAsIs(text: string): void {
      if (text !== '') add(text)
    },
    finish: () => parts.join('').trim(),
  }
}

type Lines = ReturnType<typeof createLines>

/** Where a link began and what it points to. */
interface OpenLink {
  readonly from: number
  readonly address: string
}

const isSame = (text: string, address: string): boolean =>
  text === address || text === address.replace(/^https?:\/\//, '').replace(/\/$/, '')

const endLink = (lines: Lines, { from, address }: OpenLink): void => {
  const text = lines.since(from)
  if (/^https?:\/\//i.test(address) && !isSame(text, address)) lines.write(text === '' ? address : ` (${address})`)
}

/** Where the content of an unread element ends: after its closing tag, or with the text. */
const skipElement = (html: string, tag: Tag): number => {
  const close = new RegExp(`</${tag.name}\\s*>`, 'gi')
  close.lastIndex = tag.end
  return close.exec(html) ? close.lastIndex : html.length
}

/** Comments, doctypes and processing instructions. */
const skipDeclaration = (html: string, start: number): number => {
  const [mark, after] = html.startsWith('<!--', start) ? ['-->', 3] : ['>', 1]
  const end = html.indexOf(mark as string, start + 2)
  return end < 0 ? html.length : end + (after as number)
}

/** The text of HTML. */
export const htmlToText = (html: string): string => {
  const lines = createLines()
  const links: OpenLink[] = []
  let preformatted = 0

  const apply = (tag: Tag): void => {
    lines.break(BREAKS[tag.name] ?? 0)
    if (tag.name === 'pre') preformatted = Math.max(0, preformatted + (tag.closes ? -1 : 1))
    if (tag.name === 'li' && !tag.closes) lines.write('• ')
    if (tag.name === 'td' || tag.name === 'th') lines.write(' ')
    if (tag.name === 'img') lines.write(` ${attribute(tag, 'alt')} `)
    if (tag.name !== 'a') return
    const open = tag.closes ? links.pop() : undefined
    if (open) endLink(lines, open)
    else if (!tag.closes && links.length < MAX_OPEN_LINKS)
      links.push({ from: lines.count(), address: attribute(tag, 'href') })
  }

  for (let at = 0; at < html.length; ) {
    const next = html.indexOf('<', at)
    const end = next < 0 ? html.length : next
    const text = decodeEntities(html.slice(at, end))
    if (preformatted > 0) lines.writeAsIs(text)
    else lines.write(text)
    if (next < 0) break
    const tag = readTag(html, next)
    if (tag) {
      apply(tag)
      at = !tag.closes && UNREAD.includes(tag.name) ? skipElement(html, tag) : tag.end
    } else if (html[next + 1] === '!' || html[next + 1] === '?') at = skipDeclaration(html, next)
    else {
      lines.write('<')
      at = next + 1
    }
  }
  return lines.finish()
}
