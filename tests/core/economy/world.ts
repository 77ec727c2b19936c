/** Persons with devices that sign real statements, and what an index makes of them. */

import { rawCid } from '../../../src/core/blocks/cid.ts'
import { bytesToHex } from '../../../src/core/bytes.ts'
import { answerChallenge, judgeProof } from '../../../src/core/economy/judge-proof.ts'
import { foldFacts } from '../../../src/core/economy/ledger.ts'
import { encodeLedgerPayload } from '../../../src/core/economy/ledger-body.ts'
import type { Fact } from '../../../src/core/economy/ledger-facts.ts'
import { type LedgerView, viewLedger } from '../../../src/core/economy/ledger-view.ts'
import { merkleRoot } from '../../../src/core/economy/merkle.ts'
import { signStatement } from '../../../src/core/economy/statement-codec.ts'
import {
  type Challenge,
  type Lease,
  type LedgerBody,
  type LedgerEvidence,
  LedgerType,
  type Notice,
  type PersonDevice,
  type Proof,
  type ProofEvidence,
  type Receipt,
  type Release,
  type SignedStatement,
  type UnsignedStatement,
} from '../../../src/core/economy/statement-types.ts'
import {
  entryIdBytes,
  type StatementContext,
  verifyLedgerEntry,
  verifyStatement,
} from '../../../src/core/economy/verify-statement.ts'
import { verifyWarrant } from '../../../src/core/economy/warrant.ts'
import type { SignedKeyEvent } from '../../../src/core/identity/key-event-types.ts'
import type { KeyState } from '../../../src/core/identity/key-state.ts'
import { GROUP_ZERO, NETWORK_ZERO } from '../../../src/core/limits.ts'
import { type Entry, encodeEntry, signEntry } from '../../../src/core/logs/entry.ts'
import { lipmaaOf, needsLipmaa } from '../../../src/core/logs/lipmaa.ts'
import { LOG_LEDGER } from '../../../src/core/logs/log-id.ts'
import type { Segment } from '../../../src/core/logs/segment.ts'
import type { Signer } from '../../../src/core/ports.ts'
import { testCrypto, testSigner } from '../../support/ed25519.ts'
import { addDevice, incept, stateOf, TIME } from '../identity/people.ts'

export const DAY = 86_400_000
/** When statements are made. */
export const NOW = TIME

/** Blocks to leave with others: empty, one step, several. */
export const BLOCKS = [0, 1500, 5000, 20_480].map((size, i) =>
  Uint8Array.from({ length: size }, (_, j) => (j * 7 + (j >> 8) + i) & 0xff),
)

/** One version of a ledger log: an honest device has one. */
interface Face {
  readonly entries: Entry[]
  readonly payloads: Uint8Array[]
}

/** A device that writes a ledger log and signs statements. */
export interface Device extends PersonDevice {
  readonly byte: number
  readonly id: string
  readonly signer: Signer
  readonly keyEvent: string
  /** The second one is what a cheater shows to others. */
  readonly faces: Face[]
}

/** A person of the tests: `who` is the number for people.ts. */
export interface Person {
  readonly who: number
  readonly id: string
  readonly chain: readonly SignedKeyEvent[]
  readonly state: KeyState
  readonly devices: readonly Device[]
}

const createDevice = async (state: KeyState, byte: number): Promise<Device> => {
  const signer = await testSigner(byte)
  const faces = [{ entries: [], payloads: [] }]
  const { person, newest: keyEvent } = state
  return { byte, id: bytesToHex(signer.publicKey), signer, person, device: signer.publicKey, keyEvent, faces }
}

/** A person with so many devices. */
export const createPerson = async (who: number, devices: number): Promise<Person> => {
  const chain = [await incept(who)]
  const bytes = Array.from({ length: devices }, (_, i) => 1 + who * 8 + i)
  for (const byte of bytes) chain.push(await addDevice(chain, byte, { who }))
  const state = await stateOf(chain)
  return {
    who,
    id: state.person,
    chain,
    state,
    devices: await Promise.all(bytes.map((byte) => createDevice(state, byte))),
  }
}

/** The same persons with empty logs. */
export const afresh = (people: readonly Person[]): Person[] =>
  people.map((person) => ({
    ...person,
    devices: person.devices.map((device) => ({ ...device, faces: [{ entries: [], payloads: [] }] })),
  }))

/** What verdicts depend on, by the newest keys of `people`. */
export const contextOf = (people: readonly Person[]): StatementContext => {
  const states = new Map(people.map(({ id, state }) => [id, state]))
  return { verifier: testCrypto, keys: (person) => states.get(person) }
}

let salts = 0

/** Writes an entry of the ledger log, or of another log, behind the `face` it is on. */
export const append = async (
  device: Device,
  said: LedgerBody,
  { face = 0, logId = LOG_LEDGER }: { face?: number; logId?: number } = {},
): Promise<LedgerEvidence & { readonly id: Uint8Array }> => {
  const { entries, payloads } = device.faces[face]!
  const salt = new Uint8Array(16)
  new DataView(salt.buffer).setUint32(0, salts++)
  const payload = encodeLedgerPayload(said, salt)
  const seq = entries.length + 1
  const lipmaa = needsLipmaa(seq) ? entries[lipmaaOf(seq) - 1]!.hash : undefined
  const entry = await signEntry({ logId, seq, backlink: entries.at(-1)?.hash, lipmaa, payload }, device.signer)
  entries.push(entry)
  payloads.push(payload)
  return { entry: encodeEntry(entry), payload, id: entryIdBytes(entry.hash) }
}

