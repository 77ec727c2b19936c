/** A device that answers what comes through the host's tunnel: from a list of blocks and records, or as a test says. */
import { type Cid, cidToBytes, rawCid } from '../../../src/core/blocks/cid.ts'
import { base32Encode, bytesToHex } from '../../../src/core/bytes.ts'
import { decodeHostMessage } from '../../../src/core/swarm/host-codec.ts'
import { decodeHostFrame, encodeControl, encodePiece } from '../../../src/core/swarm/host-frames.ts'
import { MAX_PIECE_BYTES } from '../../../src/core/swarm/host-limits.ts'
import type { RequestNumber, RequestOutcome, TunnelRequest } from '../../../src/core/swarm/host-protocol.ts'
import { type Client, enter } from './client.ts'
import type { TestHost } from './host.ts'
import type { TestDevice } from './people.ts'

/** A device at a host. */
export interface Serving {
  readonly client: Client
  /** `http://host/at/DEVICE`. */
  readonly url: string
  /** What was asked of it, in order. */
  readonly asked: TunnelRequest[]
  /** Sends a whole answer. */
  send(request: RequestNumber, bytes: Uint8Array): void
  tell(request: RequestNumber, outcome: RequestOutcome): void
  /** Replaces the answers. */
  onRequest: (message: TunnelRequest) => void
}

/** A block of that many bytes, and its name. */
export const blockOf = (size: number, fill = 7): { readonly cid: Cid; readonly bytes: Uint8Array } => {
  const bytes = new Uint8Array(size).map((_, i) => (i * fill + (i >> 8)) & 255)
  return { cid: rawCid(bytes), bytes }
}

/** Logs in; what is named by `held` is sent, anything else is absent, whatever is offered is stored. */
export const serve = async (
  host: TestHost,
  who: TestDevice,
  held: readonly (readonly [name: Uint8Array, bytes: Uint8Array])[] = [],
): Promise<Serving> => {
  const client = await enter(host.origin, who)
  const things = new Map(held.map(([name, bytes]) => [bytesToHex(name), bytes]))
  const tell: Serving['tell'] = (request, outcome) => client.send(encodeControl({ type: 'outcome', request, outcome }))
  const send: Serving['send'] = (request, bytes) => {
    let at = 0
    do {
      const piece = bytes.subarray(at, at + MAX_PIECE_BYTES)
      at += piece.length
      client.send(encodePiece(request, bytes.length - at, piece))
    } while (at < bytes.length)
  }
  const serving: Serving = {
    client,
    url: `${host.origin}/at/${base32Encode(who.device)}`,
    asked: [],
    send,
    tell,
    onRequest(message) {
      if (message.type === 'write-record') return tell(message.request, 'stored')
      const bytes = things.get(bytesToHex(message.type === 'read-block' ? message.cid : message.key))
      if (bytes) send(message.request, bytes)
      else tell(message.request, 'absent')
    },
  }
  client.socket.on('message', (data: Buffer) => {
    const frame = decodeHostFrame(new Uint8Array(data))
    const message = frame.ok && frame.value.kind === 'control' ? decodeHostMessage(frame.value.body) : undefined
    if (!message?.ok) return
    const { type } = message.value
    if (type !== 'read-block' && type !== 'read-record' && type !== 'write-record') return
    serving.asked.push(message.value)
    serving.onRequest(message.value)
  })
  return serving
}

/** A block as `serve` takes it. */
export const held = ({ cid, bytes }: { readonly cid: Cid; readonly bytes: Uint8Array }) =>
  [cidToBytes(cid), bytes] as const
