/**
 * The owner's side: leaves copies of everything of the person's with others, asks them to sign, renews, and gives up
 * whoever does not answer. What is to be done is planned anew after every change (plan.ts). Rules EC7 to EC10.
 */
import { bytesToHex, hexToBytes } from '../../core/bytes.ts'
import { MAX_ENDED_LEASES, USUAL_TERM } from '../../core/economy/economy-limits.ts'
import type { DeviceId, EntryId, SubjectKey } from '../../core/economy/ledger-facts.ts'
import type { Copy, LedgerView } from '../../core/economy/ledger-view.ts'
import { decodeStatement } from '../../core/economy/statement-codec.ts'
import { type LedgerBody, LedgerType, STATEMENT_VERSION } from '../../core/economy/statement-types.ts'
import { STEP_BYTES } from '../../core/economy/units.ts'
import type { Shortfall } from '../../core/placement/shortfall.ts'
import { MAX_LEASES_PER_MESSAGE } from '../../core/sync/lease-codec.ts'
import type { Refused, Room, Signed } from '../../core/sync/lease-messages.ts'
import type { HolderFacts, Plan, PlanInput, PlannedLease } from './plan.ts'
import { planLeases, SIGNING_PATIENCE } from './plan.ts'
import type { HolderLine, LeasingPorts } from './ports.ts'
import { createChallenging } from './proving.ts'
import type { SubstitutesOf } from './repair/substitutes.ts'
import type { Seen } from './seen.ts'
import { listThings, type OwnThing } from './things.ts'

/** A connected device with room. */
export type HolderCandidate = PlanInput['candidates'][number]

/** See the module's doc. */
export interface Owning {
  /** Plans and does what is to be done. */
  look(): Promise<void>
  /** Whoever is connected counts as seen, however long the session lasts. */
  sight(): Promise<void>
  /** A peer may be asked to keep something. */
  meet(line: HolderLine): void
  leave(line: HolderLine): void
  room(line: HolderLine, said: Room): Promise<void>
  signed(line: HolderLine, said: Signed): Promise<void>
  refused(line: HolderLine, said: Refused): Promise<void>
  /** A holder answered a challenge. */
  proven(line: HolderLine, proof: Uint8Array): Promise<void>
  /** A holder keeps something no longer. */
  noticed(line: HolderLine, statement: Uint8Array): Promise<void>
  isOnline(device: DeviceId): boolean
  /** Peers that may be asked to keep something. */
  candidates(view: LedgerView): readonly HolderCandidate[]
  lines(): Iterable<HolderLine>
  /** What has too few copies, as of the last look. */
  short(): ReadonlyMap<SubjectKey, Shortfall>
  /** Why peers who are here signed for nothing lately, in their own words, one for each. */
  refusals(): readonly string[]
  facts(device: DeviceId): HolderFacts
  /** Whether places at people who are not known here would be of use. */
  needsPlaces(): boolean
}

/** Steps, since when nothing is left there for a while, and what was refused there then. */
interface Place {
  steps: number
  restsSince: number
  refusal?: string
}

const chunked = <T>(list: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size))

const isHere = ({ session }: Pick<HolderLine, 'session'>): boolean => session.carrier() !== 'none'

