/**
 * Runs in a bare page: what the browser can do at most, with nothing of Kith's around it. Offered as
 * `globalThis.limits`.
 */
import { blake2b } from '@noble/hashes/blake2.js'
import Dexie from 'dexie'

const NAME = 'limits'

const filled = (length: number, seed: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length }, (_, i) => (i * 31 + seed) & 255)

const openTable = async (durability: 'strict' | 'relaxed') => {
  const db = new Dexie(`${NAME}-${crypto.randomUUID()}`, { chromeTransactionDurability: durability })
  db.version(1).stores({ rows: '' })
  await db.open()
  return db
}

const perSecond = (count: number, since: number): number => (count * 1000) / (performance.now() - since)

let channel: RTCDataChannel | undefined
let arrived: Arrived | undefined
let connection: RTCPeerConnection | undefined

/** What came through a channel, counted from its first moment on: a message that nobody listens for is lost. */
interface Arrived {
  bytes: number
  /** When the first one came. */
  since: number
  onMore: () => void
}

const countMessages = (peer: RTCPeerConnection): Arrived => {
  const count: Arrived = { bytes: 0, since: 0, onMore: () => undefined }
  peer.ondatachannel = ({ channel: received }) => {
    received.binaryType = 'arraybuffer'
    received.onmessage = ({ data }) => {
      count.since ||= performance.now()
      count.bytes += (data as ArrayBuffer).byteLength
      count.onMore()
    }
  }
  return count
}

const gathered = (peer: RTCPeerConnection): Promise<string> =>
  new Promise((resolve) => {
    const tell = () => peer.iceGatheringState === 'complete' && resolve(JSON.stringify(peer.localDescription))
    peer.addEventListener('icegatheringstatechange', tell)
    tell()
  })

const isOpen = (opened: RTCDataChannel): Promise<void> =>
  new Promise((resolve) => {
    if (opened.readyState === 'open') resolve()
    else opened.addEventListener('open', () => resolve(), { once: true })
  })

const limits = {
  /** Ed25519 signatures of 300 bytes checked a second by WebCrypto, all in flight at once. */
  async verify(count: number): Promise<number> {
    const { publicKey, privateKey } = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])
    const message = filled(300, 1)
    const signature = await crypto.subtle.sign('Ed25519', privateKey, message)
    const start = performance.now()
    const check = () => crypto.subtle.verify('Ed25519', publicKey, signature, message)
    await Promise.all(Array.from({ length: count }, check))
    return perSecond(count, start)
  },

  /** BLAKE2b digests a second: an entry costs one over itself and one over its payload. */
  async hash(count: number, bytes: number): Promise<number> {
    const message = filled(bytes, 2)
    const start = performance.now()
    for (let i = 0; i < count; i++) {
      message[0] = i & 255
      blake2b(message)
    }
    return perSecond(count, start)
  },

  /** Rows of `bytes` bytes put through Dexie a second, `batch` a transaction, and removed again. */
  async put(count: number, batch: number, bytes: number): Promise<number> {
    const db = await openTable('relaxed')
    const start = performance.now()
    for (let from = 0; from < count; from += batch) {
      const keys = Array.from({ length: batch }, (_, i) => ['row', from + i])
      await db.table('rows').bulkPut(
        keys.map((_, i) => filled(bytes, i)),
        keys as never[],
      )
    }
    const rate = perSecond(count, start)
    await db.delete()
    return rate
  },

  /** Milliseconds of each of `count` single puts that are on disk when they resolve. */
  async strictPuts(count: number): Promise<number[]> {
    const db = await openTable('strict')
    const took: number[] = []
    for (let i = 0; i < count; i++) {
      const start = performance.now()
      await db.table('rows').put(filled(300, i), ['row', i] as never)
      took.push(performance.now() - start)
    }
    await db.delete()
    return took
  },

  /** First step of a data channel to another browser. @returns the offer */
  async offer(): Promise<string> {
    connection = new RTCPeerConnection()
    channel = connection.createDataChannel('raw')
    await connection.setLocalDescription()
    return gathered(connection)
  },
  /** Second step, at the other side. @returns the answer */
  async answer(offer: string): Promise<string> {
    connection = new RTCPeerConnection()
    arrived = countMessages(connection)
    await connection.setRemoteDescription(JSON.parse(offer))
    await connection.setLocalDescription()
    return gathered(connection)
  },
  /** Third step. */
  async accept(answer: string): Promise<void> {
    await connection!.setRemoteDescription(JSON.parse(answer))
    await isOpen(channel!)
  },
  /** Sends `total` bytes in messages of `size`, at most 1 MiB waiting. */
  async send(total: number, size: number): Promise<void> {
    const message = filled(size, 3)
    channel!.bufferedAmountLowThreshold = 1 << 18
    for (let sent = 0; sent < total; sent += size) {
      if (channel!.bufferedAmount > 1 << 20)
        await new Promise((resolve) => channel!.addEventListener('bufferedamountlow', resolve, { once: true }))
      channel!.send(message)
    }
  },
  /** Takes in `total` bytes. @returns bytes a second from the first on */
  receive(total: number): Promise<number> {
    const count = arrived!
    return new Promise((resolve) => {
      count.onMore = () => count.bytes >= total && resolve(perSecond(count.bytes, count.since))
      count.onMore()
    })
  },
}

/** What `evaluate` in the page can call. */
export type Limits = typeof limits

Object.assign(globalThis, { limits })
