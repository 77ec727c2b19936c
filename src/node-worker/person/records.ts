/** The records this node keeps and writes: signed values under storage keys. Rules: docs/protocol/40-records.md. */

import { equalBytes } from '../../core/bytes.ts'
import { decodeKeyList } from '../../core/identity/key-list.ts'
import { GROUP_ZERO, NETWORK_ZERO } from '../../core/limits.ts'
import type { Clock, Verifier } from '../../core/ports.ts'
import { decodeRecord, type RecordError, signRecord } from '../../core/records/record.ts'
import {
  type PublicRecord,
  RECORD_VERSION,
  type RecordRefusal,
  type SignedRecord,
} from '../../core/records/record-types.ts'
import { PATHS, publicStorageKey } from '../../core/records/storage-key.ts'
import { type RecordContext, verifyRecord } from '../../core/records/verify-record.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { Changes } from '../changes.ts'
import type { Store } from '../stores/store.ts'
import type { Self } from './account.ts'
import type { PersonsBook } from './persons.ts'
import { applyProfile, readProfile } from './profile.ts'
import { putRecord, RECORD_TABLES } from './record-rows.ts'

/** Why a record was refused for good. */
export type RefusedRecord =
  | (RecordError | Exclude<RecordRefusal, { readonly type: 'unknown-key-event' }>)['type']
  /** It stands under another storage key than the one it was asked for. */
  | 'wrong-key'
  /** Its person has no row here, or it is of a kind that nobody here agreed to keep. */
  | 'not-wanted'
  | 'blocked'

/** [R11] What became of a record that was handed in. */
export type RecordOutcome =
  | { readonly type: 'kept' }
  /** The same or a newer one is held. */
  | { readonly type: 'older' }
  | { readonly type: 'refused'; readonly reason: RefusedRecord }
  /** Not judged, not kept: fetch the key events of that person, then hand it in again. */
  | { readonly type: 'needs-key-events'; readonly person: string; readonly keyEvent: string }

/** See the module's doc. */
export interface RecordBook {
  /** The highest record held under a storage key, encoded. */
  get(storageKey: Uint8Array): Promise<Uint8Array | undefined>
  /** Verifies a record and keeps it when it is higher than the one held and its person is of use here. */
  put(storageKey: Uint8Array, record: Uint8Array): Promise<RecordOutcome>
  /** Not kept since start, by reason; what needed key events counts as `unknown-key-event`. */
  refused(): Readonly<Record<string, number>>
}

/** Milliseconds. */
export const DAY = 86_400_000
/** Key events, sealed secret and locator outlive a year away (DESIGN section 6). */
export const IDENTITY_RECORD_DAYS = 400
/** What is signed again with every change. */
export const CONTENT_RECORD_DAYS = 31

/** A public record to be signed with the device's key. */
export interface RecordDraft {
  readonly path: string
  readonly value: unknown
  /** CID of the newest key event. */
  readonly keyEvent: string
  /** Higher wins; the clock's milliseconds, so that devices need not ask each other. */
  readonly seq: number
  readonly days: number
}

/** Signs a public record of one's own. */
export const signPublic = (self: Self, draft: RecordDraft, now: number): Promise<SignedRecord> =>
  signRecord(
    {
      version: RECORD_VERSION,
      kind: 'public',
      key: publicStorageKey(self.person, draft.path),
      network: NETWORK_ZERO,
      group: GROUP_ZERO,
      person: self.person,
      path: draft.path,
      epoch: self.secrets.epoch,
      seq: draft.seq,
      value: draft.value,
      expires: now + draft.days * DAY,
      signer: self.device.signer.publicKey,
      keyEvent: draft.keyEvent,
    },
    self.device.signer,
  )

/** What the book is built from. */
export interface RecordPorts {
  readonly store: Store
  readonly clock: Clock
  readonly verifier: Verifier
  readonly persons: PersonsBook
  readonly changes: Changes
}

const refuse = (reason: RefusedRecord): RecordOutcome => ({ type: 'refused', reason })

/** [R9] What stands at `/keys` has to be a list of blocks: it makes a reader keep what it names. */
const isValueFine = ({ path, value }: PublicRecord): boolean => path !== PATHS.keys || decodeKeyList(value).ok

/** Creates the book over the store. */
export const createRecords = (ports: RecordPorts): RecordBook => {
  const { store, clock, verifier, persons, changes } = ports
  const refused: Record<string, number> = {}

  const keep = (signed: SignedRecord<PublicRecord>): Promise<boolean> =>
    store.write(['persons', ...RECORD_TABLES], 'relaxed', async (tx) => {
      if (!(await putRecord(tx, signed))) return false
      const { path, person, value } = signed.record
      const profile = path === PATHS.profile ? readProfile(value) : undefined
      if (profile) await applyProfile(tx, person, { ...profile, entry: '' })
      return true
    })

  /** Public records of persons who have a row here are of use; nothing else was agreed to. */
  const read = (storageKey: Uint8Array, bytes: Uint8Array): Result<SignedRecord<PublicRecord>, RefusedRecord> => {
    const signed = decodeRecord(bytes)
    if (!signed.ok) return err(signed.error.type)
    const { record } = signed.value
    if (!equalBytes(record.key, storageKey)) return err('wrong-key')
    if (record.kind !== 'public' || !persons.get(record.person)) return err('not-wanted')
    if (persons.relation(record.person) === 'blocked') return err('blocked')
    return isValueFine(record) ? ok({ ...signed.value, record }) : err('malformed')
  }

  const take = async (signed: SignedRecord<PublicRecord>): Promise<RecordOutcome> => {
    const { person } = signed.record
    const keyState = await persons.keyState(person)
    const scope = { network: NETWORK_ZERO, group: GROUP_ZERO }
    const context: RecordContext = { verifier, now: clock.now(), ...scope, ...(keyState && { keyState }) }
    const verified = await verifyRecord(signed, context)
    if (!verified.ok) {
      const { error } = verified
      return error.type === 'unknown-key-event' ? { ...error, type: 'needs-key-events' } : refuse(error.type)
    }
    if (!(await keep(signed))) return { type: 'older' }
    await persons.refresh([person])
    changes.emit('people', `person/${person}`)
    return { type: 'kept' }
  }

  const count = (reason: string): void => {
    refused[reason] = (refused[reason] ?? 0) + 1
  }

  return {
    get: (storageKey) => store.read(['records'], (tx) => tx.get<Uint8Array>('records', [storageKey])),

    async put(storageKey, bytes) {
      const signed = read(storageKey, bytes)
      const outcome = signed.ok ? await take(signed.value) : refuse(signed.error)
      if (outcome.type === 'refused') count(outcome.reason)
      if (outcome.type === 'needs-key-events') count('unknown-key-event')
      return outcome
    },

    refused: () => ({ ...refused }),
  }
}
