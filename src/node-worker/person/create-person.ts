/**
 * Making a person, in one step: words, root key, inception, this device, the account secret and the records by which
 * the words alone find all of it again. Everything is stored in one transaction with the person's first entry.
 */
import type { Block } from '../../core/blocks/cid.ts'
import { sealPrivate } from '../../core/blocks/sealed.ts'
import { type EpochSecrets, firstEpoch } from '../../core/identity/account-secret.ts'
import { foldKeyEvents } from '../../core/identity/key-chain.ts'
import { commitmentOf, signAddDevice, signInception } from '../../core/identity/key-events.ts'
import { packKeyEvents } from '../../core/identity/key-list.ts'
import type { KeyState } from '../../core/identity/key-state.ts'
import { hpkeSeed, rootSeed } from '../../core/identity/ladder.ts'
import { ENTROPY_BYTES } from '../../core/identity/words.ts'
import { GROUP_ZERO, NETWORK_ZERO } from '../../core/limits.ts'
import type { CryptoPort, Signer, Verifier } from '../../core/ports.ts'
import { createLocator } from '../../core/records/locator.ts'
import type { SignedRecord } from '../../core/records/record-types.ts'
import { PATHS } from '../../core/records/storage-key.ts'
import { err, ok } from '../../core/result.ts'
import type { RequestContext, RequestHandlers } from '../api/requests.ts'
import type { PreparedPicture } from '../files/files.ts'
import type { InternalServices } from '../internal-services.ts'
import { LOG_FEED } from '../log/log-service.ts'
import type { Platform, UnlockedDevice } from '../platform.ts'
import { createMutex } from '../stores/mutex.ts'
import type { WriteTransaction } from '../stores/store.ts'
import { type AccountRow, type Self, sealSecrets } from './account.ts'
import { sealSecret } from './own-record-values.ts'
import { updatePerson } from './persons.ts'
import { encodeProfile, PROFILE, type ProfileBody } from './profile.ts'
import { checkProfile, prepareAvatar } from './profile-requests.ts'
import { putRecord } from './record-rows.ts'
import { IDENTITY_RECORD_DAYS, signPublic } from './records.ts'

/** Signers of the first two rungs of a person's ladder. */
interface Ladder {
  readonly root: Signer
  readonly next: Signer
  /** X25519 public key of the words. */
  readonly recovery: Uint8Array
}

/** A new person before anything of them is stored. */
interface Newcomer {
  readonly self: Self
  readonly state: KeyState
  readonly row: AccountRow
  readonly identity: IdentityRecords
}

const climb = async (crypto: CryptoPort, entropy: Uint8Array): Promise<Ladder> => ({
  root: await crypto.signerFromSeed(rootSeed(entropy, 0)),
  next: await crypto.signerFromSeed(rootSeed(entropy, 1)),
  recovery: (await crypto.agreementFromSeed(hpkeSeed(entropy))).publicKey,
})

const fold = async (events: readonly Uint8Array[], verifier: Verifier): Promise<KeyState> => {
  const folded = await foldKeyEvents(events, verifier)
  if (!folded.ok) throw new Error(`own key events do not fold: ${folded.error.type}`)
  return folded.value.state
}

/** Signs inception and first device. */
const foundPerson = async (
  platform: Platform,
  ladder: Ladder,
  { device }: UnlockedDevice,
  time: number,
): Promise<KeyState> => {
  const { root, next, recovery } = ladder
  const commitment = commitmentOf(next.publicKey)
  const inception = await signInception({ network: NETWORK_ZERO, next: commitment, recovery, time }, root)
  const state = await fold([inception.bytes], platform.crypto)
  const added = { agreement: device.agreement.publicKey, name: platform.deviceName }
  const event = await signAddDevice({ state, device: added, time }, root, device.signer)
  return fold([inception.bytes, event.bytes], platform.crypto)
}

/** Records that lead from the words to everything: locator, key events, sealed account secret. */
export interface IdentityRecords {
  readonly records: readonly SignedRecord[]
  /** The key events, which the record at `/keys` names. */
  readonly blocks: readonly Block[]
}

/**
 * Signs them, for a new person or a new device.
 * @param above the highest `seq` of such records that is known: whatever the clock says, these come after it
 */
