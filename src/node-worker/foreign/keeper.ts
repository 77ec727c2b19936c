/**
 * Brings foreign storage up to date with what is kept here: one block after the other, in the background, until it fails;
 * then again after a while, from behind the block that failed, so that one that never goes does not hold up the others.
 * Rules FS4 to FS6.
 */
import { cidToString, verifyBlock } from '../../core/blocks/cid.ts'
import { ok, type Result } from '../../core/result.ts'
import type { ForeignFailure, ForeignReason } from '../../rpc/foreign.ts'
import { markDone, planSteps, type Step } from './marks.ts'
import type { NodeSide } from './node-side.ts'
import type { ForeignStore } from './store.ts'

/** Changes of what is kept are gathered for this long, milliseconds. */
export const KEEP_DELAY = 1_000
/** The first and the longest wait after a failure that may pass by itself, milliseconds. */
export const RETRY_WAITS = { min: 5_000, max: 900_000 } as const
/** The wait after any other. */
export const LASTING_WAIT = 3_600_000
/** Without changes everything is looked at again after this long, milliseconds. */
const LOOK_INTERVAL = 21_600_000

/** Failures that do not pass by themselves. */
const LASTING: ReadonlySet<ForeignReason> = new Set([
  'bad-address',
  'wrong-key',
  'wrong-region',
  'clock-skewed',
  'no-bucket',
  'refused',
  'closed-to-pages',
  'redirected',
])

/** The store in use. */
export interface OpenForeign {
  readonly person: string
  /** Under which blocks are put: what the marks are for. */
  readonly base: string
  readonly store: ForeignStore
}

/** Why the keeper does not go on, if so. */
export interface KeeperState {
  readonly error?: ForeignFailure
  readonly retryAt?: number
}

/** See the module's doc. */
export interface Keeper {
  state(): KeeperState
  /** Looks soon: something changed. */
  wake(): void
  /** Looks soon though it failed a moment ago: what failed may do now. */
  forgive(): void
  /** What is under way is not waited for: it is found done at the next start, or done again. */
  close(): void
}

/** Starts at once. `open` gives the store as it is set at that moment. */
export const createKeeper = (
  node: Pick<NodeSide, 'platform' | 'files' | 'changes' | 'createBackOff' | 'listKept' | 'isFull'>,
  open: () => Promise<OpenForeign | undefined>,
): Keeper => {
  const { platform, files, changes } = node
  const { clock, timers, store: rows } = platform
  const backOff = node.createBackOff(platform.random, RETRY_WAITS)
  let state: KeeperState = {}
  let running: Promise<void> | undefined
  /** There is more to do than the plan says. */
  let isWoken = false
  /** What the plan was made for has changed. */
  let isStale = false
  let isClosed = false
  let timer: unknown
  /** The block at which it failed last. */
  let failedAt = ''

  const tell = (next: KeeperState): void => {
    state = next
    if (!isClosed) changes.emit('foreign')
  }
  const schedule = (wait: number): void => {
    timers.clearTimeout(timer)
    // [RC16] A drill puts nothing anywhere.
    if (!isClosed && !platform.drill) timer = timers.setTimeout(run, wait)
  }

  const perform = async ({ base, store }: OpenForeign, step: Step): Promise<Result<undefined, ForeignFailure>> => {
    const { type, cid, size } = step
    const bytes = type === 'put' ? await files.get(cidToString(cid)) : undefined
    // Forgotten since the plan was made, or spoilt by the disk: that is put nowhere.
    if (type === 'put' && !(bytes && verifyBlock(cid, bytes))) return ok(undefined)
    const isThere = bytes && (await store.has(cid, size))
    const done = isThere ? ok(undefined) : await (bytes ? store.put({ cid, bytes }) : store.remove(cid))
    if (!done.ok || isClosed) return done
    await rows.write(['queue'], 'relaxed', (tx) => markDone(tx, step, { base, now: clock.now() }))
    return done
  }
  const plan = async ({ base, person }: OpenForeign): Promise<Step[]> => {
    const steps = await rows.read(['blockMeta', 'queue'], (tx) =>
      planSteps(tx, { base, person, now: clock.now(), listKept: node.listKept }),
    )
    const behind = steps.findIndex(({ cid }) => cidToString(cid) > failedAt)
    return behind > 0 ? [...steps.slice(behind), ...steps.slice(0, behind)] : steps
  }

  /** @returns why it ended before everything was done */
  const pass = async (opened: OpenForeign): Promise<ForeignFailure | undefined> => {
    const steps = await plan(opened)
    for (const step of steps) {
      const done = await perform(opened, step)
      if (!done.ok) {
        failedAt = cidToString(step.cid)
        return done.error
      }
      tell({})
      if (isClosed || isStale) return undefined
    }
    failedAt = ''
    tell({})
    return undefined
  }

  const fail = (error: ForeignFailure): void => {
    const wait = LASTING.has(error.reason) ? LASTING_WAIT : backOff.next()
    tell({ error, retryAt: clock.now() + wait })
    schedule(wait)
  }
  const passOnce = async (): Promise<void> => {
    isWoken = false
    isStale = false
    const opened = await open()
    const error = opened && (await pass(opened))
    if (error && !isStale) return fail(error)
    if (!error) backOff.reset()
    schedule(isWoken ? KEEP_DELAY : LOOK_INTERVAL)
  }
  const run = (): void => {
    running ??= passOnce()
      .catch((error) => {
        if (!isClosed && !node.isFull(error))
          platform.log({ level: 'error', what: 'foreign storage', detail: String(error) })
        // Nothing can be noted here for now: done again later, as after any failure.
        schedule(backOff.next())
      })
      .finally(() => {
        running = undefined
      })
  }

  const wake = (): void => {
    isWoken = true
    // While it waits after a failure, more to do changes nothing.
    if (!running && state.error === undefined) schedule(KEEP_DELAY)
  }
  schedule(KEEP_DELAY)
  return {
    state: () => state,
    wake,
    forgive() {
      isStale = true
      backOff.reset()
      tell({})
      wake()
    },
    close() {
      isClosed = true
      timers.clearTimeout(timer)
    },
  }
}
