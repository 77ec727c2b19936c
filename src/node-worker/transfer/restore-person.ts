/**
 * From the words and an archive to a person on this device: the words must be the ones that the person's key events
 * name; with them the account secret opens and a new device is added. Rules X5 to X8 and X10 of docs/protocol.
 */
import { equalBytes } from '../../core/bytes.ts'
import { isBytes } from '../../core/cbor.ts'
import type { EpochSecrets } from '../../core/identity/account-secret.ts'
import { foldKeyEvents, mergeKeyEvents } from '../../core/identity/key-chain.ts'
import { MAX_DEVICES, MAX_KEY_EVENTS } from '../../core/identity/key-event-codec.ts'
import { signAddDevice } from '../../core/identity/key-events.ts'
import { activeDevices, findDevice, isActiveDevice, type KeyState } from '../../core/identity/key-state.ts'
import { hpkeSeed, MAX_RUNG, rootSeed } from '../../core/identity/ladder.ts'
import { openEpoch } from '../../core/identity/sealed-secret.ts'
import { GROUP_ZERO, NETWORK_ZERO } from '../../core/limits.ts'
import type { CryptoPort, Signer, Verifier } from '../../core/ports.ts'
import { decodeRecord } from '../../core/records/record.ts'
import { PATHS } from '../../core/records/storage-key.ts'
import { verifyRecord } from '../../core/records/verify-record.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { KithError } from '../../rpc/errors.ts'
import type { InternalServices } from '../internal-services.ts'
import { forgetMerges } from '../notes/note-rows.ts'
import { type AccountRow, type Self, sealSecrets } from '../person/account.ts'
import { putIdentityRecords, signIdentityRecords } from '../person/create-person.ts'
import { updatePerson } from '../person/persons.ts'
import { RECORD_TABLES } from '../person/record-rows.ts'
import type { Platform, UnlockedDevice } from '../platform.ts'
import type { ReadTransaction } from '../stores/store.ts'
import type { OpenArchive } from './open-archive.ts'

/** A person whose archive and words fit together. */
export interface Recovered {
  readonly entropy: Uint8Array
  readonly state: KeyState
  readonly root: Signer
  readonly secrets: EpochSecrets
  /** The highest `seq` of the records that lead here: those of the new device come after it. */
  readonly above?: number
  /** Where the person was found: dialled from now on. */
  readonly hosts?: readonly string[]
}

const badFile = (reason: string) => err({ type: 'bad-file', reason } as const)

/** What was accepted first stays: a proof of two rotations is merged in behind the chain. */
const foldArchive = async (archive: OpenArchive, verifier: Verifier): Promise<Result<KeyState, KithError>> => {
  const { root, events, proof } = archive
  const folded = await foldKeyEvents(events, verifier, { person: root.person })
  if (!folded.ok) return badFile(`key events: ${folded.error.type}`)
  // A device added behind a chain that is not whole would fork it.
  if (folded.value.state.events !== events.length) return badFile('key events: not all of them count')
  if (proof.length === 0) return ok(folded.value.state)
  const merged = await mergeKeyEvents(folded.value.state, proof, verifier)
  return merged.ok ? ok(merged.value.state) : badFile(`key events: ${merged.error.type}`)
}

/** The root key, if it is on these words' ladder: each rotation climbs at most one rung. */
export const findRoot = async (
  state: KeyState,
  entropy: Uint8Array,
  crypto: CryptoPort,
): Promise<Signer | undefined> => {
  const recovery = await crypto.agreementFromSeed(hpkeSeed(entropy))
  if (!equalBytes(recovery.publicKey, state.recovery)) return undefined
  for (let rung = 0; rung <= Math.min(state.events, MAX_RUNG); rung++) {
    const signer = await crypto.signerFromSeed(rootSeed(entropy, rung))
    if (equalBytes(signer.publicKey, state.root)) return signer
  }
  return undefined
}

/** The sealed account secret in the archive's records, if a device of the person signed it. */
const findSecret = async (
  archive: OpenArchive,
  keyState: KeyState,
  verifier: Verifier,
): Promise<Uint8Array | undefined> => {
  for (const bytes of archive.records) {
    const signed = decodeRecord(bytes)
    if (!signed.ok || signed.value.record.kind !== 'public' || signed.value.record.path !== PATHS.secret) continue
    // An archive does not run out: whether the record has expired does not matter here.
    const verdict = await verifyRecord(signed.value, {
      verifier,
      now: 0,
      network: NETWORK_ZERO,
      group: GROUP_ZERO,
      keyState,
    })
    if (verdict.ok && isBytes(signed.value.record.value)) return signed.value.record.value
  }
  return undefined
}

/** The archive's key events and those that are stored here, which may be newer: a device added behind fewer is a fork. */
const foldAll = async (
  archive: OpenArchive,
  held: readonly Uint8Array[],
  verifier: Verifier,
): Promise<Result<KeyState, KithError>> => {
  const folded = await foldArchive(archive, verifier)
  if (!folded.ok || held.length === 0) return folded
  const merged = await mergeKeyEvents(folded.value, held, verifier)
  return merged.ok ? ok(merged.value.state) : badFile(`key events: ${merged.error.type}`)
}

