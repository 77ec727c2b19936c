/**
 * What an owner does next so that everything of theirs has as many copies as are wanted: which leases to write, which to
 * release, what cannot be placed and why. Pure. Rules EC7 to EC10 of docs/protocol; who is chosen is core/placement's.
 */
import type { DeviceId, EntryId, SubjectKey } from '../../core/economy/ledger-facts.ts'
import type { Copy } from '../../core/economy/ledger-view.ts'
import { STEP_BYTES } from '../../core/economy/units.ts'
import type { PersonId } from '../../core/identity/key-event-types.ts'
import { AVAILABILITY } from '../../core/placement/availability.ts'
import { chooseHolders, type Placement } from '../../core/placement/choose-holders.ts'
import type { Candidate, Dice, Place } from '../../core/placement/placement-types.ts'
import type { Redundancy } from '../../core/placement/redundancy.ts'
import type { Shortfall } from '../../core/placement/shortfall.ts'
import { chooseSurplus } from '../../core/placement/surplus.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** [PL11] A lease is renewed after so long. */
export const RENEW_AFTER = 7 * DAY
/** [EC8] A holder that did not sign in this time is not waited for. */
export const SIGNING_PATIENCE = 10 * MINUTE
/** Leases that are written in one go. */
export const MAX_PLANNED = 96

/** Something of the person's that is to be kept. */
export interface Thing {
  readonly key: SubjectKey
  /** What one copy of it costs. */
  readonly steps: number
  /** [Q40] Copies wanted of it, one's own among them. */
  readonly copies: number
}

/** What is known of a device that holds something, whenever it was last here. */
export interface HolderFacts extends Pick<Place, 'availability' | 'family'> {
  /** Milliseconds since 1970. */
  readonly lastSeen: number
}

/** What a plan is made from. */
export interface PlanInput {
  readonly me: PersonId
  /** This device, hex. */
  readonly device: DeviceId
  readonly now: number
  /** The most important first. */
  readonly things: readonly Thing[]
  /** All copies of the person's things for which there are leases in force. */
  readonly held: readonly Copy[]
  /** When a lease was written. */
  writtenAt(lease: EntryId): number
  /** When this device last asked a holder to sign for a lease; undefined when it did not since it started. */
  askedAt(lease: EntryId): number | undefined
  facts(device: DeviceId): HolderFacts
  /** [EC12] Whether a holder was asked to prove a copy, and has not for too long. */
  isUnproven(copy: Copy): boolean
  /** Devices, named by the hex of their key, that are connected and have room. */
  readonly candidates: readonly (Candidate & { readonly device: DeviceId; readonly person: PersonId })[]
  /** [EC16] Whether a device keeps a thing already, in place of a holder that was lost. */
  standsIn(device: DeviceId, key: SubjectKey): boolean
  /** Whether a person is asked before strangers are. */
  trusts(person: PersonId): boolean
  /** Steps of the balance that are not used. */
  readonly free: number
  readonly dice: Dice
}

/** A lease to be written. */
export interface PlannedLease {
  readonly key: SubjectKey
  readonly holder: { readonly person: PersonId; readonly device: DeviceId }
}

/** See the module's doc. */
export interface Plan {
  readonly write: readonly PlannedLease[]
  readonly release: readonly EntryId[]
  /** Things that lack copies, and why. */
  readonly short: ReadonlyMap<SubjectKey, Shortfall>
}

/** What other people are to keep of a thing: without one's own copy. */
export const redundancyOf = ({ copies }: Pick<Thing, 'copies'>): Redundancy => ({
  kind: 'copies',
  copies: Math.max(1, copies - 1),
})

type CopyState = 'good' | 'asked' | 'unanswered' | 'silent'

const writtenLast = ({ leases }: Copy, { writtenAt }: PlanInput): number =>
  leases.reduce((newest, { id }) => Math.max(newest, writtenAt(id)), 0)

/**
 * Since when a holder has owed its signature. Undefined while that cannot be told: a device that is just coming back
 * from words finds leases of another one in the ledger, and receipts only when their holders show them.
 */
