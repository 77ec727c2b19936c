/** Whether a well-formed record is accepted, by whoever reads it, hosts and holders included. */
import { equalBytes } from '../bytes.ts'
import { isActiveDevice, type KeyState } from '../identity/key-state.ts'
import type { Verifier } from '../ports.ts'
import { err, ok, type Result } from '../result.ts'
import { recordSigningInput } from './record.ts'
import type { PublicRecord, RecordRefusal, SignedRecord, UnsignedRecord } from './record-types.ts'
import { publicStorageKey } from './storage-key.ts'

/** What the verdict depends on beside the record. */
export interface RecordContext {
  readonly verifier: Verifier
  /** Milliseconds since 1970. */
  readonly now: number
  readonly network: Uint8Array
  readonly group: Uint8Array
  /** Keys of the person that a public record names; not needed for the other kinds. */
  readonly keyState?: KeyState
}

/** [R5] The signer is a device of the person, by the newest key event that the record names or a newer one. */
const checkPerson = (record: PublicRecord, keyState: KeyState | undefined): RecordRefusal | undefined => {
  const { person, path, keyEvent } = record
  if (!equalBytes(record.key, publicStorageKey(person, path))) return { type: 'forged' }
  if (keyState?.person !== person || !keyState.cids.includes(keyEvent)) {
    return { type: 'unknown-key-event', person, keyEvent }
  }
  return isActiveDevice(keyState, record.signer) ? undefined : { type: 'not-a-device' }
}

/** [R4] The key of the other kinds is itself the key that signs. */
const checkKey = (record: UnsignedRecord, keyState: KeyState | undefined): RecordRefusal | undefined => {
  if (record.kind === 'public') return checkPerson(record, keyState)
  return equalBytes(record.key, record.signer) ? undefined : { type: 'forged' }
}

/** The cheap questions first; a signature is checked only when nothing else speaks against the record. */
const checkAllButSignature = (record: UnsignedRecord, context: RecordContext): RecordRefusal | undefined => {
  if (!equalBytes(record.network, context.network)) return { type: 'wrong-network' }
  if (!equalBytes(record.group, context.group)) return { type: 'wrong-group' }
  if (record.expires !== null && record.expires <= context.now) return { type: 'expired' }
  return checkKey(record, context.keyState)
}

/** [R4] to [R6] Verifies one record. */
export const verifyRecord = async (
  { record, signature }: SignedRecord,
  context: RecordContext,
): Promise<Result<void, RecordRefusal>> => {
  const refusal = checkAllButSignature(record, context)
  if (refusal) return err(refusal)
  const isSigned = await context.verifier.verify(record.signer, recordSigningInput(record), signature)
  return isSigned ? ok(undefined) : err({ type: 'forged' })
}
