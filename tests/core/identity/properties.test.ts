/** Properties of the fold over random histories: seeds are printed by fast-check when one fails. */
import { expect } from 'chai'
import fc from 'fast-check'
import { foldKeyEvents, gossipOf, mergeKeyEvents } from '../../../src/core/identity/key-chain.ts'
import { decodeKeyEvent } from '../../../src/core/identity/key-event-codec.ts'
import type { SignedKeyEvent } from '../../../src/core/identity/key-event-types.ts'
import type { KeyState } from '../../../src/core/identity/key-state.ts'
import { testCrypto } from '../../support/ed25519.ts'
import { before, describe, it } from '../../support/runner.ts'
import { addDevice, personWith, removeDevice, rotate, TIME } from './people.ts'

type Chain = readonly SignedKeyEvent[]

const RUNS = 60

/** Every branch of one person's history without two rotations of one commitment: forks, a theft, a taking back. */
const makeBranches = async (): Promise<Chain[]> => {
  const base = await personWith(1, 2)
  const forks = await Promise.all([3, 4, 5].map(async (byte) => [...base, await addDevice(base, byte)]))
  const theft = [...base.slice(0, 2), await addDevice(base.slice(0, 2), 8)]
  theft.push(await removeDevice(theft, 1))
  const back = [...forks[1]!, await rotate(forks[1]!, 1)]
  const after = await Promise.all([6, 7].map(async (byte) => [...back, await addDevice(back, byte, { rung: 1 })]))
  return [base, ...forks, theft, back, ...after]
}

const bytesOf = (chain: Chain) => chain.map(({ bytes }) => bytes)

const foldAll = async (events: readonly Uint8Array[]): Promise<KeyState> => {
  const folded = await foldKeyEvents(events, testCrypto)
  if (!folded.ok) throw new Error(folded.error.type)
  return folded.value.state
}

const mergeAll = async (state: KeyState, batches: readonly (readonly Uint8Array[])[]): Promise<KeyState> => {
  let current = state
  for (const batch of batches) {
    const merged = await mergeKeyEvents(current, batch, testCrypto)
    if (!merged.ok) throw new Error(merged.error.type)
    current = merged.value.state
  }
  return current
}

describe('key chain, properties', () => {
  let branches: Chain[] = []
  before(async () => {
    branches = await makeBranches()
  })

  it('[I4] the order of events within a batch decides nothing', async () => {
    const expected = await foldAll(branches.flatMap(bytesOf))
    const all = [...new Map(branches.flat().map((signed) => [signed.cid, signed.bytes])).values()]
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(all, { minLength: all.length }), async (events) => {
        expect(await foldAll(events)).to.deep.equal(expected)
      }),
      { numRuns: RUNS },
    )
  })

  it('[I4] chains handed on in any order and split end in one state', async () => {
    const expected = await foldAll(branches.flatMap(bytesOf))
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(branches, { minLength: branches.length }), async ([first, ...rest]) => {
        expect(await mergeAll(await foldAll(bytesOf(first!)), rest.map(bytesOf))).to.deep.equal(expected)
      }),
      { numRuns: RUNS },
    )
  })

  it('[I4] merging what is there already changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray(branches, { minLength: 1 }), async (some) => {
        const state = await foldAll(some.flatMap(bytesOf))
        expect(await mergeAll(state, [gossipOf(state), ...some.map(bytesOf)])).to.deep.equal(state)
      }),
      { numRuns: RUNS },
    )
  })

  it('[I10] with contesting rotations two readers differ in nothing but the rotation that each met first', async () => {
    const base = branches[0]!
    const rivals = await Promise.all([0, 1, 2].map(async (i) => [...base, await rotate(base, 1, { time: TIME + i })]))
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(rivals, { minLength: 3 }), async ([first, ...rest]) => {
        const state = await mergeAll(await foldAll(bytesOf(first!)), rest.map(bytesOf))
        expect(state.newest).to.equal(first!.at(-1)!.cid)
        expect(state).to.deep.include({ contested: true, undecided: false })
        expect(state.proof).to.have.length(2)
      }),
      { numRuns: 6 },
    )
  })

  it('[I2] no bytes whatever make the decoder throw, and no change of an event goes unnoticed', async () => {
    const events = branches.flat()
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...events),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (signed, at, xor) => {
          const changed = signed.bytes.map((byte, i) => (i === at % signed.bytes.length ? byte ^ xor : byte))
          const decoded = decodeKeyEvent(changed)
          if (decoded.ok) expect(decoded.value.cid).not.to.equal(signed.cid)
        },
      ),
    )
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => decodeKeyEvent(bytes).ok === false))
  })
})
