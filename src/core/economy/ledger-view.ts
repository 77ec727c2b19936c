/**
 * Balances out of a ledger, at a time and by the key events that are known. A person's balance costs what that person's
 * own leases cost, not everybody's. Rules Q20 to Q26 of docs/protocol.
 */
import { bytesToHex } from '../bytes.ts'
import type { PersonId } from '../identity/key-event-types.ts'
import { activeDevices } from '../identity/key-state.ts'
import type { KnownLog, Ledger } from './ledger.ts'
import type { DeviceId, LeaseFact, PledgeFact, ProofFact, SubjectKey } from './ledger-facts.ts'
import { type Barred, createValidity, type LedgerContext, type Validity } from './ledger-validity.ts'
import { STEPS_PER_SLOT } from './units.ts'

/** What a person gives and takes, in steps. */
export interface Balance {
  /** Pledged by the person's devices. */
  readonly given: number
  /** Copies of the person's things, wherever they are, those of their own included. */
  readonly used: number
  /** The part of `used` for which no holder signed yet. */
  readonly pending: number
  /** `given` − `used`; may be negative. */
  readonly free: number
  /** Copies on the person's devices that were signed for, whoever owns them. */
  readonly held: number
  /** Set when the person was shown to have cheated: then everything above is 0. */
  readonly barred?: Barred
}

/** What a device gives, in steps. */
export interface DeviceBalance {
  readonly device: DeviceId
  readonly given: number
  /** Copies on it that were signed for. */
  readonly held: number
  /** `given` − `held`; may be negative. */
  readonly room: number
}

/** One copy of one thing, whatever leases there are for it. */
export interface Copy {
  readonly owner: PersonId
  readonly subject: SubjectKey
  readonly holderPerson: PersonId
  readonly holderDevice: DeviceId
  /** What it costs its owner: the dearest lease in force, for renewals overlap. */
  readonly used: number
  /** What it takes at its holder: the dearest lease in force that was signed for. */
  readonly held: number
  /** The leases in force. */
  readonly leases: readonly LeaseFact[]
}

/** Positions of a ledger log that must be there, because later ones are, and that nobody showed. */
export interface MissingEntries {
  readonly device: DeviceId
  readonly from: number
  readonly to: number
}

