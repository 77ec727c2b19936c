/** Keeps the pool at the hosts that are worth it: those that fail make room for others, and get another turn later. */
import { dialableOrigin } from '../hosts/host-address.ts'
import type { LinkState } from '../hosts/link-ports.ts'
import type { Platform } from '../platform.ts'
import { createBackoff } from './backoff.ts'
import { chooseHosts } from './choose-hosts.ts'
import type { HostPool } from './host-pool-types.ts'

/** How long a host that failed lets others go first: after the first failure, and at most. Milliseconds. */
export const ROTA_FIRST_MS = 30_000
export const ROTA_MAX_MS = 1_800_000
/** A connection that lasted this long was no failure, milliseconds. */
const STEADY_MS = 60_000
/** Links change their state several at a time: what follows is thought over once. */
const RECONSIDER_MS = 20

/** What a rota is made of. */
export interface RotaPorts {
  readonly platform: Pick<Platform, 'clock' | 'random' | 'timers'>
  readonly hosts: Pick<HostPool, 'setUrls'>
  /** The person's own hosts. */
  own(): readonly string[]
  /** Hosts of each person followed, as links named them. */
  people(): readonly (readonly string[])[]
}

/** See the module's doc. */
export interface HostRota {
  /** Own hosts or people changed. */
  update(): void
  onState(origin: string, state: LinkState): void
  /** Everybody gets another chance at once: something in the world changed. */
  forgive(): void
  close(): void
}

const dialable = (hosts: readonly string[]): string[] => [
  ...new Set(hosts.flatMap((host) => dialableOrigin(host) ?? [])),
]

/** Chooses nothing before the first `update`. */
export function createHostRota({ platform, hosts, own, people }: RotaPorts): HostRota {
  const { clock, timers } = platform
  const backoff = createBackoff(platform, { firstMs: ROTA_FIRST_MS, maxMs: ROTA_MAX_MS })
  const connectedAt = new Map<string, number>()
  const isFailing = (host: string): boolean => !connectedAt.has(host) && !backoff.isReady(host)
  let timer: unknown

  const wakeIn = (milliseconds: number): void => {
    timers.clearTimeout(timer)
    timer = timers.setTimeout(update, milliseconds)
  }
  const update = (): void => {
    timers.clearTimeout(timer)
    const candidates = people().map(dialable)
    const chosen = chooseHosts({
      own: dialable(own()),
      people: candidates,
      isConnected: (host) => connectedAt.has(host),
      isFailing,
    })
    hosts.setUrls(chosen)
    const left = new Set(candidates.flat().filter((host) => !chosen.includes(host)))
    const turns = [...left].flatMap((host) => backoff.retryAt(host) ?? [])
    if (turns.length > 0) wakeIn(Math.max(RECONSIDER_MS, Math.min(...turns) - clock.now()))
  }
  const fail = (origin: string): void => {
    const since = connectedAt.get(origin)
    if (since !== undefined && clock.now() - since >= STEADY_MS) backoff.succeeded(origin)
    connectedAt.delete(origin)
    backoff.failed(origin)
  }
  return {
    update,
    onState(origin, { state }) {
      if (state === 'connected') connectedAt.set(origin, clock.now())
      else if (state === 'closed') connectedAt.delete(origin)
      else if (state !== 'connecting') {
        fail(origin)
        wakeIn(RECONSIDER_MS)
      }
    },
    forgive() {
      backoff.forgiveAll()
      update()
    },
    close: () => timers.clearTimeout(timer),
  }
}