/** Checks the words against the archive and opens the account secret. Nothing is stored. */
export const recover = async (
  { persons, platform: { crypto } }: Pick<InternalServices, 'persons' | 'platform'>,
  archive: OpenArchive,
  entropy: Uint8Array,
): Promise<Result<Recovered, KithError>> => {
  const state = await foldAll(archive, persons.get(archive.root.person)?.events ?? [], crypto)
  if (!state.ok) return state
  const root = await findRoot(state.value, entropy, crypto)
  if (!root) return err({ type: 'words-do-not-fit' })
  const sealed = await findSecret(archive, state.value, crypto)
  if (!sealed) return badFile('its account secret is damaged')
  const recipient = await crypto.hpkeRecipientFromSeed(hpkeSeed(entropy))
  const secrets = await openEpoch(sealed, { person: state.value.person, recipient }, crypto)
  if (!secrets.ok) return badFile(`account secret: ${secrets.error.type}`)
  return ok({ entropy, state: state.value, root, secrets: secrets.value })
}

/** [X10] Why no device can be added any more, found out before keys are made for one. */
const deviceLimit = (state: KeyState): KithError | undefined => {
  if (activeDevices(state).length >= MAX_DEVICES) return { type: 'too-many-devices', limit: MAX_DEVICES }
  return state.events >= MAX_KEY_EVENTS ? { type: 'too-many-key-events', limit: MAX_KEY_EVENTS } : undefined
}

/** Keys that never wrote anything: a device goes on only where its own store was not lost. */
const freshDevice = async ({ keys }: Platform, state: KeyState): Promise<UnlockedDevice> => {
  const held = await keys.load()
  if (held && !findDevice(state, held.device.signer.publicKey)) return held
  if (held) await keys.clear()
  return keys.create()
}

const addDevice = async (
  { crypto, clock, deviceName }: Platform,
  { state, root }: Recovered,
  { device }: UnlockedDevice,
): Promise<Result<KeyState, KithError>> => {
  const added = { agreement: device.agreement.publicKey, name: deviceName }
  const event = await signAddDevice({ state, device: added, time: clock.now() }, root, device.signer)
  const merged = await mergeKeyEvents(state, [event.bytes], crypto)
  if (!merged.ok) return badFile(`key events: ${merged.error.type}`)
  const next = merged.value.state
  return isActiveDevice(next, device.signer.publicKey) ? ok(next) : badFile('its key events take no device')
}

/** Keys of this device, and the person's key events with it among them. */
interface Joined {
  readonly unlocked: UnlockedDevice
  readonly state: KeyState
  readonly isNew: boolean
}

/** [RC17] The device of drills stays the person's: it wrote nothing, so it may go on without its store. */
const deviceOfDrills = async ({ drill, keys }: Platform, state: KeyState): Promise<UnlockedDevice | undefined> => {
  const held = drill && (await keys.load())
  return held && isActiveDevice(state, held.device.signer.publicKey) ? held : undefined
}

const joinDevice = async (platform: Platform, recovered: Recovered): Promise<Result<Joined, KithError>> => {
  const known = await deviceOfDrills(platform, recovered.state)
  if (known) return ok({ unlocked: known, state: recovered.state, isNew: false })
  const full = deviceLimit(recovered.state)
  if (full) return err(full)
  const unlocked = await freshDevice(platform, recovered.state)
  const added = await addDevice(platform, recovered, unlocked)
  return added.ok ? ok({ unlocked, state: added.value, isNew: true }) : added
}

/** By anybody but the person whose keys were lost. */
const isTaken = async (tx: ReadTransaction, lost: string | undefined): Promise<boolean> => {
  const row = await tx.get<AccountRow>('meta', ['account'])
  return row !== undefined && row.person !== lost
}

/** Adds this device and stores the person, all in one transaction; then signs in. */
export const signInRecovered = async (
  services: InternalServices,
  recovered: Recovered,
): Promise<Result<Self, KithError>> => {
  const { account, changes, persons, platform } = services
  const { secrets, entropy } = recovered
  const joined = await joinDevice(platform, recovered)
  if (!joined.ok) return joined
  const { unlocked, state, isNew } = joined.value
  const self: Self = { person: state.person, ...unlocked, secrets }
  const identity = isNew && (await signIdentityRecords(platform, self, state, entropy, recovered.above))
  // Whoever has just typed the words has them.
  const sealed = await sealSecrets(unlocked.sealLocal, platform.random, secrets)
  const row: AccountRow = { person: state.person, created: platform.clock.now(), secrets: sealed, words: null }
  const tables = ['notes', ...RECORD_TABLES] as const
  const isStored = await platform.store.write(tables, 'strict', async (tx) => {
    // Somebody may have made a person here while this one was being unlocked.
    if (await isTaken(tx, account.lost())) return false
    await account.put(tx, row)
    if (account.lost()) await forgetMerges(tx)
    await updatePerson(tx, state.person, (person) => ({
      ...person,
      relation: 'me',
      events: state.chain,
      proof: state.proof,
      ...(recovered.hosts && { hosts: recovered.hosts }),
    }))
    if (identity) await putIdentityRecords(tx, identity)
    return true
  })
  if (!isStored) return err({ type: 'person-exists' })
  await persons.refresh([state.person])
  account.activate(self, row)
  changes.emit('session', 'people', 'devices', 'settings', 'storage', 'notes')
  return ok(self)
}
