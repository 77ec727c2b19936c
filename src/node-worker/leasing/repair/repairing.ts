/**
 * Repair without the owner: a holder that sees copies lost has somebody else keep what it holds itself. One of all
 * holders does it, for all of an owner's things that need it at once. Waiting, claims and pauses are core/placement's
 * (PL15 to PL19); rules EC13 to EC15 of docs/protocol/98-leases.md.
 */
import { bytesToHex, hexToBytes } from '../../../core/bytes.ts'
import type { DeviceId, EntryId, SubjectKey } from '../../../core/economy/ledger-facts.ts'
import type { LedgerView } from '../../../core/economy/ledger-view.ts'
import { STEP_BYTES } from '../../../core/economy/units.ts'
import type { PersonId } from '../../../core/identity/key-event-types.ts'
import { chooseHolders } from '../../../core/placement/choose-holders.ts'
import { CLAIM_MS, type RepairClaim, rememberClaim } from '../../../core/placement/claims.ts'
import {
  IDLE_REPAIR,
  type RepairState,
  type RepairStep,
  repairEnded,
  stepRepair,
} from '../../../core/placement/repair.ts'
import { beginRepair, endRepair, mayRepair, newRepairBudget } from '../../../core/placement/repair-budget.ts'
import { MAX_LEASES_PER_MESSAGE } from '../../../core/sync/lease-codec.ts'
import type { Claim } from '../../../core/sync/lease-messages.ts'
import type { HolderCandidate } from '../owning.ts'
import type { HolderFacts } from '../plan.ts'
import type { HolderLine, LeasingPorts, OwnerLine } from '../ports.ts'
import { bySubject, type Count, countCopies, findLosses, type Loss, type LossInput } from './losses.ts'
import type { Substitutes } from './substitutes.ts'

const TICKETS = 2 ** 32

/** What repairing needs of leasing around it. */
export interface RepairPorts extends LeasingPorts {
  readonly substitutes: Substitutes
  /** Peers with room, and who they are. */
  candidates(view: LedgerView): readonly HolderCandidate[]
  lines(): Iterable<HolderLine>
  /** Whether a device of the person is connected. */
  isHere(person: PersonId): boolean
  facts(device: DeviceId): HolderFacts
  /** Something is to be looked at after so many milliseconds. */
  wakeIn(milliseconds: number): void
  /** Devices are asked for the first time, and read from then on. */
  onAsked(): void
}

/** One owner whose things need copies. */
interface Item {
  state: RepairState
  live: number
  since: number
  claims: readonly RepairClaim[]
  /** What peers were asked to keep, and have not answered. */
  asked: readonly { readonly subject: SubjectKey; readonly device: DeviceId }[]
  askedAt: number
  hasFailed: boolean
}

/** See the module's doc. */
export interface Repairing {
  /** Looks for what is lost, and does the next step. */
  look(): void
  /** Another holder is about to repair. */
  claimed(line: OwnerLine, claim: Claim): void
  /** A peer will not keep what it was asked to. */
  refused(line: HolderLine, leases: readonly EntryId[]): void
  /** Counts copies of an owner's things. */
  counter(owner: PersonId, view: LedgerView): (subject: SubjectKey) => Count
  /** [EC15] Whether places at strangers are looked for. */
  needsPlaces(): boolean
}

const newItem = (now: number): Item => ({
  state: IDLE_REPAIR,
  live: Number.MAX_SAFE_INTEGER,
  since: now,
  claims: [],
  asked: [],
  askedAt: 0,
  hasFailed: false,
})

