/**
 * Expected failures are values. A `Result` is either `{ ok: true, value }` or `{ ok: false, error }`, where `error`
 * is plain data that survives structured cloning, so that it can cross threads and reach the person in words.
 */
export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E }

/** A success. */
export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value })

/** An expected failure. */
export const err = <E>(error: E): { readonly ok: false; readonly error: E } => ({ ok: false, error })

/** What every malformed input becomes: which format refused it and why, in terms a developer can act on. */
export interface Malformed<Format extends string = string> {
  readonly type: 'malformed'
  readonly format: Format
  readonly reason: string
}

/** Builds a {@link Malformed} failure. */
export const malformed = <Format extends string>(
  format: Format,
  reason: string,
): { readonly ok: false; readonly error: Malformed<Format> } => err({ type: 'malformed', format, reason })