/** From position `seq` on the device writes another version of its log; the number of the face. */
export const fork = (device: Device, seq: number): number => {
  const { entries, payloads } = device.faces[0]!
  return device.faces.push({ entries: entries.slice(0, seq - 1), payloads: payloads.slice(0, seq - 1) }) - 1
}

/** Entries of a face from position `from` on. */
export const runOf = (device: Device, face: number, from = 1): Segment => {
  const { entries, payloads } = device.faces[face]!
  return {
    author: device.device,
    logId: LOG_LEDGER,
    firstSeq: from,
    entries: entries.slice(from - 1),
    payloads: payloads.slice(from - 1),
  }
}

/** A pledge of a device for its person. */
export const pledgeOf = ({ person }: PersonDevice, slots: number): LedgerBody => ({
  type: LedgerType.pledge,
  body: { version: 1, person, slots },
})

/** A lease of a block of {@link BLOCKS}. */
export const leaseOf = (
  { person }: PersonDevice,
  { person: keeper, device }: PersonDevice,
  { block = 2, ends = NOW + 7 * DAY, ...change }: Partial<Lease> & { readonly block?: number } = {},
): LedgerBody & { readonly body: Lease } => {
  const bytes = BLOCKS[block]!
  const subject = { kind: 'block', cid: rawCid(bytes), root: merkleRoot(bytes) } as const
  const holder = { person: keeper, device }
  return {
    type: LedgerType.lease,
    body: { version: 1, person, subject, size: bytes.length, copies: 2, holder, time: NOW, ends, ...change },
  }
}

type Said<S extends UnsignedStatement> = Omit<
  S,
  'version' | 'network' | 'group' | 'person' | 'device' | 'keyEvent' | 'time'
>

/** What a device says outside its log. */
export const say = <S extends UnsignedStatement>(
  { person, device, keyEvent, signer }: Device,
  fields: Said<S>,
  time = NOW,
): Promise<SignedStatement<S>> => {
  const common = { version: 1, network: NETWORK_ZERO, group: GROUP_ZERO, person, device, keyEvent, time }
  return signStatement({ ...common, ...fields } as unknown as S, signer)
}

export const receiptFor = (device: Device, lease: Uint8Array) => say<Receipt>(device, { kind: 'receipt', lease })
export const releaseOf = (device: Device, ...leases: Uint8Array[]) => say<Release>(device, { kind: 'release', leases })
export const noticeOf = (device: Device, ends: number, ...leases: Uint8Array[]) =>
  say<Notice>(device, { kind: 'notice', leases, ends })
export const challengeOf = (device: Device, lease: Uint8Array, holder: Uint8Array, salt = 7, time = NOW) =>
  say<Challenge>(device, { kind: 'challenge', lease, holder, salt: new Uint8Array(32).fill(salt) }, time)

/** What a holder that has `block` answers; with `spoil` it makes up what it does not have. */
export const answer = async (
  holder: Device,
  lease: { readonly body: Lease; readonly id: Uint8Array },
  challenge: SignedStatement<Challenge>,
  { block = BLOCKS[2]!, spoil = false }: { readonly block?: Uint8Array; readonly spoil?: boolean } = {},
): Promise<SignedStatement<Proof>> => {
  const leaves = answerChallenge(lease.body, challenge.hash, block)
  if (!leaves.ok) throw new Error(`no answer: ${leaves.error.wrong}`)
  const [first, ...rest] = leaves.value
  const made = { path: first!.path, bytes: first!.bytes.map((byte) => byte ^ 1) }
  const shown = spoil ? [made, ...rest] : leaves.value
  return say<Proof>(holder, { kind: 'proof', lease: lease.id, challenge: challenge.hash, leaves: shown })
}

/** Anything that one tells another. */
export type Told =
  | { readonly kind: 'entry'; readonly evidence: LedgerEvidence }
  | { readonly kind: 'statement'; readonly bytes: Uint8Array }
  | { readonly kind: 'proof'; readonly evidence: ProofEvidence }
  | { readonly kind: 'warrant'; readonly bytes: Uint8Array }

/** What an index makes of something it is told; throws when it is refused. */
export const factOf = async (told: Told, context: StatementContext): Promise<Fact> => {
  const fail = (error: unknown): never => {
    throw new Error(`refused: ${JSON.stringify(error)}`)
  }
  if (told.kind === 'entry') {
    const verified = await verifyLedgerEntry(told.evidence, context)
    return verified.ok ? verified.value.fact : fail(verified.error)
  }
  if (told.kind === 'proof') {
    const judged = await judgeProof(told.evidence, context)
    return judged.ok && judged.value.type === 'right' ? judged.value.fact : fail(judged)
  }
  const verified = await (told.kind === 'warrant' ? verifyWarrant : verifyStatement)(told.bytes, context)
  if (!verified.ok) return fail(verified.error)
  return verified.value.kind === 'challenge' ? fail('a challenge') : verified.value
}

/** The ledger of facts at a time. */
export const viewOf = (facts: readonly Fact[], people: readonly Person[], now = NOW): LedgerView =>
  viewLedger(foldFacts(facts), { now, keys: contextOf(people).keys })
