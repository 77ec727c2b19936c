/**
 * Removing a device, with the words: the key event that names where each of its logs ends, a new epoch of the account
 * secret that is sealed to the devices that stay, and the records that say so, all in one transaction. Rule [RC13].
 */
import { base32Encode } from '../../core/bytes.ts'
import { MAX_EPOCHS, nextEpoch } from '../../core/identity/account-secret.ts'
import { mergeKeyEvents } from '../../core/identity/key-chain.ts'
import { MAX_KEY_EVENTS } from '../../core/identity/key-event-codec.ts'
import { signRemoveDevice } from '../../core/identity/key-events.ts'
import { activeDevices, type DeviceState, type KeyState } from '../../core/identity/key-state.ts'
import { wordsToEntropy } from '../../core/identity/words.ts'
import type { Signer } from '../../core/ports.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { Requests } from '../../rpc/contract.ts'
import type { KithError } from '../../rpc/errors.ts'
import type { RequestContext } from '../api/requests.ts'
import type { InternalServices } from '../internal-services.ts'
import { type Self, sealSecrets } from '../person/account.ts'
import { putIdentityRecords, signIdentityRecords } from '../person/create-person.ts'
import { updatePerson } from '../person/persons.ts'
import { RECORD_TABLES } from '../person/record-rows.ts'
import { findRoot } from '../transfer/restore-person.ts'

/** Another device that is there; this one cannot remove itself and go on. */
const findOther = (state: KeyState, self: Self, id: string): DeviceState | undefined => {
  const here = base32Encode(self.device.signer.publicKey)
  return id === here ? undefined : activeDevices(state).find(({ signing }) => base32Encode(signing) === id)
}

const limitOf = (state: KeyState, { secrets }: Self): KithError | undefined => {
  if (state.events >= MAX_KEY_EVENTS) return { type: 'too-many-key-events', limit: MAX_KEY_EVENTS }
  return secrets.epoch + 1 >= MAX_EPOCHS ? { type: 'too-many-key-events', limit: MAX_EPOCHS } : undefined
}

/** [I14] What this device holds of the other's logs stays; what it has not heard of is void from then on. */
const signRemoval = async (
  { logs, platform }: InternalServices,
  state: KeyState,
  { signing }: DeviceState,
  root: Signer,
): Promise<Result<KeyState, KithError>> => {
  const heads = (await logs.heads(state.person)).filter(({ device }) => base32Encode(device) === base32Encode(signing))
  const ends = heads.map(({ log, seq, hash }) => ({ logId: log, seq, hash }))
  const change = { state, device: signing, logs: ends, time: platform.clock.now() }
  const event = await signRemoveDevice(change, root)
  const merged = await mergeKeyEvents(state, [event.bytes], platform.crypto)
  if (!merged.ok) throw new Error(`own removal does not count: ${merged.error.type}`)
  return ok(merged.value.state)
}

/** Answers `remove-device`. */
export const removeDevice = async (
  services: InternalServices,
  { device: id, words }: Requests['remove-device']['in'],
  context: RequestContext,
): Promise<Result<Record<never, never>, KithError>> => {
  const { account, changes, persons, platform } = services
  const [self, row] = [account.self(), account.row()]
  const state = self && (await persons.keyState(self.person))
  if (!self || !row || !state) return err({ type: 'no-person' })
  const entropy = await wordsToEntropy(words)
  if (!entropy.ok) return entropy
  const root = await findRoot(state, entropy.value, platform.crypto)
  if (!root) return err({ type: 'not-your-words' })
  const other = findOther(state, self, id)
  if (!other) return err({ type: 'not-found', what: 'device' })
  const full = limitOf(state, self)
  if (full) return err(full)
  const removed = await signRemoval(services, state, other, root)
  if (!removed.ok) return removed
  const next: Self = { ...self, secrets: nextEpoch(self.secrets, platform.random) }
  const identity = await signIdentityRecords(platform, next, removed.value, entropy.value)
  const changed = { ...row, secrets: await sealSecrets(self.sealLocal, platform.random, next.secrets) }
  await platform.store.write(['requests', ...RECORD_TABLES], 'strict', async (tx) => {
    await account.put(tx, changed)
    await updatePerson(tx, self.person, (person) => ({ ...person, events: removed.value.chain }))
    await putIdentityRecords(tx, identity)
    await context.remember(tx, {})
  })
  account.activate(next, changed)
  await persons.refresh([self.person])
  changes.emit('session', 'devices', 'people', `records/${self.person}`)
  return ok({})
}
