/** Challenges, answers and warrants. */
import { sha256 } from '@noble/hashes/sha2.js'
import { expect } from 'chai'
import { rawCid } from '../../../src/core/blocks/cid.ts'
import { decodeCbor, encodeCbor } from '../../../src/core/cbor.ts'
import { CLOCK_SKEW, MAX_WARRANT_BYTES, PROOF_WINDOW, USUAL_TERM } from '../../../src/core/economy/economy-limits.ts'
import { answerChallenge, isTimely, judgeProof } from '../../../src/core/economy/judge-proof.ts'
import { checkLeasedBlock, checkLeaseTerms } from '../../../src/core/economy/lease-terms.ts'
import { merkleRoot } from '../../../src/core/economy/merkle.ts'
import type { Challenge, Lease, Proof, SignedStatement, Warrant } from '../../../src/core/economy/statement-types.ts'
import { contradict, decodeWarrant, encodeWarrant, verifyWarrant } from '../../../src/core/economy/warrant.ts'
import { sliceSegment } from '../../../src/core/logs/segment.ts'
import { encodeSegment } from '../../../src/core/logs/segment-codec.ts'
import type { Result } from '../../../src/core/result.ts'
import { beforeEach, describe, it } from '../../support/runner.ts'
import { removeDevice, stateOf } from '../identity/people.ts'
import { forkWarrant } from './history.ts'
import {
  afresh,
  answer,
  append,
  BLOCKS,
  challengeOf,
  contextOf,
  createPerson,
  type Device,
  fork,
  leaseOf,
  NOW,
  type Person,
  pledgeOf,
  receiptFor,
  runOf,
  say,
} from './world.ts'

const errorOf = (result: Result<unknown, { readonly type: string }>): string =>
  result.ok ? 'accepted' : result.error.type

const made = Promise.all([1, 1, 1].map((devices, who) => createPerson(who, devices)))

