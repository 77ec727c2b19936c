/**
 * Blocks by CID between two nodes. The asker names one; the answer says whether the block follows, then the block itself
 * comes as a message of its own. Answers come in the order of the questions.
 */
import {
  decodeBlockAnswer,
  decodeBlockQuestion,
  encodeBlockAnswer,
  encodeBlockQuestion,
} from '../../core/sync/block-codec.ts'
import { StreamKind } from '../../core/sync/messages.ts'
import type { WantedBlock } from '../files/files.ts'
import type { Refused } from '../refusals.ts'
import type { Session, Stream } from '../sessions/types.ts'
import { StoreFullError } from '../stores/store.ts'
import { reportTo } from './holder.ts'
import type { ReplicationServices } from './ports.ts'
import { refuseMessage } from './refused-message.ts'

/** Questions on their way at one time on one session. */
const MAX_ASKED = 4
/** An answer that takes longer is given up, and the blocks asked of others. */
const ANSWER_TIMEOUT_MS = 30_000

/** Serves a block stream that the peer opened. */
export function serveBlocks(services: ReplicationServices, stream: Stream): void {
  stream.onmessage = async (message) => {
    const cid = decodeBlockQuestion(message)
    if (!cid.ok) {
      refuseMessage(cid.error, services.refusals.count)
      return stream.close('failed')
    }
    const block = await services.files.get(cid.value)
    await stream.send(encodeBlockAnswer(block ? 'follows' : 'not-here'))
    if (block) await stream.send(block)
  }
}

/** The asker's side of one session. */
export interface BlockReader {
  /** Asks for a block unless the peer was asked and lacks it. @returns whether it is asked for here now */
  ask(block: WantedBlock): boolean
  /** Whether another question may be asked. */
  hasRoom(): boolean
  /** Time has passed: the peer may have by now what it lacked. */
  forgive(): void
  close(): void
}

/** Opens the stream with the first question. `onRoom` is called when another question may be asked. */
export function createBlockReader(services: ReplicationServices, session: Session, onRoom: () => void): BlockReader {
  const { timers } = services.platform
  const asked: string[] = []
  const lacking = new Set<string>()
  let stream: Stream | undefined
  let isBody = false
  /** It kept us waiting or broke off, or there is no room for answers: nothing is asked of it for a while. */
  let isTired = false
  let timer: unknown

  const expectAnswer = (): void => {
    timers.clearTimeout(timer)
    timer = asked.length > 0 ? timers.setTimeout(tire, ANSWER_TIMEOUT_MS) : undefined
  }
  const settle = (): void => {
    const cid = asked.shift()
    if (cid !== undefined) lacking.add(cid)
    isBody = false
    expectAnswer()
    onRoom()
  }
  /** What was asked is not asked here again for a while, nor anything else; whoever else has it may be. */
  const giveUp = (end: 'cancelled' | 'failed'): void => {
    isTired = true
    for (const cid of asked.splice(0)) lacking.add(cid)
    stream?.close(end)
  }
  const tire = (): void => giveUp('cancelled')
  /** Takes a block in. On a full disk nothing more is downloaded only to be thrown away. */
  const keep = async (cid: string, block: Uint8Array): Promise<void> => {
    try {
      if ((await services.files.put(cid, block)) === 'forged') services.refusals.count('forged-block')
      settle()
    } catch (error) {
      if (!(error instanceof StoreFullError)) throw error
      tire()
    }
  }
  const refuse = (reason: Refused): void => {
    services.refusals.count(reason)
    giveUp('failed')
  }
  const takeAnswer = (message: Uint8Array): void => {
    const answer = decodeBlockAnswer(message)
    if (!answer.ok) {
      refuseMessage(answer.error, services.refusals.count)
      giveUp('failed')
    } else if (answer.value === 'not-here') settle()
    else isBody = true
  }
  const receive = (message: Uint8Array): void | Promise<void> => {
    const [cid] = asked
    if (cid === undefined) return refuse('unasked-block')
    return isBody ? keep(cid, message) : takeAnswer(message)
  }
  const openStream = (): Stream => {
    const opened = session.open(StreamKind.block, 'bulk')
    stream = opened
    opened.onmessage = (message) => (stream === opened ? receive(message) : undefined)
    opened.onclose = () => {
      if (stream !== opened) return
      stream = undefined
      isBody = false
      // Questions without an answer, asked again at once, would go on for ever.
      if (asked.length > 0) isTired = true
      asked.length = 0
      expectAnswer()
      onRoom()
    }
    return opened
  }
  return {
    ask({ cid }) {
      if (asked.includes(cid)) return true
      if (isTired || lacking.has(cid) || asked.length >= MAX_ASKED) return false
      const opened = stream ?? openStream()
      asked.push(cid)
      if (asked.length === 1) expectAnswer()
      opened.send(encodeBlockQuestion(cid)).catch(reportTo(services))
      return true
    },
    hasRoom: () => !isTired && asked.length < MAX_ASKED,
    forgive() {
      isTired = false
      lacking.clear()
    },
    close() {
      timers.clearTimeout(timer)
      stream?.close('cancelled')
    },
  }
}
