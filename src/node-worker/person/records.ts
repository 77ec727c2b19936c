/** The records this node keeps and writes: signed values under storage keys. Rules: DESIGN section 4. */

import { equalBytes } from '../../core/bytes.ts'
import { NETWORK_ZERO } from '../../core/limits.ts'
import type { Clock, Verifier } from '../../core/ports.ts'
import { compareRecords, decodeRecord, signRecord } from '../../core/records/record.ts'
import { RECORD_VERSION, type SignedRecord } from '../../core/records/record-types.ts'
import { PATHS, publicStorageKey } from '../../core/records/storage-key.ts'
import { verifyRecord } from '../../core/records/verify-record.ts'
import type { Changes } from '../changes.ts'
import type { Store, WriteTransaction } from '../stores/store.ts'
import type { Self } from './account.ts'
import type { PersonsBook } from './persons.ts'
import { applyProfile, readProfile } from './profile.ts'

/** See the module's doc. */
export interface RecordBook {
  /** The highest record held under a storage key, encoded. */
  get(storageKey: Uint8Array): Promise<Uint8Array | undefined>
  /** Verifies a record and keeps it when it is higher than the one held and its person is of use here. */
  put(storageKey: Uint8Array, record: Uint8Array): Promise<boolean>
}

const DAY = 86_400_000
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

/** Writes a record inside a transaction over `records`, unless a higher one is there. */
export const putRecord = async (tx: WriteTransaction, signed: SignedRecord): Promise<boolean> => {
  const held = await tx.get<Uint8Array>('records', [signed.record.key])
  const other = held && decodeRecord(held)
  if (other?.ok && compareRecords(signed, other.value) <= 0) return false
  await tx.put('records', [signed.record.key], signed.bytes.slice())
  return true
}

/** What the book is built from. */
export interface RecordPorts {
  readonly store: Store
  readonly clock: Clock
  readonly verifier: Verifier
  readonly persons: PersonsBook
  readonly changes: Changes
}

/** Creates the book over the store. */
export const createRecords = (ports: RecordPorts): RecordBook => {
  const { store, clock, verifier, persons, changes } = ports

  const keep = (signed: SignedRecord): Promise<boolean> =>
    store.write(['records', 'persons', 'blocks', 'blockMeta', 'queue'], 'relaxed', async (tx) => {
      if (!(await putRecord(tx, signed))) return false
      const { record } = signed
      const profile = record.kind === 'public' && record.path === PATHS.profile ? readProfile(record.value) : undefined
      if (record.kind === 'public' && profile) await applyProfile(tx, record.person, { ...profile, entry: '' })
      return true
    })

  return {
    get: (storageKey) => store.read(['records'], (tx) => tx.get<Uint8Array>('records', [storageKey])),

    async put(storageKey, bytes) {
      const signed = decodeRecord(bytes)
      if (!signed.ok || !equalBytes(signed.value.record.key, storageKey)) return false
      const { record } = signed.value
      // Only public records of persons who have a row here are of use: nothing else was agreed to.
      if (record.kind !== 'public' || !persons.get(record.person)) return false
      if (persons.relation(record.person) === 'blocked') return false
      const keyState = await persons.keyState(record.person)
      if (!keyState) return false
      const verified = await verifyRecord(signed.value, { verifier, now: clock.now(), network: NETWORK_ZERO, keyState })
      if (!verified.ok || !(await keep(signed.value))) return false
      await persons.refresh([record.person])
      changes.emit('people', `person/${record.person}`)
      return true
    },
  }
}
