/** Two devices that look for each other at the same time, with real sessions between them. */
import { expect } from 'chai'
import { bytesToHex } from '../../../src/core/bytes.ts'
import type { Carrier } from '../../../src/core/ports.ts'
import type { Session } from '../../../src/node-worker/sessions/types.ts'
import { createDialer, type Dialer } from '../../../src/node-worker/swarm/dialer.ts'
import { type Loss, watchLosses } from '../../../src/node-worker/swarm/losses.ts'
import { describe, it } from '../../support/runner.ts'
import { settle, until } from '../../support/wait.ts'
import { createMemoryCarriers } from '../sessions/memory-carrier.ts'
import { connect, createPeerPair, crypto, sessionOf, type TestPeer } from '../sessions/test-peer.ts'

const clock = { now: () => Date.now() }
/** A slow device, or a slow wire: every message takes its time. */
const later = (run: () => void): void => void setTimeout(run, 10)

/** A dialer of `from` that seeks `to` alone, over circuits only, and what it opened. */
const seek = (from: TestPeer, to: TestPeer, other: () => Dialer) => {
  const opened: Carrier[] = []
  const { manager } = from
  const dialer: Dialer = createDialer({
    platform: { clock, random: crypto, timers: from.ports.timers },
    sessions: manager,
    targets: () => [bytesToHex(to.device)],
    canDialDirect: () => false,
    dialDirect: async () => undefined,
    async dialRelay() {
      const { ends } = createMemoryCarriers({ kind: 'relay', later })
      opened.push(ends[0])
      void other().accept(ends[1], bytesToHex(from.device))
      return ends[0]
    },
    report(error) {
      throw error
    },
  })
  const lost: Loss[] = []
  manager.onSession((session) => {
    watchLosses(session, clock, (loss) => lost.push(loss))
    session.onState(() => dialer.wake())
  })
  return { dialer, opened, lost }
}

const carriersOf = (a: TestPeer, b: TestPeer): string[] => [sessionOf(a, b).carrier(), sessionOf(b, a).carrier()]

const isCarriedBy = (kind: string, a: TestPeer, b: TestPeer) => (): boolean =>
  carriersOf(a, b).every((carrier) => carrier === kind)

describe('two devices that seek each other', () => {
  it('[SW3] open one circuit a side at most, and lose none', async () => {
    const [a, b] = await createPeerPair()
    const byA = seek(a, b, () => byB.dialer)
    const byB = seek(b, a, () => byA.dialer)
    byA.dialer.wake()
    byB.dialer.wake()
    await until(() => Boolean(a.manager.get(b.device) && b.manager.get(a.device)), 'sessions')
    await until(isCarriedBy('relay', a, b), 'a circuit')
    await settle(300)
    expect(byA.opened.length, 'opened by the one').to.be.at.most(1)
    expect(byB.opened.length, 'opened by the other').to.be.at.most(1)
    expect([...byA.lost, ...byB.lost]).to.deep.equal([])
    expect(carriersOf(a, b)).to.deep.equal(['relay', 'relay'])
  })

  it('[SW3] a carrier that gives way to a better one is not lost to nothing', async () => {
    const [a, b] = await createPeerPair()
    const losses: Loss[] = []
    const watch = (session: Session): void => watchLosses(session, clock, (loss) => losses.push(loss))
    for (const { manager } of [a, b]) manager.onSession(watch)
    await connect(a, b, { kind: 'relay' })
    await until(isCarriedBy('relay', a, b), 'a circuit')
    const { cut } = await connect(b, a, { kind: 'direct', later })
    await until(isCarriedBy('direct', a, b), 'a channel')
    expect(losses.map(({ from, to }) => `${from} to ${to}`)).to.deep.equal(['relay to direct', 'relay to direct'])
    cut()
    await until(() => losses.length === 4, 'both losses')
    expect(losses.slice(2).map(({ from, to }) => `${from} to ${to}`)).to.deep.equal([
      'direct to none',
      'direct to none',
    ])
  })

  it('[SW3] a carrier is being chosen from its handshake until both sides agree', async () => {
    const [a, b] = await createPeerPair()
    const told: string[] = []
    a.manager.onSession((session) => {
      session.onState((carrier) => told.push(`${carrier}${session.isChoosing() ? ', choosing' : ''}`))
    })
    await connect(a, b, { kind: 'relay', later })
    await until(isCarriedBy('relay', a, b), 'a circuit')
    const better = await connect(a, b, { kind: 'direct', later })
    await until(isCarriedBy('direct', a, b), 'a channel')
    better.cut()
    expect(told[0]).to.equal('none, choosing')
    expect(told).to.include('relay').and.include('direct')
    await until(() => told.at(-1) === 'none', 'the loss')
    expect(sessionOf(a, b).isChoosing()).to.equal(false)
  })
})
