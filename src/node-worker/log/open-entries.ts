/** From the payload bytes of a run to what its entries say. What cannot be read is stored but shown to nobody. */
import { entryIdOf } from '../../core/logs/entry.ts'
import { decodePayload, isInScope } from '../../core/logs/payload.ts'
import type { Segment } from '../../core/logs/segment.ts'
import type { LogCore } from './log-core.ts'
import { isSealedLog, type NewEntry } from './log-service.ts'
import type { ReadEntry } from './log-view.ts'

const readPayload = async (
  core: LogCore,
  person: string,
  log: number,
  bytes: Uint8Array,
): Promise<NewEntry | undefined> => {
  const payload = decodePayload(bytes)
  if (!payload.ok || !isInScope(payload.value)) return undefined
  if (!isSealedLog(log)) return payload.value
  const self = core.account.self()
  // [KP4] Somebody else's private log is kept, never opened: a box of one's own may have been copied into it.
  return self?.person === person ? core.sealing.open(self, payload.value) : undefined
}

/** The entries of a run whose payloads are here and can be read, ascending. */
export const openEntries = async (core: LogCore, person: string, run: Segment): Promise<readonly ReadEntry[]> => {
  const arrival = core.clock.now()
  const read: ReadEntry[] = []
  for (const [i, entry] of run.entries.entries()) {
    const payload = run.payloads[i]
    const said = payload && (await readPayload(core, person, run.logId, payload))
    if (!said) continue
    read.push({
      id: entryIdOf(entry.hash),
      hash: entry.hash,
      person,
      device: run.author,
      log: run.logId,
      seq: entry.seq,
      type: said.type,
      body: said.body,
      arrival,
    })
  }
  return read
}
