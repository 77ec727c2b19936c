/** Several carriers under one session, and dead ones: rules W20 to W23 and W28 of docs/protocol/50-wire.md. */
import { expect } from 'chai'
import { PING_AFTER_MS, SESSION_LINGER_MS } from '../../../src/core/wire/wire-limits.ts'
import type { Timers } from '../../../src/node-worker/sessions/types.ts'
import { describe, it } from '../../support/runner.ts'
import { settle, until } from '../../support/wait.ts'
import { type Connection, connect, createPeerPair, realTimers, sessionOf, type TestPeer } from './test-peer.ts'

/** Real timers, but those of one length run when the test says so. */
const handTimers = (length: number): { readonly timers: Timers; fire(): void } => {
  const waiting = new Map<object, () => void>()
  return {
    timers: {
      setTimeout(run, milliseconds) {
        if (milliseconds !== length) return realTimers.setTimeout(run, milliseconds)
        const handle = {}
        waiting.set(handle, run)
        return handle
      },
      clearTimeout(handle) {
        if (!waiting.delete(handle as object)) realTimers.clearTimeout(handle)
      },
    },
    fire() {
      const due = [...waiting.values()]
      waiting.clear()
      for (const run of due) run()
    },
  }
}

const talk = async (from: TestPeer, to: TestPeer): Promise<void> => {
  let heard = false
  sessionOf(to, from).onStream((stream) => {
    stream.onmessage = () => {
      heard = true
    }
  })
  expect(await sessionOf(from, to).open('test', 'interactive').send(new Uint8Array(3))).to.equal(true)
  await until(() => heard, 'a message')
}

const carriers = ([a, b]: readonly [TestPeer, TestPeer]) => [sessionOf(a, b).carrier(), sessionOf(b, a).carrier()]

/** Waits until nothing more is said on these, all that follows from what was said before included. */
const rest = async (...connections: readonly Connection[]): Promise<void> => {
  const said = (): number => connections.reduce((sum, { captured }) => sum + captured.length, 0)
  for (let before = -1; before !== said(); ) {
    before = said()
    await settle(60)
  }
}

