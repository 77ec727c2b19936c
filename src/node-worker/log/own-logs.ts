/** The log service: appending, taking in, reading runs to send on, over one store. */
import { MAX_SEGMENT_BYTES } from '../../core/limits.ts'
import { MAX_SEQ } from '../../core/logs/lipmaa.ts'
import { lastSeqOf, type Segment } from '../../core/logs/segment.ts'
import { encodeSegment } from '../../core/logs/segment-codec.ts'
import { err, type Result } from '../../core/result.ts'
import { getPerson } from '../person/persons.ts'
import type { ReadTransaction } from '../stores/store.ts'
import { isKeptFor, isUnwanted, refusalOf } from './admission.ts'
import { type Append, createAppend } from './append.ts'
import { createCatchUp } from './catch-up.ts'
import { type Admit, createIngest, type Ingest } from './ingest.ts'
import { createLogCore, type LogCore, type LogPorts } from './log-core.ts'
import { bytesHeld, ENTRY_COST, getLogRow, type LogRow, toFork, toHead } from './log-row.ts'
import type { Ingested, LogService, Refusal, WireSegment } from './log-service.ts'
import type { Runs } from './runs.ts'
import { showHeld } from './show-held.ts'

/** What the node's own services may do with logs beyond what its connection may. */
export interface OwnLogs extends LogService {
  /** Appends to a log of this device. */
  readonly append: Append
  /** Takes in a segment that `admit` decides on, instead of the rule that follows relations. */
  readonly ingestWith: Ingest
  readonly runs: Runs
  /** For work on logs that is loaded when it is needed. */
  readonly core: LogCore
}

/** [EC2] Of a log that is here under a lease alone no more is taken in than was paid for. */
const isPaidFor = async (core: LogCore, tx: ReadTransaction, person: string, run: Segment): Promise<boolean> => {
  if (isKeptFor(core, person, run.logId)) return true
  const row = await getLogRow(tx, run.author, run.logId)
  const held = row ? bytesHeld(row) : 0
  const more = run.payloads.reduce((sum, payload) => sum + ENTRY_COST + (payload?.length ?? 0), 0)
  return held + more <= core.leases.logRoom(person, run.author, run.logId)
}

const toWire = (run: Segment): WireSegment => ({ from: run.firstSeq, to: lastSeqOf(run), bytes: encodeSegment(run) })

const createReading = (core: LogCore): Pick<LogService, 'heads' | 'head' | 'forks' | 'readSegment' | 'readTail'> => {
  const head: LogService['head'] = (device, log) =>
    core.store.read(['logs'], async (tx) => {
      const row = await getLogRow(tx, device, log)
      return row && toHead(device, log, row)
    })

  const heads: LogService['heads'] = async (person) => {
    const state = await core.persons.keyState(person)
    const rows = await core.store.read(['logs'], (tx) =>
      Promise.all((state?.devices ?? []).map((device) => tx.list<LogRow>('logs', { prefix: [device.signing] }))),
    )
    return rows.flat().map(({ key, value }) => toHead(key[0] as Uint8Array, key[1] as number, value))
  }

  const readSegment: LogService['readSegment'] = async (device, log, fromSeq, maxBytes, toSeq = MAX_SEQ) => {
    const run = await core.store.read(['segments', 'payloads'], (tx) =>
      core.runs.read(tx, { device, log }, fromSeq, toSeq, Math.min(maxBytes, MAX_SEGMENT_BYTES)),
    )
    return run && toWire(run)
  }

  const readTail: LogService['readTail'] = async (device, log, count) => {
    const held = await head(device, log)
    const newest = held?.ranges.at(-1)
    if (!newest) return undefined
    // The newest entries matter more than `count`: fewer are sent when that many do not fit.
    for (let wanted = count; wanted >= 1; wanted = Math.floor(wanted / 2)) {
      const from = Math.max(newest.from, newest.to - wanted + 1)
      const run = await core.store.read(['segments', 'payloads'], (tx) =>
        core.runs.read(tx, { device, log }, from, newest.to, MAX_SEGMENT_BYTES),
      )
      if (run && lastSeqOf(run) === newest.to) return toWire(run)
    }
    return undefined
  }

  const forks: LogService['forks'] = async (device) => {
    const rows = await core.store.read(['logs'], (tx) => tx.list<LogRow>('logs', { prefix: [device] }))
    return rows.flatMap(({ key, value }) => toFork(device, key[1] as number, value) ?? [])
  }

  return { head, heads, forks, readSegment, readTail }
}

/** Creates the log service over its parts. */
export const createLogService = (ports: LogPorts, runs: Runs): OwnLogs => {
  const core = createLogCore(ports, runs)
  const catchUp = createCatchUp(core)
  const reading = createReading(core)
  const ingestWith = createIngest(core)
  const refused: Record<string, number> = {}
  const count = (result: Result<Ingested, Refusal>): Result<Ingested, Refusal> => {
    // A full disk is no fault of what was sent: the storage says it, and it comes again.
    if (result.ok || result.error.type === 'full') return result
    refused[result.error.type] = (refused[result.error.type] ?? 0) + 1
    return result
  }
  // Asked again inside the transaction: the person may have been blocked in between.
  const admit: Admit = async (tx, person, run) => {
    const row = await getPerson(tx, person)
    if (row?.relation === 'blocked') return { type: 'blocked' }
    const refusal = refusalOf(core, person, run.author, run.logId)
    if (refusal) return refusal
    return (await isPaidFor(core, tx, person, run)) ? undefined : { type: 'over-lease' }
  }
  return {
    ...reading,
    core,
    append: createAppend(core, catchUp),
    runs: core.runs,
    ingestWith: async (person, wire, terms) => count(await ingestWith(person, wire, terms)),
    ingest: async (person, wire, expect) => {
      const refusal = isUnwanted(core, person)
      // [EC6] What is kept for somebody who is not followed is not shown: else whoever leaves a log here could fill pages.
      const shows = (run: Segment) => (isKeptFor(core, person, run.logId) ? 'new' : 'nothing')
      return count(refusal ? err(refusal) : await ingestWith(person, wire, { admit, expect, shows }))
    },
    onAppend: core.onAppend,
    onFork: core.onFork,
    heardOf: catchUp.heardOf,
    showHeld: () => showHeld(core, reading.heads),
    refused: () => ({ ...refused }),
  }
}
