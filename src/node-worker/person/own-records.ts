/**
 * Keeps the records of this node's person up with its logs: the heads of the public logs, and the profile. Signed some
 * time after the last append, so that an import does not sign one for each post.
 */
import { decodeRecord } from '../../core/records/record.ts'
import { PATHS, publicStorageKey } from '../../core/records/storage-key.ts'
import type { InternalServices } from '../internal-services.ts'
import { LOG_FEED } from '../log/log-service.ts'
import type { Self } from './account.ts'
import { encodeProfile } from './profile.ts'
import { CONTENT_RECORD_DAYS, putRecord, signPublic } from './records.ts'

/** Milliseconds from an append to the records that tell of it. */
export const RECORD_DELAY = 400

/** See the module's doc. */
export interface OwnRecords {
  /** Signs now what waits to be signed. */
  flush(): Promise<void>
  close(): void
}

/** Starts to follow the own logs. */
export const keepOwnRecords = (services: InternalServices): OwnRecords => {
  const { account, logs, persons, platform, records } = services
  let timer: unknown

  const contentOf = async (self: Self, path: string): Promise<unknown> => {
    if (path === PATHS.profile) {
      const profile = persons.get(self.person)?.profile
      return profile && encodeProfile(profile)
    }
    const heads = (await logs.heads(self.person)).filter((head) => head.log === LOG_FEED)
    return { logs: heads.map(({ device, log, seq, hash }) => ({ device, log, seq, hash })) }
  }

  const sign = async (self: Self, path: string): Promise<void> => {
    const state = await persons.keyState(self.person)
    const value = await contentOf(self, path)
    if (!state || value === undefined) return
    const held = await records.get(publicStorageKey(self.person, path))
    const decoded = held && decodeRecord(held)
    const now = platform.clock.now()
    const seq = Math.max(now, decoded?.ok ? decoded.value.record.seq + 1 : 0)
    const draft = { path, value, keyEvent: state.newest, seq, days: CONTENT_RECORD_DAYS }
    const signed = await signPublic(self, draft, now)
    await platform.store.write(['meta', 'records'], 'relaxed', async (tx) => {
      await putRecord(tx, signed)
    })
  }

  const flush = async (): Promise<void> => {
    platform.timers.clearTimeout(timer)
    timer = undefined
    const self = account.self()
    if (!self) return
    for (const path of [PATHS.heads, PATHS.profile]) await sign(self, path)
  }

  const schedule = (): void => {
    timer ??= platform.timers.setTimeout(() => {
      flush().catch((error) => platform.log({ level: 'error', what: 'records', detail: String(error) }))
    }, RECORD_DELAY)
  }

  const stop = logs.onAppend((event) => {
    if (event.person === account.self()?.person && event.log === LOG_FEED) schedule()
  })
  // Records run out: each start signs them again.
  const stopWaiting = account.whenReady(schedule)

  return {
    flush,
    close() {
      stop()
      stopWaiting()
      platform.timers.clearTimeout(timer)
    },
  }
}
