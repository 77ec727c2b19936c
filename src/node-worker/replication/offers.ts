/**
 * Replies and reactions to somebody who may not follow us: each is offered to that person's devices, one entry at a
 * time, with our profile record, and forgotten once it was taken or refused for good. Rules [SY10]–[SY11].
 */

import { PATHS, publicStorageKey } from '../../core/records/storage-key.ts'
import { decodeOffer, decodeOfferAnswer, encodeSync } from '../../core/sync/codec.ts'
import { type OfferAnswer, StreamKind } from '../../core/sync/messages.ts'
import type { Refusal } from '../log/log-service.ts'
import type { Session, Stream } from '../sessions/types.ts'
import { keepProfile } from './access.ts'
import { reportTo } from './holder.ts'
import { isKnownEvent } from './key-news.ts'
import type { ReplicationServices } from './ports.ts'
import { refuseMessage } from './refused-message.ts'

/** Refusals that may pass: the offer stays and is made again in a later session. */
const PASSING: readonly Refusal['type'][] = ['full', 'over-ration']
/** Refused offers of one session; after that it is not listened to. */
export const MAX_REFUSED_OFFERS = 512
/** A peer that ended the stream is made the offers again after so long. */
const AGAIN_MS = 30_000

/** Takes offers on the streams that the peer of one session opens. */
export function createOfferDesk(services: ReplicationServices, session: Session): { serve(stream: Stream): void } {
  let refused = 0

  const take = async (bytes: Uint8Array, stream: Stream): Promise<void> => {
    const offer = decodeOffer(bytes)
    if (!offer.ok) refuseMessage(offer.error, services.refusals.count)
    if (!offer.ok || refused >= MAX_REFUSED_OFFERS) return stream.close('failed')
    const { id, segment, records } = offer.value
    const result = await services.inbox.offer(session.person, segment, session.keyEvents)
    // [SY9] An entry without its author's name is not all that was offered.
    const taken = result.ok && (await keepProfile(services, session.person, records))
    if (!result.ok) refused++
    const again = result.ok ? !taken : PASSING.includes(result.error.type) || (await isEarly(result.error))
    await stream.send(encodeSync({ type: 'answer', id, taken, again }))
  }

  /** [SY20] The peer named a key event that is being asked for; it may add the device. */
  const isEarly = async ({ type }: Refusal): Promise<boolean> =>
    type === 'unknown-device' && !isKnownEvent(await services.persons.keyState(session.person), session.newestKeyEvent)

  return {
    serve(stream) {
      stream.onmessage = (bytes) => take(bytes, stream)
    },
  }
}

/** Makes the pending offers to the person behind a session, now and as they come up. */
export function createOfferer(services: ReplicationServices, session: Session): { close(): void } {
  const { account, inbox, platform, records } = services
  /** Offers made in this session, and whether they were answered. */
  const made = new Map<string, boolean>()
  let stream: Stream | undefined
  let again: unknown
  let isClosed = false

  const settle = async ({ id, taken, again }: OfferAnswer): Promise<void> => {
    if (!made.has(id)) return
    made.set(id, true)
    if (taken || !again) await inbox.settled(session.person, id)
  }
  const openStream = (): Stream => {
    const opened = session.open(StreamKind.offer, 'interactive')
    stream = opened
    opened.onmessage = async (bytes) => {
      const answer = decodeOfferAnswer(bytes)
      if (answer.ok) return settle(answer.value)
      refuseMessage(answer.error, services.refusals.count)
      opened.close('failed')
    }
    opened.onclose = () => {
      if (stream === opened) stream = undefined
      for (const [id, isAnswered] of made) if (!isAnswered) made.delete(id)
      if (!isClosed) again ??= platform.timers.setTimeout(offerAgain, AGAIN_MS)
    }
    return opened
  }
  const ownRecords = async (): Promise<{ key: Uint8Array; record: Uint8Array }[]> => {
    const me = account.self()?.person
    if (me === undefined) return []
    const key = publicStorageKey(me, PATHS.profile)
    const record = await records.get(key)
    return record ? [{ key, record }] : []
  }
  const offerPending = async (): Promise<void> => {
    for (const { id, segment } of await inbox.pending(session.person)) {
      if (made.has(id)) continue
      made.set(id, false)
      const isOut = await (stream ?? openStream()).send(
        encodeSync({ type: 'offer', id, segment, records: await ownRecords() }),
      )
      if (!isOut) return
    }
  }
  const offer = (): void => void offerPending().catch(reportTo(services))
  const offerAgain = (): void => {
    again = undefined
    offer()
  }

  const stopListening = inbox.onPending((person) => {
    if (person === session.person) offer()
  })
  offer()
  return {
    close() {
      isClosed = true
      stopListening()
      platform.timers.clearTimeout(again)
      stream?.close('cancelled')
    },
  }
}
