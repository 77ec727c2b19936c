/**
 * Keeps a session up with each target device: a data channel where both sides have WebRTC, else a circuit over a host,
 * which is exchanged for a channel when one becomes possible. Failures are remembered with exponential back-off.
 */

import { bytesToHex, hexToBytes } from '../../core/bytes.ts'
import type { Carrier } from '../../core/ports.ts'
import type { Platform, Timers } from '../platform.ts'
import type { SessionManager } from '../sessions/types.ts'
import { type Backoff, createBackoff } from './backoff.ts'
import type { Loss, Via } from './losses.ts'
import { MAX_SESSIONS } from './targets.ts'

/** A data channel that is not open after this long no longer holds up the relay; it may still come. */
export const DIRECT_HEAD_START_MS = 3000
const DEVICE_BACKOFF = { firstMs: 1000, maxMs: 120_000 }
const DIRECT_BACKOFF = { firstMs: 5000, maxMs: 600_000 }
/** What is lost sooner than this was no success: it counts as a failed dial. */
export const SHORT_LIVED_MS = 5000

/** What the dialer needs of the swarm around it. */
export interface DialerPorts {
  readonly platform: Pick<Platform, 'clock' | 'random' | 'timers'>
  readonly sessions: SessionManager
  /** Devices (hex) to be connected to now. */
  targets(): readonly string[]
  canDialDirect(): boolean
  dialDirect(device: string): Promise<Carrier | undefined>
  dialRelay(device: string): Promise<Carrier | undefined>
  /** Told of what must not happen. */
  report(error: unknown): void
}

/** See the module's doc. */
export interface Dialer {
  /** Looks again at who is to be dialled: something changed. */
  wake(): void
  /** Forgets failures: of everybody, or of a device that was just seen anew. */
  forgive(device?: string): void
  /** Whether the last attempts failed, so that others are tried first. */
  isFailing(device: string): boolean
  /** Only what lasts is a success. */
  lost(device: string, loss: Loss): void
  /** Takes over a carrier that a peer dialled, if there is room. */
  accept(carrier: Carrier, device: string): Promise<void>
  close(): void
}

/** A dialer at work. */
export function createDialer(ports: DialerPorts): Dialer {
  const { platform, sessions } = ports
  const devices = createBackoff(platform, DEVICE_BACKOFF)
  const channels = createBackoff(platform, DIRECT_BACKOFF)
  const dialling = new Set<string>()
  const upgrading = new Set<string>()
  let timer: unknown
  let isClosed = false

  const carrierOf = (device: string): Via | 'none' => sessions.get(hexToBytes(device))?.carrier() ?? 'none'
  /** Both sides dial at once, and on a slow device carriers would push each other out without end. */
  const isChoosing = (device: string): boolean => sessions.get(hexToBytes(device))?.isChoosing() ?? false
  const hasCarrier = (device: string): boolean => carrierOf(device) !== 'none' || isChoosing(device)

  /** [SW2] Others may take no more places than there are; those whom this node itself seeks always have one. */
  const hasRoomFor = (device: string): boolean =>
    sessions.sessions().length < MAX_SESSIONS ||
    sessions.get(hexToBytes(device)) !== undefined ||
    ports.targets().includes(device)

  const accept = async (carrier: Carrier, device: string): Promise<boolean> => {
    const result = await sessions.accept(carrier, hexToBytes(device))
    return result.ok
  }

  const dialDirect = async (device: string): Promise<boolean> => {
    upgrading.add(device)
    try {
      const carrier = await ports.dialDirect(device)
      const isUp = carrier !== undefined && (await accept(carrier, device))
      if (!isUp) channels.failed(device)
      return isUp
    } finally {
      upgrading.delete(device)
      wake()
    }
  }

  const dialRelay = async (device: string): Promise<boolean> => {
    const carrier = await ports.dialRelay(device)
    return carrier !== undefined && accept(carrier, device)
  }

  const mayDialDirect = (device: string): boolean =>
    ports.canDialDirect() && !upgrading.has(device) && channels.isReady(device)

  const connect = async (device: string): Promise<void> => {
    dialling.add(device)
    try {
      const direct = mayDialDirect(device) ? dialDirect(device) : undefined
      const isUp = direct && (await within(platform.timers, direct, DIRECT_HEAD_START_MS))
      const isReached = isUp || hasCarrier(device) || (await dialRelay(device))
      if (!isReached && !hasCarrier(device)) devices.failed(device)
    } finally {
      dialling.delete(device)
      wake()
    }
  }

  const consider = (device: string): void => {
    if (isChoosing(device)) return
    const carrier = carrierOf(device)
    if (carrier === 'none' && !dialling.has(device) && devices.isReady(device)) connect(device).catch(ports.report)
    else if (carrier === 'relay' && mayDialDirect(device)) dialDirect(device).catch(ports.report)
  }

  const scheduleRetry = (targets: readonly string[]): void => {
    const times = targets.flatMap((device) => [devices.retryAt(device), retryDirectAt(channels, device, carrierOf)])
    const next = Math.min(...times.filter((time) => time !== undefined))
    if (timer !== undefined) platform.timers.clearTimeout(timer)
    timer = undefined
    if (Number.isFinite(next)) timer = platform.timers.setTimeout(wake, Math.max(50, next - platform.clock.now()))
  }

  function wake(): void {
    if (isClosed) return
    const targets = ports.targets()
    for (const device of targets) consider(device)
    scheduleRetry(targets)
  }

  return {
    wake,
    forgive(device) {
      for (const backoff of [devices, channels]) {
        if (device === undefined) backoff.forgiveAll()
        else backoff.forgive(device)
      }
      wake()
    },
    isFailing: (device) => !devices.isReady(device),
    lost(device, { from, to, livedMs }) {
      const judge = (backoff: Backoff): void =>
        livedMs < SHORT_LIVED_MS ? backoff.failed(device) : backoff.succeeded(device)
      if (from === 'direct') judge(channels)
      if (to === 'none') judge(devices)
    },
    async accept(carrier, device) {
      if (hasRoomFor(device)) await accept(carrier, device)
      else carrier.close('busy')
      wake()
    },
    close() {
      isClosed = true
      if (timer !== undefined) platform.timers.clearTimeout(timer)
    },
  }
}

const retryDirectAt = (
  channels: Backoff,
  device: string,
  carrierOf: (device: string) => Via | 'none',
): number | undefined => (carrierOf(device) === 'relay' ? channels.retryAt(device) : undefined)

/** What `work` comes to, or undefined when it takes longer than `milliseconds`. */
async function within<T>(timers: Timers, work: Promise<T>, milliseconds: number): Promise<T | undefined> {
  let timer: unknown
  const late = new Promise<undefined>((resolve) => {
    timer = timers.setTimeout(() => resolve(undefined), milliseconds)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    timers.clearTimeout(timer)
  }
}

/** The name by which the swarm knows a device. */
export const deviceName = (device: Uint8Array): string => bytesToHex(device)
