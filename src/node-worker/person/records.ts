/** The records this node keeps and writes: signed values under storage keys. Rules: docs/protocol/40-records.md. */
import type { Block } from '../../core/blocks/cid.ts'
import { equalBytes } from '../../core/bytes.ts'
import { decodeKeyList, packKeyEvents } from '../../core/identity/key-list.ts'
import type { KeyState } from '../../core/identity/key-state.ts'
import { GROUP_ZERO, NETWORK_ZERO } from '../../core/limits.ts'
import type { Clock, Verifier } from '../../core/ports.ts'
import { decodeKeepers } from '../../core/records/keepers.ts'
import { decodeRecord, type RecordError, signRecord } from '../../core/records/record.ts'
import {
  type PublicRecord,
  RECORD_VERSION,
  type RecordRefusal,
  type SignedRecord,
  type UnsignedRecord,
} from '../../core/records/record-types.ts'
import { PATHS, publicStorageKey } from '../../core/records/storage-key.ts'
import { type RecordContext, verifyRecord } from '../../core/records/verify-record.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { RequestOutcome } from '../../core/swarm/host-protocol.ts'
import type { Changes, Topic } from '../changes.ts'
import { type SharedRow, sharedKey } from '../sharing/share-keys.ts'
import { type Store, StoreFullError } from '../stores/store.ts'
import type { Self } from './account.ts'
import { isFollowed, type PersonsBook } from './persons.ts'
import { applyProfile, readProfile } from './profile.ts'
import { heldRecord, locatorIn, putRecord, RECORD_TABLES } from './record-rows.ts'

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
  /**
   * The same for a record that anybody may have sent: kept are public ones of this person, those at the paths that
   * every person has of persons followed, and others only in place of one that is here.
   */
  offer(storageKey: Uint8Array, record: Uint8Array): Promise<RequestOutcome>
  /** Not kept since start, by reason; what needed key events counts as `unknown-key-event`. */
  refused(): Readonly<Record<string, number>>
}

/** Paths of persons followed that strangers may bring up to date; more would let a person fill a follower's disk. */
const OFFERED_PATHS: ReadonlySet<string> = new Set(Object.values(PATHS))

/** Milliseconds. */
export const DAY = 86_400_000
/** [R10] Key events, sealed secret, locator and profile outlive a year away. */
export const IDENTITY_RECORD_DAYS = 400
/** The newest entries. */
export const CONTENT_RECORD_DAYS = 31

/** How far the seq of a private record may lie ahead of the clock that it is made from, milliseconds. */
const MAX_SEQ_AHEAD = DAY

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

const topicsOf = ({ person, path }: PublicRecord): readonly Topic[] => [
  'people',
  `person/${person}`,
  `records/${person}`,
  ...(path === PATHS.keepers ? (['keepers'] as const) : []),
]

const refuse = (reason: RefusedRecord): RecordOutcome => ({ type: 'refused', reason })

/** What makes a reader do more than keep it has to be in order: [R9] a list of blocks, [RC1] a locator, [KP1] keepers. */
const isValueFine = (signed: SignedRecord): boolean => {
  const { record } = signed
  if (record.kind !== 'public') return true
  if (record.path === PATHS.locator) return locatorIn(signed) !== undefined
  if (record.path === PATHS.keepers) return decodeKeepers(record.value).ok
  return record.path !== PATHS.keys || decodeKeyList(record.value).ok
}

/** [RC2] The blocks that a list of key events names, as far as the events are known: they are kept, so that others find them here. */
const blocksAtHand = ({ record }: SignedRecord, state: KeyState | undefined): readonly Block[] =>
  state && record.kind === 'public' && record.path === PATHS.keys ? packKeyEvents(state).blocks : []

