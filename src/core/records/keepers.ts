/**
 * Keepers: whom a person asks to keep everything of theirs, what is private among it, so that it outlives their own
 * devices. The value of the record at `/keepers`: signed by a device of the person, it is the delegation that others
 * check. It ends with the record, or with the next one that does not name them. Rule KP1 of docs/protocol.
 */
import { hasKeys, isCount, isRecord } from '../cbor.ts'
import type { PersonId } from '../identity/key-event-types.ts'
import { parsePersonId } from '../identity/person-id.ts'
import { type Malformed, malformed, ok, type Result } from '../result.ts'
import { type UnknownVersion, unknownVersion } from '../version.ts'

/** The version that the value begins with. */
export const KEEPERS_VERSION = 1
/** Persons that one person can name. */
export const MAX_KEEPERS = 8

/** The value of the record at `/keepers`. */
export interface Keepers {
  readonly version: typeof KEEPERS_VERSION
  /** Ascending, each once; empty when nobody is named any more. */
  readonly persons: readonly PersonId[]
}

/** Why a value names no keepers. */
export type KeepersError = Malformed<'keepers'> | UnknownVersion<'keepers'>

/** @param persons at most {@link MAX_KEEPERS}, in any order */
export const encodeKeepers = (persons: Iterable<PersonId>): Keepers => ({
  version: KEEPERS_VERSION,
  persons: [...new Set(persons)].sort(),
})

const isPersonId = (value: unknown): value is PersonId => typeof value === 'string' && parsePersonId(value).ok

const arePersons = (value: unknown): value is PersonId[] =>
  Array.isArray(value) &&
  value.length <= MAX_KEEPERS &&
  value.every(isPersonId) &&
  value.every((person, i) => i === 0 || String(value[i - 1]) < person)

/** [KP1] Whom the value of a record names. */
export const decodeKeepers = (value: unknown): Result<Keepers, KeepersError> => {
  if (!isRecord(value) || !isCount(value.version)) return malformed('keepers', 'no version')
  if (value.version !== KEEPERS_VERSION) return unknownVersion('keepers', value.version, KEEPERS_VERSION)
  const { version, persons } = value
  if (!hasKeys(value, ['version', 'persons'])) return malformed('keepers', 'fields missing or unknown')
  return arePersons(persons) ? ok({ version, persons }) : malformed('keepers', '"persons" is not valid')
}
