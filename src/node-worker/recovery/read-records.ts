/** Records of a person out of several places: the highest counts, as everywhere. Rules [R7], [RC7]. */
import type { KeyState } from '../../core/identity/key-state.ts'
import { GROUP_ZERO, NETWORK_ZERO } from '../../core/limits.ts'
import type { Verifier } from '../../core/ports.ts'
import { compareRecords, decodeRecord } from '../../core/records/record.ts'
import type { PublicRecord, SignedRecord } from '../../core/records/record-types.ts'
import { publicStorageKey } from '../../core/records/storage-key.ts'
import { verifyRecord } from '../../core/records/verify-record.ts'
import type { Place } from './doors.ts'

/** What records are judged by. */
export interface Judge {
  readonly verifier: Verifier
  /** Milliseconds since 1970. */
  readonly now: number
}

/** What was asked for, as far as it can be told without the person's keys. */
export const fetchRecord = async (
  place: Place,
  person: string,
  path: string,
): Promise<SignedRecord<PublicRecord> | undefined> => {
  const bytes = await place.record(publicStorageKey(person, path))
  if (!bytes) return undefined
  const signed = decodeRecord(bytes)
  const record = signed.ok ? signed.value.record : undefined
  if (signed.ok && record?.kind === 'public' && record.person === person && record.path === path)
    return { ...signed.value, record }
  place.lied('forged-recovery')
  return undefined
}

/** Whether a record counts by these keys. */
export const judgeRecord = (signed: SignedRecord, { verifier, now }: Judge, keyState: KeyState) =>
  verifyRecord(signed, { verifier, now, network: NETWORK_ZERO, group: GROUP_ZERO, keyState })

/** What a path came to. */
export interface Highest {
  readonly record?: SignedRecord<PublicRecord>
  /** Somebody handed out one whose signer knew of key events that nobody handed out. */
  readonly isNewerKnown: boolean
}

/** The highest record at a path that counts. */
export const readHighest = async (
  places: readonly Place[],
  path: string,
  judge: Judge,
  state: KeyState,
): Promise<Highest> => {
  let record: SignedRecord<PublicRecord> | undefined
  let isNewerKnown = false
  const ask = async (place: Place): Promise<void> => {
    const signed = await fetchRecord(place, state.person, path)
    if (!signed) return
    const verdict = await judgeRecord(signed, judge, state)
    if (verdict.ok) {
      if (!record || compareRecords(signed, record) > 0) record = signed
    } else if (verdict.error.type === 'unknown-key-event') isNewerKnown = true
    // A record of a device that was removed meanwhile is old, and no lie.
    else if (verdict.error.type === 'forged') place.lied('forged-recovery')
  }
  await Promise.all(places.map(ask))
  return { isNewerKnown, ...(record && { record }) }
}
