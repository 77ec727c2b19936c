/**
 * Which statements of a ledger count, by the key events of those who signed them and at a time. Nothing here depends on
 * the order of anything. Rules Q19 to Q25 of docs/protocol.
 */
import { bytesToHex, hexToBytes } from '../bytes.ts'
import type { PersonId } from '../identity/key-event-types.ts'
import { isActiveDevice, type KeyState, logBound } from '../identity/key-state.ts'
import { LOG_LEDGER } from '../logs/log-id.ts'
import type { KnownLog, Ledger } from './ledger.ts'
import type { DeviceId, EndFact, EntryId, LeaseFact, LedgerFact, Offence } from './ledger-facts.ts'

/** What a view of a ledger depends on besides it. */
export interface LedgerContext {
  /** Milliseconds since 1970. */
  readonly now: number
  /** The newest keys known of a person; undefined when there are none: what they say does not count yet. */
  keys(person: PersonId): KeyState | undefined
}

/** A person who was shown to have cheated, with a device that is still theirs. */
export interface Barred {
  readonly device: DeviceId
  readonly offence: Offence
}

/** Questions about single statements. Answers are kept: ask again after the ledger changed, with a new one. */
export interface Validity {
  /** Whether the device was added to the person and not removed. */
  isActive(person: PersonId, device: DeviceId): boolean
  /** [Q19] Whether an entry counts for the person that it names. */
  isEntryValid(entry: LedgerFact): boolean
  /** [Q24] Why nothing of a person counts. */
  barred(person: PersonId): Barred | undefined
  /** [Q22] Whether a lease binds now. */
  isInForce(lease: LeaseFact): boolean
  /** [Q21] Whether its holder signed for a lease that is in force. */
  isGranted(lease: LeaseFact): boolean
}

/** Answers kept under a key. */
const remember = <V>(compute: (key: string) => V): ((key: string) => V) => {
  const known = new Map<string, V>()
  return (key) => {
    if (known.has(key)) return known.get(key)!
    const value = compute(key)
    known.set(key, value)
    return value
  }
}

/** Entries that are linked from the one with this id, itself included. */
const linkedFrom = (log: KnownLog, end: EntryId): Set<EntryId> => {
  const reached = new Set<EntryId>()
  const waiting: EntryId[] = [end]
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const entry = log.entries.get(id)
    if (!entry || reached.has(id)) continue
    reached.add(id)
    if (entry.backlink) waiting.push(entry.backlink)
    if (entry.lipmaa) waiting.push(entry.lipmaa)
  }
  return reached
}

const createDeviceChecks = ({ keys }: LedgerContext, ledger: Ledger) => {
  const bytesOf = remember((device) => hexToBytes(device))
  const active = remember((key) => {
    const [person, device] = key.split('/') as [PersonId, DeviceId]
    const state = keys(person)
    return state !== undefined && isActiveDevice(state, bytesOf(device))
  })
  /** All entries count, or none, or those linked from the end that the removal of the device named. */
  const counting = remember((key): 'all' | ReadonlySet<EntryId> => {
    const [person, device] = key.split('/') as [PersonId, DeviceId]
    const state = keys(person)
    const bound = state ? logBound(state, bytesOf(device), LOG_LEDGER) : ({ type: 'void' } as const)
    if (bound.type === 'open') return 'all'
    const log = ledger.logs.get(device)
    return bound.type === 'closed' && log ? linkedFrom(log, bytesToHex(bound.hash.subarray(0, 32))) : new Set()
  })
  const isEntryValid = ({ person, device, id }: LedgerFact): boolean => {
    const valid = counting(`${person}/${device}`)
    return valid === 'all' || valid.has(id)
  }
  return { isActive: (person: PersonId, device: DeviceId) => active(`${person}/${device}`), isEntryValid }
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

type DeviceChecks = ReturnType<typeof createDeviceChecks>

/**
 * [Q24] A device that was removed bars nobody: of a fork only the branch that the removal names counts, and a thief who
 * has its key must not be able to bar its person.
 */
const findOffence = (ledger: Ledger, { isActive }: DeviceChecks, person: PersonId): Barred | undefined => {
  const forks = [...(ledger.devicesByPerson.get(person) ?? [])]
    .filter((device) => ledger.logs.get(device)?.forked)
    .map((device): Barred => ({ device, offence: 'fork' }))
  const warrants = [...(ledger.warrants.get(person) ?? [])].map(([device, offence]): Barred => ({ device, offence }))
  return [...forks, ...warrants]
    .filter(({ device }) => isActive(person, device))
    .sort((a, b) => compareTexts(`${a.device}${a.offence}`, `${b.device}${b.offence}`))[0]
}

/** [Q23] When a lease ends: as written, or earlier by word of its holder, or long ago by word of its owner. */
const endOf = (ledger: Ledger, { isActive }: DeviceChecks, lease: LeaseFact): number => {
  const { person, holderPerson, holderDevice, ends } = lease
  const counts = (fact: EndFact): boolean => isActive(fact.person, fact.device)
  const released = [...(ledger.releases.get(lease.id)?.values() ?? [])].some(
    (fact) => fact.person === person && counts(fact),
  )
  if (released) return 0
  const notice = ledger.notices.get(lease.id)?.get(`${holderPerson}/${holderDevice}`)
  return notice && counts(notice) ? Math.min(ends, notice.ends) : ends
}

/** Questions about the statements of `ledger`. */
export const createValidity = (ledger: Ledger, context: LedgerContext): Validity => {
  const devices = createDeviceChecks(context, ledger)
  const barred = remember((person) => findOffence(ledger, devices, person))
  /** Where the holder's keys are not known, the lease waits; where they are and do not have the device, it is gone. */
  const isHolderGone = ({ holderPerson, holderDevice }: LeaseFact): boolean =>
    context.keys(holderPerson) !== undefined && !devices.isActive(holderPerson, holderDevice)

  const isInForce = (lease: LeaseFact): boolean =>
    context.now < endOf(ledger, devices, lease) &&
    devices.isEntryValid(lease) &&
    !isHolderGone(lease) &&
    !barred(lease.person) &&
    !barred(lease.holderPerson)

  const isSignedFor = ({ id, person, device, holderPerson, holderDevice }: LeaseFact): boolean =>
    // Whoever leases to the device that writes the lease has signed for it by writing.
    (person === holderPerson && device === holderDevice) ||
    ledger.receipts.get(id)?.has(`${holderPerson}/${holderDevice}`) === true

  return {
    ...devices,
    barred,
    isInForce,
    isGranted: (lease) =>
      isInForce(lease) && isSignedFor(lease) && devices.isActive(lease.holderPerson, lease.holderDevice),
  }
}
