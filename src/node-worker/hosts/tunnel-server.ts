/**
 * Answers what a host passes on, one request after the other and in pieces that leave only while sessions have nothing
 * to send: whoever reads out of this device over HTTP does not slow down those it talks to. Loaded when first needed;
 * imports nothing, because what it shared with the node would have to leave the node's own script.
 */

import type { RequestNumber, RequestOutcome, TunnelRequest } from '../../core/swarm/host-protocol.ts'
import type { Timers } from '../platform.ts'
import type { TunnelSource } from './link-ports.ts'

/** While sessions are busy it is asked again this often, milliseconds: a websocket has no event for it. */
const POLL_INTERVAL = 10

/** The connection as the server sees it. */
export interface ServerPorts {
  readonly timers: Timers
  readonly source: TunnelSource
  /** The most bytes of one piece. */
  readonly pieceBytes: number
  /** @param left bytes of the answer that follow in later pieces */
  sendPiece(request: RequestNumber, left: number, bytes: Uint8Array): void
  tellOutcome(request: RequestNumber, outcome: RequestOutcome): void
  isIdle(): boolean
  /** Whether the connection has ended. */
  isOver(): boolean
}

/** Answers requests of one connection. */
export interface TunnelServer {
  /** Resolves when the answer has been handed to the websocket; rejects when there could be none. */
  answer(request: TunnelRequest): Promise<void>
}

/** Nothing asked yet. */
export const createTunnelServer = (ports: ServerPorts): TunnelServer => {
  const { source, timers, pieceBytes, isOver, isIdle } = ports
  let last: Promise<void> = Promise.resolve()

  const idle = async (): Promise<void> => {
    while (!isIdle() && !isOver()) await new Promise<void>((resolve) => timers.setTimeout(resolve, POLL_INTERVAL))
  }
  const send = async (request: RequestNumber, bytes: Uint8Array): Promise<void> => {
    let at = 0
    do {
      await idle()
      if (isOver()) return
      const piece = bytes.subarray(at, at + pieceBytes)
      at += piece.length
      ports.sendPiece(request, bytes.length - at, piece)
    } while (at < bytes.length)
  }
  const read = (message: Exclude<TunnelRequest, { type: 'write-record' }>) =>
    message.type === 'read-block' ? source.block(message.cid) : source.record(message.key)
  const answerOne = async (message: TunnelRequest): Promise<void> => {
    const { request } = message
    if (isOver()) return
    if (message.type === 'write-record') {
      ports.tellOutcome(request, await source.offer(message.key, message.record))
      return
    }
    const bytes = await read(message)
    if (bytes) await send(request, bytes)
    else ports.tellOutcome(request, 'absent')
  }
  return {
    answer(request) {
      const answered = last.then(() => answerOne(request))
      last = answered.catch(() => undefined)
      return answered
    },
  }
}
