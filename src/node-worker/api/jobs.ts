/** Long pieces of work that pages follow with the query `job`. Kept in memory: a job does not outlive its node. */
import { base32Encode } from '../../core/bytes.ts'
import type { Random } from '../../core/ports.ts'
import type { KithError } from '../../rpc/errors.ts'
import type { JobView } from '../../rpc/views.ts'
import type { Changes } from '../changes.ts'
import { toKithError } from './errors.ts'

/** Finished jobs that are still shown. */
const MAX_FINISHED_JOBS = 32

/** What a job may change of its view while it runs. */
export type JobUpdate = Partial<
  Pick<JobView, 'done' | 'total' | 'added' | 'skipped' | 'file' | 'step' | 'name' | 'drill'>
>

/** Told by the work itself, as often as it likes. */
export type JobReport = (update: JobUpdate) => void

/** What a job does. `signal` ends what goes on without it, when the node closes or the job is stopped. */
type JobWork = (report: JobReport, signal: AbortSignal) => Promise<KithError | undefined>

/** See the module's doc. */
export interface Jobs {
  /**
   * Starts work and returns at once. The job is done when `work` resolves to undefined, failed when it resolves to an
   * error or throws.
   */
  start(kind: JobView['kind'], work: JobWork): string
  get(id: string): JobView | undefined
  /** Tells the work of a job to end, where it heeds that. */
  stop(id: string): void
  /** Tells work that only waits to end, and resolves when no job runs. */
  settled(): Promise<void>
}

/** Creates the registry. */
export const createJobs = (random: Random, changes: Changes): Jobs => {
  const views = new Map<string, JobView>()
  const running = new Map<string, { readonly finished: Promise<void>; stop(): void }>()

  const update = (id: string, change: Partial<JobView>): void => {
    const view = views.get(id)
    if (!view) return
    views.set(id, { ...view, ...change })
    changes.emit(`job/${id}`)
  }

  const prune = (): void => {
    const finished = [...views.values()].filter((view) => view.state !== 'running')
    for (const view of finished.slice(0, -MAX_FINISHED_JOBS)) views.delete(view.id)
  }

  const run = async (id: string, work: JobWork, signal: AbortSignal): Promise<void> => {
    try {
      const error = await work((change) => update(id, change), signal)
      update(id, error ? { state: 'failed', error } : { state: 'done' })
    } catch (thrown) {
      update(id, { state: 'failed', error: toKithError(thrown) })
    }
    prune()
  }

  return {
    start(kind, work) {
      const id = base32Encode(random.bytes(16))
      views.set(id, { id, kind, state: 'running', done: 0, total: 0, added: 0, skipped: {} })
      const controller = new AbortController()
      const finished = run(id, work, controller.signal).finally(() => running.delete(id))
      running.set(id, { finished, stop: () => controller.abort() })
      return id
    },
    get: (id) => views.get(id),
    stop: (id) => running.get(id)?.stop(),
    async settled() {
      const jobs = [...running.values()]
      for (const { stop } of jobs) stop()
      await Promise.all(jobs.map(({ finished }) => finished))
    },
  }
}
