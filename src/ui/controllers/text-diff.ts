/** The smallest single replacement that turns one text into another, by common beginning and end. */

/** Delete `removed` characters at `index`, then insert `inserted` there. */
export interface Replacement {
  readonly index: number
  readonly removed: number
  readonly inserted: string
}

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff
const isLowSurrogate = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff

const commonStart = (a: string, b: string): number => {
  const most = Math.min(a.length, b.length)
  let n = 0
  while (n < most && a[n] === b[n]) n++
  // Not between the halves of one character.
  return n > 0 && isHighSurrogate(a.charCodeAt(n - 1)) ? n - 1 : n
}

const commonEnd = (a: string, b: string, most: number): number => {
  let n = 0
  while (n < most && a[a.length - 1 - n] === b[b.length - 1 - n]) n++
  return n > 0 && isLowSurrogate(a.charCodeAt(a.length - n)) ? n - 1 : n
}

/** The replacement, or undefined when the texts are equal. */
export const diffTexts = (before: string, after: string): Replacement | undefined => {
  if (before === after) return undefined
  const index = commonStart(before, after)
  const end = commonEnd(before, after, Math.min(before.length, after.length) - index)
  return { index, removed: before.length - index - end, inserted: after.slice(index, after.length - end) }
}

/** Where a caret belongs after a replacement elsewhere in the text. */
export const moveCaret = (caret: number, { index, removed, inserted }: Replacement): number => {
  if (caret <= index) return caret
  return Math.max(index, caret - removed) + inserted.length
}

/** The text in pieces of at most `length` characters (at least 2), none ending inside a character. */
export const piecesOf = (text: string, length: number): string[] => {
  const pieces: string[] = []
  for (let at = 0; at < text.length; ) {
    const isSplit = isHighSurrogate(text.charCodeAt(at + length - 1))
    const end = at + length - (isSplit ? 1 : 0)
    pieces.push(text.slice(at, end))
    at = end
  }
  return pieces
}
