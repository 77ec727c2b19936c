/** Which version of the tables and rows a store was written with: a row of `meta`, the same for both stores. */
import { type Key, type Store, StoreFullError, StoreUnavailableError } from './store.ts'

/** Raised with every new table or changed row; an older build then refuses to open (`newer-version`). */
export const SCHEMA_VERSION = 2

/** Row of `meta` that holds the version. */
export const SCHEMA_KEY: Key = ['schema']

/** @throws StoreUnavailableError `newer-version`, before anything is changed that this build does not understand */
export const checkSchema = (found: number | undefined): void => {
  if (found === undefined || found <= SCHEMA_VERSION) return
  throw new StoreUnavailableError('newer-version', `schema ${found}, this build knows ${SCHEMA_VERSION}`)
}

/** Checks the version of a store that was just opened, and notes this build's in one that says none or an older one. */
export const claimSchema = async (store: Store): Promise<Store> => {
  const found = await store.read(['meta'], (tx) => tx.get<number>('meta', SCHEMA_KEY))
  checkSchema(found)
  if (found === SCHEMA_VERSION) return store
  try {
    await store.write(['meta'], 'strict', (tx) => tx.put('meta', SCHEMA_KEY, SCHEMA_VERSION))
  } catch (error) {
    // Reading goes on on a full disk; the next start notes it.
    if (!(error instanceof StoreFullError)) throw error
  }
  return store
}
