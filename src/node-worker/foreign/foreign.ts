/**
 * Foreign storage as one chunk, loaded when somebody uses it: requests, query, the keeper of one's own store and the
 * reader of others' URLs. The rules are FS1 to FS11 in docs/protocol/97-foreign-storage.md.
 */
import { isRecord, isText } from '../../core/cbor.ts'
import { createPayload, SALT_BYTES } from '../../core/logs/payload.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { BLOCK_BASES, isBase } from '../../core/swarm/block-bases.ts'
import type { KithError } from '../../rpc/errors.ts'
import type { ForeignInput, ForeignPlace, ForeignStorageView, ForeignTrial } from '../../rpc/foreign.ts'
import type { RequestContext } from '../api/requests.ts'
import type { InternalServices } from '../internal-services.ts'
import { LOG_FEED } from '../log/log-service.ts'
import { SEALED } from '../log/sealing.ts'
import type { Self } from '../person/account.ts'
import { getState } from '../person/account-state.ts'
import { changeState } from '../person/change-state.ts'
import type { Foreign } from './foreign-requests.ts'
import { createKeeper, type OpenForeign } from './keeper.ts'
import { countStored, planSteps } from './marks.ts'
import {
  checkPlace,
  encodeSetting,
  FOREIGN_SETTING,
  type ForeignSetting,
  MAX_SECRET_LENGTH,
  objectBase,
  placeOf,
  readBase,
  readSetting,
  refuse,
  sharesSecret,
} from './settings.ts'
import { createForeignStore } from './store.ts'
import { tryForeign } from './trial.ts'
import { createUrlReader } from './url-reader.ts'

/** What the secret is sealed as. */
const SECRET_TYPE = 'kith/foreign-secret'

interface Held {
  readonly entry: string
  readonly setting: ForeignSetting | undefined
  readonly opened: OpenForeign | undefined
}

/** What was entered, with the secret that it stands for. */
interface Candidate {
  readonly place: ForeignPlace
  readonly secret: string
}

/** Creates all of it. */
export const createForeign = (services: InternalServices): Foreign => {
  const { platform, account, sealing, changes, persons, logs } = services
  const { store: rows, http, clock, random } = platform
  let held: Held | undefined

  const sealSecret = async (self: Self, secret: string): Promise<unknown> =>
    (await sealing.seal(self, createPayload(SECRET_TYPE, { secret }, random.bytes(SALT_BYTES)))).body

  const openSecret = async (self: Self, { secret }: ForeignSetting): Promise<string | undefined> => {
    const opened = await sealing.open(self, createPayload(SEALED, secret, random.bytes(SALT_BYTES)))
    const body = opened?.type === SECRET_TYPE && isRecord(opened.body) ? opened.body : undefined
    return isText(body?.secret, MAX_SECRET_LENGTH) ? body.secret : undefined
  }

  const openStore = async (self: Self, setting: ForeignSetting): Promise<OpenForeign | undefined> => {
    const secret = await openSecret(self, setting)
    if (secret === undefined) return undefined
    const store = createForeignStore({ place: setting, secret, http, clock })
    return { person: self.person, base: objectBase(setting), store }
  }

  /** The setting as it is now; the same store as long as it is the same. */
  const read = async (): Promise<Held> => {
    const row = await rows.read(['meta'], (tx) => getState(tx, FOREIGN_SETTING))
    const entry = row?.entry ?? ''
    if (held?.entry === entry) return held
    const self = account.self()
    const setting = readSetting(row?.value)
    const next = { entry, setting, opened: self && setting && (await openStore(self, setting)) }
    if (self) held = next
    return next
  }
  const open = async (): Promise<OpenForeign | undefined> => (await read()).opened

  const keeper = createKeeper(services, open)
  const reader = createUrlReader(services, open)

  /** An empty secret stands for the one that is kept, for the same server and key only. */
  const toCandidate = async (self: Self, input: ForeignInput): Promise<Result<Candidate, KithError>> => {
    const place = checkPlace(input)
    if (!place.ok) return place
    const { setting } = await read()
    const isKept = input.secret === '' && setting !== undefined && sharesSecret(setting, place.value)
    const secret = isKept ? ((await openSecret(self, setting)) ?? '') : input.secret
    return ok({ place: place.value, secret })
  }

  const run = async ({ place, secret }: Candidate): Promise<Result<ForeignTrial, KithError>> => {
    if (place.kind === 's3' && secret === '') return refuse('wrong-key', { detail: 'secret' })
    const store = createForeignStore({ place, secret, http, clock })
    return tryForeign({ place, store, http, random })
  }

  /** Says in the public log where blocks can be read, or that they no longer can. */
  const publish = async (self: Self, bases: readonly string[], context: RequestContext): Promise<void> => {
    const said = persons.get(self.person)?.blockBases
    if ((said?.bases ?? []).join() === bases.join()) return
    const time = Math.max(context.time, (said?.time ?? 0) + 1)
    await logs.append(self, LOG_FEED, [{ type: BLOCK_BASES, body: { bases, time } }])
  }

  const save = async (
    self: Self,
    value: unknown,
    bases: readonly string[],
    context: RequestContext,
  ): Promise<Result<Record<never, never>, KithError>> => {
    await publish(self, bases, context)
    const saved = await changeState(services, { [FOREIGN_SETTING]: value }, {}, context)
    keeper.forgive()
    return saved
  }

  const saveInput = async (self: Self, input: ForeignInput, context: RequestContext) => {
    const candidate = await toCandidate(self, input)
    if (!candidate.ok) return candidate
    const { place, secret } = candidate.value
    const trial = await run(candidate.value)
    if (!trial.ok) return trial
    const { isPublic } = trial.value
    const setting = { ...place, isPublic, secret: await sealSecret(self, secret) }
    return save(self, encodeSetting(setting), isPublic ? [readBase(place)].filter(isBase) : [], context)
  }

  const view = async (): Promise<ForeignStorageView> => {
    const { setting } = await read()
    const person = account.self()?.person
    if (!setting || person === undefined) return { isPublic: false, stored: 0, bytes: 0, waiting: 0 }
    const at = { base: objectBase(setting), person, now: clock.now() }
    const counts = await rows.read(['blockMeta', 'queue'], async (tx) => ({
      ...(await countStored(tx, at.base)),
      waiting: (await planSteps(tx, at)).length,
    }))
    return { place: placeOf(setting), isPublic: setting.isPublic, ...counts, ...keeper.state() }
  }

  const stops = [
    changes.listen((topics) => {
      if (topics.includes('settings')) keeper.forgive()
      else if (topics.includes('storage') || topics.includes('home')) keeper.wake()
    }),
    persons.onChange(() => reader.look()),
  ]

  return {
    requests: {
      async 'test-foreign-storage'(input) {
        const self = account.self()
        if (!self) return err({ type: 'no-person' })
        const candidate = await toCandidate(self, input)
        return candidate.ok ? run(candidate.value) : candidate
      },
      async 'save-foreign-storage'({ storage }, context) {
        const self = account.self()
        if (!self) return err({ type: 'no-person' })
        return storage ? saveInput(self, storage, context) : save(self, null, [], context)
      },
    },
    view,
    close() {
      for (const stop of stops) stop()
      keeper.close()
      reader.close()
    },
  }
}