/** Creates the book over the store. */
export const createRecords = (ports: RecordPorts): RecordBook => {
  const { store, clock, verifier, persons, changes } = ports
  const refused: Record<string, number> = {}

  const keep = (signed: SignedRecord, blocks: readonly Block[]): Promise<boolean> =>
    store.write(RECORD_TABLES, 'relaxed', async (tx) => {
      if (!(await putRecord(tx, signed, blocks))) return false
      const { record } = signed
      const profile = record.kind === 'public' && record.path === PATHS.profile ? readProfile(record.value) : undefined
      if (record.kind === 'public' && profile) await applyProfile(tx, record.person, { ...profile, entry: '' })
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
    return isValueFine(signed.value) ? ok({ ...signed.value, record }) : err('malformed')
  }

  const take = async (signed: SignedRecord): Promise<RecordOutcome> => {
    const person = signed.record.kind === 'public' ? signed.record.person : undefined
    const keyState = person === undefined ? undefined : await persons.keyState(person)
    const scope = { network: NETWORK_ZERO, group: GROUP_ZERO }
    const context: RecordContext = { verifier, now: clock.now(), ...scope, ...(keyState && { keyState }) }
    const locator = locatorIn(signed)
    const outer = await verifyRecord(signed, context)
    const verified = outer.ok && locator ? await verifyRecord(locator, context) : outer
    if (!verified.ok) {
      const { error } = verified
      return error.type === 'unknown-key-event' ? { ...error, type: 'needs-key-events' } : refuse(error.type)
    }
    if (!(await keep(signed, blocksAtHand(signed, keyState)))) return { type: 'older' }
    const { record } = signed
    if (record.kind !== 'public') {
      changes.emit('shares')
      return { type: 'kept' }
    }
    await persons.refresh([record.person])
    changes.emit(...topicsOf(record))
    return { type: 'kept' }
  }

  const count = (reason: string): void => {
    refused[reason] = (refused[reason] ?? 0) + 1
  }

  const counted = (outcome: RecordOutcome): RecordOutcome => {
    if (outcome.type === 'refused') count(outcome.reason)
    if (outcome.type === 'needs-key-events') count('unknown-key-event')
    return outcome
  }

  const get: RecordBook['get'] = (storageKey) =>
    store.read(['records'], (tx) => tx.get<Uint8Array>('records', [storageKey]))

  /** [CP15] In place of one that is here, unless that was the last word; and so that others can write after it. */
  const isReplaceable = ({ key, epoch, seq }: UnsignedRecord): Promise<boolean> =>
    store.read(['records', 'meta'], async (tx) => {
      const held = await heldRecord(tx, key)
      if (!held || epoch > held.record.epoch || seq - clock.now() > MAX_SEQ_AHEAD) return false
      return (await tx.get<SharedRow>('meta', sharedKey(key)))?.digest !== null
    })

  /** Whether a stranger may bring it. */
  const isAgreed = async ({ record }: SignedRecord): Promise<boolean> => {
    if (record.kind !== 'public') return isReplaceable(record)
    const person = persons.get(record.person)
    return person?.relation === 'me' || (isFollowed(person) && OFFERED_PATHS.has(record.path))
  }

  return {
    get,

    async put(storageKey, bytes) {
      const signed = read(storageKey, bytes)
      return counted(signed.ok ? await take(signed.value) : refuse(signed.error))
    },

    async offer(storageKey, bytes) {
      const signed = decodeUnder(storageKey, bytes)
      if (!signed || !(await isAgreed(signed)) || !isValueFine(signed)) return 'not-wanted'
      try {
        return toRequestOutcome(counted(await take(signed)))
      } catch (error) {
        if (error instanceof StoreFullError) return 'full'
        throw error
      }
    },

    refused: () => ({ ...refused }),
  }
}

/** The record in these bytes, when it belongs under that key. */
const decodeUnder = (storageKey: Uint8Array, bytes: Uint8Array): SignedRecord | undefined => {
  const signed = decodeRecord(bytes)
  return signed.ok && equalBytes(signed.value.record.key, storageKey) ? signed.value : undefined
}

/** What whoever brought a record over HTTP is told of it. */
const toRequestOutcome = (outcome: RecordOutcome): RequestOutcome => {
  if (outcome.type === 'kept') return 'stored'
  if (outcome.type === 'older') return 'outdated'
  if (outcome.type === 'needs-key-events') return 'unknown-key-event'
  return outcome.reason === 'not-a-device' ? outcome.reason : 'not-wanted'
}
