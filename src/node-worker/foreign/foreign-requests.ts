/**
 * Foreign storage before anybody uses it: its requests and its query, and whether it is needed. What does the work is
 * loaded then.
 */
import type { ForeignStorageView } from '../../rpc/foreign.ts'
import { lazily } from '../api/lazy.ts'
import type { QueryHandlers } from '../api/query-handlers.ts'
import type { RequestHandlers } from '../api/requests.ts'
import type { InternalServices } from '../internal-services.ts'
import { getState } from '../person/account-state.ts'
import { FOREIGN_SETTING } from './setting-key.ts'

type Handlers = Pick<RequestHandlers, 'test-foreign-storage' | 'save-foreign-storage'>

/** What the loaded part gives. */
export interface Foreign {
  readonly requests: Handlers
  view(): Promise<ForeignStorageView>
  close(): void
}

/** What node.ts composes. */
export interface ForeignParts {
  readonly requests: Handlers
  readonly queries: Pick<QueryHandlers, 'foreign-storage'>
  close(): void
}

/** Loads it when a person followed, or oneself, has blocks elsewhere. */
export const foreignStorage = (services: InternalServices): ForeignParts => {
  const { platform, persons, changes } = services
  let isClosed = false
  let opened: Foreign | undefined
  const load = lazily(async () => {
    const { createForeign } = await import('../later.ts')
    opened = createForeign(services)
    if (isClosed) opened.close()
    return opened
  })
  const isNeeded = async (): Promise<boolean> => {
    if (persons.all().some(({ blockBases }) => blockBases && blockBases.bases.length > 0)) return true
    const setting = await platform.store.read(['meta'], (tx) => getState(tx, FOREIGN_SETTING))
    return Boolean(setting?.value)
  }
  const look = (): void => {
    if (opened) return
    isNeeded()
      .then((needed) => (needed ? load() : undefined))
      // Not to be had for now: tried again with the next change.
      .catch((error) => isClosed || platform.log({ level: 'warning', what: 'foreign storage', detail: String(error) }))
  }
  const stops = [changes.listen((topics) => topics.includes('settings') && look()), persons.onChange(look)]
  look()
  return {
    requests: {
      'test-foreign-storage': async (input, context) => (await load()).requests['test-foreign-storage'](input, context),
      'save-foreign-storage': async (input, context) => (await load()).requests['save-foreign-storage'](input, context),
    },
    queries: {
      'foreign-storage': { topics: () => ['foreign', 'settings', 'storage'], run: async () => (await load()).view() },
    },
    close() {
      isClosed = true
      for (const stop of stops) stop()
      opened?.close()
    },
  }
}
