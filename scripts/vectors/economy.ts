/** The vectors of docs/protocol/95-economy.md: `npx tsx scripts/vectors/economy.ts`. */
import { CID } from 'multiformats/cid'
import { bytesToHex, concatBytes } from '../../src/core/bytes.ts'
import { decodeCbor, encodeCbor } from '../../src/core/cbor.ts'
import { MAX_STATEMENT_BYTES, MAX_TERM } from '../../src/core/economy/economy-limits.ts'
import { chooseLeaves } from '../../src/core/economy/leaf-choice.ts'
import { leafCountOf, merkleRoot, proveLeaves } from '../../src/core/economy/merkle.ts'
import type { LedgerEvidence, Warrant } from '../../src/core/economy/statement-types.ts'
import { encodeWarrant } from '../../src/core/economy/warrant.ts'
import { MAX_BLOCK_BYTES } from '../../src/core/limits.ts'
import { MAX_PIECES } from '../../src/core/placement/redundancy.ts'
import { forkWarrant } from '../../tests/core/economy/history.ts'
import {
  answer,
  append,
  BLOCKS,
  challengeOf,
  contextOf,
  createPerson,
  DAY,
  type Device,
  factOf,
  fork,
  leaseOf,
  NOW,
  noticeOf,
  pledgeOf,
  receiptFor,
  releaseOf,
  type Told,
} from '../../tests/core/economy/world.ts'
import { writeVector } from './write-vector.ts'

/** A block whose byte `i` is i mod 251, so that no two leaves are alike. */
const blockOf = (size: number): Uint8Array => Uint8Array.from({ length: size }, (_, i) => i % 251)
const CHALLENGE_HASH = new Uint8Array(32).fill(0x5a)

const merkleCase = (size: number) => {
  const block = blockOf(size)
  const chosen = chooseLeaves(CHALLENGE_HASH, leafCountOf(size))
  const index = chosen.at(-1)!
  const [leaf] = proveLeaves(block, [index])
  return {
    name: `${size} bytes`,
    size,
    root: bytesToHex(merkleRoot(block)),
    chosen,
    leaf: { index, bytes: bytesToHex(leaf!.bytes), path: leaf!.path.map(bytesToHex) },
  }
}

await writeVector('merkle', {
  description:
    'Blocks whose byte i is i mod 251. `chosen` are the leaves that the challenge whose hash is 5a…5a selects; `leaf` is the last of them with its path, the lowest neighbour first.',
  cases: [0, 1, 1024, 1025, 3072, 5000, 20_480, 262_143, 262_144].map(merkleCase),
  refused: [],
})

const people = await Promise.all([createPerson(0, 1), createPerson(1, 1)])
const context = contextOf(people)
const [laptop, phone] = people.map(({ devices }) => devices[0]) as [Device, Device]
const key = new Uint8Array(32).fill(7)

/** JSON has neither bytes nor CIDs: `hex:` and `cid:` stand before their texts. */
const readable = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return `hex:${bytesToHex(value)}`
  if (value instanceof CID) return `cid:${value}`
  if (Array.isArray(value)) return value.map(readable)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, readable(field)]))
}

const fieldsOf = (bytes: Uint8Array): Record<string, unknown> => {
  const decoded = decodeCbor(bytes, bytes.length)
  return (decoded.ok ? decoded.value : {}) as Record<string, unknown>
}

const vectorCase = async (name: string, told: Told, says: Uint8Array) => ({
  name,
  ...(readable(told) as object),
  says: readable(fieldsOf(says)),
  fact: await factOf(told, context),
})

const entryCase = (name: string, { entry, payload }: LedgerEvidence) =>
  vectorCase(name, { kind: 'entry', evidence: { entry, payload } }, payload)
const statementCase = (name: string, { bytes }: { readonly bytes: Uint8Array }) =>
  vectorCase(name, { kind: 'statement', bytes }, bytes)
const warrantCase = (name: string, warrant: Warrant) => {
  const bytes = encodeWarrant(warrant)
  return vectorCase(name, { kind: 'warrant', bytes }, bytes)
}