export const signIdentityRecords = async (
  platform: Platform,
  self: Self,
  state: KeyState,
  entropy: Uint8Array,
  above = 0,
): Promise<IdentityRecords> => {
  const now = platform.clock.now()
  const draft = { keyEvent: state.newest, seq: Math.max(now, above + 1), days: IDENTITY_RECORD_DAYS }
  const scope = { network: NETWORK_ZERO, group: GROUP_ZERO }
  const { list, blocks } = packKeyEvents(state)
  const locator = await createLocator({ entropy, person: self.person, ...scope }, platform.crypto)
  const records = [
    await signPublic(self, { ...draft, path: PATHS.locator, value: locator.bytes }, now),
    await signPublic(self, { ...draft, path: PATHS.secret, value: await sealSecret(platform, self, state) }, now),
    await signPublic(self, { ...draft, path: PATHS.keys, value: list }, now),
  ]
  return { records, blocks }
}

/** Stores them inside a transaction over `RECORD_TABLES`. */
export const putIdentityRecords = async (tx: WriteTransaction, { records, blocks }: IdentityRecords): Promise<void> => {
  for (const record of records) await putRecord(tx, record, blocks)
}

const makeNewcomer = async (platform: Platform): Promise<Newcomer> => {
  const { random, clock, crypto, keys } = platform
  // Keys without a person are left by an attempt that did not get to its end: they are as good as new ones.
  const unlocked = (await keys.load()) ?? (await keys.create())
  const entropy = random.bytes(ENTROPY_BYTES)
  const time = clock.now()
  const state = await foundPerson(platform, await climb(crypto, entropy), unlocked, time)
  const secrets: EpochSecrets = firstEpoch(random)
  const self: Self = { person: state.person, ...unlocked, secrets }
  const row: AccountRow = {
    person: state.person,
    created: time,
    secrets: await sealSecrets(unlocked.sealLocal, random, secrets),
    words: await sealPrivate(unlocked.sealLocal, random, entropy),
  }
  return { self, state, row, identity: await signIdentityRecords(platform, self, state, entropy) }
}

const storeNewcomer = async (
  services: InternalServices,
  newcomer: Newcomer,
  profile: ProfileBody,
  avatar: PreparedPicture | undefined,
  context: RequestContext,
): Promise<void> => {
  const { account, files, logs, platform } = services
  const { self, state, row } = newcomer
  const entry = { type: PROFILE, body: encodeProfile(profile) }
  const now = platform.clock.now()
  // The first thing said to a stranger comes with a name, so the record must not wait for the next round of signing.
  const draft = { path: PATHS.profile, value: entry.body, keyEvent: state.newest, seq: now, days: IDENTITY_RECORD_DAYS }
  const signed = await signPublic(self, draft, now)
  await logs.append(self, LOG_FEED, [entry], async (tx) => {
    await account.put(tx, row)
    await updatePerson(tx, self.person, (person) => ({ ...person, relation: 'me', events: state.chain }))
    await putIdentityRecords(tx, newcomer.identity)
    await putRecord(tx, signed)
    if (avatar) await files.store(tx, avatar, { name: `avatar/${self.person}`, person: self.person })
    await context.remember(tx, { person: self.person })
    return ['session', 'people', 'storage']
  })
  account.activate(self, row)
  services.changes.emit('session', 'devices', 'settings')
}

/** Answers `create-person`. */
export const createPersonRequests = (services: InternalServices): Pick<RequestHandlers, 'create-person'> => {
  const oneAtATime = createMutex()

  const create: RequestHandlers['create-person'] = async ({ name, avatar }, context) => {
    if (services.account.self()) return err({ type: 'person-exists' })
    // [N42] A new person would take the place of the one whose things are here.
    if (services.account.lost()) return err({ type: 'keys-lost' })
    const checked = checkProfile({ name, about: '' })
    if (!checked.ok) return checked
    const picture = prepareAvatar(services, avatar)
    if (!picture.ok) return picture
    const newcomer = await makeNewcomer(services.platform)
    const file = picture.value?.file
    const profile = { ...checked.value, ...(file && { avatar: file }), time: context.time }
    await storeNewcomer(services, newcomer, profile, picture.value, context)
    return ok({ person: newcomer.self.person })
  }

  return { 'create-person': (input, context) => oneAtATime(() => create(input, context)) }
}
