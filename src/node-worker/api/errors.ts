/** From what is thrown to what a person can be told. */
import { MAX_PAYLOAD_BYTES } from '../../core/limits.ts'
import type { KithError } from '../../rpc/errors.ts'
import { messageOf } from '../../rpc/handlers.ts'
import { MissingCurveError } from '../crypto/key-import.ts'
import { KeysNotKeptError } from '../keys/browser-vault.ts'
import { SupersededError } from '../liveness/fenced-store.ts'
import { EntryTooLargeError, LogSpentError } from '../log/append.ts'
import { StoreFullError, StoreUnavailableError } from '../stores/store.ts'

const FEATURES = { Ed25519: 'ed25519', X25519: 'x25519' } as const

/** The error to show for a thrown value; anything unexpected is a bug and says so. */
export const toKithError = (thrown: unknown): KithError => {
  if (thrown instanceof StoreFullError) return { type: 'storage-full' }
  if (thrown instanceof SupersededError) return { type: 'node-lost' }
  if (thrown instanceof StoreUnavailableError) return { type: thrown.reason }
  if (thrown instanceof EntryTooLargeError) return { type: 'too-large', what: 'entry', limit: MAX_PAYLOAD_BYTES }
  if (thrown instanceof LogSpentError) return { type: 'device-spent' }
  if (thrown instanceof KeysNotKeptError) return { type: 'no-key-storage' }
  if (thrown instanceof MissingCurveError) return { type: 'unsupported', feature: FEATURES[thrown.curve] }
  return { type: 'internal', message: messageOf(thrown) }
}
