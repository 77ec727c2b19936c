/** Changing the private account state: one entry a key, all of one request in one transaction. */
import { err, ok, type Result } from '../../core/result.ts'
import type { KithError } from '../../rpc/errors.ts'
import type { RequestContext } from '../api/requests.ts'
import type { InternalServices } from '../internal-services.ts'
import { LOG_ACCOUNT } from '../log/log-service.ts'
import { getState, type StateChange, toEntries } from './account-state.ts'

/** Keys and their new values; null removes. */
export type Changed = Readonly<Record<StateChange['key'], unknown>>

/** Appends changes and remembers `outcome` for a replay. */
export const changeState = async <T>(
  services: InternalServices,
  changed: Changed,
  outcome: T,
  context: RequestContext,
): Promise<Result<T, KithError>> => {
  const self = services.account.self()
  if (!self) return err({ type: 'no-person' })
  const keys = Object.keys(changed) as StateChange['key'][]
  if (keys.length === 0) return ok(outcome)
  const held = await services.platform.store.read(['meta'], (tx) => Promise.all(keys.map((key) => getState(tx, key))))
  const changes = keys.map((key, i) => ({
    key,
    value: changed[key],
    // A clock that was set back must not make the new value the older one.
    time: Math.max(context.time, (held[i]?.time ?? 0) + 1),
  }))
  await services.logs.append(self, LOG_ACCOUNT, toEntries(changes), async (tx) => {
    await context.remember(tx, outcome)
    return []
  })
  return ok(outcome)
}
