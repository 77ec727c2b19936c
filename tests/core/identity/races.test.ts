/** Every row of the table of races in docs/protocol/30-identity.md. */
import { expect } from 'chai'
import { foldKeyEvents, gossipOf, type KeyFold, mergeKeyEvents } from '../../../src/core/identity/key-chain.ts'
import type { SignedKeyEvent } from '../../../src/core/identity/key-event-types.ts'
import { commitmentOf, signInception, signRotate } from '../../../src/core/identity/key-events.ts'
import { activeDevices, type KeyState } from '../../../src/core/identity/key-state.ts'
import { NETWORK_ZERO } from '../../../src/core/limits.ts'
import { testCrypto } from '../../support/ed25519.ts'
import { describe, it } from '../../support/runner.ts'
import { addDevice, fold, personWith, removeDevice, rootAt, rotate, stateOf, TIME } from './people.ts'

const merge = async (state: KeyState, events: readonly SignedKeyEvent[], accepted?: string): Promise<KeyFold> => {
  const bytes = events.map((signed) => signed.bytes)
  const merged = await mergeKeyEvents(state, bytes, testCrypto, accepted === undefined ? {} : { accepted })
  if (!merged.ok) throw new Error(merged.error.type)
  return merged.value
}

const names = (state: KeyState) => activeDevices(state).map(({ name }) => name)

