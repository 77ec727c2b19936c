/**
 * Takes what a host passes on for those who ask over HTTP. Few devices are ever asked, so what answers is loaded with
 * the first request; how many may wait is held here, before anything is loaded or read.
 */

import { encodePiece } from '../../core/swarm/host-frames.ts'
import { MAX_PIECE_BYTES, MAX_TUNNEL_REQUESTS } from '../../core/swarm/host-limits.ts'
import type { ClientMessage, RequestNumber, RequestOutcome, TunnelRequest } from '../../core/swarm/host-protocol.ts'
import type { Timers } from '../platform.ts'
import type { TunnelSource } from './link-ports.ts'
import type { TunnelServer } from './tunnel-server.ts'

/** The connection as the tunnel sees it, and what it answers with. */
export interface TunnelPorts {
  readonly timers: Timers
  readonly source: TunnelSource
  send(frame: Uint8Array): void
  /** False while sessions have something to send. */
  isIdle(): boolean
  tell(message: ClientMessage): void
  /** Something the host sent was not in order. */
  refuse(reason: string): void
}

/** The tunnel of one connection. */
export interface TunnelGate {
  take(request: TunnelRequest): void
  /** The connection is gone: nobody waits for answers any more. */
  lost(): void
}

/** Nothing asked yet. */
export const createTunnelGate = (ports: TunnelPorts): TunnelGate => {
  let loading: Promise<TunnelServer> | undefined
  let waiting = 0
  let isOver = false
  const tellOutcome = (request: RequestNumber, outcome: RequestOutcome): void =>
    ports.tell({ type: 'outcome', request, outcome })
  const load = async (): Promise<TunnelServer> =>
    (await import('./tunnel-server.ts')).createTunnelServer({
      ...ports,
      pieceBytes: MAX_PIECE_BYTES,
      sendPiece: (request, left, bytes) => ports.send(encodePiece(request, left, bytes)),
      tellOutcome,
      isOver: () => isOver,
    })
  const answer = async (request: TunnelRequest): Promise<void> => {
    try {
      loading ??= load()
      await (await loading).answer(request)
    } catch {
      // The script could not be loaded, or the disk gave nothing good: said to who asked, tried again with the next.
      loading = undefined
      tellOutcome(request.request, 'failed')
    }
  }
  return {
    async take(request) {
      if (waiting >= MAX_TUNNEL_REQUESTS) return ports.refuse('too-many-requests')
      waiting += 1
      await answer(request)
      waiting -= 1
    },
    lost() {
      isOver = true
    },
  }
}
