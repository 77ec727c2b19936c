import { expect } from 'chai'
import { CATCH_UP_MS, createCatchUp, MAX_DOUBTED } from '../../../src/node-worker/log/catch-up.ts'
import type { LogCore } from '../../../src/node-worker/log/log-core.ts'
import { emptyLogRow, putLogRow } from '../../../src/node-worker/log/log-row.ts'
import { openTestStore } from '../../support/open-store.ts'
import { describe, it } from '../../support/runner.ts'
import { settle } from '../../support/wait.ts'

const own = new Uint8Array(32).fill(1)
const peer = (number: number): Uint8Array => new Uint8Array(32).fill(number)

/** What the module needs of a core, with a clock that the test moves. */
const createScene = async () => {
  const store = await openTestStore()
  const waiting = new Map<object, { run: () => void; milliseconds: number }>()
  const appends = new Set<(event: unknown) => void>()
  const core = {
    store,
    account: { self: () => ({ device: { signer: { publicKey: own } } }) },
    timers: {
      setTimeout(run: () => void, milliseconds: number) {
        const handle = {}
        waiting.set(handle, { run, milliseconds })
        return handle
      },
      clearTimeout: (handle: object) => void waiting.delete(handle),
    },
    onAppend(handler: (event: unknown) => void) {
      appends.add(handler)
      return () => appends.delete(handler)
    },
    onFork: () => () => {},
  } as unknown as LogCore
  const catchUp = createCatchUp(core)
  const isHeldUp = (kind: number): Promise<boolean> =>
    Promise.race([catchUp.settled(kind).then(() => false), settle(30).then(() => true)])
  return {
    store,
    settled: catchUp.settled,
    isHeldUp,
    heard: (log: number, seq: number, from = 9, device: Uint8Array = own) =>
      catchUp.heardOf({ device, log, seq }, peer(from)),
    waits: () => [...waiting.values()].map(({ milliseconds }) => milliseconds),
    expire: async () => {
      for (const { run } of [...waiting.values()]) run()
      await new Promise((resolve) => setTimeout(resolve, 5))
    },
    async grow(log: number, seq: number) {
      const row = { ...emptyLogRow('p'), seq, ranges: [{ from: 1, to: seq }] }
      await store.write(['logs'], 'relaxed', (tx) => putLogRow(tx, own, log, row))
      for (const handler of [...appends]) handler({ log })
    },
  }
}

describe('catching up with what this device wrote', () => {
  it('[N25] waits for the log that is claimed, of that kind alone, until it is here', async () => {
    const { heard, settled, isHeldUp, grow, waits, store } = await createScene()
    await settled(0)
    heard(4, 3)
    expect(waits()).to.deep.equal([CATCH_UP_MS])
    expect(await isHeldUp(0)).to.equal(true)
    await settled(1)
    await grow(4, 2)
    expect(await isHeldUp(0)).to.equal(true)
    await grow(4, 3)
    await settled(0)
    expect(waits()).to.deep.equal([])
    await store.destroy()
  })

  it('[N25] a peer that claims more and more does not get more time for it', async () => {
    const { heard, settled, expire, waits, store } = await createScene()
    for (let seq = 1; seq <= 1000; seq++) heard(0, seq)
    expect(waits()).to.deep.equal([CATCH_UP_MS])
    await expire()
    await settled(0)
    heard(0, 2000)
    await settled(0)
    expect(waits()).to.deep.equal([])
    await store.destroy()
  })

  it('[N25] after 16 peers that brought nothing no claim is waited for', async () => {
    const { heard, settled, isHeldUp, expire, store } = await createScene()
    for (let from = 1; from <= MAX_DOUBTED; from++) {
      heard(0, 5, from)
      expect(await isHeldUp(0), `peer ${from}`).to.equal(true)
      await expire()
    }
    heard(0, 5, MAX_DOUBTED + 1)
    await settled(0)
    await store.destroy()
  })

  it('[N25] logs of other devices, and numbers that are no log, are not waited for', async () => {
    const { heard, settled, waits, store } = await createScene()
    heard(0, 5, 9, peer(2))
    heard(32, 5)
    heard(1_000_000, 5)
    expect(waits()).to.deep.equal([])
    await settled(0)
    await store.destroy()
  })
})
