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

/** A public record stands under the key of its person and path. */
const isUnderOwnKey = ({ key, person, path }: PublicRecord): boolean => equalBytes(key, publicStorageKey(person, path))

/** [R5] The signer is a device of the person, by the newest key event that the record names or a newer one. */
const checkPerson = (record: PublicRecord, keyState: KeyState | undefined): RecordRefusal | undefined => {
  const { person, keyEvent } = record
  if (!isUnderOwnKey(record)) return { type: 'forged' }
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
const checkAllButSignature = (record: UnsignedRecord, context: RecordContext): RecordRefusal | undefined =>
  checkTerms(record, context) ?? checkKey(record, context.keyState)

const checkTerms = (record: UnsignedRecord, { network, group, now }: RecordContext): RecordRefusal | undefined => {
  if (!equalBytes(record.network, network)) return { type: 'wrong-network' }
  if (!equalBytes(record.group, group)) return { type: 'wrong-group' }
  return record.expires !== null && record.expires <= now ? { type: 'expired' } : undefined
}

const checkSignature = async ({ record, signature }: SignedRecord, verifier: Verifier) => {
  const isSigned = await verifier.verify(record.signer, recordSigningInput(record), signature)
  return isSigned ? ok(undefined) : err<RecordRefusal>({ type: 'forged' })
}

/** [R4] to [R6] Verifies one record. */
export const verifyRecord = async (
  signed: SignedRecord,
  context: RecordContext,
): Promise<Result<void, RecordRefusal>> => {
  const refusal = checkAllButSignature(signed.record, context)
  return refusal ? err(refusal) : checkSignature(signed, context.verifier)
}

/**
 * [H45] What a reader can tell of a record without any key events: its key fits, and who signed is who it says. For
 * private records and locators that is all there is to tell; whether the signer of a public one is a device of the
 * person is left to whoever knows the person.
 */
export const verifySignedBy = async (
  signed: SignedRecord,
  context: Omit<RecordContext, 'keyState'>,
): Promise<Result<void, RecordRefusal>> => {
  const { record } = signed
  const fits = record.kind === 'public' ? isUnderOwnKey(record) : equalBytes(record.key, record.signer)
  const refusal = checkTerms(record, context) ?? (fits ? undefined : ({ type: 'forged' } as const))
  return refusal ? err(refusal) : checkSignature(signed, context.verifier)
}
