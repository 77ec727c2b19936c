/**
 * Errors as data. Comlink keeps only name, message and stack of what is thrown, and a page could not put that into
 * words; so nothing is thrown across threads: whatever a handler throws is a bug and becomes `internal`.
 */
import { err, type Result } from '../core/result.ts'
import type { KithError } from './errors.ts'

// For src/page, which takes only types from core.
export { err, ok } from '../core/result.ts'

/** Words of a thrown value for "Details". */
export const messageOf = (thrown: unknown): string =>
  thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)

/** Runs a handler; a throw becomes an `internal` error that survives structured cloning. */
export const asResult = async <T>(run: () => Promise<Result<T, KithError>>): Promise<Result<T, KithError>> => {
  try {
    return await run()
  } catch (thrown) {
    return err({ type: 'internal', message: messageOf(thrown) })
  }
}
