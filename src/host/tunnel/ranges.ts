/** Conditions and ranges of requests for a block, RFC 9110 sections 13 and 14. */

/** What of a body is asked for: all of it, bytes from `start` to before `end`, or something that cannot be given. */
export type Part = 'all' | 'none' | { readonly start: number; readonly end: number }

/** Whether a list of entity tags names this one. Weak comparison, which is what If-None-Match asks for. */
export const namesTag = (header: string | undefined, tag: string): boolean =>
  header?.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === tag) === true

const SINGLE = /^bytes=(\d{0,15})-(\d{0,15})$/

/**
 * The part that a Range header asks for. One range only: several would be an answer in a format of its own, which is
 * refused rather than left out, because whoever asks for a part of a block may have no room for all of it. A unit that
 * is not known is ignored, as the RFC says.
 * @param ifRange the part is wanted only of this very body; anything else gets all of it
 */
export const partOf = (
  { range, ifRange }: { readonly range: string | undefined; readonly ifRange: string | undefined },
  tag: string,
  size: number,
): Part => {
  if (range === undefined || !/^\s*bytes\s*=/i.test(range)) return 'all'
  if (ifRange !== undefined && ifRange.trim() !== tag) return 'all'
  const [, from, to] = SINGLE.exec(range.replaceAll(/\s/g, '').toLowerCase()) ?? []
  if (from === undefined || to === undefined || (from === '' && to === '')) return 'none'
  return from === '' ? lastBytes(Number(to), size) : between(Number(from), to === '' ? size : Number(to) + 1, size)
}

const lastBytes = (count: number, size: number): Part => between(Math.max(0, size - count), size, size)

const between = (start: number, end: number, size: number): Part =>
  start < Math.min(end, size) ? { start, end: Math.min(end, size) } : 'none'
