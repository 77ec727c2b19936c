/** Compares what came back with what is here, entry by entry and block by block, byte for byte. Rule [RC18]. */
import { type Cid, cidToString } from '../../core/blocks/cid.ts'
import { equalBytes } from '../../core/bytes.ts'
import { MAX_SEGMENT_BYTES } from '../../core/limits.ts'
import type { Entry } from '../../core/logs/entry.ts'
import { lastSeqOf, type Segment } from '../../core/logs/segment.ts'
import { decodeSegment } from '../../core/logs/segment-codec.ts'
import { commonRanges } from '../../core/sync/ranges.ts'
import type { LogService } from '../log/log-service.ts'
import type { NodeServices } from '../services.ts'
import { listWantedBlocks, type Wanted, type WantedBlock, type WantedLog } from './wanted.ts'

/** What came back as it is here, and what did not. */
export interface Compared {
  readonly entries: number
  readonly blocks: number
  readonly bytes: number
  /** Entries that are missing or differ, as runs of their logs with the others left out. */
  readonly lostRuns: readonly Segment[]
  readonly lostBlocks: readonly WantedBlock[]
}

type Ports = Pick<NodeServices, 'logs' | 'files' | 'platform'>

interface Held {
  readonly entry: Entry
  readonly payload: Uint8Array | null
}

const readRun = async (
  logs: LogService,
  { device, log }: WantedLog,
  from: number,
  to: number,
): Promise<Segment | undefined> => {
  const run = await logs.readSegment(device, log, from, MAX_SEGMENT_BYTES, to)
  const decoded = run && decodeSegment(run.bytes)
  if (decoded && !decoded.ok) throw new Error(`a stored run does not decode: ${decoded.error.type}`)
  return decoded?.value
}

/** What a node has of a stretch of a log, by position. */
const readHeld = async (logs: LogService, wanted: WantedLog, from: number, to: number): Promise<Map<number, Held>> => {
  const held = new Map<number, Held>()
  const head = await logs.head(wanted.device, wanted.log)
  for (const range of commonRanges([{ from, to }], head?.ranges ?? [])) {
    for (let next = range.from; next <= range.to; ) {
      const run = await readRun(logs, wanted, next, range.to)
      if (!run) break
      for (const [i, entry] of run.entries.entries()) held.set(entry.seq, { entry, payload: run.payloads[i] ?? null })
      next = lastSeqOf(run) + 1
    }
  }
  return held
}

/** What was forgotten here need not come back. */
const isSame = (here: Held, there: Held | undefined): boolean =>
  there !== undefined &&
  equalBytes(here.entry.hash, there.entry.hash) &&
  (here.payload === null || (there.payload !== null && equalBytes(here.payload, there.payload)))

interface Tally {
  entries: number
  blocks: number
  bytes: number
  readonly lostRuns: Segment[]
  readonly lostBlocks: WantedBlock[]
}

const compareRun = (run: Segment, there: ReadonlyMap<number, Held>, tally: Tally): void => {
  const lost: Held[] = []
  for (const [i, entry] of run.entries.entries()) {
    const here = { entry, payload: run.payloads[i] ?? null }
    if (!isSame(here, there.get(entry.seq))) lost.push(here)
    else {
      tally.entries++
      tally.bytes += here.payload?.length ?? 0
    }
  }
  if (lost.length === 0) return
  const [entries, payloads] = [lost.map(({ entry }) => entry), lost.map(({ payload }) => payload)]
  tally.lostRuns.push({ ...run, entries, payloads })
}

const compareLog = async (here: Ports, there: Ports | undefined, wanted: WantedLog, tally: Tally): Promise<void> => {
  for (const { from, to } of wanted.ranges) {
    for (let next = from; next <= to; ) {
      const run = await readRun(here.logs, wanted, next, to)
      // What was deleted while the drill ran is not missed.
      if (!run) break
      const last = lastSeqOf(run)
      compareRun(run, there ? await readHeld(there.logs, wanted, next, last) : new Map(), tally)
      next = last + 1
    }
  }
}

/** A block that is not here is the same as whatever came under its name: it was verified when it came. */
const compareBlock = async (here: Ports, there: Ports | undefined, block: WantedBlock, tally: Tally): Promise<void> => {
  const name = cidToString(block.cid)
  const [mine, theirs] = [await here.files.get(name), await there?.files.get(name)]
  if (!theirs || (mine && !equalBytes(mine, theirs))) {
    tally.lostBlocks.push(block)
    return
  }
  tally.blocks++
  tally.bytes += theirs.length
}

/** @param there where it came back; undefined when nobody was found with the words */
export const compareAll = async (
  here: Ports,
  there: Ports | undefined,
  person: string,
  wanted: Wanted,
): Promise<Compared> => {
  const tally: Tally = { entries: 0, blocks: 0, bytes: 0, lostRuns: [], lostBlocks: [] }
  for (const log of wanted.logs) await compareLog(here, there, log, tally)
  const stillWanted = new Set((await listWantedBlocks(here, person)).map(({ cid }: { cid: Cid }) => cidToString(cid)))
  for (const block of wanted.blocks)
    if (stillWanted.has(cidToString(block.cid))) await compareBlock(here, there, block, tally)
  return tally
}
