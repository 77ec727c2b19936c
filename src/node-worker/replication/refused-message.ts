/** A message on a sync stream that was not understood: counted, and put into a word for the peer. */
import type { Refuse } from '../refusals.ts'

/** @returns why, as a `goodbye` says it */
export const refuseMessage = (error: { readonly type: 'malformed' | 'unknown-version' }, refuse: Refuse): string => {
  refuse(error.type === 'malformed' ? 'malformed-sync' : 'unknown-sync-version')
  return error.type
}