describe('races between key events', () => {
  it('[I9] a rotation beats the device events of the old root at its own and later positions', async () => {
    const honest = await personWith(1)
    const thief = [...honest, await addDevice(honest, 8)]
    thief.push(await addDevice(thief, 9))
    thief.push(await removeDevice(thief, 1))
    const back = [...honest, await rotate(honest, 1)]
    const { state, left } = await merge(await stateOf(thief), back)
    expect(names(state)).to.deep.equal(['device 1'])
    expect(state.newest).to.equal(back.at(-1)!.cid)
    expect(left).to.have.length(3)
    expect(state.contested).to.equal(false)
  })

  it('[I9] the same, when the rotation was there first', async () => {
    const honest = await personWith(1)
    const late = await addDevice(honest, 8)
    const back = [...honest, await rotate(honest, 1)]
    const { state } = await merge(await stateOf(back), [...honest, late])
    expect(state).to.deep.equal(await stateOf(back))
  })

  it('[I9] device events before the rotation stay', async () => {
    const chain = await personWith(1, 2)
    chain.push(await rotate(chain, 1))
    chain.push(await addDevice(chain, 3, { rung: 1 }))
    expect(names(await stateOf(chain))).to.deep.equal(['device 1', 'device 2', 'device 3'])
  })

  it('[I9] the old root signs nothing after a rotation', async () => {
    const chain = await personWith(1)
    chain.push(await rotate(chain, 1))
    const late = await addDevice(chain, 8, { rung: 0 })
    expect(names(await stateOf([...chain, late]))).to.deep.equal(['device 1'])
  })

  it('[I9] a rotation never beats a rotation: one at a lower position comes too late', async () => {
    const base = await personWith(1)
    const first = [...base, await addDevice(base, 2)]
    first.push(await rotate(first, 1))
    const second = [...base, await rotate(base, 1, { time: TIME + 1 })]
    const { state } = await merge(await stateOf(first), second)
    expect(state.newest).to.equal(first.at(-1)!.cid)
    expect(names(state)).to.deep.equal(['device 1', 'device 2'])
  })

  it('[I10] two rotations of one commitment: the first accepted stays, the pair is kept, the person is contested', async () => {
    const base = await personWith(1)
    const [one, two] = [await rotate(base, 1), await rotate(base, 1, { time: TIME + 1 })]
    for (const [kept, other] of [
      [one, two],
      [two, one],
    ] as const) {
      const { state } = await merge(await stateOf([...base, kept]), [other])
      expect(state.newest).to.equal(kept.cid)
      expect(state).to.deep.include({ contested: true, undecided: false })
      expect(state.proof).to.have.deep.members([one.bytes, two.bytes])
    }
  })

  it('[I10] a contested person stays contested through further events and a restart', async () => {
    const base = await personWith(1)
    const kept = [...base, await rotate(base, 1)]
    const { state } = await merge(await stateOf(kept), [await rotate(base, 1, { time: TIME + 1 })])
    const later = await merge(state, [await addDevice(kept, 2, { rung: 1 })])
    expect(later.state).to.deep.include({ contested: true, undecided: false })
    const restored = await foldKeyEvents(later.state.chain, testCrypto)
    const again = restored.ok && (await mergeKeyEvents(restored.value.state, later.state.proof, testCrypto))
    expect(again ? again.ok && again.value.state : again).to.deep.equal(later.state)
  })

  it('[I11] who meets both at once accepts neither', async () => {
    const base = await personWith(1, 2)
    const [one, two] = [await rotate(base, 1), await rotate(base, 1, { time: TIME + 1 })]
    const { state } = await fold([...base, one, two])
    expect(state).to.deep.include({ contested: true, undecided: true, newest: base.at(-1)!.cid })
    const after = await fold([...base, one, two, await addDevice([...base, one], 3, { rung: 1 })])
    expect(after.state).to.deep.equal(state)
  })

  it('[I11] undecided between rotations at different positions: what follows the lower one does not count', async () => {
    const base = await personWith(1)
    const longer = [...base, await addDevice(base, 2)]
    const [high, low] = [await rotate(longer, 1), await rotate(base, 1)]
    const { state } = await fold([...longer, high, low])
    expect(state).to.deep.include({ undecided: true, newest: base.at(-1)!.cid })
    expect(names(state)).to.deep.equal(['device 1'])
  })

  it('[I11] comparing fingerprints decides, and the decision lasts', async () => {
    const base = await personWith(1)
    const [one, two] = [await rotate(base, 1), await rotate(base, 1, { time: TIME + 1 })]
    const { state } = await fold([...base, one, two])
    const decided = await merge(state, [one, two], two.cid)
    expect(decided.state).to.deep.include({ contested: true, undecided: false, newest: two.cid })
    expect((await merge(decided.state, [one])).state).to.deep.equal(decided.state)
  })

  it('[I11] undecided lasts through a restart', async () => {
    const base = await personWith(1)
    const [one, two] = [await rotate(base, 1), await rotate(base, 1, { time: TIME + 1 })]
    const { state } = await fold([...base, one, two])
    const restored = await foldKeyEvents(gossipOf(state), testCrypto)
    expect(restored.ok && restored.value.state).to.deep.equal(state)
  })

  it('[I11] a second rotation whose own chain is not here still contests', async () => {
    const base = await personWith(1)
    const elsewhere = [...base, await addDevice(base, 7)]
    const hidden = await rotate(elsewhere, 1, { time: TIME + 1 })
    const { state, missing } = await fold([...base, await rotate(base, 1), hidden])
    expect(state).to.deep.include({ contested: true, undecided: true })
    expect(missing).to.deep.equal([elsewhere.at(-1)!.cid])
  })

  it('[I12] of two device events in one place the one whose CID sorts first counts, in any order of arrival', async () => {
    const base = await personWith(1)
    const [a, b] = [await addDevice(base, 2), await addDevice(base, 3)]
    const winner = a.cid < b.cid ? a : b
    const loser = winner === a ? b : a
    const first = await merge(await stateOf([...base, a]), [b])
    const second = await merge(await stateOf([...base, b]), [a])
    expect(first.state).to.deep.equal(second.state)
    expect(first.state.newest).to.equal(winner.cid)
    expect((await fold([...base, a, b])).left).to.deep.equal([loser.cid])
  })

  it('[I12] a rotation that follows the losing device event brings that one back', async () => {
    const base = await personWith(1)
    const [a, b] = [await addDevice(base, 2), await addDevice(base, 3)]
    const loser = a.cid < b.cid ? b : a
    const rotated = [...base, loser, await rotate([...base, loser], 1)]
    const { state } = await merge(await stateOf([...base, a, b]), rotated)
    expect(state).to.deep.equal(await stateOf(rotated))
  })

  it('recovery from the words climbs rung after rung', async () => {
    const chain = await personWith(1)
    for (const rung of [1, 2, 3]) {
      chain.push(await rotate(chain, rung))
      chain.push(await addDevice(chain, 10 + rung, { rung }))
    }
    expect(names(await stateOf(chain))).to.deep.equal(['device 1', 'device 11', 'device 12', 'device 13'])
  })

  it('[I5] a root key that commits to itself or comes back ends the chain there, and the fold ends', async () => {
    const seedOf = async (rung: number) => (await rootAt(rung)).publicKey
    const establish = async (next: number) => ({
      next: commitmentOf(await seedOf(next)),
      recovery: new Uint8Array(32),
      time: TIME,
    })
    const inception = await signInception({ network: NETWORK_ZERO, ...(await establish(1)) }, await rootAt(0))
    const start = await stateOf([inception])
    const own = await signRotate({ state: start, ...(await establish(1)) }, await rootAt(1))
    const { state } = await merge(start, [own])
    const again = await signRotate({ state, ...(await establish(2)) }, await rootAt(1))
    const repeated = await merge(state, [again])
    expect(repeated.state).to.deep.include({ newest: own.cid, events: 2, contested: true })
    const back = await signRotate({ state: start, ...(await establish(0)) }, await rootAt(1))
    const turned = (await merge(start, [back])).state
    const first = await signRotate({ state: turned, ...(await establish(2)) }, await rootAt(0))
    expect((await merge(turned, [first])).state.newest).to.equal(back.cid)
  })
})