const waitingSince = (copy: Copy, input: PlanInput): number | undefined => {
  const isOwn = copy.leases.some(({ device }) => device === input.device)
  if (isOwn) return writtenLast(copy, input)
  const asked = copy.leases.flatMap(({ id }) => input.askedAt(id) ?? [])
  return asked.length > 0 ? Math.max(...asked) : undefined
}

const stateOf = (copy: Copy, input: PlanInput): CopyState => {
  const since = copy.held === 0 ? waitingSince(copy, input) : undefined
  if (since !== undefined) return input.now - since < SIGNING_PATIENCE ? 'asked' : 'unanswered'
  const { lastSeen, availability } = input.facts(copy.holderDevice)
  if (input.now - lastSeen > AVAILABILITY[availability].graceMs || input.isUnproven(copy)) return 'silent'
  return copy.held > 0 ? 'good' : 'asked'
}

const placeOf = ({ holderPerson: person, holderDevice: device }: Copy, { facts }: PlanInput): Place => {
  const { availability, family } = facts(device)
  return { person, device, availability, family }
}

/** What one plan has used up so far. */
interface Draft {
  free: number
  readonly room: Map<DeviceId, number>
  readonly write: PlannedLease[]
  readonly release: EntryId[]
  readonly short: Map<SubjectKey, Shortfall>
}

const byThing = (held: readonly Copy[]): Map<SubjectKey, Copy[]> => {
  const groups = new Map<SubjectKey, Copy[]>()
  for (const copy of held) groups.set(copy.subject, [...(groups.get(copy.subject) ?? []), copy])
  return groups
}

/**
 * [EC10] Only the device that left a thing knows that it is gone: for one that is just coming back from words everything
 * is missing that has not come yet.
 */
const writtenHere = (copies: readonly Copy[], { device }: PlanInput): EntryId[] =>
  copies.flatMap(({ leases }) => leases.filter((lease) => lease.device === device).map(({ id }) => id))

const idsOf = (copies: readonly Copy[]): EntryId[] => copies.flatMap(({ leases }) => leases.map(({ id }) => id))

const leave = (draft: Draft, key: SubjectKey, cost: number, holder: PlannedLease['holder']): void => {
  draft.write.push({ key, holder })
  draft.free -= cost
  draft.room.set(holder.device, (draft.room.get(holder.device) ?? 0) - cost)
}

/** [EC14] Other people's copies that the newest lease says are wanted. */
const wantedBy = ({ leases }: Copy, { writtenAt }: PlanInput): number | undefined =>
  [...leases].sort((a, b) => writtenAt(b.id) - writtenAt(a.id))[0]?.copies

/**
 * [EC9] Copies whose leases are a week old, say another number of copies than is wanted by now, or of which the thing
 * grew, are left with the same holder again.
 */
const renew = (draft: Draft, thing: Thing, good: readonly Copy[], input: PlanInput): void => {
  for (const copy of good) {
    const isOld = input.now - writtenLast(copy, input) >= RENEW_AFTER
    const cost = Math.max(0, thing.steps - copy.used)
    const isOwn = copy.holderPerson === input.me
    const isHere = isOwn ? copy.holderDevice === input.device : draft.room.has(copy.holderDevice)
    const isOutdated = !isOwn && wantedBy(copy, input) !== thing.copies - 1
    if (!isHere || (!isOld && !isOutdated && cost === 0) || draft.free < cost) continue
    leave(draft, thing.key, cost, { person: copy.holderPerson, device: copy.holderDevice })
  }
}

/** One's own copy comes first: it is here already, and costs what any copy costs. */
const placeOwn = (draft: Draft, thing: Thing, own: readonly Copy[], { me, device }: PlanInput): void => {
  if (own.length > 0 || draft.free < thing.steps) return
  leave(draft, thing.key, thing.steps, { person: me, device })
}

