/**
 * The door: whether a person may leave copies with holders, by what the ledger says now. A holder asks before it signs.
 * A refusal says what is missing. Rules Q27 to Q31 of docs/protocol.
 */
import { bytesToHex } from '../bytes.ts'
import type { PersonId } from '../identity/key-event-types.ts'
import { err, ok, type Result } from '../result.ts'
import { PROOF_LIFE } from './economy-limits.ts'
import { isRecent } from './judge-proof.ts'
import type { DeviceId, Offence, SubjectKey } from './ledger-facts.ts'
import type { Copy, LedgerView, MissingEntries } from './ledger-view.ts'
import type { PersonDevice } from './statement-types.ts'
import { STEPS_PER_SLOT, stepsOf } from './units.ts'

/** What a stranger may leave with others before it proved anything: four slots, enough to try it out. Steps. */
export const STRANGER_RATION = 4 * STEPS_PER_SLOT

/** Copies that a person wants to leave. */
export interface Occupation {
  readonly owner: PersonId
  /** As in {@link subjectKey}. */
  readonly subject: SubjectKey
  /** Bytes. */
  readonly size: number
  /** One for each copy; those that have the copy already cost what they cost now. */
  readonly holders: readonly PersonDevice[]
}

/** Whom the one at the door trusts, itself included. */
export type Trusts = (person: PersonId) => boolean

/** Why an occupation is refused. Numbers are steps of STEP_BYTES. */
export type OccupationRefusal =
  /** The owner or a holder was shown to have cheated. */
  | { readonly type: 'barred'; readonly person: PersonId; readonly device: DeviceId; readonly offence: Offence }
  /** The owner did not show its whole ledger: nobody can tell what it uses. */
  | { readonly type: 'ledger-incomplete'; readonly missing: readonly MissingEntries[] }
  /** Not, or no longer, a device of that person as far as is known here. */
  | { readonly type: 'not-a-device'; readonly person: PersonId; readonly device: DeviceId }
  /** Two copies of one thing would be with one person, so that one accident takes both. */
  | { readonly type: 'same-person'; readonly person: PersonId }
  | { readonly type: 'no-room'; readonly device: DeviceId; readonly needed: number; readonly room: number }
  /** Give `missing` more, or keep less. */
  | {
      readonly type: 'over-balance'
      readonly needed: number
      readonly free: number
      readonly missing: number
    }
  /** A stranger here: hold copies for people who are trusted here, and prove it, for `missing` more. */
  | {
      readonly type: 'over-ration'
      readonly needed: number
      readonly ration: number
      readonly used: number
      readonly missing: number
    }

/** One copy of the occupation: where it goes, and what it costs beyond what is there. */
interface Place {
  readonly person: PersonId
  readonly device: DeviceId
  readonly cost: number
}

const placesOf = (view: LedgerView, { owner, subject, size, holders }: Occupation): Place[] => {
  const held = view.copiesOf(owner).filter((copy) => copy.subject === subject)
  return holders.map(({ person, device: key }) => {
    const device = bytesToHex(key)
    const there = held.find((copy) => copy.holderPerson === person && copy.holderDevice === device)
    return { person, device, cost: Math.max(0, stepsOf(size) - (there?.used ?? 0)) }
  })
}

const totalOf = (places: readonly Place[]): number => places.reduce((total, { cost }) => total + cost, 0)

/** [Q27] Nobody is barred, and the owner has shown everything. */
export const checkStanding = (
  view: LedgerView,
  owner: PersonId,
  holders: readonly PersonId[],
): OccupationRefusal | undefined => {
  for (const person of [owner, ...holders]) {
    const barred = view.barred(person)
    if (barred) return { type: 'barred', person, ...barred }
  }
  const missing = view.missing(owner)
  return missing.length > 0 ? { type: 'ledger-incomplete', missing } : undefined
}

/** [Q28] Persons that would have two copies, those that have one already included. */
const checkPersons = (view: LedgerView, { owner, subject }: Occupation, places: readonly Place[]) => {
  const there = view
    .copiesOf(owner)
    .filter((copy) => copy.subject === subject)
    .map(({ holderPerson: person, holderDevice: device }) => ({ person, device }))
  const devices = new Map<PersonId, DeviceId>(there.map(({ person, device }) => [person, device]))
  const seen = new Set<DeviceId>()
  for (const { person, device } of places) {
    const other = devices.get(person) ?? device
    if (other !== device || seen.has(device)) return { type: 'same-person', person } as const
    devices.set(person, device)
    seen.add(device)
  }
  return undefined
}

/** [Q29] Every holder has the room that it promised. */
const checkRoom = (view: LedgerView, places: readonly Place[]): OccupationRefusal | undefined => {
  for (const { person, device, cost } of places) {
    if (!view.isActive(person, device)) return { type: 'not-a-device', person, device }
    const room = view.devices(person).find((known) => known.device === device)?.room ?? 0
    if (cost > 0 && cost > room) return { type: 'no-room', device, needed: cost, room }
  }
  return undefined
}

/** [Q30] What the owner gives covers what it would use. */
const checkBalance = (view: LedgerView, owner: PersonId, places: readonly Place[]): OccupationRefusal | undefined => {
  const needed = totalOf(places)
  const { free } = view.balance(owner)
  return needed > 0 && needed > free ? { type: 'over-balance', needed, free, missing: needed - free } : undefined
}

const isProven = (view: LedgerView, trusts: Trusts, copy: Copy): boolean =>
  view
    .proofsOf(copy)
    .some(
      ({ challenger, challengerDevice, time }) =>
        trusts(challenger) && view.isActive(challenger, challengerDevice) && isRecent(time, view.now, PROOF_LIFE),
    )

/**
 * [Q31] Steps that a person holds for people who are trusted and has lately proved to them: what is known of a stranger
 * beyond its word.
 */
export const provenSteps = (view: LedgerView, person: PersonId, trusts: Trusts): number =>
  view
    .copiesAt(person)
    .filter((copy) => copy.owner !== person && trusts(copy.owner) && isProven(view, trusts, copy))
    .reduce((total, copy) => total + copy.held, 0)

/** [Q31] Persons are free to make, so a pledge of somebody unknown is worth little before it was tried. */
const checkRation = (view: LedgerView, owner: PersonId, places: readonly Place[], trusts: Trusts) => {
  if (trusts(owner)) return undefined
  const needed = totalOf(places.filter(({ person }) => person !== owner))
  const used = view
    .copiesOf(owner)
    .filter((copy) => copy.holderPerson !== owner)
    .reduce((total, copy) => total + copy.used, 0)
  const ration = STRANGER_RATION + provenSteps(view, owner, trusts)
  const missing = used + needed - ration
  return needed > 0 && missing > 0 ? ({ type: 'over-ration', needed, ration, used, missing } as const) : undefined
}

/** [Q27] Whether the occupation may be, or what is missing for it. */
export const checkOccupation = (
  view: LedgerView,
  occupation: Occupation,
  trusts: Trusts,
): Result<void, OccupationRefusal> => {
  const places = placesOf(view, occupation)
  const refusal =
    checkStanding(
      view,
      occupation.owner,
      occupation.holders.map(({ person }) => person),
    ) ??
    checkPersons(view, occupation, places) ??
    checkRoom(view, places) ??
    checkBalance(view, occupation.owner, places) ??
    checkRation(view, occupation.owner, places, trusts)
  return refusal ? err(refusal) : ok(undefined)
}
