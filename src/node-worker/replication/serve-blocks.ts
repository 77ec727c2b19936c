/** The answering side of a block stream: answers come in the order of the questions. */
import { decodeBlockQuestion, encodeBlockAnswer } from '../../core/sync/block-codec.ts'
import type { Stream } from '../sessions/types.ts'
import { reportTo } from './holder.ts'
import type { ReplicationServices } from './ports.ts'
import { refuseMessage } from './refused-message.ts'

/** Blocks of one stream that are being read or leave at one time; further questions wait. What a peer costs in memory. */
export const MAX_ANSWERED_AT_ONCE = 4

/** Serves a block stream that the peer opened. While one block leaves, the next are read. */
export function serveBlocks(services: ReplicationServices, stream: Stream): void {
  /** One promise an answer, oldest first. */
  const answers: Promise<void>[] = []
  let isOver = false

  const answer = async (cid: string, before: Promise<void> | undefined): Promise<void> => {
    const block = await services.files.get(cid)
    await before
    if (isOver) return
    await stream.send(encodeBlockAnswer(block ? 'follows' : 'not-here'))
    if (block) await stream.send(block)
  }
  const fail = (error: unknown): void => {
    isOver = true
    reportTo(services)(error)
    stream.close('failed')
  }
  stream.onmessage = async (message) => {
    const cid = decodeBlockQuestion(message)
    if (!cid.ok) {
      refuseMessage(cid.error, services.refusals.count)
      return stream.close('failed')
    }
    answers.push(answer(cid.value, answers.at(-1)).catch(fail))
    if (answers.length >= MAX_ANSWERED_AT_ONCE) await answers.shift()
  }
}
