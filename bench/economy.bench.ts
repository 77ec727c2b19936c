/**
 * The storage economy on Node.js: a hundred thousand statements folded and everybody's balance computed, against the
 * hashing of as many entries; one person's balance after that; statements verified, against bare signatures; and the
 * Merkle root and a proof of a full block, against SHA-256 over the same bytes.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, hexToBytes } from '../src/core/bytes.ts'
import { chooseLeaves } from '../src/core/economy/leaf-choice.ts'
import { foldFacts } from '../src/core/economy/ledger.ts'
import type { Fact } from '../src/core/economy/ledger-facts.ts'
import { viewLedger } from '../src/core/economy/ledger-view.ts'
import { MAX_LEAVES, merkleRoot, proveLeaves } from '../src/core/economy/merkle.ts'
import { statementSigningInput } from '../src/core/economy/statement-codec.ts'
import { verifyStatement } from '../src/core/economy/verify-statement.ts'
import type { KeyState } from '../src/core/identity/key-state.ts'
import { MAX_BLOCK_BYTES } from '../src/core/limits.ts'
import { hashBytes } from '../src/core/logs/yamf.ts'
import { contextOf, createPerson, DAY, NOW, receiptFor } from '../tests/core/economy/world.ts'
import { testCrypto } from '../tests/support/ed25519.ts'
import { report } from './support/report.ts'
import { alternate, perSecond, row, timed } from './support/stats.ts'

const ROUNDS = 5
const STATEMENTS = 100_000
const PERSONS = 1000
const VERIFIED = 2000
const BLOCKS = 20
/** What an entry of a ledger log has about, payload included. */
const ENTRY_BYTES = 700

const idOf = (n: number): string => bytesToHex(hashBytes(Uint8Array.of(n, n >> 8, n >> 16)).subarray(0, 32))
const personOf = (n: number): string => `person ${n % PERSONS}`
const deviceOf = (n: number): string => idOf(n % PERSONS)

/** The `n`th lease: everybody in turn leaves a copy with somebody else, and the holder signs for it. */
const leaseAndReceipt = (n: number): readonly Fact[] => {
  const seq = 2 + Math.floor(n / PERSONS)
  const holder = { person: personOf(n + seq), device: deviceOf(n + seq) }
  const lease: Fact = {
    kind: 'lease',
    person: personOf(n),
    device: deviceOf(n),
    seq,
    id: idOf(PERSONS + n),
    // The entry of a round before, or the pledge.
    backlink: idOf(n),
    subject: `block ${n}`,
    steps: 1 + (n % 64),
    copies: 2,
    holderPerson: holder.person,
    holderDevice: holder.device,
    ends: NOW + DAY,
  }
  return [lease, { kind: 'receipt', ...holder, lease: lease.id }]
}

const pledges = Array.from(
  { length: PERSONS },
  (_, n): Fact => ({ kind: 'pledge', person: personOf(n), device: deviceOf(n), seq: 1, id: idOf(n), slots: 100 }),
)
const pairs = Array.from({ length: (STATEMENTS - PERSONS) / 2 }, (_, n) => leaseAndReceipt(n))
const facts: readonly Fact[] = [...pledges, ...pairs.flat()]

const states = new Map(
  Array.from({ length: PERSONS }, (_, n) => [
    personOf(n),
    { person: personOf(n), devices: [{ signing: hexToBytes(deviceOf(n)) }] } as unknown as KeyState,
  ]),
)
const context = { now: NOW, keys: (person: string) => states.get(person) }

const people = [await createPerson(0, 1)]
const [signer] = people[0]!.devices
const receipts = await Promise.all(Array.from({ length: VERIFIED }, (_, n) => receiptFor(signer!, hexToBytes(idOf(n)))))
const statementContext = contextOf(people)

const verifyAll = async (): Promise<void> => {
  for (const { bytes } of receipts) {
    if (!(await verifyStatement(bytes, statementContext)).ok) throw new Error('a receipt does not verify')
  }
}
const checkSignatures = async (): Promise<void> => {
  for (const { statement, signature } of receipts) {
    await testCrypto.verify(signer!.device, statementSigningInput(statement), signature)
  }
}

const balanceOfAll = (): void => {
  const view = viewLedger(foldFacts(facts), context)
  const used = view.persons().reduce((sum, person) => sum + view.balance(person).used, 0)
  if (used === 0) throw new Error('nobody uses anything')
}

const ledger = foldFacts(facts)
const entry = new Uint8Array(ENTRY_BYTES)
const block = Uint8Array.from({ length: MAX_BLOCK_BYTES }, (_, i) => i % 251)
const chosen = chooseLeaves(sha256(block), MAX_LEAVES)
const times = (count: number, task: (n: number) => unknown) => () => {
  for (let n = 0; n < count; n++) task(n)
}
const rate = async (count: number, task: () => unknown): Promise<number> => perSecond(count, await timed(task))
const each = async (count: number, task: (n: number) => unknown): Promise<number> =>
  (await timed(times(count, task))) / count

const values = await alternate(ROUNDS, {
  hash: () =>
    rate(
      STATEMENTS,
      times(STATEMENTS, () => hashBytes(entry)),
    ),
  fold: () => rate(STATEMENTS, () => foldFacts(facts)),
  balances: () => rate(STATEMENTS, balanceOfAll),
  one: () => each(PERSONS, (n) => viewLedger(ledger, context).balance(personOf(n))),
  verify: () => rate(VERIFIED, verifyAll),
  signatures: () => rate(VERIFIED, checkSignatures),
  root: () => each(BLOCKS, () => merkleRoot(block)),
  prove: () => each(BLOCKS, () => proveLeaves(block, chosen)),
  sha256: () => each(BLOCKS, () => sha256(block)),
})
const hashed = { name: 'BLAKE2b of as many entries', values: values.hash }
const bare = { name: 'SHA-256 of the block', values: values.sha256 }
report('economy', `${STATEMENTS} statements of ${PERSONS} persons; a block of ${MAX_BLOCK_BYTES} bytes`, [
  row(hashed.name, 'entries/s', values.hash),
  row('folded', 'statements/s', values.fold, { against: hashed }),
  row('folded, and everybody’s balance', 'statements/s', values.balances, { against: hashed }),
  row('one person’s balance after that', 'ms', values.one),
  row('bare signatures checked', 'statements/s', values.signatures),
  row('decoded and verified', 'statements/s', values.verify, {
    against: { name: 'bare signatures', values: values.signatures },
  }),
  row(bare.name, 'ms', values.sha256),
  row('Merkle root', 'ms', values.root, { against: bare }),
  row('sixteen leaves proven', 'ms', values.prove, { against: bare }),
])
