/** Bytes of statements, and whether one of them counts. */
import { expect } from 'chai'
import fc from 'fast-check'
import { CID } from 'multiformats/cid'
import { bytesToHex } from '../../../src/core/bytes.ts'
import { decodeCbor, encodeCbor } from '../../../src/core/cbor.ts'
import {
  MAX_ENDED_LEASES,
  MAX_LEASED_BYTES,
  MAX_LEDGER_PAYLOAD_BYTES,
  MAX_PROOF_BYTES,
  MAX_SLOTS,
  MAX_STATEMENT_BYTES,
  MAX_TERM,
} from '../../../src/core/economy/economy-limits.ts'
import { decodeLedgerPayload, encodeLedgerPayload } from '../../../src/core/economy/ledger-body.ts'
import { MAX_LEAVES, proveLeaves } from '../../../src/core/economy/merkle.ts'
import { decodeProof, decodeStatement, signStatement } from '../../../src/core/economy/statement-codec.ts'
import type { LedgerBody, Proof, SignedStatement } from '../../../src/core/economy/statement-types.ts'
import { subjectKey, verifyLedgerEntry, verifyStatement } from '../../../src/core/economy/verify-statement.ts'
import { MAX_BLOCK_BYTES } from '../../../src/core/limits.ts'
import type { Result } from '../../../src/core/result.ts'
import { testSigner } from '../../support/ed25519.ts'
import { before, describe, it } from '../../support/runner.ts'
import { addDevice, removeDevice, stateOf } from '../identity/people.ts'
import {
  afresh,
  append,
  challengeOf,
  contextOf,
  createPerson,
  DAY,
  type Device,
  leaseOf,
  NOW,
  noticeOf,
  type Person,
  pledgeOf,
  receiptFor,
  releaseOf,
  say,
} from './world.ts'

const SALT = new Uint8Array(16).fill(3)
const ID = new Uint8Array(32).fill(9)

const errorOf = (result: Result<unknown, { readonly type: string }>): string =>
  result.ok ? 'accepted' : result.error.type