/** Nothing is known to be lost. */
export const createRepairing = (ports: RepairPorts): Repairing => {
  const { services, book, me, deviceId, substitutes } = ports
  const { clock, random } = services.platform
  const items = new Map<PersonId, Item>()
  let budget = newRepairBudget(clock.now())

  const dice = (): number => new DataView(random.bytes(4).buffer).getUint32(0) / TICKETS

  const inputFor = (owner: PersonId, view: LedgerView): LossInput => ({
    deviceId,
    now: clock.now(),
    copies: view.copiesOf(owner),
    substitutes: new Map(
      [...substitutes.of(owner)].map(([subject, known]) => [
        subject,
        known.filter(({ person }) => !view.barred(person)),
      ]),
    ),
    facts: ports.facts,
  })

  const ownersHere = (view: LedgerView): Set<PersonId> =>
    new Set(
      view
        .copiesAt(me)
        .filter(({ owner, holderDevice, held }) => owner !== me && holderDevice === deviceId && held > 0)
        .map(({ owner }) => owner),
    )

  const lossesOf = (owner: PersonId, view: LedgerView): Loss[] =>
    // While the owner is here, or not all of the ledger is, others know better.
    ports.isHere(owner) || view.missing(owner).length > 0 ? [] : findLosses(inputFor(owner, view))

  const bytesOf = (losses: readonly Loss[]): number => losses.reduce((sum, { steps }) => sum + steps, 0) * STEP_BYTES

  /** As many as one message names and the day's budget holds, the most urgent first. */
  const affordable = (losses: readonly Loss[]): Loss[] => {
    const chosen: Loss[] = []
    for (const loss of losses.slice(0, MAX_LEASES_PER_MESSAGE))
      if (mayRepair(budget, bytesOf([...chosen, loss]), clock.now())) chosen.push(loss)
    return chosen
  }

  const choosePlaces = (owner: PersonId, losses: readonly Loss[], view: LedgerView): Map<DeviceId, Loss[]> => {
    const chosen = new Map<DeviceId, Loss[]>()
    const room = new Map(ports.candidates(view).map(({ device, freeBytes }) => [device, freeBytes]))
    for (const loss of losses) {
      const bytes = loss.steps * STEP_BYTES
      const candidates = ports
        .candidates(view)
        .map((candidate) => ({ ...candidate, freeBytes: room.get(candidate.device) ?? 0 }))
      const redundancy = { kind: 'copies', copies: loss.wanted } as const
      // What the owner's balance says is judged by whoever is asked.
      const paid = { owner, bytes, redundancy, balanceBytes: bytes * loss.wanted }
      const placed = chooseHolders({ ...paid, held: loss.alive, silent: loss.silent, candidates }, dice)
      for (const place of placed.chosen) {
        const device = String(place.device)
        room.set(device, (room.get(device) ?? 0) - bytes)
        chosen.set(device, [...(chosen.get(device) ?? []), loss])
      }
    }
    return chosen
  }

  const end = (item: Item, succeeded: boolean): void => {
    if (item.state.phase !== 'repairing') return
    budget = endRepair(budget)
    item.asked = []
    follow(item, repairEnded(item.state, succeeded, clock.now(), dice))
  }

  const follow = (item: Item, { state, wakeAt }: RepairStep): void => {
    item.state = state
    if (wakeAt !== undefined) ports.wakeIn(Math.max(0, wakeAt - clock.now()))
  }

  const repair = (owner: PersonId, item: Item, losses: readonly Loss[], view: LedgerView): void => {
    const wanted = affordable(losses)
    budget = beginRepair(budget, bytesOf(wanted), clock.now())
    item.askedAt = clock.now()
    item.hasFailed = false
    for (const [device, things] of choosePlaces(owner, wanted, view)) {
      const line = [...ports.lines()].find((known) => known.device === device)
      const leases = things.map(({ lease }) => lease)
      substitutes.ask(device, leases)
      item.asked = [...item.asked, ...things.map(({ subject }) => ({ subject, device }))]
      line?.send({ type: 'substitute', owner, leases: leases.map(hexToBytes) })
    }
    if (item.asked.length === 0) end(item, false)
    else ports.onAsked()
  }

  /** [EC14] Those who could make the same things again. */
  const tellClaim = (owner: PersonId, { ticket, at }: RepairClaim, losses: readonly Loss[]): void => {
    const rivals = new Set(losses.flatMap(({ alive }) => alive.map(({ device }) => String(device))))
    for (const line of ports.lines())
      if (rivals.has(line.device)) line.send({ type: 'claim', owner, ticket: Math.floor(ticket * TICKETS), at })
  }

  /** Whether everybody who was asked has answered, or had the time to. */
  const watchRepair = (owner: PersonId, item: Item): void => {
    const known = substitutes.of(owner)
    item.asked = item.asked.filter(
      ({ subject, device }) => !known.get(subject)?.some((substitute) => substitute.device === device),
    )
    const isDone = item.asked.length === 0
    if (isDone || clock.now() - item.askedAt >= CLAIM_MS) end(item, isDone && !item.hasFailed)
  }

  /** [EC14] What others claimed they make again only where they have it. */
  const unclaimed = ({ claims }: Item, losses: readonly Loss[]): Loss[] => {
    const claimed = new Set(claims.filter(({ at }) => clock.now() < at + CLAIM_MS).map(({ device }) => device))
    return losses.filter(({ alive }) => !alive.some(({ device }) => claimed.has(device)))
  }

  const isDue = ({ state }: Item): boolean => state.phase === 'waiting' && state.dueAt <= clock.now()

  const step = (owner: PersonId, item: Item, all: readonly Loss[], view: LedgerView): void => {
    const free = unclaimed(item, all)
    const losses = free.length > 0 ? free : all
    const [worst] = losses
    if (!worst) {
      items.delete(owner)
      return
    }
    // With nobody to ask nothing is claimed, nor is it a failure: the next look asks again.
    const wanted = affordable(losses)
    if (isDue(item) && wanted.length > 0 && choosePlaces(owner, wanted, view).size === 0) return
    if (worst.alive.length < item.live) item.since = clock.now()
    item.live = worst.alive.length
    const next = stepRepair(
      item.state,
      {
        now: clock.now(),
        device: deviceId,
        redundancy: { kind: 'copies', copies: worst.wanted },
        live: item.live,
        since: item.since,
        claims: free.length > 0 ? [] : item.claims,
        isAble: wanted.length > 0,
      },
      dice,
    )
    follow(item, next)
    if (next.action.type === 'claim') tellClaim(owner, next.action.claim, losses)
    if (next.action.type === 'repair') repair(owner, item, losses, view)
  }

  return {
    look() {
      const view = book.view()
      for (const owner of new Set([...ownersHere(view), ...items.keys()])) {
        const losses = lossesOf(owner, view)
        if (losses.length === 0 && !items.has(owner)) continue
        const item = items.get(owner) ?? newItem(clock.now())
        items.set(owner, item)
        if (item.state.phase === 'repairing') watchRepair(owner, item)
        else step(owner, item, losses, view)
      }
    },
    claimed({ session }, { owner, ticket, at }) {
      const view = book.view()
      if (!ownersHere(view).has(owner)) return
      const holders = new Set(view.copiesOf(owner).map(({ holderDevice }) => holderDevice))
      const item = items.get(owner) ?? newItem(clock.now())
      const claim = { device: bytesToHex(session.device), ticket: ticket / TICKETS, at }
      item.claims = rememberClaim(item.claims, claim, holders, clock.now())
      items.set(owner, item)
    },
    refused({ device }, leases) {
      for (const id of leases) {
        const fact = book.lease(id)?.fact
        const item = fact && items.get(fact.person)
        if (!fact || !item) continue
        const left = item.asked.filter((asked) => asked.device !== device || asked.subject !== fact.subject)
        item.hasFailed ||= left.length < item.asked.length
        item.asked = left
      }
    },
    counter(owner, view) {
      const things = bySubject(view.copiesOf(owner))
      const input = inputFor(owner, view)
      return (subject) => countCopies(subject, things.get(subject) ?? [], input)
    },
    needsPlaces: () => items.size > 0,
  }
}
