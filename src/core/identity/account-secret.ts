/**
 * The account secret: 32 bytes an epoch, from which every private key of a person is derived. A new epoch starts
 * with each rotation and each removal of a device, so that whoever was removed cannot read on ([I18]).
 */
import type { CryptoPort, Random, Signer } from '../ports.ts'
import { derive, deriveSeed } from './hkdf.ts'

/** Bytes of one epoch's secret. */
export const SECRET_BYTES = 32

/** Epochs that one sealed secret carries. */
export const MAX_EPOCHS = 64

/** The secret of the current epoch and those before it, which still open what was written then. */
export interface EpochSecrets {
  /** The first is 0. */
  readonly epoch: number
  readonly secret: Uint8Array
  /** Secret of epoch n at index n; `epoch` of them. */
  readonly earlier: readonly Uint8Array[]
}

/** The secret a person begins with. */
export const firstEpoch = (random: Random): EpochSecrets => ({
  epoch: 0,
  secret: random.bytes(SECRET_BYTES),
  earlier: [],
})

/**
 * A fresh secret that owes nothing to the one before.
 * @throws RangeError after {@link MAX_EPOCHS}
 */
export const nextEpoch = ({ epoch, secret, earlier }: EpochSecrets, random: Random): EpochSecrets => {
  if (epoch + 1 >= MAX_EPOCHS) throw new RangeError(`"epoch" expected under ${MAX_EPOCHS}, got ${epoch + 1}`)
  return { epoch: epoch + 1, secret: random.bytes(SECRET_BYTES), earlier: [...earlier, secret] }
}

/** The secret of an epoch, undefined for one that is not there yet. */
export const secretOf = (secrets: EpochSecrets, epoch: number): Uint8Array | undefined =>
  epoch === secrets.epoch ? secrets.secret : secrets.earlier[epoch]

/** A 32-byte key for one purpose, named by its path. */
export const deriveKey = (secret: Uint8Array, path: string): Uint8Array => derive(secret, 'kith/account-key/1', path)

/** [CP1] The seed of a private slot's key pair: whoever has it can write the slot. */
export const privateSlotSeed = (secret: Uint8Array, path: string): Uint8Array =>
  deriveSeed(secret, 'kith/private-slot/1', path)

/**
 * [R1] The key pair of a private slot: its public key is the storage key, which nobody without the secret can derive
 * or link to the person, and everybody who has it can write.
 */
export const privateSlot = (
  secret: Uint8Array,
  path: string,
  crypto: Pick<CryptoPort, 'signerFromSeed'>,
): Promise<Signer> => crypto.signerFromSeed(privateSlotSeed(secret, path))