describe('carriers of a session', () => {
  it('[W22] whoever found no carrier while another of the same kind took over is told that there is one', async () => {
    const pair = await createPeerPair()
    const [a, b] = pair
    await connect(a, b, { kind: 'direct' })
    await until(() => carriers(pair).every((kind) => kind === 'direct'), 'direct')
    const told = [sessionOf(a, b), sessionOf(b, a)].map((session) => {
      const states: string[] = []
      session.onState((carrier) => void states.push(carrier))
      return states
    })
    // Of two dials the one that stays is chosen by who dialled, so one of these takes over.
    await connect(b, a, { kind: 'direct' })
    await connect(a, b, { kind: 'direct' })
    await until(() => told.every((states) => states.at(-1) === 'direct'), 'both to be told')
    await talk(a, b)
  })

  it('[W22] a direct carrier takes over from a relay, and no relay from it', async () => {
    const pair = await createPeerPair()
    const [a, b] = pair
    await connect(a, b, { kind: 'relay' })
    await until(() => carriers(pair).every((kind) => kind === 'relay'), 'relay')
    await connect(b, a, { kind: 'direct' })
    await until(() => carriers(pair).every((kind) => kind === 'direct'), 'direct')
    await connect(a, b, { kind: 'relay' })
    await settle(60)
    expect(carriers(pair)).to.deep.equal(['direct', 'direct'])
    await talk(a, b)
    await talk(b, a)
  })

  it('[W22] of two that both sides dialled at once, both keep the one of the smaller key', async () => {
    for (let round = 0; round < 10; round++) {
      const pair = await createPeerPair()
      const [a, b] = pair
      const [byA, byB] = await Promise.all([connect(a, b, { capture: true }), connect(b, a, { capture: true })])
      await until(() => carriers(pair).every((kind) => kind === 'direct'), 'a carrier')
      await rest(byA, byB)
      const before = [byA.captured.length, byB.captured.length]
      await talk(a, b)
      await talk(b, a)
      expect(byA.captured.length).to.be.greaterThan(before[0]!)
      expect(byB.captured.length).to.equal(before[1])
    }
  })

  it('[W22] of two that the same side dialled, the newer is kept', async () => {
    for (const [from, to] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const pair = await createPeerPair()
      const older = await connect(pair[from], pair[to], { capture: true })
      await until(() => carriers(pair).every((kind) => kind === 'direct'), 'a carrier')
      const newer = await connect(pair[from], pair[to], { capture: true })
      await rest(older, newer)
      const before = [older.captured.length, newer.captured.length]
      await talk(pair[0], pair[1])
      expect(older.captured.length).to.equal(before[0])
      expect(newer.captured.length).to.be.greaterThan(before[1]!)
    }
  })

  it('[W23] a carrier that only the follower knows to be dead gives way to whatever it dials', async () => {
    const pair = await createPeerPair()
    const [a, b] = pair
    const dead = await connect(a, b, { kind: 'direct' })
    await until(() => carriers(pair).every((kind) => kind === 'direct'), 'a carrier')
    dead.freeze()
    // Only the follower's end hears that its tab was closed.
    dead.ends[1].onclose?.('the tab was closed')
    await until(() => carriers(pair)[1] === 'none', 'the loss')
    expect(carriers(pair)).to.deep.equal(['direct', 'none'])
    await connect(b, a, { kind: 'relay' })
    await until(() => carriers(pair).every((kind) => kind === 'relay'), 'relay')
    await talk(a, b)
  })

  it('[W23] a restarted follower takes the place of the carriers it had', async () => {
    const [a, b] = await createPeerPair()
    const old = await connect(a, b, { capture: true })
    await talk(a, b)
    // Until an acknowledgement came the leader has nothing to lose, and would simply begin again.
    await rest(old)
    old.freeze()
    const restarted = b.restarted()
    const ends: string[] = []
    sessionOf(a, b).open('test', 'bulk').onclose = (end) => void ends.push(end)
    await connect(restarted, a, { kind: 'relay' })
    await until(() => ends.length === 1, 'the end of the stream')
    expect(ends).to.deep.equal(['restarted'])
    await talk(a, restarted)
    await talk(restarted, a)
  })

  it('[W28] a silent carrier is asked, then taken for dead; one that answers lives', async () => {
    const { timers, fire } = handTimers(PING_AFTER_MS)
    const pair = await createPeerPair({ timers })
    const [a, b] = pair
    const { freeze } = await connect(a, b)
    await until(() => carriers(pair).every((kind) => kind === 'direct'), 'a carrier')
    const both = [sessionOf(a, b), sessionOf(b, a)]
    for (let i = 0; i < 6; i++) {
      const before = both.map(({ stats }) => stats.receivedBytes)
      fire()
      // A question and an answer each way.
      await until(() => both.every(({ stats }, side) => stats.receivedBytes > before[side]!), 'what was asked')
      await settle(60)
    }
    expect(carriers(pair)).to.deep.equal(['direct', 'direct'])
    freeze()
    for (let i = 0; i < 3; i++) fire()
    expect(carriers(pair)).to.deep.equal(['none', 'none'])
  })

  it('[W29] a session without a carrier for minutes expires', async () => {
    const { timers, fire } = handTimers(SESSION_LINGER_MS)
    const [a, b] = await createPeerPair({ timers })
    const { cut } = await connect(a, b)
    await talk(a, b)
    const ends: unknown[] = []
    sessionOf(a, b).onState((_, end) => void ends.push(end))
    cut()
    await settle(60)
    fire()
    expect(ends).to.deep.equal([undefined, { type: 'expired' }])
    expect([...a.manager.sessions(), ...b.manager.sessions()]).to.deep.equal([])
  })

  it('[W29] closing a session ends it on both sides, with the reason', async () => {
    const [a, b] = await createPeerPair()
    await connect(a, b)
    await talk(a, b)
    const ends: unknown[] = []
    sessionOf(b, a).onState((_, end) => void (end && ends.push(end)))
    a.manager.close(b.device, 'blocked here')
    await until(() => ends.length === 1, 'the end')
    expect(ends).to.deep.equal([{ type: 'closed', reason: 'blocked here' }])
    expect(b.manager.sessions()).to.have.length(0)
  })
})