/** Nothing is left anywhere yet. */
export const createOwning = (ports: LeasingPorts, seen: Seen, substitutes: () => SubstitutesOf): Owning => {
  const { services, standing, book, me, deviceId } = ports
  const { clock, random, store } = services.platform
  const lines = new Map<DeviceId, HolderLine>()
  const places = new Map<DeviceId, Place>()
  const written = new Map<EntryId, number>()
  /** Leases that a peer was asked for in this session. */
  const asked = new Map<HolderLine, Set<EntryId>>()
  const askedAt = new Map<EntryId, number>()
  const told = new WeakSet<HolderLine>()
  const challenging = createChallenging(ports)
  let short: Plan['short'] = new Map()

  /** Not for longer than that when the clock is set back. */
  const isResting = ({ restsSince }: Place): boolean => Math.abs(clock.now() - restsSince) < SIGNING_PATIENCE

  const dice = (): number => new DataView(random.bytes(4).buffer).getUint32(0) / 2 ** 32

  const candidates = (view: LedgerView): HolderCandidate[] =>
    [...lines.values()].flatMap(({ device: id, session }) => {
      const place = places.get(id)
      // [Q27] Nothing is left with whoever cheated.
      if (!place || view.barred(session.person) || isResting(place) || !isHere({ session })) return []
      const { availability, family } = seen.facts(id)
      const { person } = session
      return {
        device: id,
        person,
        availability,
        family,
        freeBytes: place.steps * STEP_BYTES,
        presence: 1,
        online: true,
      }
    })

  /** Several devices of one person see the same gaps: the one with the smallest key fills them, of those that meet. */
  const isOnDuty = (): boolean =>
    ![...lines.values()].some((line) => line.session.person === me && isHere(line) && line.device < deviceId)

  const bodyOf = async (thing: OwnThing, { holder }: PlannedLease): Promise<LedgerBody[]> => {
    const terms = await thing.terms()
    if (!terms) return []
    const time = clock.now()
    const named = { person: holder.person, device: hexToBytes(holder.device) }
    const when = { time, ends: time + USUAL_TERM }
    const body = {
      version: STATEMENT_VERSION,
      person: me,
      ...terms,
      copies: thing.copies - 1,
      holder: named,
      ...when,
    } as const
    return [{ type: LedgerType.lease, body }]
  }

  const write = async (things: readonly OwnThing[], planned: readonly PlannedLease[]): Promise<void> => {
    const byKey = new Map(things.map((thing) => [thing.key, thing]))
    const bodies = await Promise.all(planned.map((lease) => bodyOf(byKey.get(lease.key)!, lease)))
    if (bodies.flat().length > 0) await book.say(bodies.flat())
  }

  /** [EC13] Those who hold the same things are told as well: they count the copies when the owner is away. */
  const holdersOf = (leases: readonly EntryId[], copies: readonly Copy[]): Set<DeviceId> => {
    const facts = leases.flatMap((id) => book.lease(id)?.fact ?? [])
    const subjects = new Set(facts.map(({ subject }) => subject))
    const others = copies.filter(({ subject }) => subjects.has(subject)).map(({ holderDevice }) => holderDevice)
    return new Set([...facts.map(({ holderDevice }) => holderDevice), ...others])
  }

  const release = async (leases: readonly EntryId[]): Promise<void> => {
    const copies = book.view().copiesOf(me)
    for (const ended of chunked(leases, MAX_ENDED_LEASES)) {
      const holders = holdersOf(ended, copies)
      const { bytes: statement } = await book.sign({ kind: 'release', leases: ended.map(hexToBytes) })
      for (const holder of holders) lines.get(holder)?.send({ type: 'end', statement })
    }
  }

  /** [EC13] Whoever was away when something was released hears of it when they come, as its holder or as one who counts. */
  const tellReleases = (line: HolderLine, view: LedgerView): void => {
    if (!places.has(line.device) || told.has(line)) return
    told.add(line)
    const copies = view.copiesOf(me)
    for (const { fact, shown } of book.all()) {
      if (fact.kind !== 'release' || fact.person !== me) continue
      const ended = fact.leases.filter((id) => (book.lease(id)?.fact.ends ?? 0) > clock.now())
      if (holdersOf(ended, copies).has(line.device)) line.send({ type: 'end', statement: shown[0]! })
    }
  }

  /** For a while nothing is left there. */
  const restPlace = (id: DeviceId, refusal?: string): void => {
    const steps = places.get(id)?.steps
    if (steps !== undefined) places.set(id, { steps, restsSince: clock.now(), ...(refusal && { refusal }) })
  }

  /** [EC8] Whoever let leases go unanswered is left nothing for as long as whoever refuses. */
  const passOver = (released: readonly EntryId[]): void => {
    const now = clock.now()
    for (const id of released) {
      const known = book.lease(id)
      const isLate = known && !book.receipt(id) && now - known.lease.time >= SIGNING_PATIENCE
      if (isLate) restPlace(known.fact.holderDevice)
    }
  }

  /** [EC5] Asks each peer, once a session, for what it has not signed for yet. */
  const askToSign = (copies: readonly Copy[]): void => {
    const unsigned = copies.flatMap(({ holderDevice, leases }) =>
      leases.filter(({ id }) => !book.receipt(id)).map(({ id }) => ({ holderDevice, id })),
    )
    for (const [id, line] of lines) {
      if (line.session.person === me) continue
      const known = asked.get(line) ?? new Set<EntryId>()
      const leases = unsigned
        .filter((lease) => lease.holderDevice === id && !known.has(lease.id))
        .map((lease) => lease.id)
      asked.set(line, new Set([...known, ...leases]))
      for (const id of leases) askedAt.set(id, clock.now())
      if (leases.length > 0) standing.asked(line.session)
      for (const part of chunked(leases, MAX_LEASES_PER_MESSAGE))
        line.send({ type: 'sign', leases: part.map(hexToBytes) })
    }
  }

  /** Leases do not change, and each is asked for in every plan. */
  const writtenAt = (lease: EntryId): number => {
    const time = written.get(lease) ?? book.lease(lease)?.lease.time
    if (time !== undefined) written.set(lease, time)
    return time ?? 0
  }

  const makePlan = async (things: readonly OwnThing[]): Promise<Plan> => {
    const view = book.view()
    const known = substitutes()
    return planLeases({
      me,
      device: deviceId,
      now: clock.now(),
      things,
      held: view.copiesOf(me),
      writtenAt,
      askedAt: (lease) => askedAt.get(lease),
      facts: seen.facts,
      isUnproven: challenging.isUnproven,
      candidates: candidates(view),
      standsIn: (device, key) => known.get(key)?.some((substitute) => substitute.device === device) === true,
      trusts: (person) => services.persons.relation(person) === 'following',
      free: view.balance(me).free,
      dice,
    })
  }

  return {
    async look() {
      if (!isOnDuty()) return askToSign(book.view().copiesOf(me))
      const things = await listThings(store, me, await services.logs.heads(me), services.settings.wanted())
      const plan = await makePlan(things)
      short = plan.short
      passOver(plan.release)
      if (plan.release.length > 0) await release(plan.release)
      // Alone there is nobody to show it to, and a device that was put back from a copy must hear what it wrote before.
      if ([...lines.values()].some(isHere)) await write(things, plan.write)
      const view = book.view()
      const copies = view.copiesOf(me)
      askToSign(copies)
      for (const line of lines.values()) {
        tellReleases(line, view)
        await challenging.ask(line, view, copies)
      }
    },

    async sight() {
      for (const line of lines.values()) {
        if (isHere(line) && places.has(line.device)) await seen.saw(line.device, seen.facts(line.device))
      }
    },

    meet(line) {
      lines.set(line.device, line)
      line.send({ type: 'ask-room' })
    },
    leave(line) {
      for (const id of asked.get(line) ?? []) askedAt.delete(id)
      asked.delete(line)
      challenging.leave(line)
      if (lines.get(line.device) !== line) return
      lines.delete(line.device)
      places.delete(line.device)
    },

    async room(line, { steps, availability, family }) {
      places.set(line.device, { restsSince: 0, ...places.get(line.device), steps })
      await seen.saw(line.device, { availability, family: family ?? undefined })
    },

    async signed(line, { receipts }) {
      const known = asked.get(line)
      for (const bytes of receipts) {
        const decoded = decodeStatement(bytes)
        const statement = decoded.ok ? decoded.value.statement : undefined
        const isAsked = statement?.kind === 'receipt' && known?.has(bytesToHex(statement.lease))
        if (!isAsked || !(await book.hear({ kind: 'statement', bytes })).ok) services.refusals.count('bad-statement')
      }
      await seen.saw(line.device, seen.facts(line.device))
    },

    // [EC8] What is refused is left with somebody else; the peer is asked again after a while.
    async refused(line, { leases, reason }) {
      restPlace(line.device, reason)
      const known = asked.get(line)
      const mine = leases.map(bytesToHex).filter((id) => known?.has(id) && !book.receipt(id))
      if (mine.length > 0) await release(mine)
    },

    proven: challenging.answered,
    // [EC12] Whoever just lost something is not the first to be asked for the next copy of it.
    async noticed(line, bytes) {
      const decoded = decodeStatement(bytes)
      const isNotice = decoded.ok && decoded.value.statement.kind === 'notice'
      if (isNotice && (await book.hear({ kind: 'statement', bytes })).ok) restPlace(line.device)
      else services.refusals.count('bad-statement')
    },
    isOnline(id) {
      const line = lines.get(id)
      return line !== undefined && isHere(line)
    },
    candidates,
    lines: () => lines.values(),
    short: () => short,
    refusals: () => [...places.values()].flatMap((place) => (isResting(place) ? (place.refusal ?? []) : [])),
    facts: seen.facts,
    needsPlaces: () => short.size > 0,
  }
}
