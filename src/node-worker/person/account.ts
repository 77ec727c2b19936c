/** This node's own person: keys, secrets, and who is told when they are there. */
import { openPrivate, sealPrivate } from '../../core/blocks/sealed.ts'
import { decodeCbor, encodeCbor, isBytes } from '../../core/cbor.ts'
import type { EpochSecrets } from '../../core/identity/account-secret.ts'
import type { Aead, DeviceKeys, Random } from '../../core/ports.ts'
import type { DeviceKeyVault, UnlockedDevice } from '../platform.ts'
import type { ReadTransaction, Store, WriteTransaction } from '../stores/store.ts'

/** The signed-in person, unlocked. */
export interface Self {
  readonly person: string
  readonly device: DeviceKeys
  readonly sealLocal: Aead
  readonly secrets: EpochSecrets
}

/** See the module's doc. */
export interface Account {
  /** Undefined until a person was made or restored here. */
  self(): Self | undefined
  /** Whose things are here without the keys of this device; only {@link AccountBook.activate} ends that. */
  lost(): string | undefined
  /** Calls back once, now or when the person is there. @returns stops it */
  whenReady(handler: (self: Self) => void): () => void
}

/** Row `account` of table `meta`. Secrets are sealed under the device's local key. */
export interface AccountRow {
  readonly person: string
  readonly created: number
  /** Secrets of all epochs, oldest first: dag-cbor list of bytes, sealed. */
  readonly secrets: Uint8Array
  /** Entropy of the recovery words, sealed; null once they are written down. */
  readonly words: Uint8Array | null
}

/** What the node's own services may do beyond {@link Account}. */
export interface AccountBook extends Account {
  /** The stored row; undefined while nobody is signed in. */
  row(): AccountRow | undefined
  /** Writes a row inside a transaction over `meta`; {@link AccountBook.activate} once it committed. */
  put(tx: WriteTransaction, row: AccountRow): Promise<void>
  /** Signs the person in, and tells everyone who waits for it. */
  activate(self: Self, row: AccountRow): void
  /** Takes over a row that was changed in the store. */
  replace(row: AccountRow): void
}

const KEY = ['account'] as const

/** Who is signed in, inside a transaction over `meta`. */
export const signedInPerson = async (tx: ReadTransaction): Promise<string | undefined> =>
  (await tx.get<AccountRow>('meta', KEY))?.person

/** Seals the secrets of all epochs for the row. */
export const sealSecrets = (sealLocal: Aead, random: Random, { secret, earlier }: EpochSecrets): Promise<Uint8Array> =>
  sealPrivate(sealLocal, random, encodeCbor([...earlier, secret]))

/** All secrets of one account are a few kilobytes. */
const MAX_SECRETS_BYTES = 16_384

const openSecrets = async (sealLocal: Aead, sealed: Uint8Array): Promise<EpochSecrets | undefined> => {
  const opened = await openPrivate(sealLocal, sealed)
  const list = opened.ok ? decodeCbor(opened.value, MAX_SECRETS_BYTES) : opened
  if (!list.ok || !Array.isArray(list.value)) return undefined
  const secrets = list.value.filter((secret): secret is Uint8Array => isBytes(secret, 32))
  const secret = secrets.at(-1)
  return secret && { epoch: secrets.length - 1, secret, earlier: secrets.slice(0, -1) }
}

const unlock = async (row: AccountRow, unlocked: UnlockedDevice): Promise<Self | undefined> => {
  const secrets = await openSecrets(unlocked.sealLocal, row.secrets)
  return secrets && { person: row.person, device: unlocked.device, sealLocal: unlocked.sealLocal, secrets }
}

/**
 * Signs in whoever is stored, if anybody is. Where the keys of this device are gone (site data cleared by halves, a
 * damaged profile) nobody is signed in and everything stays as it is, until the person's words make new keys. [N42]
 */
export const openAccount = async (store: Store, keys: DeviceKeyVault): Promise<AccountBook> => {
  const row = await store.read(['meta'], (tx) => tx.get<AccountRow>('meta', KEY))
  const unlocked = row && (await keys.load())
  const self = row && unlocked && (await unlock(row, unlocked))
  return createAccountBook(self, row)
}

const createAccountBook = (firstSelf: Self | undefined, firstRow: AccountRow | undefined): AccountBook => {
  let self = firstSelf
  let row = firstRow
  const waiting = new Set<(self: Self) => void>()
  return {
    self: () => self,
    lost: () => (self ? undefined : row?.person),
    row: () => row,
    put: (tx, next) => tx.put('meta', KEY, next),
    activate(nextSelf, nextRow) {
      self = nextSelf
      row = nextRow
      for (const handler of [...waiting]) handler(nextSelf)
      waiting.clear()
    },
    replace(next) {
      row = next
    },
    whenReady(handler) {
      if (self) {
        handler(self)
        return () => {}
      }
      waiting.add(handler)
      return () => waiting.delete(handler)
    },
  }
}
