/**
 * Every format begins with a version. A reader that meets a version it does not know says exactly that, so that the
 * person can be told to update instead of being told that the data is broken.
 */
import { err } from './result.ts'

/** A well-formed beginning of a format in a version that this code cannot read. */
export interface UnknownVersion<Format extends string = string> {
  readonly type: 'unknown-version'
  readonly format: Format
  /** The version found. */
  readonly version: number
  /** The version this code reads. */
  readonly supported: number
}

/** Builds an {@link UnknownVersion} failure. */
export const unknownVersion = <Format extends string>(
  format: Format,
  version: number,
  supported: number,
): { readonly ok: false; readonly error: UnknownVersion<Format> } =>
  err({ type: 'unknown-version', format, version, supported })
