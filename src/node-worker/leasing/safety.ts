/** Whether everything of the person's would survive a wipe now, where it is, and what is in the way. Rule PL21. */
import { base32Encode, hexToBytes } from '../../core/bytes.ts'
import type { DeviceId, SubjectKey } from '../../core/economy/ledger-facts.ts'
import type { Copy } from '../../core/economy/ledger-view.ts'
import { STEP_BYTES } from '../../core/economy/units.ts'
import { logKind } from '../../core/logs/log-id.ts'
import type { Shortfall } from '../../core/placement/shortfall.ts'
import { type Holding as Held, type Survival, wouldSurviveWipe } from '../../core/placement/survival.ts'
import type {
  HolderView,
  ItemSafety,
  KindSafety,
  RefusedBecause,
  SafetyView,
  ShortageView,
  ThingKind,
} from '../../rpc/safety.ts'
import type { PersonCard } from '../../rpc/views.ts'
import { LOG_ACCOUNT, LOG_NOTES } from '../log/log-service.ts'
import { type HolderFacts, redundancyOf, type Thing } from './plan.ts'

/** What is known. */
export interface SafetyInput {
  readonly me: string
  readonly now: number
  /** Copies wanted of what nothing else was chosen for. */
  readonly copies: number
  readonly things: readonly Thing[]
  /** All copies of the person's things for which there are leases in force. */
  readonly held: readonly Copy[]
  readonly short: ReadonlyMap<SubjectKey, Shortfall>
  /** Why peers who are here refused lately, in their own words. */
  readonly refusals: readonly string[]
  facts(device: DeviceId): HolderFacts
  lastProof(copy: Copy): number
  isOnline(device: DeviceId): boolean
  /** Whether a holder has the newest that is to be kept of a thing: a log grows, and its holder may be away. */
  hasNewest(key: SubjectKey, device: DeviceId): boolean
  card(person: string): PersonCard
}

const KINDS: readonly ThingKind[] = ['account', 'notes', 'posts', 'files']

/** A thing is named as in the ledger: `log DEVICE NUMBER`, `block CID`. */
const kindOf = (key: SubjectKey): ThingKind => {
  const [what, , log] = key.split(' ')
  if (what !== 'log') return 'files'
  const kind = logKind(Number(log))
  if (kind === LOG_ACCOUNT) return 'account'
  return kind === LOG_NOTES ? 'notes' : 'posts'
}

const atOthers = ({ held, me }: SafetyInput): Copy[] => held.filter((copy) => copy.holderPerson !== me && copy.held > 0)

const toHeld = (copy: Copy, input: SafetyInput): Held => {
  const { lastSeen, availability, family } = input.facts(copy.holderDevice)
  const leaseEnd = copy.leases.reduce((last, { ends }) => Math.max(last, ends), 0)
  const signs = { availability, lastSeen, lastProof: input.lastProof(copy), leaseEnd }
  return { device: copy.holderDevice, person: copy.holderPerson, availability, family, signs }
}

/** Logs are read rather than challenged: a holder that was seen has acknowledged them (Q12). */
const survivalOf = (thing: Thing, copies: readonly Copy[], input: SafetyInput): Survival => {
  const whole = copies.filter(({ holderDevice }) => input.hasNewest(thing.key, holderDevice))
  const holders = whole.map((copy) => toHeld(copy, input))
  const read = thing.key.startsWith('log ')
    ? holders.map((held) => ({
        ...held,
        signs: { ...held.signs, lastProof: Math.max(held.signs.lastProof, held.signs.lastSeen) },
      }))
    : holders
  return wouldSurviveWipe({ redundancy: redundancyOf(thing), owner: input.me, holders: read }, input.now)
}

const safetyOfKind = (kind: ThingKind, survivals: readonly Survival[]): KindSafety => ({
  kind,
  things: survivals.length,
  lost: survivals.filter(({ survives }) => !survives).length,
  fewest: survivals.reduce((fewest, { live }) => Math.min(fewest, live), Number.MAX_SAFE_INTEGER),
})

