/** Random histories of an economy: what everybody said, signed and sealed, and who of them keeps it. */
import fc from 'fast-check'
import type { EndFact, Fact, LeaseFact } from '../../../src/core/economy/ledger-facts.ts'
import type { Lease, LedgerBody, LedgerEvidence, Warrant } from '../../../src/core/economy/statement-types.ts'
import { encodeWarrant } from '../../../src/core/economy/warrant.ts'
import { encodeSegment } from '../../../src/core/logs/segment-codec.ts'
import {
  afresh,
  answer,
  append,
  BLOCKS,
  challengeOf,
  contextOf,
  DAY,
  type Device,
  factOf,
  fork,
  leaseOf,
  NOW,
  noticeOf,
  type Person,
  pledgeOf,
  receiptFor,
  releaseOf,
  runOf,
  type Told,
} from './world.ts'

const number = fc.nat({ max: 1000 })

/** One thing that somebody does; the numbers choose who and what. */
interface Step {
  readonly what: 'pledge' | 'lease' | 'receipt' | 'release' | 'notice' | 'prove' | 'lie' | 'fork'
  readonly a: number
  readonly b: number
  readonly c: number
}

const kinds = fc.oneof(
  { weight: 4, arbitrary: fc.constant('pledge' as const) },
  { weight: 8, arbitrary: fc.constant('lease' as const) },
  { weight: 8, arbitrary: fc.constant('receipt' as const) },
  { weight: 2, arbitrary: fc.constant('release' as const) },
  { weight: 2, arbitrary: fc.constant('notice' as const) },
  { weight: 2, arbitrary: fc.constant('prove' as const) },
  { weight: 1, arbitrary: fc.constant('lie' as const) },
  { weight: 1, arbitrary: fc.constant('fork' as const) },
)

/** Steps of a history; most people in it are honest. */
export const steps = (maxLength = 40): fc.Arbitrary<Step[]> =>
  fc.array(fc.record({ what: kinds, a: number, b: number, c: number }), { minLength: 5, maxLength })

/** Something that was said, what an index makes of it, and the devices that keep it. */
export interface Said {
  readonly told: Told
  readonly fact: Fact
  readonly keepers: ReadonlySet<string>
}

/** Everything that was said, in the order of saying it. */
export interface History {
  readonly people: readonly Person[]
  readonly said: readonly Said[]
  /** Who lied or showed two faces, as the history knows and nobody has to find out. */
  readonly cheaters: ReadonlySet<string>
}

interface Left {
  readonly evidence: LedgerEvidence & { readonly id: Uint8Array }
  readonly body: Lease
  readonly owner: Device
  readonly holder: Device
  readonly block: Uint8Array
  receipt?: Uint8Array
}

const pick = <T>(list: readonly T[], n: number): T => list[n % list.length]!

/** Plays steps with the devices of `people`, whose logs are empty at the beginning. */
export const play = async (given: readonly Person[], todo: readonly Step[]): Promise<History> => {
  const people = afresh(given)
  const context = contextOf(people)
  const devices = people.flatMap((person) => person.devices)
  const left: Left[] = []
  const said: Said[] = []
  const cheaters = new Set<string>()

  const tell = async (told: Told, ...keepers: readonly Device[]): Promise<void> => {
    said.push({ told, fact: await factOf(told, context), keepers: new Set(keepers.map(({ id }) => id)) })
  }
  const write = async (device: Device, body: LedgerBody, n: number, ...others: Device[]) => {
    const evidence = await append(device, body, { face: n % device.faces.length })
    await tell({ kind: 'entry', evidence }, device, ...others)
    return evidence
  }
  const lend = async (owner: Device, holder: Device, c: number): Promise<void> => {
    const block = c % BLOCKS.length
    const lease = leaseOf(owner, holder, { block, ends: NOW + (1 + (c % 9)) * DAY })
    const evidence = await write(owner, lease, c, holder)
    left.push({ evidence, body: lease.body, owner, holder, block: BLOCKS[block]! })
  }
  const prove = async (lease: Left, b: number, spoil: boolean): Promise<void> => {
    const { owner, holder, evidence, body, block, receipt } = lease
    const challenger = pick(devices, b)
    if (challenger.person === holder.person || (spoil && !receipt)) return
    const challenge = await challengeOf(challenger, evidence.id, holder.device, b % 256)
    const proof = await answer(holder, { body, id: evidence.id }, challenge, {
      block,
      spoil: spoil && block.length > 0,
    })
    const bytes = {
      lease: { entry: evidence.entry, payload: evidence.payload },
      challenge: challenge.bytes,
      proof: proof.bytes,
    }
    if (!spoil) return tell({ kind: 'proof', evidence: bytes }, owner, holder)
    if (block.length === 0) return
    const warrant = { version: 1, kind: 'wrong-proof', person: holder.person, receipt: receipt!, ...bytes } as const
    cheaters.add(holder.person)
    await tell({ kind: 'warrant', bytes: encodeWarrant(warrant) }, ...devices)
  }

  const doers: Record<Step['what'], (step: Step) => Promise<void>> = {
    pledge: async ({ a, c }) => void (await write(pick(devices, a), pledgeOf(pick(devices, a), c % 5), c)),
    lease: ({ a, b, c }) => lend(pick(devices, a), pick(devices, b), c),
    receipt: async ({ a }) => {
      if (left.length === 0) return
      const lease = pick(left, a)
      const { bytes } = await receiptFor(lease.holder, lease.evidence.id)
      lease.receipt = bytes
      await tell({ kind: 'statement', bytes }, lease.holder, lease.owner)
    },
    release: async ({ a, b }) => {
      if (left.length === 0) return
      const { owner, holder, evidence } = pick(left, a)
      // Any device of the person may.
      const by = pick(people.find(({ id }) => id === owner.person)!.devices, b)
      await tell({ kind: 'statement', bytes: (await releaseOf(by, evidence.id)).bytes }, by, holder)
    },
    notice: async ({ a, b }) => {
      if (left.length === 0) return
      const { owner, holder, evidence } = pick(left, a)
      const { bytes } = await noticeOf(holder, NOW + ((b % 9) - 2) * DAY, evidence.id)
      await tell({ kind: 'statement', bytes }, holder, owner)
    },
    prove: async ({ a, b }) => (left.length === 0 ? undefined : prove(pick(left, a), b, false)),
    lie: async ({ a, b }) => (left.length === 0 ? undefined : prove(pick(left, a), b, true)),
    fork: async ({ a, b, c }) => {
      const device = pick(devices, a)
      const { length } = device.faces[0]!.entries
      if (length === 0) return
      cheaters.add(device.person)
      const face = fork(device, 1 + (b % length))
      const evidence = await append(device, pledgeOf(device, 7 + (c % 3)), { face })
      await tell({ kind: 'entry', evidence }, device)
    },
  }
  for (const step of todo) await doers[step.what](step)
  return { people, said, cheaters }
}

/** The warrant over two faces of a device that forked at position `seq`. */
export const forkWarrant = (device: Device, seq: number): Warrant => ({
  version: 1,
  kind: 'fork',
  person: device.person,
  runs: [0, 1].map((face) => encodeSegment(runOf(device, face, seq), { payloads: false })) as [Uint8Array, Uint8Array],
})

/** Facts by kind, for the plain model that the ledger is compared with. */
export const leasesOf = (facts: readonly Fact[]): LeaseFact[] => facts.filter((fact) => fact.kind === 'lease')
export const endsOf = (facts: readonly Fact[]): EndFact[] =>
  facts.filter((fact): fact is EndFact => fact.kind === 'release' || fact.kind === 'notice')
