/**
 * The account secret as it is published: one HPKE box for each device and one for the words, and the earlier
 * epochs' secrets under the newest. HPKE's base mode does not say who sealed: that says the signature of the record
 * which carries these bytes ([I19]).
 */
import { CID } from 'multiformats/cid'
import { concatBytes, equalBytes } from '../bytes.ts'
import { decodeCbor, encodeCbor, hasKeys, isBytes, isCount, isRecord } from '../cbor.ts'
import type { CryptoPort, HpkeRecipient, Random } from '../ports.ts'
import { err, type Malformed, malformed, ok, type Result } from '../result.ts'
import { type UnknownVersion, unknownVersion } from '../version.ts'
import { deriveKey, type EpochSecrets, MAX_EPOCHS, SECRET_BYTES } from './account-secret.ts'
import { MAX_DEVICES } from './key-event-codec.ts'
import type { PersonId } from './key-event-types.ts'
import { isKeyEventCid } from './person-id.ts'

/** The version a sealed secret begins with. */
export const SEALED_SECRET_VERSION = 1

/** All devices and the words. */
export const MAX_BOXES = MAX_DEVICES + 1

/** Fits a record together with the record's own fields. */
export const MAX_SEALED_SECRET_BYTES = 7168

const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
/** HPKE's encapsulated key, the secret, the tag. */
const BOX_BYTES = KEY_BYTES + SECRET_BYTES + TAG_BYTES
const WRAP_PATH = 'earlier-epochs'

/** Why a sealed secret was not opened. */
export type SealedSecretError =
  | Malformed<'sealed-secret'>
  | UnknownVersion<'sealed-secret'>
  /** It is another person's. */
  | { readonly type: 'other-person' }
  /** No box for this recipient, or one that does not open. */
  | { readonly type: 'not-for-us' }

interface Box {
  readonly to: Uint8Array
  readonly box: Uint8Array
}

interface SealedSecret {
  readonly person: PersonId
  readonly epoch: number
  readonly boxes: readonly Box[]
  readonly nonce: Uint8Array
  readonly earlier: Uint8Array
}

/** Binds every box to the person and the epoch, so that an old one cannot be passed off as new. */
const infoOf = (person: PersonId, epoch: number): Uint8Array =>
  encodeCbor(['kith/account-secret/1', CID.parse(person), epoch])

/**
 * Seals the newest epoch.
 * @param recipients X25519 public keys: those of the active devices and `recovery` of the key state
 */
export const sealEpoch = async (
  { epoch, secret, earlier }: EpochSecrets,
  { person, recipients }: { readonly person: PersonId; readonly recipients: readonly Uint8Array[] },
  crypto: Pick<CryptoPort, 'hpke' | 'aead'>,
  random: Random,
): Promise<Uint8Array> => {
  if (recipients.length > MAX_BOXES) throw new RangeError(`"recipients" expected at most ${MAX_BOXES}`)
  const info = infoOf(person, epoch)
  const boxes = await Promise.all(recipients.map(async (to) => ({ to, box: await crypto.hpke.seal(to, secret, info) })))
  const wrap = await crypto.aead(deriveKey(secret, WRAP_PATH))
  const nonce = random.bytes(NONCE_BYTES)
  const wrapped = await wrap.seal(nonce, concatBytes(...earlier), info)
  const fields = { version: SEALED_SECRET_VERSION, person: CID.parse(person), epoch, boxes, nonce, earlier: wrapped }
  return encodeCbor(fields)
}

/** Whether bytes are this epoch of this person, sealed to exactly these X25519 public keys. */
export const isSealedTo = (
  bytes: Uint8Array,
  {
    person,
    epoch,
    recipients,
  }: { readonly person: PersonId; readonly epoch: number; readonly recipients: readonly Uint8Array[] },
): boolean => {
  const sealed = decodeSealedSecret(bytes)
  if (!sealed.ok || sealed.value.person !== person || sealed.value.epoch !== epoch) return false
  const { boxes } = sealed.value
  return boxes.length === recipients.length && recipients.every((key) => boxes.some(({ to }) => equalBytes(to, key)))
}

/** Opens a sealed secret with a device's agreement key or the words' key. */
export const openEpoch = async (
  bytes: Uint8Array,
  { person, recipient }: { readonly person: PersonId; readonly recipient: HpkeRecipient },
  crypto: Pick<CryptoPort, 'hpke' | 'aead'>,
): Promise<Result<EpochSecrets, SealedSecretError>> => {
  const sealed = decodeSealedSecret(bytes)
  if (!sealed.ok) return sealed
  const { epoch, boxes } = sealed.value
  if (sealed.value.person !== person) return err({ type: 'other-person' })
  const own = boxes.find(({ to }) => equalBytes(to, recipient.publicKey))
  const secret = own && (await crypto.hpke.open(recipient, own.box, infoOf(person, epoch)))
  if (!secret) return err({ type: 'not-for-us' })
  const earlier = await openEarlier(sealed.value, secret, crypto)
  return earlier ? ok({ epoch, secret, earlier }) : malformed('sealed-secret', 'earlier epochs do not open')
}

const openEarlier = async (
  { person, epoch, nonce, earlier }: SealedSecret,
  secret: Uint8Array,
  crypto: Pick<CryptoPort, 'aead'>,
): Promise<Uint8Array[] | undefined> => {
  const wrap = await crypto.aead(deriveKey(secret, WRAP_PATH))
  const joined = await wrap.open(nonce, earlier, infoOf(person, epoch))
  // The length of `earlier` was checked against the epoch when it was decoded.
  return joined && Array.from({ length: epoch }, (_, i) => joined.slice(i * SECRET_BYTES, (i + 1) * SECRET_BYTES))
}

const isBox = (value: unknown): value is Box =>
  isRecord(value) && hasKeys(value, ['to', 'box']) && isBytes(value.to, KEY_BYTES) && isBytes(value.box, BOX_BYTES)

const isBoxes = (value: unknown): value is Box[] =>
  Array.isArray(value) && value.length <= MAX_BOXES && value.every(isBox)

const refuse = (reason: string): { readonly ok: false; readonly error: SealedSecretError } =>
  malformed('sealed-secret', reason)

const decodeSealedSecret = (bytes: Uint8Array): Result<SealedSecret, SealedSecretError> => {
  const decoded = decodeCbor(bytes, MAX_SEALED_SECRET_BYTES)
  if (!decoded.ok) return refuse(decoded.error.reason)
  const fields = decoded.value
  if (!isRecord(fields) || !isCount(fields.version)) return refuse('no version')
  const { version, person, epoch, boxes, nonce, earlier } = fields
  if (version !== SEALED_SECRET_VERSION)
    return unknownVersion('sealed-secret', version as number, SEALED_SECRET_VERSION)
  if (!hasKeys(fields, ['version', 'person', 'epoch', 'boxes', 'nonce', 'earlier'])) return refuse('wrong fields')
  if (!isKeyEventCid(person) || !isCount(epoch, MAX_EPOCHS - 1)) return refuse('person or epoch')
  if (!isBoxes(boxes) || !isBytes(nonce, NONCE_BYTES)) return refuse('boxes or nonce')
  if (!isBytes(earlier, epoch * SECRET_BYTES + TAG_BYTES)) return refuse('earlier epochs')
  return ok({ person: String(person), epoch, boxes, nonce, earlier })
}
