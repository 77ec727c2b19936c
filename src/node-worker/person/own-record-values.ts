/** What this person's own records say at this moment. */
import type { Block } from '../../core/blocks/cid.ts'
import { isBytes } from '../../core/cbor.ts'
import { packKeyEvents } from '../../core/identity/key-list.ts'
import { activeDevices, isActiveDevice, type KeyState } from '../../core/identity/key-state.ts'
import { isSealedTo, sealEpoch } from '../../core/identity/sealed-secret.ts'
import { logKind } from '../../core/logs/log-id.ts'
import { encodeKeepers } from '../../core/records/keepers.ts'
import { decodeRecord } from '../../core/records/record.ts'
import type { SignedRecord } from '../../core/records/record-types.ts'
import { PATHS } from '../../core/records/storage-key.ts'
import type { InternalServices } from '../internal-services.ts'
import { listKeepers, listNamed } from '../keeping/named.ts'
import { LOG_FEED } from '../log/log-service.ts'
import type { Platform } from '../platform.ts'
import type { ReadTransaction } from '../stores/store.ts'
import type { Self } from './account.ts'
import { encodeProfile } from './profile.ts'

/** A record's value, and the blocks that it names. */
export interface RecordValue {
  readonly value: unknown
  readonly blocks: readonly Block[]
}

/** Who opens the account secret: every device that is there, and whoever has the words. */
const recipientsOf = (state: KeyState): Uint8Array[] => [
  ...activeDevices(state).map((device) => device.agreement),
  state.recovery,
]

/** Seals the account secret's newest epoch to everyone who may open it. */
export const sealSecret = ({ crypto, random }: Platform, { person, secrets }: Self, state: KeyState) =>
  sealEpoch(secrets, { person, recipients: recipientsOf(state) }, crypto, random)

/** The bytes that are held, as long as they are sealed to the right ones: any device can sign them again. */
const secretValue = async (
  platform: Platform,
  self: Self,
  state: KeyState,
  held: SignedRecord | undefined,
): Promise<Uint8Array> => {
  const value = held?.record.value
  const expected = { person: self.person, epoch: self.secrets.epoch, recipients: recipientsOf(state) }
  return isBytes(value) && isSealedTo(value, expected) ? value : sealSecret(platform, self, state)
}

/** Where the log of a removed device ends says its removal, so the record has no more heads than a person has devices. */
const headsValue = async ({ logs }: InternalServices, state: KeyState): Promise<unknown> => {
  const heads = await logs.heads(state.person)
  const named = heads.filter((head) => logKind(head.log) === LOG_FEED && isActiveDevice(state, head.device))
  return { logs: named.map(({ device, log, seq, hash }) => ({ device, log, seq, hash })) }
}

const keysValue = (state: KeyState): RecordValue => {
  const { list, blocks } = packKeyEvents(state)
  return { value: list, blocks }
}

/** The locators that name a person; those of words that were replaced are among them. */
export const listLocators = async (tx: ReadTransaction, person: string): Promise<Uint8Array[]> =>
  (await tx.list<Uint8Array>('records')).flatMap(({ value }) => {
    const decoded = decodeRecord(value)
    const record = decoded.ok ? decoded.value.record : undefined
    return record?.kind === 'locator' && record.value.person === person ? [value] : []
  })

/** Only the words sign a locator: what is held is handed on. Before it had a path of its own it stood under its key only. */
const locatorValue = async (
  { platform }: InternalServices,
  person: string,
  held: SignedRecord | undefined,
): Promise<RecordValue | undefined> => {
  const found = held ? [held.record.value] : await platform.store.read(['records'], (tx) => listLocators(tx, person))
  return found.length > 0 ? { value: found.at(-1), blocks: [] } : undefined
}

/** [KP6] What the account state says nothing of stays as it is: it may not be here yet. */
const keepersValue = async (
  { platform }: InternalServices,
  person: string,
  held: SignedRecord | undefined,
): Promise<RecordValue | undefined> => {
  const { said, keepers } = await platform.store.read(['meta', 'records'], async (tx) => ({
    said: (await listNamed(tx)).size > 0,
    keepers: await listKeepers(tx, person),
  }))
  return said || held ? { value: encodeKeepers(keepers), blocks: [] } : undefined
}

/** The value of the record at a path of one's own; undefined while there is nothing to say. */
export const ownRecordValue = async (
  services: InternalServices,
  self: Self,
  state: KeyState,
  path: string,
  held: SignedRecord | undefined,
): Promise<RecordValue | undefined> => {
  if (path === PATHS.keys) return keysValue(state)
  if (path === PATHS.secret) return { value: await secretValue(services.platform, self, state, held), blocks: [] }
  if (path === PATHS.locator) return locatorValue(services, self.person, held)
  if (path === PATHS.keepers) return keepersValue(services, self.person, held)
  if (path === PATHS.heads) return { value: await headsValue(services, state), blocks: [] }
  const profile = services.persons.get(self.person)?.profile
  return profile && { value: encodeProfile(profile), blocks: [] }
}
