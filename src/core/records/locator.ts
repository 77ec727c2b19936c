/** The locator: found with the recovery words alone, signed once, never expiring, naming only the person ([R8]). */
import { equalBytes } from '../bytes.ts'
import type { PersonId } from '../identity/key-event-types.ts'
import { locatorSeed } from '../identity/ladder.ts'
import type { CryptoPort, Verifier } from '../ports.ts'
import { err, ok, type Result } from '../result.ts'
import { decodeRecord, type RecordError, signRecord } from './record.ts'
import type { LocatorRecord, RecordRefusal, SignedRecord } from './record-types.ts'
import { RECORD_VERSION } from './record-types.ts'
import { verifyRecord } from './verify-record.ts'

type Seeds = Pick<CryptoPort, 'signerFromSeed'>

/** The storage key under which these words' locator is found. */
export const locatorKey = async (entropy: Uint8Array, crypto: Seeds): Promise<Uint8Array> =>
  (await crypto.signerFromSeed(locatorSeed(entropy))).publicKey

/** Signs the locator. Made once, when a person is created or gets new words. */
export const createLocator = async (
  {
    entropy,
    person,
    network,
    group,
  }: {
    readonly entropy: Uint8Array
    readonly person: PersonId
    readonly network: Uint8Array
    readonly group: Uint8Array
  },
  crypto: Seeds,
): Promise<SignedRecord<LocatorRecord>> => {
  const signer = await crypto.signerFromSeed(locatorSeed(entropy))
  const key = signer.publicKey
  const record: LocatorRecord = {
    version: RECORD_VERSION,
    kind: 'locator',
    key,
    network,
    group,
    epoch: 0,
    seq: 0,
    value: { person },
    expires: null,
    signer: key,
  }
  return signRecord(record, signer)
}

/**
 * The person that a locator names.
 * @param key what {@link locatorKey} gave: another key's locator is refused
 */
export const readLocator = async (
  bytes: Uint8Array,
  {
    key,
    network,
    group,
    verifier,
  }: {
    readonly key: Uint8Array
    readonly network: Uint8Array
    readonly group: Uint8Array
    readonly verifier: Verifier
  },
): Promise<Result<PersonId, RecordError | RecordRefusal>> => {
  const decoded = decodeRecord(bytes)
  if (!decoded.ok) return decoded
  const { record } = decoded.value
  if (record.kind !== 'locator' || !equalBytes(record.key, key)) return err({ type: 'forged' })
  // A locator does not expire: no clock is asked.
  const verdict = await verifyRecord(decoded.value, { verifier, network, group, now: 0 })
  return verdict.ok ? ok(record.value.person) : verdict
}
