/** Carriers that die at random moments under a conversation: nothing is lost, doubled or reordered. */
import { expect } from 'chai'
import fc from 'fast-check'
import { MAX_UNACKED_BYTES } from '../../../src/core/wire/wire-limits.ts'
import type { Stream } from '../../../src/node-worker/sessions/types.ts'
import { describe, it } from '../../support/runner.ts'
import { until } from '../../support/wait.ts'
import type { MemoryCarriers } from './memory-carrier.ts'
import { connect, createPeerPair, sessionOf, type TestPeer } from './test-peer.ts'

/** A message that says its number and fills up to its size. */
const numbered = (index: number, size: number): Uint8Array => {
  const message = new Uint8Array(Math.max(4, size)).fill(index & 0xff, 4)
  new DataView(message.buffer).setUint32(0, index)
  return message
}

const readNumber = (message: Uint8Array): number => new DataView(message.buffer, message.byteOffset).getUint32(0)

const collect = (stream: Stream, got: number[], sizes: readonly number[]): void => {
  stream.onmessage = (message) => {
    const index = readNumber(message)
    expect(message.length).to.equal(Math.max(4, sizes[index]!))
    expect(message.subarray(4).every((byte) => byte === (index & 0xff))).to.equal(true)
    got.push(index)
  }
}

const sendAll = async (stream: Stream, sizes: readonly number[]): Promise<void> => {
  for (const [index, size] of sizes.entries()) expect(await stream.send(numbered(index, size))).to.equal(true)
}

interface Kill {
  readonly after: number
  readonly dialler: boolean
  readonly kind: 'direct' | 'relay'
  readonly both: boolean
}

/** Cuts the carrier that is up after so many milliseconds and dials again, now and then twice at once. */
const killAndRedial = async (peers: readonly [TestPeer, TestPeer], first: MemoryCarriers, kills: readonly Kill[]) => {
  let up = [first]
  for (const { after, dialler, kind, both } of kills) {
    await new Promise((resolve) => setTimeout(resolve, after))
    for (const carriers of up) carriers.cut()
    const [from, to] = dialler ? peers : [peers[1], peers[0]]
    const dials = [connect(from, to, { kind }), ...(both ? [connect(to, from, { kind: 'direct' })] : [])]
    up = await Promise.all(dials)
  }
}

/** Sends so many messages over a new stream each way; a stream that an unfinished restart ends is opened again. */
const exchange = async ([a, b]: readonly [TestPeer, TestPeer], count: number): Promise<void> => {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    const runs: number[][] = []
    sessionOf(to, from).onStream((stream) => {
      const got: number[] = []
      runs.push(got)
      stream.onmessage = (message) => void got.push(readNumber(message))
    })
    const send = async (): Promise<boolean> => {
      const stream = sessionOf(from, to).open('kith/test', 'interactive')
      for (let index = 0; index < count; index++) if (!(await stream.send(numbered(index, 100)))) return false
      return true
    }
    while (!(await send())) {}
    const whole = Array.from({ length: count }, (_, index) => index)
    await until(() => count === 0 || runs.at(-1)?.length === count, 'the last run')
    for (const got of runs) expect(whole.slice(0, got.length)).to.deep.equal(got)
  }
}

const killArbitrary = fc.record({
  after: fc.integer({ min: 0, max: 12 }),
  dialler: fc.boolean(),
  kind: fc.constantFrom('direct', 'relay') as fc.Arbitrary<'direct' | 'relay'>,
  both: fc.boolean(),
})

const sizesArbitrary = fc.array(fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 262_144 })), {
  minLength: 20,
  maxLength: 60,
})

