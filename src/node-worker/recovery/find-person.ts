/**
 * From twelve words to a person, with nothing else here: locator, key events, sealed account secret, each out of
 * whatever hosts and holders there are. Nothing is stored. Rules [RC5] to [RC9].
 */
import { isBytes } from '../../core/cbor.ts'
import type { KeyState } from '../../core/identity/key-state.ts'
import { hpkeSeed } from '../../core/identity/ladder.ts'
import { openEpoch } from '../../core/identity/sealed-secret.ts'
import { locatorKey } from '../../core/records/locator.ts'
import type { PublicRecord, SignedRecord } from '../../core/records/record-types.ts'
import { PATHS, publicStorageKey } from '../../core/records/storage-key.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { KithError } from '../../rpc/errors.ts'
import { readProfile } from '../person/profile.ts'
import type { Platform } from '../platform.ts'
import type { Refuse } from '../refusals.ts'
import { findRoot, type Recovered } from '../transfer/restore-person.ts'
import { createDoors, type Doors, type Place } from './doors.ts'
import { createHttp } from './http.ts'
import { readKeys } from './read-keys.ts'
import { readLocators } from './read-locators.ts'
import { type Judge, readHighest } from './read-records.ts'

/** A person whom the words open, and what was read of them on the way. */
export interface Found extends Recovered {
  /** What they called themselves; empty when nobody had it. */
  readonly name: string
  /** Their records at `/profile` and `/keepers`, as far as anybody had them. */
  readonly records: readonly SignedRecord<PublicRecord>[]
}

/** What the search is made of. */
export interface SearchPorts {
  readonly platform: Pick<Platform, 'clock' | 'crypto' | 'fetch' | 'random' | 'timers'>
  readonly refuse: Refuse
}

/** Persons that locators of the same words name; more than one is the work of somebody who knows the words. */
const MAX_PERSONS = 4

/** Everybody who may have what is a person's: who had the locator, and who is said to keep their posts. */
const placesOf = async (doors: readonly Doors[], person: string, witnesses: readonly Place[]): Promise<Place[]> => {
  const key = publicStorageKey(person, PATHS.heads)
  const lists = await Promise.all(doors.map((host) => host.holders(key)))
  // Through two hosts one device is two places: one of the hosts may lie.
  return [...new Set([...witnesses, ...lists.flatMap((list) => list ?? [])])]
}

/** [RC9] The epoch that the chain speaks of: each rotation and each removal began one (I18). */
const epochOf = ({ devices, roots }: KeyState): number =>
  devices.filter(({ removed }) => removed).length + roots.length - 1

const secretMissing = (reason: 'nobody' | 'newer' | 'older' | 'sealed') =>
  err({ type: 'secret-missing', reason } as const)

/** Reads one person; each step needs the one before it. */
const readPerson = async (
  places: readonly Place[],
  person: string,
  entropy: Uint8Array,
  { platform: { crypto, clock } }: SearchPorts,
): Promise<Result<Found, KithError>> => {
  const judge: Judge = { verifier: crypto, now: clock.now() }
  const { state, seq } = await readKeys(places, person, judge)
  if (!state) return err({ type: 'keys-unproven' })
  if (state.undecided) return err({ type: 'person-contested' })
  const root = await findRoot(state, entropy, crypto)
  if (!root) return err({ type: 'words-replaced' })
  const secret = await readHighest(places, PATHS.secret, judge, state)
  if (secret.isNewerKnown) return secretMissing('newer')
  if (!secret.record) return secretMissing('nobody')
  const { value } = secret.record.record
  const recipient = await crypto.hpkeRecipientFromSeed(hpkeSeed(entropy))
  const opened = isBytes(value) ? await openEpoch(value, { person, recipient }, crypto) : undefined
  if (!opened?.ok) return secretMissing('sealed')
  if (opened.value.epoch < epochOf(state)) return secretMissing('older')
  const profile = await readHighest(places, PATHS.profile, judge, state)
  const keepers = await readHighest(places, PATHS.keepers, judge, state)
  const above = Math.max(seq, secret.record.record.seq)
  const hosts = [...new Set(places.map(({ host }) => host))]
  return ok({
    ...{ entropy, state, root, secrets: opened.value, above, hosts },
    name: readProfile(profile.record?.record.value)?.name ?? '',
    records: [profile, keepers].flatMap(({ record }) => record ?? []),
  })
}

/**
 * Asks all hosts at once.
 * @param hosts dialable origins
 */
export const findPerson = async (
  entropy: Uint8Array,
  hosts: readonly string[],
  ports: SearchPorts,
): Promise<Result<Found, KithError>> => {
  const { crypto, random } = ports.platform
  const http = createHttp(ports.platform)
  const doors = hosts.map((host) => createDoors(host, { http, random, refuse: ports.refuse }))
  try {
    const { answered, places } = await readLocators(doors, await locatorKey(entropy, crypto), crypto)
    let result: Result<Found, KithError> = err({ type: 'person-not-found', asked: hosts.length, answered })
    for (const [person, witnesses] of [...places].slice(0, MAX_PERSONS)) {
      result = await readPerson(await placesOf(doors, person, witnesses), person, entropy, ports)
      if (result.ok) break
    }
    return result
  } finally {
    http.close()
  }
}