const listHolders = (input: SafetyInput): HolderView[] => {
  const byDevice = new Map<DeviceId, Copy[]>()
  for (const copy of atOthers(input)) {
    const known = byDevice.get(copy.holderDevice)
    if (known) known.push(copy)
    else byDevice.set(copy.holderDevice, [copy])
  }
  return [...byDevice].map(([device, copies]) => {
    const { availability, lastSeen } = input.facts(device)
    return {
      device: base32Encode(hexToBytes(device)),
      person: input.card(copies[0]!.holderPerson),
      availability,
      online: input.isOnline(device),
      things: copies.length,
      bytes: copies.reduce((sum, { held }) => sum + held * STEP_BYTES, 0),
      lastSeen,
      lastProof: copies.reduce((oldest, copy) => Math.min(oldest, input.lastProof(copy)), Number.MAX_SAFE_INTEGER),
    }
  })
}

/** What peers refuse, as it is named to a person. A lease that was just written is over where the clock is another. */
const REFUSED: ReadonlyMap<string, RefusedBecause> = new Map([
  ['clocks-differ', 'clocks-differ'],
  ['lease-over', 'clocks-differ'],
  ['term-too-long', 'clocks-differ'],
  ['over-balance', 'over-balance'],
  ['over-ration', 'over-ration'],
  ['no-room', 'no-room'],
  ['full', 'no-room'],
])

/** The reason that most peers gave, of those that a person can do something about. */
const refusedBecause = (refusals: readonly string[]): RefusedBecause | undefined => {
  const counts = new Map<RefusedBecause, number>()
  for (const reason of refusals) {
    const known = REFUSED.get(reason)
    if (known) counts.set(known, (counts.get(known) ?? 0) + 1)
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0]
}

/** Reasons as they are named to a person: the one that concerns most things. */
const shortageOf = ({ short, refusals }: SafetyInput): ShortageView | undefined => {
  const counts = new Map<Shortfall['type'], { things: number; bytes: number }>()
  for (const shortfall of short.values()) {
    const held = counts.get(shortfall.type) ?? { things: 0, bytes: 0 }
    const bytes = shortfall.type === 'balance-too-small' ? shortfall.bytesWanting : 0
    counts.set(shortfall.type, { things: held.things + 1, bytes: held.bytes + bytes })
  }
  const [most] = [...counts].sort(([, a], [, b]) => b.things - a.things)
  if (!most) return undefined
  const [type, { things, bytes }] = most
  // What one can do alone comes first.
  const refused = type === 'balance-too-small' ? undefined : refusedBecause(refusals)
  return { type, things, ...(bytes > 0 && { bytes }), ...(refused && { refused }) }
}

const assessThings = (input: SafetyInput): (Survival & { readonly key: SubjectKey })[] => {
  const byThing = new Map<SubjectKey, Copy[]>()
  for (const copy of atOthers(input)) byThing.set(copy.subject, [...(byThing.get(copy.subject) ?? []), copy])
  return input.things.map((thing) => ({
    key: thing.key,
    ...survivalOf(thing, byThing.get(thing.key) ?? [], input),
  }))
}

/** The answer for one item, where `things` are those in which it stands. */
export const assessItem = (input: SafetyInput): ItemSafety => {
  const survivals = assessThings(input)
  const lost = survivals.find(({ survives }) => !survives)
  return {
    survives: lost === undefined,
    people: survivals.reduce((fewest, { live }) => Math.min(fewest, live), Number.MAX_SAFE_INTEGER),
    ...(lost && !lost.survives && { because: lost.because }),
  }
}

/** The answer for everything that there is. */
export const assessSafety = (input: SafetyInput): SafetyView => {
  const survivals = assessThings(input)
  const lost = survivals.find(({ survives }) => !survives)
  const shortage = shortageOf(input)
  return {
    copies: input.copies,
    survives: lost === undefined,
    ...(lost && !lost.survives && { because: lost.because }),
    kinds: KINDS.map((kind) =>
      safetyOfKind(
        kind,
        survivals.filter(({ key }) => kindOf(key) === kind),
      ),
    ).filter(({ things }) => things > 0),
    holders: listHolders(input),
    ...(shortage && { shortage }),
  }
}
