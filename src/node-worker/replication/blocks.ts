/**
 * Blocks by CID between two nodes. The asker sends a CID's text; the answer is a byte that says whether the block
 * follows, then the block itself as a message of its own. Answers come in the order of the questions.
 */
import { utf8Decode, utf8Encode } from '../../core/bytes.ts'
import { StreamKind } from '../../core/sync/messages.ts'
import type { WantedBlock } from '../files/files.ts'
import type { Session, Stream } from '../sessions/types.ts'
import { StoreFullError } from '../stores/store.ts'
import { reportTo } from './holder.ts'
import type { ReplicationServices } from './ports.ts'

/** A CID's text; checked before it is looked up. */
export const MAX_CID_LENGTH = 128
/** Questions on their way at one time on one session. */
const MAX_ASKED = 4
/** An answer that takes longer is given up, and the blocks asked of others. */
const ANSWER_TIMEOUT_MS = 30_000
const NOT_HERE = 0
const FOLLOWS = 1

/** Serves a block stream that the peer opened. */
export function serveBlocks(services: ReplicationServices, stream: Stream): void {
  stream.onmessage = async (message) => {
    const cid = message.length <= MAX_CID_LENGTH ? utf8Decode(message) : undefined
    if (cid === undefined) return stream.close('failed')
    const block = await services.files.get(cid)
    await stream.send(Uint8Array.of(block ? FOLLOWS : NOT_HERE))
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
      await services.files.put(cid, block)
      settle()
    } catch (error) {
      if (!(error instanceof StoreFullError)) throw error
      tire()
    }
  }
  const receive = async (message: Uint8Array): Promise<void> => {
    const [cid] = asked
    if (cid === undefined) return giveUp('failed')
    if (isBody) return keep(cid, message)
    if (message.length !== 1 || message[0]! > FOLLOWS) return giveUp('failed')
    if (message[0] === NOT_HERE) settle()
    else isBody = true
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
      opened.send(utf8Encode(cid)).catch(reportTo(services))
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