describe('session under carriers that die', () => {
  it('[W26] every message of both sides arrives once and in order, whenever carriers are cut', async () => {
    const property = fc.asyncProperty(
      sizesArbitrary,
      sizesArbitrary,
      fc.array(killArbitrary, { minLength: 1, maxLength: 8 }),
      async (toB, toA, kills) => {
        const [a, b] = await createPeerPair()
        const first = await connect(a, b)
        const [gotA, gotB]: [number[], number[]] = [[], []]
        const ends: string[] = []
        const ready = new Promise<Stream>((resolve) => {
          sessionOf(b, a).onStream((stream) => resolve(stream))
        })
        const atA = sessionOf(a, b).open('kith/test', 'bulk')
        atA.onclose = (end) => void ends.push(end)
        collect(atA, gotA, toA)
        const killing = killAndRedial([a, b], first, kills)
        const atB = await ready
        collect(atB, gotB, toB)
        await Promise.all([sendAll(atA, toB), sendAll(atB, toA), killing])
        await until(() => gotA.length === toA.length && gotB.length === toB.length, 'all messages')
        const stats = [sessionOf(a, b).stats, sessionOf(b, a).stats]
        a.manager.closeAll('done')
        b.manager.closeAll('done')
        expect(gotA).to.deep.equal(toA.map((_, index) => index))
        expect(gotB).to.deep.equal(toB.map((_, index) => index))
        expect(ends).to.deep.equal(['session-ended'])
        for (const { resentBytes, carriers } of stats) {
          expect(resentBytes).to.be.lessThan(MAX_UNACKED_BYTES * (carriers - 1) + 1)
        }
        expect([...a.reported, ...b.reported]).to.deep.equal([])
      },
    )
    await fc.assert(property, { numRuns: 25 })
  })

  it('[W26] carriers that die after any number of messages, handshakes and attachments included, lose nothing', async () => {
    const dials = fc.array(fc.record({ cutAfter: fc.nat(12), fromA: fc.boolean(), two: fc.boolean() }), {
      minLength: 1,
      maxLength: 12,
    })
    const property = fc.asyncProperty(sizesArbitrary, dials, async (sizes, plan) => {
      const [a, b] = await createPeerPair()
      const got: number[] = []
      const ends: string[] = []
      b.manager.onSession((session) =>
        session.onStream((stream) => {
          collect(stream, got, sizes)
          stream.onclose = (end) => void ends.push(end)
        }),
      )
      let sending: Promise<void> | undefined
      a.manager.onSession((session) => {
        sending = sendAll(session.open('kith/test', 'bulk'), sizes)
      })
      for (const { cutAfter, fromA, two } of plan) {
        const [from, to] = fromA ? [a, b] : [b, a]
        await Promise.all([connect(from, to, { cutAfter }), two && connect(to, from, { cutAfter: cutAfter + 2 })])
      }
      await connect(a, b)
      await sending
      await until(() => got.length === sizes.length, 'all messages')
      expect(got).to.deep.equal(sizes.map((_, index) => index))
      expect(ends).to.deep.equal([])
      a.manager.closeAll('done')
      b.manager.closeAll('done')
    })
    await fc.assert(property, { numRuns: 25 })
  })

  it('[W27] when a side restarts, streams end on the other, and what comes after is whole', async () => {
    const property = fc.asyncProperty(
      fc.array(fc.record({ side: fc.constantFrom(0, 1), messages: fc.nat(6), dialler: fc.constantFrom(0, 1) }), {
        minLength: 1,
        maxLength: 5,
      }),
      async (restarts) => {
        const peers = [...(await createPeerPair())] as [TestPeer, TestPeer]
        for (const { side, messages, dialler } of restarts) {
          const { cut } = await connect(peers[dialler], peers[1 - dialler]!)
          await exchange(peers, messages)
          cut()
          peers[side].manager.closeAll('gone')
          peers[side] = peers[side].restarted()
        }
        await connect(peers[0], peers[1])
        await exchange(peers, 5)
        expect(peers.map((peer) => peer.manager.sessions().length)).to.deep.equal([1, 1])
        for (const peer of peers) peer.manager.closeAll('done')
      },
    )
    await fc.assert(property, { numRuns: 20 })
  })
})
