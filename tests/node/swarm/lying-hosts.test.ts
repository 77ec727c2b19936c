import { expect } from 'chai'
import type { Carrier } from '../../../src/core/ports.ts'
import type { Dial, ModemPool } from '../../../src/node-worker/modems/modem-pool.ts'
import type { Session, SessionManager } from '../../../src/node-worker/sessions/types.ts'
import { createBackoff } from '../../../src/node-worker/swarm/backoff.ts'
import { createDialer, SHORT_LIVED_MS } from '../../../src/node-worker/swarm/dialer.ts'
import {
  createDirectDialer,
  MAX_DIALS_PER_DEVICE,
  MAX_INCOMING_DIALS,
} from '../../../src/node-worker/swarm/direct-dialer.ts'
import { encodeDialSignal } from '../../../src/node-worker/swarm/signals.ts'
import { type Candidate, chooseTargets, MAX_SESSIONS } from '../../../src/node-worker/swarm/targets.ts'
import { describe, it } from '../../support/runner.ts'

const hex = (n: number): string => n.toString(16).padStart(64, '0')
const noJitter = { bytes: () => Uint8Array.of(255) }
const turns = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}

/** Time that passes when the test says so. */
const createTime = () => {
  let now = 0
  const waiting = new Map<object, { at: number; run: () => void }>()
  return {
    clock: { now: () => now },
    timers: {
      setTimeout(run: () => void, milliseconds: number) {
        const handle = {}
        waiting.set(handle, { at: now + milliseconds, run })
        return handle
      },
      clearTimeout: (handle: unknown) => void waiting.delete(handle as object),
    },
    async pass(milliseconds: number) {
      const end = now + milliseconds
      for (;;) {
        const due = [...waiting].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)[0]
        if (!due) break
        waiting.delete(due[0])
        now = Math.max(now, due[1].at)
        due[1].run()
        await turns()
      }
      now = end
    },
  }
}

const carrier = (): Carrier & { closed?: string } => {
  const made = { kind: 'relay', initiator: true, send: () => {}, buffered: () => 0 } as unknown as Carrier
  return Object.assign(made, {
    close(reason: string) {
      Object.assign(made, { closed: reason })
    },
  })
}

/** A dialer over sessions that only say what carries them. */
const createScene = (targets: readonly string[], reach: (device: string) => boolean) => {
  const time = createTime()
  const via = new Map<string, 'direct' | 'relay' | 'none'>()
  const dials: string[] = []
  const sessionOf = (device: string) =>
    ({ carrier: () => via.get(device) ?? 'none', isChoosing: () => false }) as Session
  const manager = {
    sessions: () => [...via.keys()].map(sessionOf),
    get: (device: Uint8Array) => {
      const name = [...device].map((byte) => byte.toString(16).padStart(2, '0')).join('')
      return via.has(name) ? sessionOf(name) : undefined
    },
    async accept(_: Carrier, device?: Uint8Array) {
      const name = [...(device ?? [])].map((byte) => byte.toString(16).padStart(2, '0')).join('')
      via.set(name, 'relay')
      return { ok: true, value: sessionOf(name) }
    },
  } as unknown as SessionManager
  const dialer = createDialer({
    platform: { clock: time.clock, timers: time.timers, random: noJitter },
    sessions: manager,
    targets: () => targets,
    canDialDirect: () => false,
    dialDirect: async () => undefined,
    dialRelay: async (device) => {
      dials.push(device)
      return reach(device) ? carrier() : undefined
    },
    report(error) {
      throw error
    },
  })
  const lose = (device: string, livedMs: number): void => {
    via.set(device, 'none')
    dialer.lost(device, { from: 'relay', to: 'none', livedMs })
    dialer.wake()
  }
  return { ...time, dialer, dials, via, lose }
}

