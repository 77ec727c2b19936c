/** Bringing content in from elsewhere: items of a file become posts, many in one transaction, none of them twice. */
import { MAX_SEGMENT_ENTRIES } from '../../../core/limits.ts'
import { err, ok } from '../../../core/result.ts'
import type { KithError } from '../../../rpc/errors.ts'
import type { JobReport } from '../../api/jobs.ts'
import type { RequestHandlers } from '../../api/requests.ts'
import type { InternalServices } from '../../internal-services.ts'
import { LOG_FEED } from '../../log/log-service.ts'
import type { Self } from '../../person/account.ts'
import { MAX_SOURCE_TITLE, type PostBody } from '../../social/bodies.ts'
import { toPostBody } from '../../social/publish.ts'
import { createMutex } from '../../stores/mutex.ts'
import type { ForeignItem, LeftOut } from './found.ts'
import { oneLine } from './plain-text.ts'
import { MAX_IMPORT_BYTES, readItems } from './read-items.ts'
import { areKnown, sourceKey } from './source-index.ts'

/** Posts appended in one transaction, which waits for the disk once: as many as a segment may hold. */
const BATCH = MAX_SEGMENT_ENTRIES
/** Posts of one file. */
export const MAX_IMPORT_ITEMS = 200_000

/** Counts what came of a file's items, and reports it. */
const createTally = (report: JobReport) => {
  const skipped: Partial<Record<LeftOut, number>> = {}
  let added = 0
  return {
    leftOut(reason: LeftOut): void {
      skipped[reason] = (skipped[reason] ?? 0) + 1
    },
    added(count: number): void {
      added += count
      report({ added, skipped: { ...skipped } })
    },
    total: () => added,
  }
}

type Tally = ReturnType<typeof createTally>

/** Answers `import`; a file gives at most `maxItems` posts, and what the last batch brings beyond. */
export const importRequests = (
  services: InternalServices,
  maxItems = MAX_IMPORT_ITEMS,
): Pick<RequestHandlers, 'import'> => {
  const { account, jobs, logs, platform } = services
  const oneAtATime = createMutex()

  const toPost = ({ text, time, source }: ForeignItem, now: number): PostBody => ({
    text,
    // A time from the future would keep a post on top of every feed.
    time: Math.min(time ?? now, now),
    pictures: [],
    source,
  })

  /** Posts that are neither known here nor twice in the batch. */
  const fresh = async (posts: readonly PostBody[], tally: Tally): Promise<PostBody[]> => {
    const keys = posts.map(sourceKey)
    const known = await platform.store.read(['queue'], (tx) => areKnown(tx, keys))
    const seen = new Set<string>()
    return posts.filter((_, i) => {
      const name = String(keys[i]![1])
      const isDuplicate = known[i] || seen.has(name)
      seen.add(name)
      if (isDuplicate) tally.leftOut('duplicate')
      return !isDuplicate
    })
  }

  const appendBatch = async (self: Self, items: readonly ForeignItem[], now: number, tally: Tally): Promise<void> => {
    const posts = await fresh(
      items.map((item) => toPost(item, now)),
      tally,
    )
    if (posts.length > 0) await logs.append(self, LOG_FEED, posts.map(toPostBody))
    tally.added(posts.length)
  }

  const run = async (self: Self, file: Blob, name: string, report: JobReport): Promise<KithError | undefined> => {
    const now = platform.clock.now()
    const tally = createTally(report)
    let batch: ForeignItem[] = []
    let error: KithError | undefined
    report({ total: file.size })
    for await (const found of readItems(file, name, (bytes) => report({ done: bytes }))) {
      if (found.type === 'bad-file') error = { type: 'bad-file', reason: found.reason }
      else if (found.type === 'left-out') tally.leftOut(found.reason)
      else batch.push(found.item)
      if (batch.length < BATCH) continue
      await appendBatch(self, batch, now, tally)
      batch = []
      if (tally.total() < maxItems) continue
      error = { type: 'bad-file', reason: `more than ${maxItems} items` }
      break
    }
    await appendBatch(self, batch, now, tally)
    return error
  }

  return {
    async import({ file, name }) {
      const self = account.self()
      if (!self) return err({ type: 'no-person' })
      if (file.size > MAX_IMPORT_BYTES) return err({ type: 'too-large', what: 'file', limit: MAX_IMPORT_BYTES })
      const title = oneLine(name, MAX_SOURCE_TITLE)
      return ok({ job: jobs.start('import', (report) => oneAtATime(() => run(self, file, title, report))) })
    },
  }
}