/** A ledger at a time. Good until the ledger hears more. */
export interface LedgerView {
  readonly now: number
  balance(person: PersonId): Balance
  /** Devices of a person that may speak now. */
  devices(person: PersonId): readonly DeviceBalance[]
  /** Copies of a person's things. */
  copiesOf(person: PersonId): readonly Copy[]
  /** Copies on a person's devices, pending ones included. */
  copiesAt(person: PersonId): readonly Copy[]
  /** [Q26] What a person's devices did not show of their ledger logs. */
  missing(person: PersonId): readonly MissingEntries[]
  /** [Q24] Why nothing of a person counts. */
  barred(person: PersonId): Barred | undefined
  /** Whether the device was added to the person and not removed. */
  isActive(person: PersonId, device: DeviceId): boolean
  /** Right proofs for leases of a copy, by whoever was asked for one. */
  proofsOf(copy: Copy): readonly ProofFact[]
  /** Everybody who pledged, leases or holds. */
  persons(): readonly PersonId[]
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

/** Not by spreading: whoever leases chooses how many there are. */
const largest = (numbers: readonly number[]): number => numbers.reduce((most, number) => Math.max(most, number), 0)

const copyKey = ({ person, subject, holderPerson, holderDevice }: LeaseFact): string =>
  `${person} ${subject} ${holderPerson} ${holderDevice}`

const toCopy = (leases: readonly LeaseFact[], { isGranted }: Validity): Copy => {
  const { person: owner, subject, holderPerson, holderDevice } = leases[0]!
  const used = largest(leases.map(({ steps }) => steps))
  const held = largest(leases.filter(isGranted).map(({ steps }) => steps))
  return { owner, subject, holderPerson, holderDevice, used, held, leases }
}

/** [Q20] Leases of one thing of one person with one device are one copy. */
const groupCopies = (leases: readonly LeaseFact[], validity: Validity): Copy[] => {
  const groups = new Map<string, LeaseFact[]>()
  for (const lease of leases.filter(validity.isInForce)) {
    const group = groups.get(copyKey(lease))
    if (group) group.push(lease)
    else groups.set(copyKey(lease), [lease])
  }
  return [...groups.values()].map((group) => toCopy(group, validity))
}

/** [Q19] The pledge that counts for a device: its newest, and only for the person whom it names. */
const slotsGiven = (log: KnownLog | undefined, person: PersonId, { isEntryValid }: Validity): number => {
  const newest = log?.pledges
    .filter(isEntryValid)
    .reduce<PledgeFact | undefined>((best, pledge) => (best && best.seq > pledge.seq ? best : pledge), undefined)
  return newest?.person === person ? newest.slots : 0
}

const missingOf = (device: DeviceId, { entries }: KnownLog): MissingEntries[] => {
  const gaps: MissingEntries[] = []
  let next = 1
  for (const seq of [...entries.values()].map((entry) => entry.seq).sort((a, b) => a - b)) {
    if (seq > next) gaps.push({ device, from: next, to: seq - 1 })
    next = seq + 1
  }
  return gaps
}

/** [Q16] The balances of a ledger at a time. */
export const viewLedger = (ledger: Ledger, context: LedgerContext): LedgerView => {
  const validity = createValidity(ledger, context)
  const remembered = new Map<string, readonly Copy[]>()
  const copies = (side: 'owner' | 'holder', person: PersonId): readonly Copy[] => {
    const key = `${side}/${person}`
    const leases = (side === 'owner' ? ledger.leasesByOwner : ledger.leasesByHolder).get(person) ?? []
    const known = remembered.get(key) ?? groupCopies(leases, validity)
    remembered.set(key, known)
    return known
  }

  const devices = (person: PersonId): DeviceBalance[] => {
    const at = copies('holder', person)
    const keys = context.keys(person)
    return (keys ? activeDevices(keys) : []).map(({ signing }) => {
      const device = bytesToHex(signing)
      const slots = validity.barred(person) ? 0 : slotsGiven(ledger.logs.get(device), person, validity)
      const given = slots * STEPS_PER_SLOT
      const held = sum(at.filter((copy) => copy.holderDevice === device).map((copy) => copy.held))
      return { device, given, held, room: given - held }
    })
  }

  const balance = (person: PersonId): Balance => {
    const given = sum(devices(person).map((device) => device.given))
    const used = sum(copies('owner', person).map((copy) => copy.used))
    const signed = sum(copies('owner', person).map((copy) => copy.held))
    const held = sum(copies('holder', person).map((copy) => copy.held))
    const barred = validity.barred(person)
    return { given, used, pending: used - signed, free: given - used, held, ...(barred && { barred }) }
  }

  return {
    now: context.now,
    balance,
    devices,
    copiesOf: (person) => copies('owner', person),
    copiesAt: (person) => copies('holder', person),
    barred: validity.barred,
    isActive: validity.isActive,
    proofsOf: ({ leases, holderDevice }) =>
      leases
        .flatMap(({ id }) => [...(ledger.proofs.get(id)?.values() ?? [])])
        .filter(({ device }) => device === holderDevice),
    missing: (person) =>
      [...(ledger.devicesByPerson.get(person) ?? [])]
        .filter((device) => validity.isActive(person, device))
        .flatMap((device) => missingOf(device, ledger.logs.get(device)!)),
    persons: () => [
      ...new Set([...ledger.devicesByPerson.keys(), ...ledger.leasesByHolder.keys(), ...ledger.warrants.keys()]),
    ],
  }
}
