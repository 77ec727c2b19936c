/**
 * Answers what a host passes on, one request after the other and in pieces that leave only while sessions have nothing
 * to send: whoever reads out of this device over HTTP does not slow down those it talks to.
 */

import { cidFromBytes, verifyBlock } from '../../core/blocks/cid.ts'
import { encodePiece } from '../../core/swarm/host-frames.ts'
import { MAX_PIECE_BYTES } from '../../core/swarm/host-limits.ts'
import type { RequestNumber, RequestOutcome, TunnelRequest } from '../../core/swarm/host-protocol.ts'
import type { TunnelPorts } from './tunnel-gate.ts'

/** While sessions are busy it is asked again this often, milliseconds: a websocket has no event for it. */
const POLL_INTERVAL = 10

/** Answers requests of one connection. */
export interface TunnelServer {
  /** Resolves when the answer has been handed to the websocket; rejects when there could be none. */
  answer(request: TunnelRequest): Promise<void>
}

/** @param isOver whether the connection has ended */
export const createTunnelServer = (ports: TunnelPorts, isOver: () => boolean): TunnelServer => {
  const { source, timers } = ports
  let last: Promise<void> = Promise.resolve()

  const tell = (request: RequestNumber, outcome: RequestOutcome): void =>
    ports.tell({ type: 'outcome', request, outcome })
  const idle = async (): Promise<void> => {
    while (!ports.isIdle() && !isOver()) await new Promise<void>((resolve) => timers.setTimeout(resolve, POLL_INTERVAL))
  }
  const send = async (request: RequestNumber, bytes: Uint8Array): Promise<void> => {
    let at = 0
    do {
      await idle()
      if (isOver()) return
      const piece = bytes.subarray(at, at + MAX_PIECE_BYTES)
      at += piece.length
      ports.send(encodePiece(request, bytes.length - at, piece))
    } while (at < bytes.length)
  }
  const sendBlock = async (request: RequestNumber, name: Uint8Array): Promise<void> => {
    const cid = cidFromBytes(name)
    const bytes = cid.ok ? await source.block(name) : undefined
    if (!cid.ok || !bytes) return tell(request, 'absent')
    // A block that the disk has spoilt is not sent: the host would take this device for a liar.
    return verifyBlock(cid.value, bytes) ? send(request, bytes) : tell(request, 'failed')
  }
  const sendRecord = async (request: RequestNumber, key: Uint8Array): Promise<void> => {
    const bytes = await source.record(key)
    return bytes ? send(request, bytes) : tell(request, 'absent')
  }
  const answerOne = async (message: TunnelRequest): Promise<void> => {
    if (isOver()) return
    if (message.type === 'read-block') await sendBlock(message.request, message.cid)
    else if (message.type === 'read-record') await sendRecord(message.request, message.key)
    else tell(message.request, await source.offer(message.key, message.record))
  }
  return {
    answer(request) {
      const answered = last.then(() => answerOne(request))
      last = answered.catch(() => undefined)
      return answered
    },
  }
}
