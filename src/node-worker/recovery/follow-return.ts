/**
 * What comes back after a device was added: entries and pictures, from whoever is connected. The work is done by
 * replication as ever; this only counts it, until all that anybody has is here, or nothing comes any more. Rule [RC12].
 */
import { LOG_LEDGER, logKind } from '../../core/logs/log-id.ts'
import type { JobReport } from '../api/jobs.ts'
import type { InternalServices } from '../internal-services.ts'
import type { Connection } from '../services.ts'

/** How often it is counted, milliseconds. */
export const COUNT_EVERY = 500
/** Counts in a row without a change after which all that anybody has is here. */
export const QUIET_COUNTS = 8
/** The same while something is missing or nobody was met: whoever has it may still come. */
export const PATIENT_COUNTS = 60
/** Blocks that are looked for in one count. */
const MAX_COUNTED_BLOCKS = 1024

interface Count {
  readonly here: number
  readonly missing: number
  readonly isAnybodyThere: boolean
}

const countNow = async (services: InternalServices, connection: Connection, person: string): Promise<Count> => {
  // What this device pledged just now was never lost.
  const heads = (await services.logs.heads(person)).filter(({ log }) => logKind(log) !== LOG_LEDGER)
  const here = heads.flatMap(({ ranges }) => ranges).reduce((sum, { from, to }) => sum + to - from + 1, 0)
  const { arriving, sessions } = connection.view()
  const blocks = (await services.files.wanted(MAX_COUNTED_BLOCKS)).length
  return { here, missing: arriving + blocks, isAnybodyThere: sessions.some(({ carrier }) => carrier !== 'none') }
}

/** Reports until it is over, or `signal` ends it. Whatever is missing then goes on coming by itself. */
export const followReturn = async (
  services: InternalServices,
  connection: Connection,
  person: string,
  report: JobReport,
  signal: AbortSignal,
): Promise<void> => {
  const { timers } = services.platform
  let last = ''
  let most = 0
  for (let still = 0; !signal.aborted; still++) {
    const { here, missing, isAnybodyThere } = await countNow(services, connection, person)
    const now = `${here} ${missing} ${isAnybodyThere}`
    if (now !== last) still = 0
    last = now
    most = Math.max(most, here + missing)
    report({ done: most - missing, total: most, added: here, skipped: missing > 0 ? { 'not-here': missing } : {} })
    if (still >= (missing === 0 && isAnybodyThere ? QUIET_COUNTS : PATIENT_COUNTS)) return
    await new Promise<void>((resolve) => timers.setTimeout(resolve, COUNT_EVERY))
  }
}
