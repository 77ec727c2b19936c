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
  /** Looks again: somebody new is there to ask. */
  look(): void
  /** Goes on: there is room for a question, or somebody is slow. */
  proceed(): void
  close(): void
}

/** Starts looking whenever told to, and once in a while. */
export function createBlockSeeker(ports: ReplicationPorts, sources: ReadonlySet<BlockSource>): BlockSeeker {
  const { files, platform } = ports.services
  const { timers } = platform
  const report = reportTo(ports.services)
  const urgent = new Map<string, WantedBlock>()
  /** Of the last look what could be asked of somebody who had no room: it saves most looks into the store. */
  const later = new Map<string, WantedBlock>()
  /** The last block of the page that was looked at last. */
  let cursor: string | undefined
  let isLooking = false
  let isWoken = false
  let timer: unknown

  const hasRoom = (): boolean => [...sources].some(({ blocks }) => blocks.hasRoom())

  const mayHave = ({ session, blocks }: BlockSource, { cid, persons }: WantedBlock): boolean =>
    blocks.mayHave(cid) && persons.some((person) => ports.mayHold(session, person))

  /** Asks one of those who may have a block, whoever has least to do. @returns false when it should be tried again */
  const ask = (block: WantedBlock): boolean => {
    const { cid } = block
    if ([...sources].some(({ blocks }) => blocks.isBringing(cid))) return true
    const able = [...sources].filter((source) => mayHave(source, block))
    const [first] = able.filter(({ blocks }) => blocks.hasRoom()).sort((a, b) => a.blocks.load() - b.blocks.load())
    first?.blocks.ask(cid)
    return first !== undefined || able.length === 0
  }

  /** @returns whether anything was asked */
  const askRemembered = (): boolean => {
    const before = later.size
    for (const [cid, block] of urgent) if (!files.isAwaited(cid) || ask(block)) urgent.delete(cid)
    for (const [cid, block] of later)
      if (!hasRoom()) break
      else if (ask(block)) later.delete(cid)
    return later.size < before
  }

  /** Goes through what is missing from where it left off, once around at most, for as long as anybody has room. */
  const lookOnce = async (): Promise<void> => {
    later.clear()
    askRemembered()
    let isFromStart = cursor === undefined
    for (let page = 0; page < MAX_PAGES && hasRoom(); page++) {
      const blocks = await files.wanted(PAGE, cursor)
      for (const block of blocks) if (!ask(block)) later.set(block.cid, block)
      cursor = blocks.length < PAGE ? undefined : blocks.at(-1)!.cid
      if (cursor === undefined && isFromStart) break
      isFromStart ||= cursor === undefined
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

  const proceed = (): void => {
    if (!askRemembered()) look()
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
    proceed,
    close() {
      stopListening()
      timers.clearTimeout(timer)
    },
  }
}
