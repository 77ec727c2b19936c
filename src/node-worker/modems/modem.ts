/** One attached window, as the node sees it: its links, its heartbeat, and its end. */
import type { Carrier } from '../../core/ports.ts'
import { startHeartbeat } from '../../rpc/liveness.ts'
import { type FromModem, MAX_CHANNEL_MESSAGE, type ToModem } from '../../rpc/modem.ts'
import { createModemCarrier, type ModemCarrier } from './modem-carrier.ts'

/** A connection that is not open after this long is given up. */
export const DIAL_MS = 20_000

/** Longest signal: an SDP of a data channel is about 1 KiB, candidates less. */
export const MAX_SIGNAL_CHARS = 16_384

/** What to dial. */
export interface DialOptions {
  readonly initiator: boolean
  readonly iceServers: readonly { readonly urls: string }[]
  /** Text for the other side, to be carried there in order. */
  readonly onSignal: (text: string) => void
}

/** A connection on its way. */
export interface Dial {
  /** Text from the other side. */
  signal(text: string): void
  /** The open connection; undefined when there will be none. */
  readonly carrier: Promise<Carrier | undefined>
  abort(): void
}

/** A window that can carry. */
export interface Modem {
  /** Links that are open or on their way. */
  links(): number
  dial(link: number, options: DialOptions): Dial
  close(): void
}

/** A link from `dial` to `close`: first on its way, then open. */
interface Link {
  readonly onSignal: (text: string) => void
  readonly modemCarrier: ModemCarrier
  settle(carrier: Carrier | undefined): void
}

type ToLink = Exclude<FromModem, { type: 'modem' | 'pong' | 'bye' }>

const tellLink = (link: Link, message: ToLink): void => {
  if (message.type === 'signal') link.onSignal(message.signal)
  if (message.type === 'open') link.settle(link.modemCarrier.carrier)
  if (message.type === 'sent') link.modemCarrier.sent(message)
  if (message.type === 'closed') link.modemCarrier.closed(message.reason)
  if (message.type === 'bytes') link.modemCarrier.received(message.bytes)
}

const isTooLarge = (message: ToLink): boolean => message.type === 'bytes' && message.bytes.length > MAX_CHANNEL_MESSAGE

const toDial = (link: number, options: DialOptions): ToModem => ({
  type: 'dial',
  link,
  initiator: options.initiator,
  iceServers: options.iceServers,
})

/**
 * Takes over `port`. `onReady` once it said hello with WebRTC; `onGone` when it said goodbye or fell silent: its
 * carriers are closed by then ('modem-gone'), and nothing it may still post is heard.
 */
export const attachModem = (
  port: MessagePort,
  on: { readonly ready: (webrtc: boolean) => void; readonly gone: () => void },
  heartbeatMs?: number,
): Modem => {
  const links = new Map<number, Link>()
  let beats = 0
  const post = (message: ToModem, transfer: Transferable[] = []): void => port.postMessage(message, transfer)

  const close = (): void => {
    heartbeat.stop()
    port.onmessage = null
    port.close()
    for (const link of [...links.values()]) link.modemCarrier.closed('modem-gone')
    on.gone()
  }
  const heartbeat = startHeartbeat({
    ping: () => post({ type: 'ping', n: ++beats }),
    silent: close,
    ...(heartbeatMs ? { interval: heartbeatMs } : {}),
  })

  port.onmessage = ({ data }: MessageEvent<FromModem>) => {
    if (data.type === 'modem') on.ready(data.webrtc)
    else if (data.type === 'pong') heartbeat.beat()
    else if (data.type === 'bye') close()
    else forLink(data)
  }
  const forLink = (message: ToLink): void => {
    const link = links.get(message.link)
    if (!link) return
    if (!isTooLarge(message)) {
      tellLink(link, message)
      return
    }
    link.modemCarrier.closed('message-too-large')
    post({ type: 'close', link: message.link })
  }

  const dial = (link: number, options: DialOptions): Dial => {
    let resolve: (carrier: Carrier | undefined) => void = () => undefined
    const opening = new Promise<Carrier | undefined>((settled) => {
      resolve = settled
    })
    const settle = (carrier: Carrier | undefined): void => {
      clearTimeout(patience)
      resolve(carrier)
    }
    const forget = (): void => {
      links.delete(link)
      settle(undefined)
    }
    const modemCarrier = createModemCarrier({ link, initiator: options.initiator, post, forget })
    const abort = (): void => modemCarrier.carrier.close('aborted')
    const patience = setTimeout(abort, DIAL_MS)
    links.set(link, { onSignal: options.onSignal, modemCarrier, settle })
    post(toDial(link, options))
    const signal = (text: string): void => {
      if (text.length > MAX_SIGNAL_CHARS) abort()
      else post({ type: 'signal', link, signal: text })
    }
    return { signal, carrier: opening, abort }
  }
  return { links: () => links.size, dial, close }
}
