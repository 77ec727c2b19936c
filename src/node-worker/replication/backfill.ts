/** The holder's side of a backfill stream: answers each `get` with segments, paced by the reader's credit. */
import { equalBytes } from '../../core/bytes.ts'
import { MAX_SEGMENT_BYTES } from '../../core/limits.ts'
import { decodeGet, encodeSync } from '../../core/sync/codec.ts'
import type { Get } from '../../core/sync/messages.ts'
import type { Session, Stream } from '../sessions/types.ts'
import { mayRead, servedHeads } from './access.ts'
import type { ReplicationServices } from './ports.ts'
import { refuseMessage } from './refused-message.ts'

/**
 * Wire size that segments are cut to. The reader stores each in a transaction of its own, whose fixed cost is that of
 * a hundred entries, so as large as a segment may be.
 */
export const BACKFILL_SEGMENT_BYTES = MAX_SEGMENT_BYTES

/** Serves a backfill stream that the peer opened. */
export function serveBackfill(services: ReplicationServices, session: Session, stream: Stream): void {
  const answer = async (get: Get): Promise<void> => {
    let next = get.from
    while (next <= get.to) {
      const run = await services.logs.readSegment(get.device, get.log, next, BACKFILL_SEGMENT_BYTES, get.to)
      if (!run) break
      const isOut = await stream.send(encodeSync({ type: 'segment', person: get.person, segment: run.bytes }))
      if (!isOut) return
      next = run.to + 1
    }
    await stream.send(encodeSync({ type: 'end' }))
  }
  const isServed = async (get: Get): Promise<boolean> => {
    if (!mayRead(services, session, get.person, get)) return false
    const heads = await servedHeads(services, session, get.person)
    return heads.some((head) => head.log === get.log && equalBytes(head.device, get.device))
  }
  stream.onmessage = async (bytes) => {
    const get = decodeGet(bytes)
    if (!get.ok) {
      refuseMessage(get.error, services.refusals.count)
      return stream.close('failed')
    }
    if (await isServed(get.value)) return answer(get.value)
    await stream.send(encodeSync({ type: 'end' }))
  }
}
