/** Asks a device for somebody who came over HTTP, within what a device may be asked and as long as it does not lie. */

import { NETWORK_ZERO } from '../../core/limits.ts'
import { ok, type Result } from '../../core/result.ts'
import type { RequestOutcome } from '../../core/swarm/host-protocol.ts'
import type { Hub } from '../index/hub.ts'
import type { Peer } from '../index/peer.ts'
import {
  DEVICE_BURST,
  DEVICE_BYTES_BURST,
  DEVICE_BYTES_PER_SECOND,
  DEVICE_PER_SECOND,
  MAX_WRONG_ANSWERS,
} from '../limits.ts'
import type { Stopwatch } from '../socket/token-bucket.ts'
import { type Budget, createBudget } from './budget.ts'
import type { Visit } from './callers.ts'
import { type Refusal, type RefusalCode, refuse } from './refusals.ts'
import type { NoAnswer, Question } from './tunnel.ts'

/** One connected device. */
export interface Device {
  /** Bytes for a read; nothing for a write that was stored. */
  ask(question: Question, visit: Visit): Promise<Result<Uint8Array | undefined, Refusal>>
  /** What it sent is not what was asked for; it is counted. */
  lied(): ReturnType<typeof refuse>
}

/** All devices. */
export interface Devices {
  find(device: Uint8Array): Result<Device, Refusal>
  stats(): { readonly tunnelled: number; readonly wrongAnswers: number }
}

const ALLOWANCE = {
  perSecond: DEVICE_PER_SECOND,
  burst: DEVICE_BURST,
  bytesPerSecond: DEVICE_BYTES_PER_SECOND,
  bytesBurst: DEVICE_BYTES_BURST,
}

/** A place is free again when the next answer has come. */
const SOON = 1_000

const NO_ANSWERS: Readonly<Record<Exclude<NoAnswer, 'busy' | 'broken'>, RefusalCode>> = {
  gone: 'device-gone',
  silent: 'no-answer',
}

const OUTCOMES: Readonly<Record<Exclude<RequestOutcome, 'stored'>, RefusalCode>> = {
  absent: 'not-here',
  outdated: 'outdated',
  'not-wanted': 'not-wanted',
  'not-a-device': 'not-a-device',
  'unknown-key-event': 'unknown-key-event',
  full: 'full',
  failed: 'device-failed',
}

/** What is remembered of one connection. */
interface Standing {
  readonly budget: Budget
  wrongAnswers: number
}

/** Devices of the default network: a URL names no other. */
export const createDevices = (hub: Pick<Hub, 'find' | 'tunnel'>, stopwatch: Stopwatch): Devices => {
  const standings = new WeakMap<Peer, Standing>()
  const stats = { tunnelled: 0, wrongAnswers: 0 }

  const standingOf = (peer: Peer): Standing => {
    const standing = standings.get(peer) ?? { budget: createBudget(ALLOWANCE, stopwatch), wrongAnswers: 0 }
    standings.set(peer, standing)
    return standing
  }
  const createDevice = (peer: Peer, standing: Standing): Device => {
    const lied: Device['lied'] = () => {
      standing.wrongAnswers += 1
      stats.wrongAnswers += 1
      return refuse('wrong-bytes')
    }
    return {
      lied,
      async ask(question, visit) {
        const wait = standing.budget.enter()
        if (wait > 0) return refuse('device-busy', { retryAfter: wait })
        stats.tunnelled += 1
        const reply = await hub.tunnel.ask(peer, question)
        if (reply.type === 'none') {
          if (reply.why === 'broken') return lied()
          return reply.why === 'busy' ? refuse('device-busy', { retryAfter: SOON }) : refuse(NO_ANSWERS[reply.why])
        }
        if (reply.type === 'outcome')
          return reply.outcome === 'stored' ? ok(undefined) : refuse(OUTCOMES[reply.outcome])
        standing.budget.spend(reply.bytes.length)
        visit.spend(reply.bytes.length)
        return ok(reply.bytes)
      },
    }
  }
  return {
    find(device) {
      const peer = hub.find(NETWORK_ZERO, device)
      if (!peer) return refuse('not-connected')
      const standing = standingOf(peer)
      return standing.wrongAnswers < MAX_WRONG_ANSWERS ? ok(createDevice(peer, standing)) : refuse('wrong-bytes')
    },
    stats: () => ({ ...stats }),
  }
}