describe('statements', () => {
  let people: Person[]
  let ann: Device
  let bob: Device

  before(async () => {
    people = afresh(await Promise.all([2, 1].map((devices, who) => createPerson(who, devices))))
    ann = people[0]!.devices[0]!
    bob = people[1]!.devices[0]!
  })

  const bodies = (): LedgerBody[] => [
    pledgeOf(ann, 12),
    leaseOf(ann, bob),
    leaseOf(ann, ann, { block: 0 }),
    leaseOf(ann, bob, { subject: { kind: 'log', device: ann.device, log: 4, seq: 77 }, size: 90_000 }),
    leaseOf(ann, bob, { subject: { kind: 'record', key: ID }, size: 400, ends: NOW + MAX_TERM }),
  ]
  const small = async () => [
    await receiptFor(bob, ID),
    await releaseOf(ann, ID, ID.with(0, 1)),
    await noticeOf(bob, NOW + DAY, ID),
    await challengeOf(ann, ID, bob.device),
  ]
  const largestProof = async (): Promise<SignedStatement<Proof>> => {
    const block = new Uint8Array(MAX_BLOCK_BYTES)
    const leaves = proveLeaves(
      block,
      Array.from({ length: 16 }, (_, i) => MAX_LEAVES - 1 - i),
    )
    return say<Proof>(bob, { kind: 'proof', lease: ID, challenge: ID, leaves })
  }

  it('[Q5] pledges and leases come back from their bytes', () => {
    for (const said of bodies()) {
      const decoded = decodeLedgerPayload(encodeLedgerPayload(said, SALT))
      expect(decoded.ok && { type: decoded.value.type, body: decoded.value.body }).to.deep.equal(said)
    }
  })

  it('[Q5] statements that stand alone come back from their bytes, proofs where proofs are expected', async () => {
    for (const signed of await small()) {
      expect(decodeStatement(signed.bytes)).to.deep.equal({ ok: true, value: signed })
      expect(errorOf(decodeProof(signed.bytes))).to.equal('malformed')
    }
    const proof = await largestProof()
    expect(decodeProof(proof.bytes)).to.deep.equal({ ok: true, value: proof })
    expect(proof.bytes.length).to.be.below(MAX_PROOF_BYTES)
    expect(errorOf(decodeStatement(proof.bytes))).to.equal('malformed')
  })

  const fieldsOf = (bytes: Uint8Array): Record<string, unknown> => {
    const decoded = decodeCbor(bytes, MAX_PROOF_BYTES)
    return (decoded.ok ? decoded.value : {}) as Record<string, unknown>
  }

  it('[Q5] unknown versions are told apart; missing, additional and mistyped fields are refused', async () => {
    for (const { bytes, statement } of [...(await small()), await largestProof()]) {
      const decode = statement.kind === 'proof' ? decodeProof : decodeStatement
      const fields = fieldsOf(bytes)
      expect(errorOf(decode(encodeCbor(fields)))).to.equal('accepted')
      expect(errorOf(decode(encodeCbor({ ...fields, version: 2 })))).to.equal('unknown-version')
      expect(errorOf(decode(encodeCbor({ ...fields, more: 1 })))).to.equal('malformed')
      for (const name of Object.keys(fields)) {
        const { [name]: _, ...without } = fields
        expect(errorOf(decode(encodeCbor(without))), `${statement.kind} without ${name}`).to.equal('malformed')
        for (const wrong of [null, -1, 'x', new Uint8Array(3), []]) {
          expect(errorOf(decode(encodeCbor({ ...fields, [name]: wrong }))), name).to.equal('malformed')
        }
      }
    }
  })

  it('[Q5] the same for bodies in a ledger log', () => {
    for (const said of bodies()) {
      const payload = fieldsOf(encodeLedgerPayload(said, SALT))
      const body = payload.body as Record<string, unknown>
      const refusal = (change: unknown) => errorOf(decodeLedgerPayload(encodeCbor({ ...payload, body: change })))
      expect(refusal(body)).to.equal('accepted')
      expect(refusal({ ...body, version: 2 })).to.equal('unknown-version')
      expect(refusal({ ...body, more: 1 })).to.equal('malformed')
      expect(errorOf(decodeLedgerPayload(encodeCbor({ ...payload, type: 'kith/post' })))).to.equal('malformed')
      expect(errorOf(decodeLedgerPayload(encodeCbor({ ...payload, type: 'constructor' })))).to.equal('malformed')
      for (const name of Object.keys(body)) {
        const { [name]: _, ...without } = body
        expect(refusal(without), `without ${name}`).to.equal('malformed')
        for (const wrong of [null, -1, 0.5, 'x', new Uint8Array(3), []]) {
          expect(refusal({ ...body, [name]: wrong }), name).to.equal('malformed')
        }
      }
    }
  })

  it('[Q5] too many bytes are refused before they are decoded', () => {
    const reason = (result: Result<unknown, unknown>) => JSON.stringify(!result.ok && result.error)
    expect(reason(decodeStatement(new Uint8Array(MAX_STATEMENT_BYTES + 1)))).to.contain('4097 bytes')
    expect(reason(decodeProof(new Uint8Array(MAX_PROOF_BYTES + 1)))).to.contain('32769 bytes')
    expect(reason(decodeLedgerPayload(new Uint8Array(MAX_LEDGER_PAYLOAD_BYTES + 1)))).to.contain('1025 bytes')
  })

  it('[Q5] lists that are longer than allowed, and none, are refused; nobody signs them either', async () => {
    const ids = Array.from({ length: MAX_ENDED_LEASES + 1 }, (_, i) => ID.with(0, i))
    expect(errorOf(decodeStatement((await releaseOf(ann, ...ids.slice(1))).bytes))).to.equal('accepted')
    for (const wrong of [ids, []]) {
      const outcome = await releaseOf(ann, ...wrong).catch((error: Error) => error.name)
      expect(outcome).to.equal('RangeError')
    }
    const { statement } = await largestProof()
    const leaf = statement.leaves[0]!
    const tooMany = { ...statement, leaves: Array.from({ length: 17 }, () => ({ ...leaf, path: [] })) }
    const tooLong = { ...statement, leaves: [{ ...leaf, path: Array.from({ length: 9 }, () => ID) }] }
    for (const wrong of [tooMany, tooLong]) {
      expect(await signStatement(wrong, bob.signer).catch((error: Error) => error.name)).to.equal('RangeError')
    }
  })

  it('[Q5] a device signs only what it says itself', async () => {
    const { statement } = await receiptFor(bob, ID)
    expect(await signStatement(statement, ann.signer).catch((error: Error) => error.name)).to.equal('RangeError')
  })

  it('[Q7] a lease has the size of its subject at most, and a term of 400 days at most', () => {
    const attempt = (change: Parameters<typeof leaseOf>[2]) => () =>
      encodeLedgerPayload(leaseOf(ann, bob, change), SALT)
    const record = { kind: 'record', key: ID } as const
    const log = { kind: 'log', device: ann.device, log: 0, seq: 1 } as const
    const wrong = [
      { size: MAX_LEASED_BYTES.block + 1 },
      { subject: record, size: MAX_LEASED_BYTES.record + 1 },
      { subject: record, size: 0 },
      { subject: log, size: MAX_LEASED_BYTES.log + 1 },
      { subject: log, size: 0 },
      { subject: { ...log, seq: 0 }, size: 1 },
      { subject: { ...log, log: 32 }, size: 1 },
      { ends: NOW },
      { ends: NOW - 1 },
      { ends: NOW + MAX_TERM + 1 },
      { time: -1 },
    ]
    for (const [i, change] of wrong.entries()) expect(attempt(change), `${i}`).to.throw(RangeError)
    expect(attempt({ ends: NOW + MAX_TERM })).not.to.throw()
    expect(() => encodeLedgerPayload(pledgeOf(ann, MAX_SLOTS + 1), SALT)).to.throw(RangeError)
    expect(() => encodeLedgerPayload(pledgeOf(ann, MAX_SLOTS), SALT)).not.to.throw()
  })

  it('[Q6] a pledge or lease is verified alone, with the key events of its person', async () => {
    for (const said of bodies()) {
      const evidence = await append(ann, said)
      const verified = await verifyLedgerEntry(evidence, contextOf(people))
      expect(verified.ok && verified.value.payload.body).to.deep.equal(said.body)
      expect(verified.ok && verified.value.fact).to.include({
        id: bytesToHex(evidence.id),
        device: ann.id,
        person: ann.person,
      })
    }
  })

  it('[Q6] what is no entry of a ledger of a device of the person is refused', async () => {
    const context = contextOf(people)
    const good = await append(ann, pledgeOf(ann, 1))
    const verdict = async (evidence: { entry: Uint8Array; payload: Uint8Array }, of = context) =>
      errorOf(await verifyLedgerEntry(evidence, of))
    const [other] = afresh(people)
    const elsewhere = async (logId: number) => append(other!.devices[0]!, pledgeOf(ann, 1), { logId })
    expect(await verdict(good)).to.equal('accepted')
    expect(await verdict(await elsewhere(0))).to.equal('not-a-ledger')
    // A second generation of the ledger: what an honest device never needs, and a forked one does not get.
    expect(await verdict(await elsewhere(7))).to.equal('not-a-ledger')
    expect(await verdict({ ...good, payload: encodeLedgerPayload(pledgeOf(ann, 2), SALT) })).to.equal('forged')
    expect(await verdict({ ...good, payload: new Uint8Array(MAX_LEDGER_PAYLOAD_BYTES + 1) })).to.equal('malformed')
    expect(await verdict({ ...good, entry: good.entry.with(-1, good.entry.at(-1)! ^ 1) })).to.equal('forged')
    expect(await verdict({ ...good, entry: good.entry.subarray(1) })).to.equal('malformed')
    expect(await verdict(await append(bob, pledgeOf(ann, 1)))).to.equal('not-a-device')
    expect(await verdict(good, contextOf([]))).to.equal('unknown-person')
    expect(await verdict(good, { ...context, network: ID })).to.equal('wrong-network')
    expect(await verdict(good, { ...context, group: ID })).to.equal('wrong-group')
  })

  it('[Q8] a statement counts by the signature of a device of the person, known by the key event it names', async () => {
    const context = contextOf(people)
    const verdict = async (bytes: Uint8Array, of = context) => errorOf(await verifyStatement(bytes, of))
    for (const signed of await small()) {
      expect(await verdict(signed.bytes)).to.equal('accepted')
      const fields = fieldsOf(signed.bytes)
      const changed = (change: object) => verdict(encodeCbor({ ...fields, ...change }))
      expect(await changed({ time: NOW + 1 })).to.equal('forged')
      expect(await changed({ signature: new Uint8Array(64) })).to.equal('forged')
      expect(await changed({ network: ID })).to.equal('wrong-network')
      expect(await changed({ group: ID })).to.equal('wrong-group')
      expect(await changed({ device: (await testSigner(99)).publicKey })).to.equal('not-a-device')
      expect(await changed({ person: CID.parse(signed.statement.keyEvent) })).to.equal('unknown-person')
      expect(await verdict(signed.bytes, contextOf([]))).to.equal('unknown-person')
    }
  })

  it('[Q8] a key event that is not here has to be fetched first; a device that was removed says nothing more', async () => {
    const [person] = people
    const chain = [...person!.chain, await addDevice(person!.chain, 7, { who: 0 })]
    const newer = { ...person!, state: await stateOf(chain) }
    const { bytes } = await receiptFor({ ...ann, keyEvent: newer.state.newest }, ID)
    expect(errorOf(await verifyStatement(bytes, contextOf(people)))).to.equal('unknown-key-event')
    expect(errorOf(await verifyStatement(bytes, contextOf([newer])))).to.equal('accepted')
    const removed = await stateOf([...chain, await removeDevice(chain, ann.byte, [], { who: 0 })])
    expect(errorOf(await verifyStatement(bytes, contextOf([{ ...newer, state: removed }])))).to.equal('not-a-device')
  })

  it('[Q8] garbage is refused and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(decodeStatement(bytes).ok || decodeProof(bytes).ok || decodeLedgerPayload(bytes).ok).to.equal(false)
      }),
    )
  })

  it('[Q20] two blocks, logs or records never share a name, and a longer prefix of a log keeps it', () => {
    const log = { kind: 'log', device: ann.device, log: 0, seq: 1 } as const
    const names = [
      ...bodies().flatMap(({ body }) => ('subject' in body ? [subjectKey(body.subject)] : [])),
      subjectKey({ ...log, log: 1 }),
      subjectKey(log),
      subjectKey({ ...log, device: bob.device }),
    ]
    expect(new Set(names).size).to.equal(names.length)
    expect(subjectKey({ ...log, seq: 9 })).to.equal(subjectKey(log))
  })
})
