/**
 * Which things of an owner have too few copies, as one of their holders sees it. Pure. Rules PL13, PL14 and EC14 of
 * docs/protocol.
 */
import type { DeviceId, EntryId, LeaseFact, SubjectKey } from '../../../core/economy/ledger-facts.ts'
import type { Copy } from '../../../core/economy/ledger-view.ts'
import type { PersonId } from '../../../core/identity/key-event-types.ts'
import { AVAILABILITY } from '../../../core/placement/availability.ts'
import type { Place } from '../../../core/placement/placement-types.ts'
import type { HolderFacts } from '../plan.ts'
import type { SubstitutesOf } from './substitutes.ts'

/** What one holder knows of an owner's things. */
export interface LossInput {
  /** This device. */
  readonly deviceId: DeviceId
  readonly now: number
  /** Everything of the owner's for which there are leases in force. */
  readonly copies: readonly Copy[]
  /** Who keeps things in place of somebody. */
  readonly substitutes: SubstitutesOf
  facts(device: DeviceId): HolderFacts
}

/** How many copies of a thing count. */
export interface Count {
  /** Other people's copies that are wanted. */
  readonly wanted: number
  /** Where copies count, each with another person. */
  readonly alive: readonly Place[]
  /** Where nothing was heard of for too long. */
  readonly silent: readonly Place[]
}

/** A thing that this device holds, and of which too few copies count. */
export interface Loss extends Count {
  readonly subject: SubjectKey
  /** The lease under which this device has it. */
  readonly lease: EntryId
  readonly steps: number
}

const newest = (leases: readonly LeaseFact[]): LeaseFact | undefined =>
  leases.reduce<LeaseFact | undefined>((last, lease) => (last && last.ends >= lease.ends ? last : lease), undefined)

const isSilent = (device: DeviceId, { facts, now, deviceId }: LossInput): boolean => {
  if (device === deviceId) return false
  const { availability, lastSeen } = facts(device)
  return now - lastSeen > AVAILABILITY[availability].graceMs
}

const placesOf = (copies: readonly Copy[], subject: SubjectKey, input: LossInput): Map<PersonId, Place> => {
  const holders = copies
    .filter(({ owner, holderPerson }) => holderPerson !== owner)
    .map(({ holderPerson: person, holderDevice: device }) => ({ person, device }))
  const places = new Map<PersonId, Place>()
  for (const { person, device } of [...(input.substitutes.get(subject) ?? []), ...holders]) {
    const { availability, family } = input.facts(device)
    const known = places.get(person)
    // One of a person's devices that is alive makes the copy alive.
    if (!known || isSilent(String(known.device), input)) places.set(person, { person, device, availability, family })
  }
  return places
}

/** [PL13] Counts the copies of one thing; `copies` are those of it alone. */
export const countCopies = (subject: SubjectKey, copies: readonly Copy[], input: LossInput): Count => {
  const places = [...placesOf(copies, subject, input).values()]
  const silent = places.filter(({ device }) => isSilent(String(device), input))
  const wanted = newest(copies.flatMap(({ leases }) => leases))?.copies ?? 0
  return { wanted, alive: places.filter((place) => !silent.includes(place)), silent }
}

/** Copies by what they are copies of. */
export const bySubject = (copies: readonly Copy[]): Map<SubjectKey, Copy[]> => {
  const groups = new Map<SubjectKey, Copy[]>()
  for (const copy of copies) {
    const group = groups.get(copy.subject)
    if (group) group.push(copy)
    else groups.set(copy.subject, [copy])
  }
  return groups
}

/** [EC14] What this device can make again: only what it signed for, and so has whole. The fewest copies first. */
export const findLosses = (input: LossInput): Loss[] =>
  [...bySubject(input.copies)]
    .flatMap(([subject, copies]): Loss[] => {
      const mine = copies.find(({ holderDevice, held }) => holderDevice === input.deviceId && held > 0)
      const lease = mine && newest(mine.leases)
      if (!mine || !lease) return []
      const count = countCopies(subject, copies, input)
      return count.alive.length < count.wanted ? [{ ...count, subject, lease: lease.id, steps: mine.held }] : []
    })
    .sort((a, b) => a.alive.length - b.alive.length)
