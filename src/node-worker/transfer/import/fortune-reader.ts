/**
 * Fortune files: texts with a `%` alone on a line between them. Every text is an item; what the fortune program
 * would decode (rot13) stays as it is. Rules IM4 and IM5 of docs/protocol.
 */
import { MAX_POST_LENGTH } from '../../social/bodies.ts'
import { type Found, type ItemReader, MAX_ITEM_LENGTH } from './found.ts'
import { cleanText } from './plain-text.ts'

const SEPARATOR = /^%\s*$/

/** Creates a reader; `title` is what the file is called. */
export const createFortuneReader = (title: string): ItemReader => {
  let rest = ''
  let lines: string[] = []
  let length = 0
  let separators = 0

  const take = (isLast: boolean): Found[] => {
    const isTooLarge = length > MAX_POST_LENGTH
    const text = isTooLarge ? '' : cleanText(lines.join('\n'))
    lines = []
    length = 0
    if (isTooLarge) return [{ type: 'left-out', reason: 'too-large' }]
    if (text !== '') return [{ type: 'item', item: { text, source: { title } } }]
    // Files begin and end with a separator as often as not.
    return isLast || separators <= 1 ? [] : [{ type: 'left-out', reason: 'empty' }]
  }

  const readLine = (line: string): Found[] => {
    if (SEPARATOR.test(line)) {
      separators++
      return take(false)
    }
    length += line.length + 1
    if (length <= MAX_ITEM_LENGTH) lines.push(line)
    return []
  }

  return {
    write(text) {
      if (text.includes('\0')) return [{ type: 'bad-file', reason: 'not a text' }]
      const parts = (rest + text).split('\n')
      rest = parts.pop()!.slice(0, MAX_ITEM_LENGTH)
      return parts.flatMap(readLine)
    },
    end() {
      const found = readLine(rest)
      if (separators === 0) return [{ type: 'bad-file', reason: 'neither a feed nor texts between lines of "%"' }]
      return [...found, ...take(true)]
    },
  }
}
