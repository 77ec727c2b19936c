/** Nodes that lease over one host, and one time for all of them, which the test moves: clocks and what waits for them. */
import { expect } from 'chai'
import type { Clock } from '../../../src/core/ports.ts'
import { connectWith } from '../../../src/node-worker/swarm/connect.ts'
import type { JobView } from '../../../src/rpc/views.ts'
import { freshStoreName, openNamedStore } from '../../support/open-store.ts'
import type { TestPlatform } from '../../support/platform.ts'
import { startNode, type TestNode } from '../../support/test-node.ts'
import { until } from '../../support/wait.ts'
import { recover, startBlank } from '../recovery/scene.ts'
import { createPatientTimers, type PatientTimers } from '../replication/hostile-peer.ts'
import { type Lessee, startLeasing } from './scene.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** Timers from here on wait for the test; sessions and hosts go on by the time that really passes. Milliseconds. */
const PATIENT_FROM = MINUTE

/** How a node differs from others. */
interface Odd {
  /** How far its clock is ahead of the others now, milliseconds. */
  readonly wrong?: () => number
  readonly slots?: number
  readonly hosts?: readonly string[]
  readonly change?: (platform: TestPlatform) => TestPlatform
}

/** See the module's doc. */
export interface MovedTime {
  now(): number
  /** So much time passes for everybody at once. */
  pass(milliseconds: number): void
  /** Time passes a minute at a time until it is so. */
  untilLater(isSo: () => boolean | Promise<boolean>, what: string): Promise<unknown>
  /** A node with a person that gives 64 MiB. */
  start(name: string, odd?: Odd): Promise<Lessee>
  stop(...nodes: readonly TestNode[]): Promise<void>
  /** Starts a node again that was stopped, with all that it had. */
  again(node: Lessee): Promise<Lessee>
  /** A blank node that was given the words; `end` is what the job says in the end, beside `done`. */
  comeBack(words: string, end?: Partial<JobView>): Promise<TestNode>
  /** Stops all that run. */
  end(): Promise<void>
}

/** Begins now. @param hosts origins that nodes dial unless told otherwise */
export const moveTime = (hosts: () => readonly string[]): MovedTime => {
  const nodes = new Map<TestNode, PatientTimers>()
  const storeNames = new WeakMap<TestPlatform, string>()
  const connect = connectWith({ leases: true })
  let ahead = 0
  const clockOf = (wrong = () => 0): Clock => ({ now: () => Date.now() + ahead + wrong() })
  const pass: MovedTime['pass'] = (milliseconds) => {
    ahead += milliseconds
    for (const timers of nodes.values()) timers.advance(milliseconds)
  }
  const stop: MovedTime['stop'] = async (...gone) => {
    for (const node of gone) {
      nodes.delete(node)
      await node.stop()
    }
  }
  return {
    now: clockOf().now,
    pass,
    untilLater: (isSo, what) =>
      until(async () => {
        pass(MINUTE)
        return isSo()
      }, what),
    async start(name, { wrong, slots, hosts: own = hosts(), change = (platform: TestPlatform) => platform } = {}) {
      const timers = createPatientTimers(PATIENT_FROM)
      const storeName = freshStoreName()
      const store = await openNamedStore(storeName)
      const node = await startLeasing(name, own, {
        clock: clockOf(wrong),
        ...(slots !== undefined && { slots }),
        change: (platform) => change({ ...platform, store, timers }),
      })
      nodes.set(node, timers)
      storeNames.set(node.platform, storeName)
      return node
    },
    stop,
    async again({ platform: before, person }) {
      const timers = createPatientTimers(PATIENT_FROM)
      const storeName = storeNames.get(before)!
      const platform = { ...before, timers, store: await openNamedStore(storeName) }
      const node = { ...(await startNode('again', { platform, options: { connect } })), person }
      nodes.set(node, timers)
      storeNames.set(platform, storeName)
      return node
    },
    async comeBack(words, end = {}) {
      const timers = createPatientTimers(PATIENT_FROM)
      const change = (platform: TestPlatform): TestPlatform => ({ ...platform, timers })
      const blank = await startBlank(hosts(), { connect, clock: clockOf(), change })
      nodes.set(blank, timers)
      expect(await recover(blank, words)).to.deep.include({ state: 'done', ...end })
      return blank
    },
    async end() {
      await stop(...nodes.keys())
      ahead = 0
    },
  }
}
