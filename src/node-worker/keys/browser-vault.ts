/**
 * Device keys in a browser: non-extractable CryptoKeys in IndexedDB. WebKitGTK loses X25519 keys on the way (they read
 * back as null), so there the agreement key is kept as bytes under the AES-GCM key, which does store.
 */
import type { DeviceKeyPairs, WrappedAgreement } from '../crypto/device-keys.ts'
import type { DeviceKeyMaker } from '../crypto/web-crypto.ts'
import type { DeviceKeyVault, UnlockedDevice } from '../platform.ts'
import { DEVICE_ROW, type KeyDatabase, openKeyDatabase } from './key-database.ts'

const ROW_VERSION = 1

/** What is stored: the agreement key as a CryptoKey where that works, wrapped where it does not. */
interface DeviceRow {
  readonly version: typeof ROW_VERSION
  readonly signing: CryptoKeyPair
  readonly wrap: CryptoKey
  readonly agreement?: CryptoKeyPair | null
  readonly wrappedAgreement?: WrappedAgreement
}

/** WebKitGTK gives back null for the whole row when there is an X25519 key in it. */
const keepsAgreement = (row: DeviceRow | null): boolean => Boolean(row?.agreement?.privateKey)

const writePairs = async (database: KeyDatabase, pairs: DeviceKeyPairs): Promise<void> => {
  const { signing, wrap, agreement, wrappedAgreement } = pairs
  await database.put(DEVICE_ROW, { version: ROW_VERSION, signing, wrap, agreement } satisfies DeviceRow)
  if (keepsAgreement((await database.get(DEVICE_ROW)) as DeviceRow | null)) return
  await database.put(DEVICE_ROW, { version: ROW_VERSION, signing, wrap, wrappedAgreement } satisfies DeviceRow)
}

const agreementOf = async (row: DeviceRow, crypto: DeviceKeyMaker): Promise<CryptoKeyPair> => {
  if (row.agreement && keepsAgreement(row)) return row.agreement
  if (!row.wrappedAgreement) throw new Error('the stored device has no agreement key')
  return crypto.unwrapAgreement(row.wrap, row.wrappedAgreement)
}

const unlock = async (row: DeviceRow, crypto: DeviceKeyMaker): Promise<UnlockedDevice> => ({
  device: {
    signer: await crypto.signerFromKeyPair(row.signing),
    agreement: await crypto.agreementFromKeyPair(await agreementOf(row, crypto)),
  },
  sealLocal: crypto.aeadFromKey(row.wrap),
})

/** Thrown where this browser loses keys on their way into storage, from every thread: some private windows. */
export class KeysNotKeptError extends Error {
  override readonly name = 'KeysNotKeptError'
}

const isCloneError = (error: unknown): boolean => error instanceof DOMException && error.name === 'DataCloneError'

/** Stores the pairs of a new device and reads them back. @throws KeysNotKeptError */
const keepPairs = async (database: KeyDatabase, pairs: DeviceKeyPairs): Promise<DeviceRow> => {
  await writePairs(database, pairs).catch((error) => {
    throw isCloneError(error) ? new KeysNotKeptError(error.message) : error
  })
  const row = (await database.get(DEVICE_ROW)) as DeviceRow | null
  if (!row?.signing?.privateKey) throw new KeysNotKeptError('the keys did not come back')
  return row
}

/** A vault in the IndexedDB database `name`, opened for each call: there are two calls in a node's life. */
export const createBrowserVault = (name: string, crypto: DeviceKeyMaker): DeviceKeyVault => {
  const withDatabase = async <T>(use: (database: KeyDatabase) => Promise<T>): Promise<T> => {
    const database = await openKeyDatabase(name)
    try {
      return await use(database)
    } finally {
      database.close()
    }
  }
  const load = (): Promise<UnlockedDevice | undefined> =>
    withDatabase(async (database) => {
      const row = (await database.get(DEVICE_ROW)) as DeviceRow | undefined
      return row && unlock(row, crypto)
    })
  const create = (): Promise<UnlockedDevice> =>
    withDatabase(async (database) => {
      return unlock(await keepPairs(database, await crypto.generateDeviceKeyPairs()), crypto)
    })
  return { load, create, clear: () => withDatabase((database) => database.delete(DEVICE_ROW)) }
}
