/** Text from strangers' files as posts carry it. */
import { MAX_POST_LENGTH } from '../../social/bodies.ts'

/** Overstrikes of old printers: a character, a backspace, the character again. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the control characters are what is taken out
const OVERSTRIKE = /[^\n]\x08/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: the control characters are what is taken out
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f]/g
/** Half of a pair: no UTF-8 holds it. */
const LONE_SURROGATES = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** Line ends of one kind, no control characters, no empty lines around; the first line keeps its indentation. */
export const cleanText = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(OVERSTRIKE, '')
    .replace(CONTROLS, '')
    .replace(LONE_SURROGATES, '\ufffd')
    .replace(/^(?:[^\S\n]*\n)+/, '')
    .trimEnd()

/** One line of at most `limit` UTF-16 units. */
export const oneLine = (text: string, limit: number): string =>
  cutText(cleanText(text).replace(/\s+/g, ' ').trim(), limit)

/** At most `limit` UTF-16 units, with an ellipsis where something was cut, never through a pair. */
export const cutText = (text: string, limit: number = MAX_POST_LENGTH): string => {
  if (text.length <= limit) return text
  return `${text
    .slice(0, limit - 1)
    .replace(/[\ud800-\udbff]$/, '')
    .trimEnd()}…`
}
