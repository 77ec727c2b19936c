/**
 * Foreign storage, loaded when somebody uses it: requests, query, the keeper of one's own store and the reader of
 * others' URLs. The rules are FS1 to FS12 in docs/protocol/97-foreign-storage.md.
 */
import { isRecord, isText } from '../../core/cbor.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { KithError } from '../../rpc/errors.ts'
import type { ForeignInput, ForeignPlace, ForeignStorageView, ForeignTrial } from '../../rpc/foreign.ts'
import type { RequestContext } from '../api/requests.ts'
import type { InternalServices } from '../internal-services.ts'
import type { Self } from '../person/account.ts'
import type { Foreign } from './foreign-requests.ts'
import { createKeeper, type OpenForeign } from './keeper.ts'
import { countStored, planSteps } from './marks.ts'
import { createNodeSide, type NodeSide } from './node-side.ts'
import {
  checkPlace,
  encodeSetting,
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

/** The setting as it is now, and the store that it leads to: the same one as long as the setting is. */
const createSettingReader = (node: NodeSide) => {
  const { account, platform } = node
  const { clock } = platform
  let held: Held | undefined

  const openSecret = async (self: Self, { secret }: ForeignSetting): Promise<string | undefined> => {
    const opened = await node.unseal(self, secret)
    const body = opened?.type === SECRET_TYPE && isRecord(opened.body) ? opened.body : undefined
    return isText(body?.secret, MAX_SECRET_LENGTH) ? body.secret : undefined
  }
  const openStore = async (self: Self, setting: ForeignSetting): Promise<OpenForeign | undefined> => {
    const secret = await openSecret(self, setting)
    if (secret === undefined) return undefined
    const store = createForeignStore({ place: setting, secret, http: node.http, clock })
    return { person: self.person, base: objectBase(setting), store }
  }
  const read = async (): Promise<Held> => {
    const row = await node.setting()
    const entry = row?.entry ?? ''
    if (held?.entry === entry) return held
    const self = account.self()
    const setting = readSetting(row?.value, node.folderOrigin)
    const next = { entry, setting, opened: self && setting && (await openStore(self, setting)) }
    // One that is still locked is tried again: the key to it may come from another device.
    if (self && (!setting || next.opened)) held = next
    return next
  }
  return { read, openSecret }
}

/** Creates all of it. */
export const createForeign = (services: InternalServices): Foreign => {
  const node = createNodeSide(services)
  const { platform, account, changes, persons } = node
  const { store: rows, clock, random } = platform
  const { http } = node
  const { read, openSecret } = createSettingReader(node)
  const open = async (): Promise<OpenForeign | undefined> => (await read()).opened
  const keeper = createKeeper(node, open)
  const reader = createUrlReader(node, open)

  /** An empty secret stands for the one that is kept, for the same server and key only. */
  const toCandidate = async (self: Self, input: ForeignInput): Promise<Result<Candidate, KithError>> => {
    const place = checkPlace(input, node.folderOrigin)
    if (!place.ok) return place
    const { setting } = await read()
    const isKept = input.secret === '' && setting !== undefined && sharesSecret(setting, place.value)
    const secret = isKept ? ((await openSecret(self, setting)) ?? '') : input.secret
    return ok({ place: place.value, secret })
  }

  const run = async ({ place, secret }: Candidate): Promise<Result<ForeignTrial, KithError>> => {
    if (place.kind === 's3' && secret === '') return refuse('wrong-key', { detail: 'secret' })
    const store = createForeignStore({ place, secret, http, clock })
    return tryForeign({ place, store, http, random, isForOthers: node.isForOthers })
  }

  const save = async (
    self: Self,
    value: unknown,
    bases: readonly string[],
    context: RequestContext,
  ): Promise<Result<Record<never, never>, KithError>> => {
    await node.sayBases(self, bases, context)
    const saved = await node.changeSetting(value, context)
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
    const sealed = await node.seal(self, { type: SECRET_TYPE, body: { secret } })
    const value = encodeSetting({ ...place, isPublic, secret: sealed })
    return save(self, value, isPublic ? [readBase(place)] : [], context)
  }

  const view = async (): Promise<ForeignStorageView> => {
    const { setting, opened } = await read()
    const person = account.self()?.person
    if (!setting || person === undefined) return { isPublic: false, stored: 0, bytes: 0, waiting: 0 }
    const at = { base: objectBase(setting), person, now: clock.now(), listKept: node.listKept }
    const counts = await rows.read(['blockMeta', 'queue'], async (tx) => ({
      ...(await countStored(tx, at.base)),
      waiting: (await planSteps(tx, at)).length,
    }))
    const state = opened ? keeper.state() : { error: refuse('locked').error }
    return { place: placeOf(setting), isPublic: setting.isPublic, ...counts, ...state }
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