describe('challenges and proofs', () => {
  let people: Person[]
  let ann: Device
  let bob: Device
  let cat: Device
  let lease: { entry: Uint8Array; payload: Uint8Array; id: Uint8Array; body: Lease }
  let challenge: SignedStatement<Challenge>
  let proof: SignedStatement<Proof>

  const leave = async (holder: Device, change: Parameters<typeof leaseOf>[2] = {}) => {
    const said = leaseOf(ann, holder, change)
    return { ...(await append(ann, said)), body: said.body }
  }
  const judge = async (
    change: { lease?: typeof lease; challenge?: Uint8Array; proof?: Uint8Array } = {},
    context = contextOf(people),
  ): Promise<string> => {
    const { entry, payload } = change.lease ?? lease
    const evidence = {
      lease: { entry, payload },
      challenge: change.challenge ?? challenge.bytes,
      proof: change.proof ?? proof.bytes,
    }
    const judged = await judgeProof(evidence, context)
    return judged.ok ? judged.value.type : judged.error.type
  }

  beforeEach(async () => {
    people = afresh(await made)
    ;[ann, bob, cat] = people.map((person) => person.devices[0]!) as [Device, Device, Device]
    lease = await leave(bob)
    challenge = await challengeOf(ann, lease.id, bob.device)
    proof = await answer(bob, lease, challenge)
  })

  it('[Q9] a holder signs only for terms that its own clock agrees with', () => {
    const verdict = (terms: { time: number; ends: number }) => errorOf(checkLeaseTerms(terms, NOW))
    expect(verdict({ time: NOW, ends: NOW + USUAL_TERM })).to.equal('accepted')
    expect(verdict({ time: NOW - CLOCK_SKEW, ends: NOW + 1 })).to.equal('accepted')
    expect(verdict({ time: NOW + CLOCK_SKEW, ends: NOW + CLOCK_SKEW + USUAL_TERM })).to.equal('accepted')
    expect(verdict({ time: NOW - 1, ends: NOW })).to.equal('lease-over')
    expect(verdict({ time: NOW + CLOCK_SKEW + 1, ends: NOW + USUAL_TERM })).to.equal('clocks-differ')
    expect(verdict({ time: NOW - CLOCK_SKEW - 1, ends: NOW + USUAL_TERM })).to.equal('clocks-differ')
    expect(verdict({ time: NOW, ends: NOW + USUAL_TERM + CLOCK_SKEW + 1 })).to.equal('term-too-long')
  })

  it('[Q10] … and only for the block that the lease names, with its size and its root', () => {
    const { body } = lease
    const [, , bytes, other] = BLOCKS as [Uint8Array, Uint8Array, Uint8Array, Uint8Array]
    const wrong = (change: Partial<Lease>, given = bytes) => {
      const checked = checkLeasedBlock({ ...body, ...change }, given)
      return checked.ok ? 'accepted' : checked.error.wrong
    }
    const root = merkleRoot(bytes)
    expect(wrong({})).to.equal('accepted')
    expect(wrong({ size: bytes.length - 1 })).to.equal('size')
    expect(wrong({ subject: { kind: 'block', cid: rawCid(other), root } })).to.equal('cid')
    expect(wrong({ subject: { kind: 'block', cid: rawCid(bytes), root: merkleRoot(other) } })).to.equal('root')
    expect(wrong({}, bytes.with(3, 1 ^ bytes[3]!))).to.equal('cid')
    expect(wrong({ subject: { kind: 'record', key: root } })).to.equal('subject')
  })

  it('[Q11] a right answer is told from a wrong one without the block', async () => {
    expect(await judge()).to.equal('right')
    const wrong = await answer(bob, lease, challenge, { spoil: true })
    expect(await judge({ proof: wrong.bytes })).to.equal('wrong')
    const { leaves } = proof.statement
    for (const fewer of [leaves.slice(1), leaves.toReversed()]) {
      const signed = await say<Proof>(bob, { ...proof.statement, leaves: fewer })
      expect(await judge({ proof: signed.bytes })).to.equal('wrong')
    }
  })

  it('[Q11] the empty block and the largest number of leaves are proven too', async () => {
    for (const block of [0, 1, 3]) {
      const left = await leave(bob, { block })
      const asked = await challengeOf(ann, left.id, bob.device)
      const answered = await answer(bob, left, asked, { block: BLOCKS[block]! })
      expect(await judge({ lease: left, challenge: asked.bytes, proof: answered.bytes })).to.equal('right')
    }
  })

  it('[Q12] an answer is bound to its lease, its challenge and its holder: nothing old or foreign fits', async () => {
    const later = await challengeOf(ann, lease.id, bob.device, 8)
    expect(await judge({ challenge: later.bytes })).to.equal('not-this-challenge')
    const sameSalt = await challengeOf(ann, lease.id, bob.device, 7, NOW + 1)
    expect(await judge({ challenge: sameSalt.bytes })).to.equal('not-this-challenge')
    const other = await leave(bob)
    expect(await judge({ lease: other })).to.equal('not-this-challenge')
    const toOther = await challengeOf(ann, lease.id, cat.device)
    expect(await judge({ challenge: toOther.bytes })).to.equal('not-this-challenge')
    const meantForCat = await answer(bob, lease, toOther)
    expect(await judge({ challenge: toOther.bytes, proof: meantForCat.bytes })).to.equal('not-this-challenge')
    const byCat = await answer(cat, lease, challenge)
    expect(await judge({ proof: byCat.bytes })).to.equal('not-this-challenge')
    expect(await judge({ challenge: (await receiptFor(bob, lease.id)).bytes })).to.equal('not-this-challenge')
  })

  it('[Q12] forged parts are refused, whichever they are', async () => {
    const spoilt = (bytes: Uint8Array) => {
      const decoded = decodeCbor(bytes, bytes.length)
      return encodeCbor({ ...(decoded.ok ? (decoded.value as object) : {}), signature: new Uint8Array(64) })
    }
    expect(await judge({ proof: spoilt(proof.bytes) })).to.equal('forged')
    const entry = lease.entry.with(-1, lease.entry.at(-1)! ^ 1)
    expect(await judge({ lease: { ...lease, entry } })).to.equal('forged')
    // An answer to a challenge that nobody signed does not count either.
    const unsigned = spoilt(challenge.bytes)
    const hash = sha256(unsigned)
    const leaves = answerChallenge(lease.body, hash, BLOCKS[2]!)
    const answered = await say<Proof>(bob, {
      kind: 'proof',
      lease: lease.id,
      challenge: hash,
      leaves: leaves.ok ? leaves.value : [],
    })
    expect(await judge({ challenge: unsigned, proof: answered.bytes })).to.equal('forged')
    expect(await judge({}, contextOf([]))).to.equal('unknown-person')
  })

  it('[Q12] who asks itself proves nothing', async () => {
    const own = await challengeOf(bob, lease.id, bob.device)
    const answered = await answer(bob, lease, own)
    expect(await judge({ challenge: own.bytes, proof: answered.bytes })).to.equal('own-challenge')
  })

  it('[Q12] logs and records are read, not challenged', async () => {
    const key = new Uint8Array(32)
    const left = await leave(bob, { subject: { kind: 'record', key }, size: 10 })
    const asked = await challengeOf(ann, left.id, bob.device)
    const { leaves } = proof.statement
    const answered = await say<Proof>(bob, { kind: 'proof', lease: left.id, challenge: asked.hash, leaves })
    expect(await judge({ lease: left, challenge: asked.bytes, proof: answered.bytes })).to.equal('not-a-block-lease')
  })

  it('[Q12] an answer is awaited by the clock of the one who asks; silence or lateness is no offence', () => {
    expect([0, PROOF_WINDOW].map((late) => isTimely({ time: NOW }, NOW + late))).to.deep.equal([true, true])
    expect([-1, PROOF_WINDOW + 1].map((late) => isTimely({ time: NOW }, NOW + late))).to.deep.equal([false, false])
  })

  it('[Q13] a holder whose bytes are damaged gets no answer to sign, so that damage is no offence', () => {
    const block = BLOCKS[2]!
    expect(errorOf(answerChallenge(lease.body, challenge.hash, block))).to.equal('accepted')
    expect(errorOf(answerChallenge(lease.body, challenge.hash, block.with(4999, 1)))).to.equal('not-the-block')
    expect(errorOf(answerChallenge(lease.body, challenge.hash, block.subarray(1)))).to.equal('not-the-block')
  })

  describe('warrants', () => {
    const verdict = async (warrant: Warrant, context = contextOf(people)): Promise<string> => {
      const verified = await verifyWarrant(encodeWarrant(warrant), context)
      return verified.ok ? verified.value.offence : verified.error.type
    }
    const wrongProof = async (change: object = {}): Promise<Warrant> => ({
      version: 1,
      kind: 'wrong-proof',
      person: bob.person,
      lease: { entry: lease.entry, payload: lease.payload },
      receipt: (await receiptFor(bob, lease.id)).bytes,
      challenge: challenge.bytes,
      proof: (await answer(bob, lease, challenge, { spoil: true })).bytes,
      ...change,
    })

    it('[Q24] a receipt with a wrong answer is one, for everybody who has the key events', async () => {
      expect(await verdict(await wrongProof())).to.equal('wrong-proof')
      expect(await verdict(await wrongProof(), contextOf([]))).to.equal('unknown-person')
    })

    it('[Q24] a right answer, another receipt or another person make none', async () => {
      expect(await verdict(await wrongProof({ proof: proof.bytes }))).to.equal('no-offence')
      expect(await verdict(await wrongProof({ receipt: (await receiptFor(cat, lease.id)).bytes }))).to.equal(
        'no-offence',
      )
      expect(await verdict(await wrongProof({ person: cat.person }))).to.equal('no-offence')
      const other = await receiptFor(bob, new Uint8Array(32))
      expect(await verdict(await wrongProof({ receipt: other.bytes }))).to.equal('no-offence')
      expect(await verdict(await wrongProof({ receipt: challenge.bytes }))).to.equal('no-offence')
    })

    it('[Q24] two pledges at one position are one, also when only links tell of them', async () => {
      await append(ann, pledgeOf(ann, 4))
      await append(ann, pledgeOf(ann, 5))
      const face = fork(ann, 2)
      await append(ann, pledgeOf(ann, 9), { face })
      await append(ann, pledgeOf(ann, 9), { face })
      expect(await verdict(forkWarrant(ann, 2))).to.equal('fork')
      // Position 2 itself is in neither run: both link to it, and to different ones.
      expect(await verdict(forkWarrant(ann, 3))).to.equal('fork')
    })

    it('[Q24] two runs of one honest log, of two devices, forged, or of another log, are none', async () => {
      await append(ann, pledgeOf(ann, 4))
      const whole = runOf(ann, 0)
      const runs = (a = whole, b = whole): Warrant => ({
        version: 1,
        kind: 'fork',
        person: ann.person,
        runs: [encodeSegment(a, { payloads: false }), encodeSegment(b, { payloads: false })],
      })
      expect(await verdict(runs(sliceSegment(whole, 1, 1)))).to.equal('no-offence')
      await append(bob, pledgeOf(bob, 4))
      expect(await verdict(runs(whole, runOf(bob, 0)))).to.equal('no-offence')
      const face = fork(ann, 2)
      await append(ann, pledgeOf(ann, 9), { face })
      const good = runs(whole, runOf(ann, face))
      expect(await verdict(good)).to.equal('fork')
      const [first, second] = (good as Extract<Warrant, { kind: 'fork' }>).runs
      const forged = { ...good, runs: [first, second.with(-1, second.at(-1)! ^ 1)] } as Warrant
      expect(await verdict(forged)).to.equal('forged')
      expect(await verdict({ ...good, person: bob.person })).to.equal('not-a-device')
      expect(await verdict({ ...good, runs: [first, second.subarray(1)] } as Warrant)).to.equal('unknown-version')
      expect(contradict({ ...whole, logId: 0 }, runOf(ann, face))).to.equal(false)
    })

    it('[Q24] a device that was removed bars its person no longer', async () => {
      await append(ann, pledgeOf(ann, 4))
      await append(ann, pledgeOf(ann, 9), { face: fork(ann, 2) })
      const [person, ...others] = people
      const chain = [...person!.chain, await removeDevice(person!.chain, ann.byte, [], { who: 0 })]
      const context = contextOf([{ ...person!, state: await stateOf(chain) }, ...others])
      expect(await verdict(forkWarrant(ann, 2), context)).to.equal('not-a-device')
    })

    it('[Q5] a warrant comes back from its bytes; versions, fields and sizes are held to', async () => {
      await append(ann, pledgeOf(ann, 9), { face: fork(ann, 1) })
      for (const warrant of [await wrongProof(), forkWarrant(ann, 1)]) {
        const bytes = encodeWarrant(warrant)
        expect(decodeWarrant(bytes)).to.deep.equal({ ok: true, value: warrant })
        const decoded = decodeCbor(bytes, MAX_WARRANT_BYTES)
        const fields = (decoded.ok ? decoded.value : {}) as Record<string, unknown>
        const refusal = (change: object) => errorOf(decodeWarrant(encodeCbor({ ...fields, ...change })))
        expect(refusal({})).to.equal('accepted')
        expect(refusal({ version: 2 })).to.equal('unknown-version')
        for (const name of ['more', ...Object.keys(fields)]) {
          for (const wrong of [null, 'x', -1, [new Uint8Array(1)]])
            expect(refusal({ [name]: wrong })).to.equal('malformed')
        }
      }
      expect(errorOf(decodeWarrant(new Uint8Array(MAX_WARRANT_BYTES + 1)))).to.equal('malformed')
    })
  })
})
