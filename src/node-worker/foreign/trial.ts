/** Whether a place does: a small object goes there, comes back with the keys and without, and is deleted. Rule FS3. */
import { type Block, cidToString, rawCid } from '../../core/blocks/cid.ts'
import { equalBytes } from '../../core/bytes.ts'
import type { Random } from '../../core/ports.ts'
import { ok, type Result } from '../../core/result.ts'
import type { ForeignFailure, ForeignPlace, ForeignTrial } from '../../rpc/foreign.ts'
import type { HttpClient } from './http.ts'
import { readBase, refuse } from './settings.ts'
import { FOREIGN_TIMEOUT, type ForeignStore } from './store.ts'

/** Bytes of the object. */
const TRIAL_BYTES = 64

/** What a trial needs. */
export interface TrialPorts {
  readonly place: ForeignPlace
  readonly store: ForeignStore
  readonly http: HttpClient
  readonly random: Random
  /** Whether others would go where a base leads. */
  readonly isForOthers: (base: string) => boolean
}

/** Runs the trial. What it put there is taken away again, as far as the server lets it, however it ends. */
export const tryForeign = async (ports: TrialPorts): Promise<Result<ForeignTrial, ForeignFailure>> => {
  const { store, random } = ports
  const bytes = random.bytes(TRIAL_BYTES)
  const block = { cid: rawCid(bytes), bytes }
  const put = await store.put(block)
  if (!put.ok) return put
  const back = await store.get(block.cid)
  const isSame = back.ok && back.value !== undefined && equalBytes(back.value, bytes)
  const isPublic = isSame && (await isReadable(ports, block))
  const removed = await store.remove(block.cid)
  if (!back.ok) return back
  if (!isSame) return refuse('wrong-bytes')
  if (!removed.ok) return removed
  const clockAhead = store.clockAhead()
  return ok({ isPublic, ...(clockAhead !== undefined && { clockAhead }) })
}

/** Whether anyone reads it without keys, pages included. Where readers would not go, nobody is sent. */
const isReadable = async ({ place, http, isForOthers }: TrialPorts, { cid, bytes }: Block): Promise<boolean> => {
  const base = readBase(place)
  if (!isForOthers(base)) return false
  const limits = { maxBytes: TRIAL_BYTES, timeout: FOREIGN_TIMEOUT, trust: 'own' } as const
  const answer = await http({ method: 'GET', url: base + cidToString(cid), headers: {}, ...limits })
  return answer.ok && answer.value.status === 200 && answer.value.isOpenToPages && equalBytes(answer.value.body, bytes)
}
