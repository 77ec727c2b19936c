/** Settings of the person, the same on all their devices: part of the private account state. */
import { isCount } from '../../core/cbor.ts'
import { isLoopbackHost, normaliseHost } from '../../core/identity/person-link.ts'
import { MAX_PIECES } from '../../core/placement/redundancy.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { KithError } from '../../rpc/errors.ts'
import type { SettingsView } from '../../rpc/views.ts'
import type { Changes } from '../changes.ts'
import type { Platform } from '../platform.ts'
import { getState, listState, type StateRow } from './account-state.ts'

/** [Q39] [Q40] How many copies of one's own things a person wants, one's own among them. */
export interface WantedCopies {
  /** Of everything. */
  readonly copies: number
  /** Of single items, by their ids, where another number was chosen. */
  readonly chosen: ReadonlyMap<string, number>
}

/** See the module's doc. */
export interface Settings {
  /** As last read; a change that was just stored may be missing. */
  get(): SettingsView
  /** With every change that was stored before the call. */
  fresh(): Promise<SettingsView>
  /** [Q40] Copies wanted of everything, and of items for which another number was chosen. As last read, as in `get`. */
  wanted(): WantedCopies
  /** [Q40] Copies wanted of one item, one's own among them. */
  copiesOf(item: string): number
  /** Called after a change. @returns stops it */
  onChange(handler: () => void): () => void
}

/** Hosts that a person can be on at once. */
export const MAX_HOSTS = 8
const THEMES = ['system', 'light', 'dark'] as const
const NAMES = ['theme', 'hosts', 'publicUrl', 'copies'] as const
/** Copies of everything before anybody chose: decision 12. */
const DEFAULT_COPIES = 3

/** [PL3] Whether so many copies can be wanted. */
export const isCopies = (value: unknown): value is number => isCount(value, MAX_PIECES) && value > 0

const readTheme = (value: unknown): SettingsView['theme'] => THEMES.find((theme) => theme === value) ?? 'system'

const readHosts = (value: unknown, fallback: readonly string[]): readonly string[] =>
  Array.isArray(value) ? value.filter((host): host is string => typeof host === 'string') : fallback

const toView = (values: readonly unknown[], platform: Platform): SettingsView => {
  const [theme, hosts, publicUrl, copies] = values
  const address = typeof publicUrl === 'string' ? publicUrl : platform.publicUrl
  return {
    theme: readTheme(theme),
    hosts: readHosts(hosts, platform.defaultHosts),
    copies: isCopies(copies) ? copies : DEFAULT_COPIES,
    ...(address && { publicUrl: address }),
  }
}

interface Loaded {
  readonly view: SettingsView
  readonly chosen: WantedCopies['chosen']
}

const readChosen = (rows: ReadonlyMap<string, StateRow>): Loaded['chosen'] =>
  new Map([...rows].flatMap(([item, { value: copies }]) => (isCopies(copies) ? [[item, copies] as const] : [])))

/** Opens the settings; they follow the account state from then on. */
export const openSettings = async (platform: Platform, changes: Changes): Promise<Settings> => {
  const handlers = new Set<() => void>()
  const load = (): Promise<Loaded> =>
    platform.store.read(['meta'], async (tx) => {
      const rows = await Promise.all(NAMES.map((name) => getState(tx, `setting/${name}`)))
      const values = rows.map((row) => row?.value)
      return { view: toView(values, platform), chosen: readChosen(await listState(tx, 'copies')) }
    })
  let { view, chosen } = await load()
  let loading = Promise.resolve()
  const reload = async (): Promise<void> => {
    ;({ view, chosen } = await load())
    for (const handler of [...handlers]) handler()
  }
  changes.listen((topics) => {
    if (!topics.includes('settings')) return
    // One after the other: an older state must not come last.
    loading = loading
      .then(reload)
      .catch((error) => platform.log({ level: 'error', what: 'settings', detail: String(error) }))
  })
  return {
    get: () => view,
    async fresh() {
      await loading
      return view
    },
    wanted: () => ({ copies: view.copies, chosen }),
    copiesOf: (item) => chosen.get(item) ?? view.copies,
    onChange(handler) {
      handlers.add(handler)
      return () => handlers.delete(handler)
    },
  }
}

/** A host address as it is stored; plain http only to this machine. */
export const checkHost = (text: string): Result<string, KithError> => {
  const host = normaliseHost(text.trim())
  if (!host) return err({ type: 'bad-host', reason: 'not an address of a host' })
  if (host.startsWith('http:') && !isLoopbackHost(host)) {
    return err({ type: 'bad-host', reason: 'plain http to another machine' })
  }
  return ok(host)
}
