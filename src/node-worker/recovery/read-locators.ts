/**
 * Asks hosts for the locator of words. Only the words sign one, so whoever has one that verifies tells the truth about
 * whom it names; all that anybody else can do is keep it back. Rules [RC5], [RC6].
 */
import { GROUP_ZERO, NETWORK_ZERO } from '../../core/limits.ts'
import type { Verifier } from '../../core/ports.ts'
import { readLocator } from '../../core/records/locator.ts'
import type { Doors, Place } from './doors.ts'

/** What asking came to. */
export interface Located {
  /** Hosts that gave an answer, whatever it was. */
  readonly answered: number
  /** Who handed out a locator, by the person it names. */
  readonly places: ReadonlyMap<string, readonly Place[]>
}

/** @param key that of the words' locator */
export const readLocators = async (doors: readonly Doors[], key: Uint8Array, verifier: Verifier): Promise<Located> => {
  const lists = await Promise.all(doors.map((host) => host.holders(key)))
  const places = new Map<string, Place[]>()
  const ask = async (place: Place): Promise<void> => {
    const bytes = await place.record(key)
    if (!bytes) return
    const person = await readLocator(bytes, { key, network: NETWORK_ZERO, group: GROUP_ZERO, verifier })
    if (!person.ok) return place.lied('forged-recovery')
    places.set(person.value, [...(places.get(person.value) ?? []), place])
  }
  await Promise.all(lists.flatMap((list) => list ?? []).map(ask))
  return { answered: lists.filter((list) => list !== undefined).length, places }
}
