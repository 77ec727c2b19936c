/**
 * What only the person's own devices know: whom they follow and block, petnames, settings. A map folded from entries
 * of the private account log; of two values for one key the later wins, so devices merge by union.
 */
import { hasKeys, isCount, isRecord, isText } from '../../core/cbor.ts'
import { parsePersonId } from '../../core/identity/person-id.ts'
import type { Topic } from '../changes.ts'
import { referFile, unreferFile } from '../files/references.ts'
import { changeKeeping } from '../keeping/keepers.ts'
import type { NewEntry } from '../log/log-service.ts'
import type { LogView, ReadEntry } from '../log/log-view.ts'
import { unshownKey } from '../log/show-held.ts'
import { hideFromHome, showInHome } from '../social/home.ts'
import { changeTotal } from '../social/ration.ts'
import type { ReadTransaction, WriteTransaction } from '../stores/store.ts'
import { emptyPerson, getPerson, type Person, type Relation } from './persons.ts'
import { avatarReference, MAX_NAME_LENGTH } from './profile.ts'

/** The payload type of one change. */
export const ACCOUNT_CHANGE = 'kith/account'
const MAX_KEY_LENGTH = 128

/** Kinds of keys; a key is `kind/name`. */
export type StateKind = 'follow' | 'block' | 'petname' | 'setting' | 'keeper' | 'keeps-for' | 'copies' | 'share'

/** One change as an entry carries it. A null value removes the key. */
export interface StateChange {
  readonly key: `${StateKind}/${string}`
  readonly value: unknown
  readonly time: number
}

/** Row of table `meta` under ['state', key]. */
export interface StateRow {
  readonly value: unknown
  readonly time: number
  readonly entry: string
}

/** Reads one key inside a transaction over `meta`. */
export const getState = (tx: ReadTransaction, key: StateChange['key']): Promise<StateRow | undefined> =>
  tx.get<StateRow>('meta', ['state', key])

/** What sorts behind the slash. */
const BEHIND_SLASH = '0'

const keysOf = (kind: StateKind) => ({
  after: ['state', `${kind}/`],
  before: ['state', `${kind}${BEHIND_SLASH}`],
})

/** Whether there was ever a key of one kind; inside a transaction over `meta`. */
export const hasState = async (tx: ReadTransaction, kind: StateKind): Promise<boolean> =>
  (await tx.count('meta', { ...keysOf(kind), limit: 1 })) > 0

/** All keys of one kind by their names, removed ones included; inside a transaction over `meta`. */
export const listState = async (tx: ReadTransaction, kind: StateKind): Promise<Map<string, StateRow>> => {
  const rows = await tx.list<StateRow>('meta', keysOf(kind))
  return new Map(rows.map(({ key, value }) => [String(key[1]).slice(kind.length + 1), value]))
}

/** Entries that make changes. */
export const toEntries = (changes: readonly StateChange[]): NewEntry[] =>
  changes.map(({ key, value, time }) => ({ type: ACCOUNT_CHANGE, body: { key, value, time } }))

const readChange = ({ type, body }: ReadEntry): StateChange | undefined => {
  if (type !== ACCOUNT_CHANGE || !isRecord(body) || !hasKeys(body, ['key', 'value', 'time'])) return undefined
  const { key, value, time } = body
  if (!isText(key, MAX_KEY_LENGTH) || !isCount(time)) return undefined
  return { key: key as StateChange['key'], value, time }
}

const isLater = (change: StateRow, held: StateRow | undefined): boolean =>
  !held || change.time > held.time || (change.time === held.time && change.entry > held.entry)

const relationOf = (person: Person, follow: StateRow | undefined, block: StateRow | undefined): Relation => {
  if (person.relation === 'me') return 'me'
  if (block?.value) return 'blocked'
  return follow?.value ? 'following' : 'none'
}

/** Hosts that came with the link, out of the value of a `follow/…` key. */
const hostsOf = (follow: StateRow | undefined): readonly string[] => {
  const hosts = isRecord(follow?.value) ? follow.value.hosts : undefined
  return Array.isArray(hosts) ? hosts.filter((host): host is string => typeof host === 'string') : []
}

const petnameOf = (row: StateRow | undefined): string | undefined =>
  typeof row?.value === 'string' ? row.value : undefined

/** The value of a `block/…` key: under which name the person was known, so that one sees later whom one blocked. */
export const blockValue = (name: string): unknown => (name ? { name } : true)

const blockedName = ({ value }: StateRow): string | undefined =>
  isRecord(value) && isText(value.name, MAX_NAME_LENGTH) ? value.name : undefined

/** A blocked person's row says only that: what was stored is deleted by whoever sees the row `purge`. */
const blockedRow = (id: string, petname: string | undefined): Person => ({
  ...emptyPerson(id),
  relation: 'blocked',
  ...(petname !== undefined && { petname }),
})

const applyToPerson = async (tx: WriteTransaction, id: string): Promise<void> => {
  const [follow, block, petname, keeps] = await Promise.all([
    getState(tx, `follow/${id}`),
    getState(tx, `block/${id}`),
    getState(tx, `petname/${id}`),
    getState(tx, `keeps-for/${id}`),
  ])
  const before = (await getPerson(tx, id)) ?? emptyPerson(id)
  const relation = relationOf(before, follow, block)
  // What they left as a stranger goes, or is wanted from now on.
  if (relation !== 'none' && before.offers > 0) await changeTotal(tx, -before.offers)
  const avatar = before.profile?.avatar
  const face = { name: avatarReference(id), person: id }
  if (relation === 'blocked') {
    if (before.relation !== 'blocked') await tx.put('queue', ['purge', id], 0)
    if (avatar) await unreferFile(tx, avatar, face)
    return tx.put('persons', [id], blockedRow(id, petnameOf(petname) ?? (block && blockedName(block))))
  }
  const { petname: _, keepsFor: __, ...rest } = before
  const hosts = hostsOf(follow)
  const own = petnameOf(petname)
  await changeKeeping(tx, id, () => ({
    ...rest,
    relation,
    offers: relation === 'none' ? before.offers : 0,
    hosts: hosts.length > 0 ? hosts : before.hosts,
    ...(own !== undefined && { petname: own }),
    ...(typeof keeps?.value === 'boolean' && { keepsFor: keeps.value }),
  }))
  if (relation === 'following' && before.relation !== 'following') {
    await showInHome(tx, id)
    await tx.put('queue', unshownKey(id), 0)
    if (avatar) await referFile(tx, avatar, face)
  }
  if (relation === 'none' && before.relation === 'following') await hideFromHome(tx, id)
}

/** The view of the account log. */
export const accountView: LogView = {
  async apply(tx, entries) {
    const topics = new Set<Topic>()
    for (const entry of entries) {
      const change = readChange(entry)
      if (!change) continue
      const row: StateRow = { value: change.value, time: change.time, entry: entry.id }
      if (!isLater(row, await getState(tx, change.key))) continue
      await tx.put('meta', ['state', change.key], row)
      for (const topic of await applyChange(tx, change.key)) topics.add(topic)
    }
    return [...topics]
  },
}

const applyChange = async (tx: WriteTransaction, key: string): Promise<readonly Topic[]> => {
  const [kind, name = ''] = key.split('/', 2)
  if (kind === 'setting' || kind === 'copies') return ['settings']
  if (kind === 'share') return ['shares']
  if (!parsePersonId(name).ok) return []
  if (kind === 'keeper') return ['keepers']
  await applyToPerson(tx, name)
  return [...(kind === 'keeps-for' ? (['keepers'] as const) : []), 'people', 'home', 'inbox', `person/${name}`]
}
