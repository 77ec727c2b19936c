/**
 * The record of a private slot: its value sealed for whoever may read, the whole signed by whoever may write. The seal
 * is bound to key, epoch and seq, so no value can be shown again under another one. Rules [CP4] and [CP5].
 */
import { MAX_PADDED_CONTENT, openPrivate, PADDING_STEPS, type SealedRefusal, sealPrivate } from '../blocks/sealed.ts'
import { equalBytes } from '../bytes.ts'
import { encodeCbor, isBytes } from '../cbor.ts'
import { GROUP_ZERO, NETWORK_ZERO } from '../limits.ts'
import type { CryptoPort, Random, Verifier } from '../ports.ts'
import { decodeRecord, type RecordError, signRecord } from '../records/record.ts'
import { type PrivateRecord, RECORD_VERSION, type RecordRefusal, type SignedRecord } from '../records/record-types.ts'
import { verifyRecord } from '../records/verify-record.ts'
import { err, malformed, ok, type Result } from '../result.ts'
import { type ReadCapability, readingKey, toRead, type WriteCapability } from './capability.ts'

/** The largest step that leaves room for a record's own fields. */
const LARGEST_STEP = 4096
/** Bytes of what a slot says. */
export const MAX_SLOT_CONTENT = LARGEST_STEP - (PADDING_STEPS.at(-1)! - MAX_PADDED_CONTENT)

/** What a record of a slot says beside its content. */
export interface SlotTerms {
  /** Epoch of the account secret when it was written. */
  readonly epoch: number
  readonly seq: number
  /** Milliseconds since 1970. */
  readonly expires: number
}

const boundTo = ({ key, epoch, seq }: Pick<PrivateRecord, 'key' | 'epoch' | 'seq'>): Uint8Array =>
  encodeCbor(['kith/slot-value/1', key, epoch, seq])

/**
 * [CP4] Seals and signs what a slot says.
 * @throws RangeError over {@link MAX_SLOT_CONTENT}
 */
export const sealSlot = async (
  capability: WriteCapability,
  content: Uint8Array,
  { epoch, seq, expires }: SlotTerms,
  crypto: Pick<CryptoPort, 'signerFromSeed' | 'aead'>,
  random: Random,
): Promise<SignedRecord<PrivateRecord>> => {
  if (content.length > MAX_SLOT_CONTENT) throw new RangeError(`"content" expected at most ${MAX_SLOT_CONTENT} bytes`)
  const signer = await crypto.signerFromSeed(capability.seed)
  const key = signer.publicKey
  const aead = await crypto.aead(readingKey(await toRead(capability, crypto), 'value'))
  const value = await sealPrivate(aead, random, content, boundTo({ key, epoch, seq }))
  const scope = { network: NETWORK_ZERO, group: GROUP_ZERO }
  const record = { version: RECORD_VERSION, kind: 'private', key, ...scope, epoch, seq, value, expires, signer: key }
  return signRecord(record as PrivateRecord, signer)
}

/** [CP5] The record in bytes that somebody handed out for a slot, verified as far as anybody can without reading it. */
export const verifySlot = async (
  bytes: Uint8Array,
  { key, verifier, now }: { readonly key: Uint8Array; readonly verifier: Verifier; readonly now: number },
): Promise<Result<SignedRecord<PrivateRecord>, RecordError | RecordRefusal>> => {
  const decoded = decodeRecord(bytes)
  if (!decoded.ok) return decoded
  const { record } = decoded.value
  if (record.kind !== 'private' || !equalBytes(record.key, key)) return err({ type: 'forged' })
  const verdict = await verifyRecord(decoded.value, { verifier, now, network: NETWORK_ZERO, group: GROUP_ZERO })
  return verdict.ok ? ok({ ...decoded.value, record }) : verdict
}

/** [CP4] What a slot says, out of a record that was verified. */
export const openSlot = async (
  { value, ...position }: PrivateRecord,
  capability: ReadCapability,
  crypto: Pick<CryptoPort, 'aead'>,
): Promise<Result<Uint8Array, SealedRefusal>> => {
  if (!isBytes(value)) return malformed('sealed', 'not bytes')
  return openPrivate(await crypto.aead(readingKey(capability, 'value')), value, boundTo(position))
}
