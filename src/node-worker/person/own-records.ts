/**
 * Keeps the records of this node's person up with its logs and keys, and from running out ([R10]). What changed is
 * signed some time after the change, so that an import does not sign one for each post; what runs out is looked for at
 * start and then again and again, so that a clock that jumps or a machine that sleeps delays a renewal by one interval.
 */
import { equalBytes } from '../../core/bytes.ts'
import { encodeCbor } from '../../core/cbor.ts'
import { isActiveDevice, type KeyState } from '../../core/identity/key-state.ts'
import { logKind } from '../../core/logs/log-id.ts'
import type { SignedRecord, UnsignedRecord } from '../../core/records/record-types.ts'
import { PATHS, publicStorageKey } from '../../core/records/storage-key.ts'
import type { InternalServices } from '../internal-services.ts'
import { LOG_FEED } from '../log/log-service.ts'
import { createMutex } from '../stores/mutex.ts'
import { StoreFullError } from '../stores/store.ts'
import type { Self } from './account.ts'
import { ownRecordValue } from './own-record-values.ts'
import { heldRecord, putRecord, RECORD_TABLES } from './record-rows.ts'
import { CONTENT_RECORD_DAYS, DAY, IDENTITY_RECORD_DAYS, signPublic } from './records.ts'

/** Milliseconds from a change to the records that tell of it. */
export const RECORD_DELAY = 400
/** A record is signed again when less than this share of its life is left. */
export const RENEWAL_SHARE = 0.5
/** Milliseconds between two looks at what runs out: a small part of the shortest life. */
export const RENEWAL_INTERVAL = 3_600_000

/** Every public record of one's own, and the days it lives. */
const OWN_RECORDS = [
  { path: PATHS.heads, days: CONTENT_RECORD_DAYS },
  { path: PATHS.profile, days: IDENTITY_RECORD_DAYS },
  { path: PATHS.secret, days: IDENTITY_RECORD_DAYS },
  { path: PATHS.keys, days: IDENTITY_RECORD_DAYS },
  { path: PATHS.locator, days: IDENTITY_RECORD_DAYS },
  { path: PATHS.keepers, days: IDENTITY_RECORD_DAYS },
] as const

type OwnRecord = (typeof OWN_RECORDS)[number]

/** See the module's doc. */
export interface OwnRecords {
  /** Signs now what waits to be signed. */
  flush(): Promise<void>
  /** Signs soon what is not up to date: there may be room again for what found none. */
  schedule(): void
  close(): void
}

/** A record of a removed device or an older epoch is void, whatever it says ([R5], [R7]). */
const isVoid = ({ epoch, signer }: UnsignedRecord, self: Self, state: KeyState): boolean =>
  epoch < self.secrets.epoch || !isActiveDevice(state, signer)

/** Whether a record that lives so many days is to be signed again. */
export const isRunningOut = ({ expires }: UnsignedRecord, days: number, now: number): boolean =>
  expires !== null && expires - now < days * DAY * RENEWAL_SHARE

/** A `seq` higher than what is held, whatever the clock says; a new epoch outranks every `seq`, so there it begins anew. */
export const nextSeq = (held: UnsignedRecord | undefined, self: Self, now: number): number =>
  held?.epoch === self.secrets.epoch ? Math.max(now, held.seq + 1) : now

/** Starts to follow the own logs and keys. */
export const keepOwnRecords = (services: InternalServices): OwnRecords => {
  const { account, logs, persons, platform } = services
  const { clock, store, timers } = platform
  const oneAtATime = createMutex()
  let changed: unknown
  let renewal: unknown

  const isUpToDate = (self: Self, state: KeyState, days: number, held: SignedRecord, value: unknown): boolean =>
    !isVoid(held.record, self, state) &&
    !isRunningOut(held.record, days, clock.now()) &&
    equalBytes(encodeCbor(held.record.value), encodeCbor(value))

  const sign = async (self: Self, state: KeyState, { path, days }: OwnRecord): Promise<void> => {
    const held = await store.read(['records'], (tx) => heldRecord(tx, publicStorageKey(self.person, path)))
    // Another device began an epoch that is not known here: its words stand.
    if (held && held.record.epoch > self.secrets.epoch) return
    const next = await ownRecordValue(services, self, state, path, held)
    if (!next || (held && isUpToDate(self, state, days, held, next.value))) return
    const now = clock.now()
    const seq = nextSeq(held?.record, self, now)
    const signed = await signPublic(self, { path, value: next.value, keyEvent: state.newest, seq, days }, now)
    if (!(await store.write(RECORD_TABLES, 'relaxed', (tx) => putRecord(tx, signed, next.blocks)))) return
    // [KP1] The own row says whom the record names, as it does of anybody else.
    if (path === PATHS.keepers) await persons.refresh([self.person])
    services.changes.emit(`records/${self.person}`)
  }

  const signAll = async (): Promise<void> => {
    // [RC16] A drill says nothing of its own.
    const self = platform.drill ? undefined : account.self()
    const state = self && (await persons.keyState(self.person))
    if (state) for (const record of OWN_RECORDS) await sign(self, state, record)
  }

  const flush = (): Promise<void> => {
    timers.clearTimeout(changed)
    changed = undefined
    return oneAtATime(signAll)
  }

  const run = (): void => {
    flush().catch((error) => {
      // A full disk is said by who watches the store, and there is another try once it has room.
      if (!(error instanceof StoreFullError)) platform.log({ level: 'error', what: 'records', detail: String(error) })
    })
  }

  const schedule = (): void => {
    changed ??= timers.setTimeout(run, RECORD_DELAY)
  }

  const watch = (): void => {
    renewal = timers.setTimeout(() => {
      watch()
      run()
    }, RENEWAL_INTERVAL)
  }

  const stops = [
    logs.onAppend((event) => {
      if (event.person === account.self()?.person && logKind(event.log) === LOG_FEED) schedule()
    }),
    persons.onChange((person) => {
      if (person === account.self()?.person) schedule()
    }),
    services.changes.listen((topics) => topics.includes('keepers') && schedule()),
    account.whenReady(() => {
      schedule()
      watch()
    }),
  ]

  return {
    flush,
    schedule,
    close() {
      for (const stop of stops) stop()
      timers.clearTimeout(changed)
      timers.clearTimeout(renewal)
    },
  }
}
