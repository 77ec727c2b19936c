/** One peer connection of the modem: simple-peer with one reliable, ordered data channel. */
import type { FromModem, ToModem } from '../rpc/modem.ts'
import { MAX_CHANNEL_MESSAGE } from '../rpc/modem.ts'

/** A connection that has lost its path for this long is given up; the session has others to go over. */
const DISCONNECTED_MS = 4_000

/** The part of a simple-peer that is used. Its published types want Node's streams. */
export interface Peer {
  /** Bytes in the channel's send buffer. */
  readonly bufferSize: number
  signal(data: unknown): void
  write(chunk: Uint8Array, written: (error?: Error | null) => void): boolean
  destroy(error?: Error): void
  on(event: 'signal', handler: (data: unknown) => void): void
  on(event: 'connect' | 'close', handler: () => void): void
  on(event: 'data', handler: (chunk: Uint8Array) => void): void
  on(event: 'error', handler: (error: Error & { readonly code?: string }) => void): void
  on(event: 'iceStateChange', handler: (state: string) => void): void
}

/** Constructor of {@link Peer}. */
export type PeerConstructor = new (options: {
  initiator: boolean
  config: { iceServers: { urls: string }[] }
  objectMode: boolean
}) => Peer

/** What the modem does with a link. */
export interface ModemLink {
  signal(text: string): void
  send(bytes: Uint8Array): void
  close(reason: string): void
}

type Dial = Extract<ToModem, { type: 'dial' }>

const reportSent = (peer: Peer, link: number, post: (message: FromModem) => void) => {
  let total = 0
  return (length: number): void => {
    total += length
    post({ type: 'sent', link, total, buffered: peer.bufferSize })
  }
}

/** Calls `lost` when the path has been gone for {@link DISCONNECTED_MS}. */
const watchPath = (peer: Peer, lost: () => void): (() => void) => {
  let timer: ReturnType<typeof setTimeout> | undefined
  peer.on('iceStateChange', (state) => {
    clearTimeout(timer)
    if (state === 'disconnected') timer = setTimeout(lost, DISCONNECTED_MS)
  })
  return () => clearTimeout(timer)
}

/** A chunk from simple-peer is a Buffer over the whole of an ArrayBuffer that nobody else has. */
const toPlainBytes = (chunk: Uint8Array): Uint8Array<ArrayBuffer> =>
  new Uint8Array(chunk.buffer as ArrayBuffer, chunk.byteOffset, chunk.byteLength)

/** Dials and reports everything by `post`; `onClosed` is called once, after the last report. */
export const openLink = (
  PeerClass: PeerConstructor,
  dial: Dial,
  post: (message: FromModem, transfer?: Transferable[]) => void,
  onClosed: () => void,
): ModemLink => {
  const { link, initiator } = dial
  // Object mode keeps the boundaries of messages.
  const peer = new PeerClass({ initiator, config: { iceServers: [...dial.iceServers] }, objectMode: true })
  const sent = reportSent(peer, link, post)
  let isClosed = false
  const close = (reason: string): void => {
    if (isClosed) return
    isClosed = true
    stopWatching()
    peer.destroy()
    post({ type: 'closed', link, reason })
    onClosed()
  }
  const stopWatching = watchPath(peer, () => close('path-lost'))

  peer.on('signal', (data) => post({ type: 'signal', link, signal: JSON.stringify(data) }))
  peer.on('connect', () => post({ type: 'open', link }))
  peer.on('close', () => close('closed'))
  peer.on('error', (error) => close(error.code ?? error.message))
  peer.on('data', (chunk) => {
    const bytes = toPlainBytes(chunk)
    if (bytes.length > MAX_CHANNEL_MESSAGE) close('message-too-large')
    else post({ type: 'bytes', link, bytes }, [bytes.buffer])
  })

  const send = (bytes: Uint8Array): void => {
    // Written in turn: simple-peer waits for the channel to drain under 64 KiB before it calls back.
    if (!isClosed) peer.write(bytes, (error) => !error && sent(bytes.length))
  }
  const signal = (text: string): void => {
    try {
      peer.signal(JSON.parse(text))
    } catch {
      close('bad-signal')
    }
  }
  return { signal, send, close }
}
