/**
 * Fetches blocks that no session gives: from one's own foreign storage with its keys, and from the URLs that the persons
 * whose content refers to them have named. Sessions get a head start. What comes is verified before it is stored, and
 * only what is wanted is. Rules FS9 to FS11.
 */
import { type Cid, parseCid } from '../../core/blocks/cid.ts'
import { MAX_BLOCK_BYTES } from '../../core/limits.ts'
import type { WantedBlock } from '../files/files.ts'
import type { OpenForeign } from './keeper.ts'
import type { NodeSide } from './node-side.ts'
import { createOriginBudget } from './origin-budget.ts'

/** Milliseconds that sessions get to bring a block that somebody waits for, and any other. */
export const URGENT_DELAY = 1_000
export const WANTED_DELAY = 5_000
/** Blocks that wait for their turn, and those that are asked for at one time. */
export const MAX_PENDING = 256
export const MAX_FETCHES = 4
/** Milliseconds between two looks at all that is missing. */
const LOOK_INTERVAL = 60_000
/** The first and the longest time for which one's own store is left alone after a failure, milliseconds. */
export const OWN_WAITS = { min: 5_000, max: 900_000 } as const
/** Milliseconds for one block from a server that somebody else named. */
const STRANGERS_TIMEOUT = 20_000

/** See the module's doc. */
export interface UrlReader {
  /** Looks at all that is missing: somebody named an address. */
  look(): void
  close(): void
}

/** Starts at once. `open` gives one's own store, if there is one. */
export const createUrlReader = (
  node: Pick<
    NodeSide,
    'platform' | 'http' | 'files' | 'persons' | 'refusals' | 'strangersHosts' | 'isFull' | 'createBackOff'
  >,
  open: () => Promise<OpenForeign | undefined>,
): UrlReader => {
  const { platform, http, files, persons, refusals } = node
  const { clock, timers } = platform
  const budget = createOriginBudget(clock)
  const backOff = node.createBackOff(platform.random, OWN_WAITS)
  /** One's own store is left alone until then, by the clock. */
  let restUntil = 0
  const pending = new Map<string, WantedBlock>()
  /** Timers of blocks that sessions are given time for. */
  const delays = new Map<string, unknown>()
  let running = 0
  let isClosed = false
  let timer: unknown
  let cursor: string | undefined

  /** Whether the bytes end the search for a block: they fit, or nobody wants it any more. */
  const keep = async (cid: string, bytes: Uint8Array): Promise<boolean> => {
    if (isClosed) return true
    const outcome = await files.put(cid, bytes)
    if (outcome === 'forged') refusals.count('forged-block')
    return outcome !== 'forged'
  }
  const fromOwn = async (name: string, cid: Cid): Promise<boolean> => {
    if (clock.now() < restUntil) return false
    const bytes = await (await open())?.store.get(cid)
    if (bytes?.ok) backOff.reset()
    // Of several that fail at one time the first counts.
    else if (bytes && clock.now() >= restUntil) restUntil = clock.now() + backOff.next()
    return bytes?.ok === true && bytes.value !== undefined && keep(name, bytes.value)
  }
  const fromUrl = async (name: string, url: string): Promise<boolean> => {
    const { origin } = new URL(url)
    if (!budget.take(origin)) return false
    const limits = { maxBytes: MAX_BLOCK_BYTES, timeout: STRANGERS_TIMEOUT, trust: 'strangers' } as const
    const answer = await http({ method: 'GET', url, headers: {}, ...limits })
    const isKept = answer.ok && answer.value.status === 200 && (await keep(name, answer.value.body))
    if (!isKept) budget.failed(origin)
    return isKept
  }
  /** Where a block may be: bases of the persons, as far as they lead where a stranger's word may lead. */
  const urlsFor = (block: WantedBlock): string[] => {
    const mayAsk = node.strangersHosts()
    const bases = block.persons.flatMap((person) => persons.get(person)?.blockBases?.bases ?? [])
    return [...new Set(bases)].filter((base) => mayAsk(base) !== undefined).map((base) => base + block.cid)
  }
  const fetchBlock = async (block: WantedBlock): Promise<void> => {
    const cid = parseCid(block.cid)
    if (!cid.ok || (await files.has(block.cid))) return
    const isOwn = block.persons.some((person) => persons.relation(person) === 'me')
    if (isOwn && (await fromOwn(block.cid, cid.value))) return
    for (const url of urlsFor(block)) if (isClosed || (await fromUrl(block.cid, url))) return
  }

  const forgetAll = (): void => {
    for (const handle of delays.values()) timers.clearTimeout(handle)
    delays.clear()
    pending.clear()
  }
  const next = (): void => {
    for (const [cid, block] of pending) {
      if (running >= MAX_FETCHES || isClosed) return
      pending.delete(cid)
      running += 1
      fetchBlock(block)
        .catch((error) => {
          if (node.isFull(error)) forgetAll()
          else if (!isClosed) platform.log({ level: 'error', what: 'blocks by URL', detail: String(error) })
        })
        .finally(() => {
          running -= 1
          next()
        })
    }
  }
  const later = (block: WantedBlock, delay: number): void => {
    const { cid, urgent } = block
    const isQueued = pending.has(cid) || (delays.has(cid) && !urgent)
    if (isClosed || isQueued || pending.size + delays.size >= MAX_PENDING) return
    timers.clearTimeout(delays.get(cid))
    const handle = timers.setTimeout(() => {
      delays.delete(cid)
      pending.set(cid, block)
      next()
    }, delay)
    delays.set(cid, handle)
  }

  const lookOnce = async (): Promise<void> => {
    const blocks = await files.wanted(MAX_PENDING, cursor)
    cursor = blocks.length < MAX_PENDING ? undefined : blocks.at(-1)!.cid
    for (const block of blocks) later(block, URGENT_DELAY)
  }
  const look = (): void => {
    timers.clearTimeout(timer)
    if (isClosed) return
    timer = timers.setTimeout(look, LOOK_INTERVAL)
    lookOnce().catch((error) => {
      if (!isClosed) platform.log({ level: 'error', what: 'blocks by URL', detail: String(error) })
    })
  }

  const stop = files.onWanted((block) => later(block, block.urgent ? URGENT_DELAY : WANTED_DELAY))
  look()
  return {
    look,
    close() {
      isClosed = true
      stop()
      timers.clearTimeout(timer)
      forgetAll()
    },
  }
}
