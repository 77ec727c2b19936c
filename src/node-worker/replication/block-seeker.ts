/**
 * Asks whoever may have them for the blocks that are wanted: what somebody waits for first, then the others in turn, a
 * page at a time, so that blocks which nobody has do not stand in the way of those that somebody does.
 */
import type { WantedBlock } from '../files/files.ts'
import type { Session } from '../sessions/types.ts'
import type { BlockReader } from './blocks.ts'
import { reportTo } from './holder.ts'
import type { ReplicationPorts } from './ports.ts'

/** Missing blocks that are looked at in one go. */
const PAGE = 64
/** Pages of one look. */
const MAX_PAGES = 8
/** Blocks that somebody waits for, remembered until they can be asked. */
const MAX_URGENT = 64
/** After so long every peer may be asked for everything again. */
const AGAIN_MS = 60_000

/** One session's part in the search. */
export interface BlockSource {
  readonly session: Session
  readonly blocks: BlockReader
}

/** See the module's doc. */
export interface BlockSeeker {
  /** Looks again: there is room for a question, or somebody new to ask. */
  look(): void
  close(): void
}

/** Starts looking whenever told to, and once in a while. */
export function createBlockSeeker(ports: ReplicationPorts, sources: ReadonlySet<BlockSource>): BlockSeeker {
  const { files, platform } = ports.services
  const { timers } = platform
  const report = reportTo(ports.services)
  const urgent = new Map<string, WantedBlock>()
  /** The last block of the page that was looked at last. */
  let cursor: string | undefined
  let isLooking = false
  let isWoken = false
  let timer: unknown

  const hasRoom = (): boolean => [...sources].some(({ blocks }) => blocks.hasRoom())

  const isWorthAsking = (session: Session, { persons }: WantedBlock): boolean =>
    persons.some((person) => ports.mayHold(session, person))

  const ask = (block: WantedBlock): boolean =>
    [...sources].some(({ session, blocks }) => isWorthAsking(session, block) && blocks.ask(block))

  const askUrgent = (): void => {
    for (const [cid, block] of urgent) if (!files.isAwaited(cid) || ask(block)) urgent.delete(cid)
  }

  const lookOnce = async (): Promise<void> => {
    askUrgent()
    for (let page = 0; page < MAX_PAGES && hasRoom(); page++) {
      const blocks = await files.wanted(PAGE, cursor)
      cursor = blocks.length < PAGE ? undefined : blocks.at(-1)!.cid
      for (const block of blocks) ask(block)
      if (cursor === undefined) break
    }
  }

  const run = async (): Promise<void> => {
    isLooking = true
    try {
      do {
        isWoken = false
        await lookOnce()
      } while (isWoken && hasRoom())
    } finally {
      isLooking = false
    }
  }

  const look = (): void => {
    isWoken = true
    if (!isLooking && sources.size > 0) run().catch(report)
  }

  const again = (): void => {
    for (const { blocks } of sources) blocks.forgive()
    look()
    timer = timers.setTimeout(again, AGAIN_MS)
  }
  timer = timers.setTimeout(again, AGAIN_MS)

  const stopListening = files.onWanted((block) => {
    if (block.urgent && urgent.size < MAX_URGENT) urgent.set(block.cid, block)
    look()
  })

  return {
    look,
    close() {
      stopListening()
      timers.clearTimeout(timer)
    },
  }
}
