/**
 * Blocks by CID between two nodes, the asker's side of one session. Each question names one; the answer says whether the
 * block follows, then the block itself comes as a message of its own. Answers come in the order of the questions, and
 * more questions are on their way the better the peer answers them: as many as it has earned. [SY13, SY23, SY24]
 */
import { decodeBlockAnswer, encodeBlockQuestion } from '../../core/sync/block-codec.ts'
import { StreamKind } from '../../core/sync/messages.ts'
import type { Refused } from '../refusals.ts'
import type { Session, Stream } from '../sessions/types.ts'
import { StoreFullError } from '../stores/store.ts'
import type { BlockPlaces } from './block-places.ts'
import { reportTo } from './holder.ts'
import { createPatience } from './patience.ts'
import type { ReplicationServices } from './ports.ts'
import { refuseMessage } from './refused-message.ts'

/** Questions on their way at one time on one session, at most: 2 MiB of blocks. */
export const MAX_ASKED = 8
/**
 * Waiting for one answer, in milliseconds. `late`: fewer questions at once. `slow`: others may be asked for the same.
 * `silent`: what was asked is given up, and nothing is asked for a while.
 */
const PATIENCE = [
  ['late', 1_000],
  ['slow', 5_000],
  ['silent', 30_000],
] as const

/** The asker's side of one session. */
export interface BlockReader {
  /** Whether the peer may have a block: it was not asked for it yet, and nothing speaks against it. */
  mayHave(cid: string): boolean
  /** Whether another question may be asked. */
  hasRoom(): boolean
  /** Asks for a block. Only what it may have, and while there is room. */
  ask(cid: string): void
  /** Whether a block can be expected from here: it was asked for and the peer is not slow, or it came and is being stored. */
  isBringing(cid: string): boolean
  /** Blocks asked for and not stored yet. */
  load(): number
  /** Time has passed: the peer may have by now what it lacked. */
  forgive(): void
  close(): void
}

/** Opens the stream with the first question. `onRoom` is called when more may be asked, here or elsewhere. */
export function createBlockReader(
  services: ReplicationServices,
  session: Session,
  places: BlockPlaces,
  onRoom: () => void,
): BlockReader {
  const asked: string[] = []
  /** What came and is being verified and stored. */
  const storing = new Set<string>()
  const lacking = new Set<string>()
  const share = places.share()
  let allowed = 1
  let stream: Stream | undefined
  let isBody = false
  /** It kept us waiting or broke off, or there is no room for answers: nothing is asked of it for a while. */
  let isTired = false

  const load = (): number => asked.length + storing.size
  /** What is on its way is another number of blocks now. */
  const changed = (): void => {
    share.hold(load())
    onRoom()
  }
  /** What was asked is not asked here again for a while, nor anything else; whoever else has it may be. */
  const giveUp = (end: 'cancelled' | 'failed'): void => {
    isTired = true
    allowed = 1
    for (const cid of asked.splice(0)) lacking.add(cid)
    stream?.close(end)
  }
  const patience = createPatience(services.platform.timers, PATIENCE, (step) => {
    allowed = step === 'late' ? Math.ceil(allowed / 2) : 1
    if (step === 'silent') giveUp('cancelled')
    changed()
  })
  /** The first question has its answer, or its block. */
  const takeFirst = (): void => {
    asked.shift()
    isBody = false
    if (asked.length > 0) patience.start()
    else patience.stop()
  }
  const forged = (cid: string): void => {
    services.refusals.count('forged-block')
    lacking.add(cid)
    allowed = 1
  }
  /** Takes a block in. On a full disk nothing more is downloaded only to be thrown away. */
  const keep = async (cid: string, block: Uint8Array, isPrompt: boolean): Promise<void> => {
    try {
      const outcome = await services.files.put(cid, block)
      if (outcome === 'forged') forged(cid)
      else if (outcome === 'kept' && isPrompt) allowed = Math.min(allowed + 1, MAX_ASKED)
    } catch (error) {
      if (!(error instanceof StoreFullError)) reportTo(services)(error)
      giveUp(error instanceof StoreFullError ? 'cancelled' : 'failed')
    } finally {
      storing.delete(cid)
      changed()
    }
  }
  const refuse = (reason: Refused): void => {
    services.refusals.count(reason)
    giveUp('failed')
  }
  const takeAnswer = (cid: string, message: Uint8Array): void => {
    const answer = decodeBlockAnswer(message)
    if (!answer.ok) {
      refuseMessage(answer.error, services.refusals.count)
      giveUp('failed')
    } else if (answer.value === 'follows') isBody = true
    else {
      lacking.add(cid)
      takeFirst()
      changed()
    }
  }
  /** Returns before the block is stored: what bounds the memory is what was asked for, not the stream's credit. */
  const takeBlock = (cid: string, block: Uint8Array): void => {
    const isPrompt = patience.reached() === undefined
    storing.add(cid)
    takeFirst()
    void keep(cid, block, isPrompt)
    onRoom()
  }
  const receive = (message: Uint8Array): void => {
    const [cid] = asked
    if (cid === undefined) refuse('unasked-block')
    else if (isBody) takeBlock(cid, message)
    else takeAnswer(cid, message)
  }
  const openStream = (): Stream => {
    const opened = session.open(StreamKind.block, 'bulk')
    stream = opened
    opened.onmessage = (message) => (stream === opened ? receive(message) : undefined)
    opened.onclose = () => {
      if (stream !== opened) return
      stream = undefined
      isBody = false
      allowed = 1
      // Questions without an answer, asked again at once, would go on for ever.
      if (asked.length > 0) isTired = true
      asked.length = 0
      patience.stop()
      changed()
    }
    return opened
  }
  const isSlow = (): boolean => patience.reached() === 'slow'
  return {
    load,
    mayHave: (cid) => !isTired && !isSlow() && !lacking.has(cid) && !asked.includes(cid),
    hasRoom: () => !isTired && !isSlow() && asked.length < allowed && (load() === 0 || places.hasFree()),
    isBringing: (cid) => storing.has(cid) || (!isSlow() && asked.includes(cid)),
    ask(cid) {
      asked.push(cid)
      share.hold(load())
      if (asked.length === 1) patience.start()
      const opened = stream ?? openStream()
      opened.send(encodeBlockQuestion(cid)).catch(reportTo(services))
    },
    forgive() {
      isTired = false
      lacking.clear()
    },
    close() {
      patience.stop()
      stream?.close('cancelled')
    },
  }
}