describe('hosts and peers that waste dials', () => {
  it('[SW3] a peer that accepts and closes at once is dialled less and less', async () => {
    const scene = createScene([hex(1)], () => true)
    scene.dialer.wake()
    await turns()
    for (let second = 0; second < 300; second++) {
      if (scene.via.get(hex(1)) === 'relay') scene.lose(hex(1), 10)
      await scene.pass(1000)
    }
    expect(scene.dials.length).to.be.within(6, 12)
    // Once it lasted, all is well again.
    const before = scene.dials.length
    scene.via.set(hex(1), 'relay')
    scene.lose(hex(1), SHORT_LIVED_MS)
    await scene.pass(1)
    expect(scene.dials.length).to.equal(before + 1)
  })

  it('[SW3] a host that shows and hides a device again and again makes nobody dial faster than once a second', async () => {
    const scene = createScene([hex(1)], () => false)
    for (let i = 0; i < 1000; i++) {
      scene.dialer.forgive(hex(1))
      await scene.pass(10)
    }
    expect(scene.dials.length).to.be.at.most(11)
  })

  it('[SW3] failures of any number of devices are remembered in bounded memory', () => {
    const backoff = createBackoff({ clock: { now: () => 0 }, random: noJitter }, { firstMs: 1000, maxMs: 8000 })
    for (let i = 0; i < 10_000; i++) backoff.failed(hex(i))
    expect(backoff.isReady(hex(9999))).to.equal(false)
    expect(backoff.isReady(hex(1))).to.equal(true)
  })

  it('[SW2] when all places are taken only those who are sought are let in', async () => {
    const scene = createScene([hex(1)], () => false)
    for (let i = 0; i < MAX_SESSIONS; i++) scene.via.set(hex(100 + i), 'relay')
    const refused = carrier()
    await scene.dialer.accept(refused, hex(99))
    expect(refused.closed).to.equal('busy')
    const known = carrier()
    await scene.dialer.accept(known, hex(100))
    await scene.dialer.accept(carrier(), hex(1))
    expect(known.closed).to.equal(undefined)
    expect(scene.via.get(hex(1))).to.equal('relay')
  })

  const choose = (holders: Record<string, readonly Candidate[]>, failing: (device: string) => boolean = () => false) =>
    chooseTargets({
      me: 'me',
      ownDevice: hex(1),
      persons: Object.keys(holders),
      holders: (person) => holders[person] ?? [],
      isBlocked: () => false,
      isKeeper: () => false,
      places: [],
      connected: new Set(),
      isFailing: failing,
    })

  it('[SW1] holders that do not exist do not keep away those that do', () => {
    const fakes = Array.from({ length: 60 }, (_, i) => ({ device: hex(1000 + i), person: `fake${i}` }))
    const real = { device: hex(2), person: 'bob' }
    const isFake = (device: string) => device !== real.device
    expect(choose({ ann: [...fakes, real] }, isFake)[0]).to.equal(real.device)
  })

  it('[SW1] many devices said to be of one person leave room for everybody else', () => {
    const flood = Array.from({ length: 64 }, (_, i) => ({ device: hex(1000 + i), person: 'ann' }))
    const persons = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`p${i}`, [{ device: hex(10 + i), person: `p${i}` }]]),
    )
    const targets = choose({ ann: flood, ...persons })
    for (let i = 0; i < 40; i++) expect(targets).to.include(hex(10 + i))
    expect(targets).to.have.length(MAX_SESSIONS)
  })
})

describe('floods of signals', () => {
  const createFlood = () => {
    const sent: string[] = []
    let open = 0
    const modems = {
      available: () => true,
      dial(): Dial {
        open++
        return { signal: () => {}, abort: () => {}, carrier: new Promise(() => {}) } as unknown as Dial
      },
    } as unknown as ModemPool
    const direct = createDirectDialer({
      modems,
      random: noJitter,
      iceServers: () => [],
      signal(_, text) {
        sent.push(text)
        return true
      },
      onIncoming: () => {},
    })
    const dial = (device: number, n: number): void =>
      direct.receive(
        hex(device),
        encodeDialSignal({ version: 1, type: 'signal', dial: String(n).padStart(26, 'a'), signal: '{}' }),
        true,
      )
    return { direct, dial, sent, open: () => open }
  }

  it('[SW4] one device takes no more than its share of the dials that are answered', () => {
    const { dial, sent, open } = createFlood()
    for (let n = 0; n < 100; n++) dial(1, n)
    expect(open()).to.equal(MAX_DIALS_PER_DEVICE)
    expect(sent.every((text) => text.includes('decline'))).to.equal(true)
    dial(2, 0)
    expect(open()).to.equal(MAX_DIALS_PER_DEVICE + 1)
  })

  it('[SW4] all devices together take no more than there are places', () => {
    const { dial, open } = createFlood()
    for (let n = 0; n < 100; n++) dial(n, 0)
    expect(open()).to.equal(MAX_INCOMING_DIALS)
  })

  it('[SW4] garbage and blocked persons open nothing', () => {
    const { direct, open } = createFlood()
    for (const text of ['', '{', 'null', '[]', '"x"', '{"__proto__":{"version":1}}']) direct.receive(hex(1), text, true)
    direct.receive(hex(1), encodeDialSignal({ version: 1, type: 'signal', dial: 'a'.repeat(26), signal: '{}' }), false)
    expect(open()).to.equal(0)
    expect(direct.refused).to.equal(6)
  })
})
