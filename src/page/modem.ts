/**
 * The modem: this window's offer to carry WebRTC for the node, which has none in a worker. It keeps no protocol state:
 * it opens peer connections, passes signals and bytes, and answers heartbeats (see rpc/modem.ts).
 */
import type { Connection } from '../rpc/connection.ts'
import { startHeartbeat } from '../rpc/liveness.ts'
import type { FromModem, ToModem } from '../rpc/modem.ts'
import { type ModemLink, openLink, type PeerConstructor } from './modem-link.ts'

/** Signals that may arrive while simple-peer itself is still loading. */
const MAX_EARLY_MESSAGES = 256

/** A modem at work on one port. */
export interface Modem {
  /** Says goodbye and closes every connection. */
  close(): void
}

const loadSimplePeer = async (): Promise<PeerConstructor> => {
  const module = await import('simple-peer')
  return module.default as unknown as PeerConstructor
}

/** Simple-peer is loaded at the first dial: most visits begin before anyone is there to talk to. */
const createLinks = (post: (message: FromModem, transfer?: Transferable[]) => void) => {
  const links = new Map<number, ModemLink>()
  const early = new Map<number, ToModem[]>()

  const deliver = (message: Exclude<ToModem, { type: 'ping' | 'dial' }>): void => {
    const link = links.get(message.link)
    if (message.type === 'signal') link?.signal(message.signal)
    if (message.type === 'send') link?.send(message.bytes)
    if (message.type === 'close') link?.close('closed-here')
  }

  const dial = async (message: Extract<ToModem, { type: 'dial' }>): Promise<void> => {
    const { link } = message
    early.set(link, [])
    try {
      const PeerClass = await loadSimplePeer()
      links.set(
        link,
        openLink(PeerClass, message, post, () => links.delete(link)),
      )
    } catch (thrown) {
      post({ type: 'closed', link, reason: String(thrown) })
    }
    const waited = early.get(link) ?? []
    early.delete(link)
    for (const next of waited) handle(next)
  }

  const handle = (message: ToModem): void => {
    if (message.type === 'ping') return
    if (message.type === 'dial') {
      void dial(message)
      return
    }
    const waiting = early.get(message.link)
    if (!waiting) deliver(message)
    else if (waiting.length < MAX_EARLY_MESSAGES) waiting.push(message)
  }

  const closeAll = (): void => {
    for (const link of [...links.values()]) link.close('modem-closed')
  }
  return { handle, closeAll }
}

/** Starts a modem on `port`. `onFenced`: the node has not been heard for so long that it has given this modem up. */
export const startModem = (port: MessagePort, lock: string, onFenced: () => void): Modem => {
  const post = (message: FromModem, transfer: Transferable[] = []): void => port.postMessage(message, transfer)
  const links = createLinks(post)
  const heartbeat = startHeartbeat({ ping: () => undefined, silent: onFenced })

  port.onmessage = ({ data }: MessageEvent<ToModem>) => {
    if (data.type !== 'ping') return links.handle(data)
    heartbeat.beat()
    post({ type: 'pong', n: data.n })
  }
  post({ type: 'modem', webrtc: 'RTCPeerConnection' in globalThis, lock })

  const close = (): void => {
    heartbeat.stop()
    post({ type: 'bye' })
    links.closeAll()
    port.close()
  }
  return { close }
}

/** One modem a window, on whichever connection is current. */
export const keepModem = (lock: string) => {
  let modem: Modem | undefined
  const detach = (): void => {
    modem?.close()
    modem = undefined
  }
  const attachTo = (connection: Connection): void => {
    detach()
    const { port1, port2 } = new MessageChannel()
    const started = startModem(port1, lock, () => attachTo(connection))
    modem = started
    connection.attachModem(port2)
    void connection.lost.then(() => modem === started && detach())
  }
  return { attachTo, detach }
}
