/**
 * Export: everything of the person as one CARv1 file. What is private in it is sealed, as it is in the logs; the words
 * open it. Blocks are put aside as Blobs while their names are gathered for the root, so that memory holds one.
 */
import { writeCar } from '../../core/blocks/car.ts'
import type { Block, Cid } from '../../core/blocks/cid.ts'
import { NETWORK_ZERO } from '../../core/limits.ts'
import { logKind } from '../../core/logs/log-id.ts'
import { err, ok } from '../../core/result.ts'
import type { KithError } from '../../rpc/errors.ts'
import type { JobReport } from '../api/jobs.ts'
import type { RequestHandlers } from '../api/requests.ts'
import type { InternalServices } from '../internal-services.ts'
import type { LogHead } from '../log/log-service.ts'
import { countHeld } from '../log/ranges.ts'
import { type ArchiveLog, encodeArchiveRoot } from './archive-root.ts'
import { cborBlock, fileBlocksOf, ownRecords, recordBlocksOf, segmentsOf } from './export-blocks.ts'

/** Media type of CAR files. */
const CAR_TYPE = 'application/vnd.ipld.car'
/** Bytes gathered before they become a Blob, which a browser may keep on disk. */
const PART_BYTES = 1_048_576

/** Blocks put aside. */
const createShelf = () => {
  const aside: { readonly cid: Cid; readonly blob: Blob }[] = []
  const known = new Set<string>()
  return {
    put({ cid, bytes }: Block): Cid {
      const name = String(cid)
      if (!known.has(name)) aside.push({ cid, blob: new Blob([bytes as Uint8Array<ArrayBuffer>]) })
      known.add(name)
      return cid
    },
    async *blocks(): AsyncGenerator<Block> {
      for (const { cid, blob } of aside) yield { cid, bytes: new Uint8Array(await blob.arrayBuffer()) }
    },
  }
}

/** Higher kinds first, each from its first generation on. */
const byKind = (a: LogHead, b: LogHead): number => (logKind(b.log) ?? 0) - (logKind(a.log) ?? 0) || a.log - b.log

type Shelf = ReturnType<typeof createShelf>

const toBlob = async (chunks: AsyncIterable<Uint8Array>): Promise<Blob> => {
  const parts: Blob[] = []
  let gathered: Uint8Array[] = []
  let size = 0
  const flush = (): void => {
    parts.push(new Blob(gathered as Uint8Array<ArrayBuffer>[]))
    gathered = []
    size = 0
  }
  for await (const chunk of chunks) {
    gathered.push(chunk)
    size += chunk.length
    if (size >= PART_BYTES) flush()
  }
  flush()
  return new Blob(parts, { type: CAR_TYPE })
}

async function* rootFirst(root: Block, shelf: Shelf): AsyncGenerator<Block> {
  yield root
  yield* shelf.blocks()
}

/** Answers `export`. */
export const exportRequests = (services: InternalServices): Pick<RequestHandlers, 'export'> => {
  const { account, jobs, logs, persons, platform } = services

  const putLogs = async (person: string, shelf: Shelf, report: JobReport): Promise<ArchiveLog[]> => {
    // The account's state first: it says whom the rest is about.
    const heads = [...(await logs.heads(person))].sort(byKind)
    const total = heads.reduce((sum, { ranges }) => sum + countHeld(ranges), 0)
    const archived: ArchiveLog[] = []
    let done = 0
    for (const head of heads) {
      const segments: Cid[] = []
      report({ done, total })
      for await (const segment of segmentsOf(services, head)) segments.push(shelf.put(segment))
      const { device, log, seq, hash } = head
      archived.push({ device, log, seq, hash, segments })
      done += countHeld(head.ranges)
    }
    report({ done, total, added: done })
    return archived
  }

  const run = async (person: string, report: JobReport): Promise<KithError | undefined> => {
    const state = await persons.keyState(person)
    if (!state) return { type: 'no-person' }
    const shelf = createShelf()
    const putAll = (list: readonly Uint8Array[]): Cid[] => list.map((bytes) => shelf.put(cborBlock(bytes)))
    const root = {
      person,
      network: NETWORK_ZERO,
      created: platform.clock.now(),
      events: putAll(state.chain),
      proof: putAll(state.proof),
      records: putAll(await ownRecords(services, person)),
      logs: await putLogs(person, shelf, report),
    }
    for await (const block of recordBlocksOf(services, person)) shelf.put(block)
    for await (const block of fileBlocksOf(services, person)) shelf.put(block)
    const block = cborBlock(encodeArchiveRoot(root))
    report({ file: await toBlob(writeCar([block.cid], rootFirst(block, shelf))) })
    return undefined
  }

  return {
    async export() {
      const self = account.self()
      if (!self) return err({ type: 'no-person' })
      return ok({ job: jobs.start('export', (report) => run(self.person, report)) })
    },
  }
}
