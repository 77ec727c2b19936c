/** Replication over all sessions of a node: what each session reads, holds, asks and offers, wired together. */
import { StreamKind } from '../../core/sync/messages.ts'
import type { Session } from '../sessions/types.ts'
import { serveBackfill } from './backfill.ts'
import { createBlockPlaces } from './block-places.ts'
import { type BlockSource, createBlockSeeker } from './block-seeker.ts'
import { createBlockReader } from './blocks.ts'
import { createClaims } from './claims.ts'
import { createHolder, reportTo } from './holder.ts'
import { createLogHeads } from './log-heads.ts'
import { createOfferDesk, createOfferer } from './offers.ts'
import type { ReplicationPorts } from './ports.ts'
import type { Reader } from './reader.ts'
import { createReading } from './reading.ts'
import { serveBlocks } from './serve-blocks.ts'

/** See the module's doc. */
export interface Replication {
  /** Takes part in a new session until it ends. */
  join(session: Session): void
  /** Looks again at what each session should be asked for. */
  refresh(): void
  /** Entries that peers hold and this node does not yet. */
  arriving(): Promise<number>
  close(): void
}

interface Conversation extends BlockSource {
  readonly reader: Reader
  close(): void
}

/** Replication without sessions yet. */
export function createReplication(ports: ReplicationPorts): Replication {
  const { services } = ports
  const claims = createClaims()
  const heads = createLogHeads(services)
  const conversations = new Set<Conversation>()
  const places = createBlockPlaces()
  const seeker = createBlockSeeker(ports, conversations)
  const report = reportTo(services)

  const join = (session: Session): void => {
    const holder = createHolder(services, session)
    const desk = createOfferDesk(services, session)
    const onRestart = (): void => {
      conversation.close()
      join(session)
    }
    const onArriving = holder.peerHas
    const reader = createReading({ ...ports, claims, heads, onRestart, onArriving }, session)
    const blocks = createBlockReader(services, session, places, seeker.proceed)
    const offerer = createOfferer(services, session)
    session.onStream((stream, kind) => {
      if (kind === StreamKind.log) holder.serve(stream)
      else if (kind === StreamKind.backfill) serveBackfill(services, session, stream)
      else if (kind === StreamKind.block) serveBlocks(services, stream)
      // [RC16] What a drill took would be lost with it.
      else if (kind === StreamKind.offer && !services.platform.drill) desk.serve(stream)
      else if (kind === StreamKind.lease && ports.serveLeases) ports.serveLeases(session, stream)
      else stream.close('unknown-kind')
    })
    const stopListening = session.onState((carrier, end) => {
      if (end) conversation.close()
      else if (carrier !== 'none') reader.wake()
    })
    const conversation: Conversation = {
      session,
      reader,
      blocks,
      close() {
        stopListening()
        conversations.delete(conversation)
        for (const part of [reader, holder, blocks, offerer]) part.close()
      },
    }
    conversations.add(conversation)
    seeker.look()
  }

  return {
    join,
    refresh() {
      for (const { reader } of conversations) reader.refresh().catch(report)
    },
    async arriving() {
      const counts = await Promise.all([...conversations].map(({ reader }) => reader.arriving()))
      return Math.max(0, ...counts)
    },
    close() {
      seeker.close()
      heads.close()
      for (const conversation of [...conversations]) conversation.close()
    },
  }
}
