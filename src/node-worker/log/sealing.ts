/**
 * Payloads of private logs: type and body are sealed under a key of the account secret's epoch before they become
 * payloads, padded to named steps; what stands on disk and on the wire says neither.
 */
import { openPrivate, sealPrivate } from '../../core/blocks/sealed.ts'
import { decodeCbor, encodeCbor, isBytes, isCount, isRecord, isText } from '../../core/cbor.ts'
import { deriveKey, secretOf } from '../../core/identity/account-secret.ts'
import { MAX_PAYLOAD_BYTES } from '../../core/limits.ts'
import { createPayload, MAX_TYPE_LENGTH, type Payload, SALT_BYTES } from '../../core/logs/payload.ts'
import type { Aead, CryptoPort, Random } from '../../core/ports.ts'
import type { Self } from '../person/account.ts'
import type { NewEntry } from './log-service.ts'

/** The type of every payload in a private log. */
export const SEALED = 'kith/sealed'
/** What the key for log payloads is derived for. */
const KEY_PATH = 'log-payloads'

/** See the module's doc. */
export interface Sealing {
  seal(self: Self, payload: Payload): Promise<Payload>
  /** What was inside; undefined when the box is not one of this person's, or of an epoch that is not known here. */
  open(self: Self, payload: Payload): Promise<NewEntry | undefined>
}

/** A payload with a fresh salt. */
export const newPayload = (random: Random, entry: NewEntry): Payload =>
  createPayload(entry.type, entry.body, random.bytes(SALT_BYTES))

const readOpened = (bytes: Uint8Array): NewEntry | undefined => {
  const decoded = decodeCbor(bytes, MAX_PAYLOAD_BYTES)
  if (!decoded.ok || !isRecord(decoded.value) || !isText(decoded.value.type, MAX_TYPE_LENGTH)) return undefined
  return { type: decoded.value.type, body: decoded.value.body }
}

/** Creates the sealing over the platform's cryptography. */
export const createSealing = (crypto: CryptoPort, random: Random): Sealing => {
  const keys = new Map<number, Promise<Aead>>()
  const keyOf = (self: Self, epoch: number): Promise<Aead> | undefined => {
    const secret = secretOf(self.secrets, epoch)
    if (secret && !keys.has(epoch)) keys.set(epoch, crypto.aead(deriveKey(secret, KEY_PATH)))
    return keys.get(epoch)
  }
  return {
    async seal(self, { type, body }) {
      const { epoch } = self.secrets
      const box = await sealPrivate((await keyOf(self, epoch))!, random, encodeCbor({ type, body }))
      return newPayload(random, { type: SEALED, body: { epoch, box } })
    },

    async open(self, payload) {
      const { body } = payload
      if (payload.type !== SEALED || !isRecord(body) || !isCount(body.epoch) || !isBytes(body.box)) return undefined
      const key = await keyOf(self, body.epoch)
      const opened = key && (await openPrivate(key, body.box))
      return opened?.ok ? readOpened(opened.value) : undefined
    },
  }
}