const lease = leaseOf(laptop, phone, { block: 1 })
const log = { kind: 'log', device: laptop.device, log: 0, seq: 12 } as const
const pledged = await append(laptop, pledgeOf(laptop, 3))
const leased = await append(laptop, lease)
const ofLog = await append(laptop, leaseOf(laptop, phone, { subject: log, size: 9000 }))
const ofRecord = await append(laptop, leaseOf(laptop, laptop, { subject: { kind: 'record', key }, size: 300 }))
const receipt = await receiptFor(phone, leased.id)
const challenge = await challengeOf(laptop, leased.id, phone.device)
const left = { body: lease.body, id: leased.id }
const block = BLOCKS[1]!
const proof = await answer(phone, left, challenge, { block })
const wrong = await answer(phone, left, challenge, { block, spoil: true })
const evidence = { lease: { entry: leased.entry, payload: leased.payload }, challenge: challenge.bytes }
await append(phone, pledgeOf(phone, 1))
await append(phone, pledgeOf(phone, 2), { face: fork(phone, 1) })

/** Bytes that `place` (payload, statement, proof or warrant) refuses. */
const refused = (name: string, place: string, error: string, hex: Uint8Array) => ({
  name,
  place,
  error,
  hex: bytesToHex(hex),
})
const changed = (bytes: Uint8Array, change: object): Uint8Array => encodeCbor({ ...fieldsOf(bytes), ...change })
const body = fieldsOf(leased.payload).body as object
const inLease = (change: object): Uint8Array => changed(leased.payload, { body: { ...body, ...change } })
const warrant = encodeWarrant(forkWarrant(phone, 1))

await writeVector('statements', {
  description:
    'Statements of two persons whose key events are in `keyEvents`, and what each comes to when it is verified (`fact`). An entry is Bamboo bytes and its payload, `says` is the payload or statement as JSON. What must be refused says where it was met.',
  keyEvents: people.map(({ chain }) => chain.map(({ bytes }) => bytesToHex(bytes))),
  cases: [
    await entryCase('a pledge of three slots', pledged),
    await entryCase('a lease of a block of 1,500 bytes', leased),
    await entryCase('a lease of a log up to position 12', ofLog),
    await entryCase('a lease of a record to the device that writes it', ofRecord),
    await statementCase('a receipt', receipt),
    await statementCase('a release of two leases', await releaseOf(laptop, leased.id, ofLog.id)),
    await statementCase('a notice for the next day', await noticeOf(phone, NOW + DAY, leased.id)),
    await vectorCase('a right proof', { kind: 'proof', evidence: { ...evidence, proof: proof.bytes } }, proof.bytes),
    await warrantCase('a fork', forkWarrant(phone, 1)),
    await warrantCase('a wrong proof', {
      version: 1,
      kind: 'wrong-proof',
      person: phone.person,
      receipt: receipt.bytes,
      ...evidence,
      proof: wrong.bytes,
    }),
  ],
  refused: [
    refused('another version of a statement', 'statement', 'unknown-version', changed(receipt.bytes, { version: 2 })),
    refused('a field too many', 'statement', 'malformed', changed(receipt.bytes, { more: 1 })),
    refused('an unknown kind', 'statement', 'malformed', changed(receipt.bytes, { kind: 'gift' })),
    refused('an id too short', 'statement', 'malformed', changed(receipt.bytes, { lease: new Uint8Array(31) })),
    refused('a changed time', 'statement', 'forged', changed(receipt.bytes, { time: NOW + 1 })),
    refused('a proof where none is expected', 'statement', 'malformed', proof.bytes),
    refused('more than a statement may have', 'statement', 'malformed', new Uint8Array(MAX_STATEMENT_BYTES + 1)),
    refused('no leaves', 'proof', 'malformed', changed(proof.bytes, { leaves: [] })),
    refused('a receipt where a proof is expected', 'proof', 'malformed', receipt.bytes),
    refused('another version of a lease', 'payload', 'unknown-version', inLease({ version: 2 })),
    refused('a term of more than 400 days', 'payload', 'malformed', inLease({ ends: NOW + MAX_TERM + 1 })),
    refused('more copies than anybody finds persons for', 'payload', 'malformed', inLease({ copies: MAX_PIECES + 1 })),
    refused('a block larger than a block', 'payload', 'malformed', inLease({ size: MAX_BLOCK_BYTES + 1 })),
    refused('a payload of another type', 'payload', 'malformed', changed(leased.payload, { type: 'kith/post' })),
    refused('a byte too many', 'payload', 'malformed', concatBytes(leased.payload, Uint8Array.of(0))),
    refused('another version of a warrant', 'warrant', 'unknown-version', changed(warrant, { version: 2 })),
    refused('one run of a log', 'warrant', 'malformed', changed(warrant, { runs: [new Uint8Array(1)] })),
  ],
})
