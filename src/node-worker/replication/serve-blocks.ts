/** The answering side of a block stream: answers come in the order of the questions. */
import { decodeBlockQuestion, encodeBlockAnswer } from '../../core/sync/block-codec.ts'
import type { Stream } from '../sessions/types.ts'
import type { ReplicationServices } from './ports.ts'
import { refuseMessage } from './refused-message.ts'

/** Serves a block stream that the peer opened. While one block leaves, the next is read. */
export function serveBlocks(services: ReplicationServices, stream: Stream): void {
  let leaving: Promise<unknown> = Promise.resolve()

  const answer = async (block: Uint8Array | undefined): Promise<void> => {
    await stream.send(encodeBlockAnswer(block ? 'follows' : 'not-here'))
    if (block) await stream.send(block)
  }
  stream.onmessage = async (message) => {
    const cid = decodeBlockQuestion(message)
    if (!cid.ok) {
      refuseMessage(cid.error, services.refusals.count)
      return stream.close('failed')
    }
    const block = await services.files.get(cid.value)
    await leaving
    leaving = answer(block)
  }
}
