/**
 * Looks for the record of a slot as a return looks for a person ([RC6] to [RC8], [RC10]): all hosts at once, all devices
 * that they name, nobody believed, the highest counts. Rule [CP16].
 */
import { type Cid, cidToString } from '../../core/blocks/cid.ts'
import { equalBytes } from '../../core/bytes.ts'
import { verifySlot } from '../../core/capabilities/slot-record.ts'
import { compareRecords } from '../../core/records/record.ts'
import type { PrivateRecord, SignedRecord } from '../../core/records/record-types.ts'
import type { Platform } from '../platform.ts'
import { createDoors, type Place } from '../recovery/doors.ts'
import type { Http } from '../recovery/http.ts'
import type { Refuse } from '../refusals.ts'

/** What the search is made of. */
export interface SearchPorts {
  readonly platform: Pick<Platform, 'clock' | 'crypto' | 'random'>
  readonly refuse: Refuse
  readonly http: Http
}

/** What is shown under a key. */
export interface FoundSlot {
  readonly signed: SignedRecord<PrivateRecord>
  /** Devices that gave something under the key, those that gave this record first. */
  readonly places: readonly Place[]
  /** How many gave this record. */
  readonly count: number
}

/** See the module's doc. */
export interface Sought {
  /** Hosts that gave an answer, whatever it was. */
  readonly answered: number
  readonly found: FoundSlot | undefined
}

interface Given {
  readonly place: Place
  readonly signed: SignedRecord<PrivateRecord>
}

/** @param hosts dialable origins */
export const findSlot = async (
  key: Uint8Array,
  hosts: readonly string[],
  { platform: { clock, crypto, random }, refuse, http }: SearchPorts,
): Promise<Sought> => {
  const doors = hosts.map((host) => createDoors(host, { http, random, refuse }))
  const lists = await Promise.all(doors.map((host) => host.holders(key)))
  const ask = async (place: Place): Promise<readonly Given[]> => {
    const bytes = await place.record(key)
    const verdict = bytes && (await verifySlot(bytes, { key, verifier: crypto, now: clock.now() }))
    if (verdict?.ok) return [{ place, signed: verdict.value }]
    // One that has run out was true once: a host and this device may differ about the time.
    if (verdict && verdict.error.type !== 'expired') place.lied('forged-share')
    return []
  }
  const given = (await Promise.all(lists.flatMap((list) => list ?? []).map(ask))).flat()
  return { answered: lists.filter((list) => list !== undefined).length, found: highestOf(given) }
}

const highestOf = (given: readonly Given[]): FoundSlot | undefined => {
  const [first] = [...given].sort((a, b) => compareRecords(b.signed, a.signed))
  if (!first) return undefined
  const isSame = ({ signed }: Given): boolean => equalBytes(signed.hash, first.signed.hash)
  const same = given.filter(isSame)
  const places = [...same, ...given.filter((one) => !isSame(one))].map(({ place }) => place)
  return { signed: first.signed, places, count: same.length }
}

/** The bytes of blocks, each from the first place that has it; undefined when nobody has one of them. */
export const fetchBlocks = async (
  cids: readonly Cid[],
  places: readonly Pick<Place, 'block'>[],
): Promise<readonly Uint8Array[] | undefined> => {
  const fetchOne = async (cid: Cid): Promise<Uint8Array | undefined> => {
    for (const place of places) {
      const bytes = await place.block(cid)
      if (bytes) return bytes
    }
    return undefined
  }
  // A value that names one block twice costs one request.
  const names = new Map(cids.map((cid) => [cidToString(cid), cid]))
  const fetched = new Map(
    await Promise.all([...names].map(async ([name, cid]) => [name, await fetchOne(cid)] as const)),
  )
  const blocks = cids.map((cid) => fetched.get(cidToString(cid)))
  return blocks.every((block) => block !== undefined) ? (blocks as Uint8Array[]) : undefined
}
