/** Can this thread keep device keys? Engines differ by kind of thread, so it is tried out, not looked up. */
import { MissingCurveError } from '../crypto/key-import.ts'
import type { DeviceKeyMaker } from '../crypto/web-crypto.ts'
import { StoreFullError } from '../stores/store.ts'
import { DEVICE_ROW, type KeyDatabase, openKeyDatabase } from './key-database.ts'

const PROBE_ROW = 'probe'

interface Probe {
  readonly signing?: CryptoKeyPair | null
  readonly wrap?: CryptoKey | null
}

/** Whether the keys of a row came back whole. */
const isWhole = (row: unknown): boolean => {
  const { signing, wrap } = (row ?? {}) as Probe
  return Boolean(signing?.privateKey && wrap)
}

/** Stores a fresh Ed25519 and a fresh AES-GCM key, non-extractable, and reads them back; leaves nothing behind. */
const tryOut = async (keys: KeyDatabase, crypto: DeviceKeyMaker): Promise<boolean> => {
  const { signing, wrap } = await crypto.generateDeviceKeyPairs()
  await keys.put(PROBE_ROW, { signing, wrap })
  const back = await keys.get(PROBE_ROW)
  await keys.delete(PROBE_ROW)
  return isWhole(back)
}

/**
 * Whether this thread reads back keys that it stored. Where the device's own keys can be read that is known without
 * writing, so that a full disk keeps nobody from what they have. @throws StoreFullError, MissingCurveError
 */
export const canKeepKeys = async (database: string, crypto: DeviceKeyMaker): Promise<boolean> => {
  const keys = await openKeyDatabase(database)
  try {
    return isWhole(await keys.get(DEVICE_ROW)) || (await tryOut(keys, crypto))
  } catch (error) {
    if (error instanceof MissingCurveError) throw error
    if (error instanceof DOMException && error.name === 'QuotaExceededError') throw new StoreFullError(error.message)
    return false
  } finally {
    keys.close()
  }
}