const placeMissing = (draft: Draft, thing: Thing, others: ReadonlyMap<CopyState, Copy[]>, input: PlanInput): void => {
  const places = (...states: CopyState[]): Place[] =>
    states.flatMap((state) => (others.get(state) ?? []).map((copy) => placeOf(copy, input)))
  const candidates = input.candidates.map((candidate) => ({
    ...candidate,
    freeBytes: Math.max(0, draft.room.get(candidate.device) ?? 0) * STEP_BYTES,
  }))
  const request = {
    redundancy: redundancyOf(thing),
    bytes: thing.steps * STEP_BYTES,
    owner: input.me,
    silent: places('silent', 'unanswered'),
    balanceBytes: draft.free * STEP_BYTES,
  } as const
  const chosen: Candidate[] = []
  const choose = (candidates: PlanInput['candidates']): Placement => {
    const balanceBytes = request.balanceBytes - chosen.length * request.bytes
    const held = [...places('good', 'asked'), ...chosen]
    const placed = chooseHolders({ ...request, held, candidates, balanceBytes }, input.dice)
    chosen.push(...placed.chosen)
    return placed
  }
  choose(candidates.filter(({ device }) => input.standsIn(device, thing.key)))
  choose(candidates.filter(({ person }) => input.trusts(person)))
  const { shortfall } = choose(candidates)
  for (const { person, device } of chosen) {
    leave(draft, thing.key, thing.steps, { person: String(person), device: String(device) })
  }
  if (shortfall) draft.short.set(thing.key, shortfall)
}

const groupByState = (copies: readonly Copy[], input: PlanInput): Map<CopyState, Copy[]> => {
  const groups = new Map<CopyState, Copy[]>()
  for (const copy of copies) {
    const state = stateOf(copy, input)
    groups.set(state, [...(groups.get(state) ?? []), copy])
  }
  return groups
}

/** [EC10] Fewer copies are wanted than there are: the least reliable ones are let go. @returns those that stay */
const releaseSurplus = (draft: Draft, thing: Thing, good: readonly Copy[], input: PlanInput): Copy[] => {
  const redundancy = redundancyOf(thing)
  const pieces = good.map((copy) => ({ ...placeOf(copy, input), since: writtenLast(copy, input) }))
  const surplus = thing.copies < 2 ? good.map(({ holderDevice }) => holderDevice) : chooseSurplus(redundancy, pieces)
  draft.release.push(...idsOf(good.filter(({ holderDevice }) => surplus.includes(holderDevice))))
  return good.filter(({ holderDevice }) => !surplus.includes(holderDevice))
}

const planThing = (draft: Draft, thing: Thing, copies: readonly Copy[], input: PlanInput): void => {
  const own = copies.filter(({ holderPerson }) => holderPerson === input.me)
  const states = groupByState(
    copies.filter(({ holderPerson }) => holderPerson !== input.me),
    input,
  )
  const good = states.get('good') ?? []
  draft.release.push(...idsOf(states.get('unanswered') ?? []))
  const staying = releaseSurplus(draft, thing, good, input)
  // [EC8] The dead would be paid for until their leases end.
  if (good.length >= thing.copies - 1) draft.release.push(...idsOf(states.get('silent') ?? []))
  placeOwn(draft, thing, own, input)
  renew(draft, thing, [...own, ...staying], input)
  if (thing.copies > 1) placeMissing(draft, thing, states, input)
}

/** Makes a plan. */
export const planLeases = (input: PlanInput): Plan => {
  const copies = byThing(input.held)
  const wanted = new Set(input.things.map(({ key }) => key))
  const draft: Draft = {
    free: input.free,
    room: new Map(input.candidates.map(({ device, freeBytes }) => [device, Math.floor(freeBytes / STEP_BYTES)])),
    write: [],
    release: [...copies].flatMap(([key, held]) => (wanted.has(key) ? [] : writtenHere(held, input))),
    short: new Map(),
  }
  for (const thing of input.things) {
    if (draft.write.length >= MAX_PLANNED) break
    planThing(draft, thing, copies.get(thing.key) ?? [], input)
  }
  return { write: draft.write, release: draft.release, short: draft.short }
}
